package portal

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	maxSessions       = 10_000
	maxStreams        = 1_000
	maxSessionStreams = 5
	idleLimit         = time.Hour
	loginLimit        = 8 * time.Hour
	sweepEvery        = time.Minute
)

var (
	errFull           = errors.New("too many people are logged in")
	errStreams        = errors.New("too many pages are open")
	errSessionStreams = errors.New("too many pages of this browser are open")
)

// session is one browser. It is guarded by the sessions' mutex.
type session struct {
	user            string // "" before login
	begun, used     time.Time
	login, transfer *attempt
	streams         int
}

// visitor is what a request may know of its session.
type visitor struct {
	user            string
	login, transfer *attempt
}

// attempt returns the session's attempt of that id, or nil. "" stands for whichever
// is under way: before the login that of the login, then that of the transfer.
func (v visitor) attempt(id string) *attempt {
	for _, a := range []*attempt{v.login, v.transfer} {
		if a != nil && (a.id == id || id == "") {
			return a
		}
	}
	return nil
}

type hash = [sha256.Size]byte

// sessions holds them in memory. It sweeps when it makes new ones, so it needs no
// goroutine and never holds more than maxSessions.
type sessions struct {
	now    func() time.Time
	cookie string // its name
	secure bool

	mu            sync.Mutex
	byID          map[hash]*session
	byTransaction map[string]*attempt
	streams       int
	swept         time.Time
}

func newSessions(now func() time.Time, public wire.Origin) *sessions {
	s := &sessions{now: now, byID: map[hash]*session{}, byTransaction: map[string]*attempt{}, swept: now()}
	// All ports of this computer share their cookies: a name of its own keeps other
	// programs, and other portals, from overwriting ours.
	s.cookie = "portal-" + strings.ToLower(rand.Text()[:12])
	if public.IsEncrypted() {
		s.cookie, s.secure = "__Host-"+s.cookie, true
	}
	return s
}

// token reads the cookie. Two of the name mean that somebody planted one: neither
// counts.
func (s *sessions) token(r *http.Request) string {
	if cookies := r.CookiesNamed(s.cookie); len(cookies) == 1 {
		return cookies[0].Value
	}
	return ""
}

// setCookie hands out a session's id; "" takes it back.
func (s *sessions) setCookie(w http.ResponseWriter, token string) {
	c := &http.Cookie{Name: s.cookie, Value: token, Path: "/", HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteStrictMode}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// visitor looks a session up. Its use prolongs it.
func (s *sessions) visitor(token string) (visitor, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.get(token)
	if one == nil {
		return visitor{}, false
	}
	one.used = s.now()
	return visitor{one.user, one.login, one.transfer}, true
}

// startLogin begins a session for a login's attempt and ends the one with the old
// id: who planted that one in this browser learns nothing of what follows.
func (s *sessions) startLogin(old string, a *attempt) (token string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(sha256.Sum256([]byte(old)))
	token, one, err := s.create()
	if err == nil {
		one.login = a
		s.byTransaction[a.transaction] = a
	}
	return token, err
}

// finishLogin turns an accepted login into a session of its user, once, with a new
// id. An acceptance that nobody came back for in time is dropped.
func (s *sessions) finishLogin(old string) (token string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.get(old)
	if one == nil || one.login == nil {
		return "", false
	}
	if !one.login.accepted() {
		return "", false
	}
	got, _ := one.login.look()
	s.remove(sha256.Sum256([]byte(old)))
	if s.now().After(got.ended.Add(claimWithin)) {
		return "", false
	}
	token, one, err := s.create()
	if err != nil {
		return "", false
	}
	one.user = got.user
	return token, true
}

// setTransfer replaces the session's transfer, nil drops it. It reports false when
// the session, or the user's login, is gone.
func (s *sessions) setTransfer(token, user string, a *attempt) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.get(token)
	if one == nil || user == "" || one.user != user {
		return false
	}
	s.drop(one.transfer)
	one.transfer = a
	if a != nil {
		s.byTransaction[a.transaction] = a
	}
	return true
}

// end removes a session.
func (s *sessions) end(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(sha256.Sum256([]byte(token)))
}

// transaction finds the attempt that a callback is about, or nil.
func (s *sessions) transaction(id string) *attempt {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byTransaction[id]
}

// openStream counts an event stream; call done at its end.
func (s *sessions) openStream(token string) (done func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.get(token)
	switch {
	case one == nil:
		return nil, errSessionStreams
	case one.streams >= maxSessionStreams:
		return nil, errSessionStreams
	case s.streams >= maxStreams:
		return nil, errStreams
	}
	one.streams++
	s.streams++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		one.streams--
		s.streams--
	}, nil
}

// The rest is called with the mutex held.

func (s *sessions) get(token string) *session {
	one := s.byID[sha256.Sum256([]byte(token))]
	if token == "" || one == nil || s.over(one) {
		return nil
	}
	return one
}

func (s *sessions) over(one *session) bool {
	now := s.now()
	return now.Sub(one.used) > idleLimit || now.Sub(one.begun) > loginLimit
}

func (s *sessions) create() (token string, one *session, err error) {
	now := s.now()
	if now.Sub(s.swept) > sweepEvery || len(s.byID) >= maxSessions {
		s.swept = now
		for id, one := range s.byID {
			if s.over(one) {
				s.remove(id)
			}
		}
	}
	if len(s.byID) >= maxSessions && !s.makeRoom() {
		return "", nil, errFull
	}
	token = rand.Text()
	one = &session{begun: now, used: now}
	s.byID[sha256.Sum256([]byte(token))] = one
	return token, one, nil
}

// makeRoom removes the session that is unused for longest among those without a
// login: a flood of visitors does not log anybody out.
func (s *sessions) makeRoom() bool {
	var oldest hash
	var found *session
	for id, one := range s.byID {
		if one.user == "" && (found == nil || one.used.Before(found.used)) {
			oldest, found = id, one
		}
	}
	if found != nil {
		s.remove(oldest)
	}
	return found != nil
}

func (s *sessions) remove(id hash) {
	if one := s.byID[id]; one != nil {
		s.drop(one.login)
		s.drop(one.transfer)
		delete(s.byID, id)
	}
}

func (s *sessions) drop(a *attempt) {
	if a != nil {
		delete(s.byTransaction, a.transaction)
	}
}
