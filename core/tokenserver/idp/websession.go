package idp

import (
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"sync"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	passLife    = time.Minute
	sessionLife = time.Hour
	maxKept     = 10_000 // passes, and sessions; each takes some hundred bytes
)

// kept holds what random secrets stand for, by their hashes, for a while and in
// memory: who restarts the server logs browsers out.
type kept[T any] struct {
	mu      sync.Mutex
	entries map[[sha256.Size]byte]keptEntry[T]
}

type keptEntry[T any] struct {
	value   T
	expires time.Time
}

// add keeps a value and gives the secret for it. ErrFull.
func (k *kept[T]) add(value T, now time.Time, life time.Duration) (wire.Secret, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.entries) >= maxKept {
		for hash, e := range k.entries {
			if !now.Before(e.expires) {
				delete(k.entries, hash)
			}
		}
		if len(k.entries) >= maxKept {
			return wire.Secret{}, ErrFull
		}
	}
	if k.entries == nil {
		k.entries = map[[sha256.Size]byte]keptEntry[T]{}
	}
	text := rand.Text()
	k.entries[sha256.Sum256([]byte(text))] = keptEntry[T]{value, now.Add(life)}
	return wire.SecretString(text), nil
}

// get finds what a secret stands for; take does so once.
func (k *kept[T]) get(secret string, now time.Time) (value T, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	e, ok := k.entries[sha256.Sum256([]byte(secret))]
	if !ok || !now.Before(e.expires) {
		return value, false
	}
	return e.value, true
}

func (k *kept[T]) take(secret string, now time.Time) (value T, ok bool) {
	value, ok = k.get(secret, now)
	k.mu.Lock()
	defer k.mu.Unlock()
	hash := sha256.Sum256([]byte(secret))
	_, there := k.entries[hash]
	delete(k.entries, hash)
	return value, ok && there
}

// sessionCookie is named like the login form's, for the same reasons.
func (p *Provider) sessionCookie() string { return p.cookieName() + "-session" }

// startSession logs the browser in as a user.
func (p *Provider) startSession(w http.ResponseWriter, user User) error {
	id, err := p.sessions.add(user, p.clock(), sessionLife)
	if err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{
		Name: p.sessionCookie(), Value: string(id.Bytes()), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: p.origin.IsEncrypted(), MaxAge: int(sessionLife.Seconds()),
	})
	return nil
}

// sessionUser is who is logged in in the browser.
func (p *Provider) sessionUser(r *http.Request) (User, bool) {
	c, err := r.Cookie(p.sessionCookie())
	if err != nil || c.Value == "" {
		return User{}, false
	}
	return p.sessions.get(c.Value, p.clock())
}

// sessionName is what a page calls that user, "" where there is none.
func (p *Provider) sessionName(r *http.Request) string {
	user, _ := p.sessionUser(r)
	return user.ShownName()
}

// sessionPage says who is logged in in the browser.
func (p *Provider) sessionPage(w http.ResponseWriter, r *http.Request) {
	p.show(w, http.StatusOK, "session.html", page{Title: "Who is logged in here", Session: p.sessionName(r), FormToken: p.formToken(w, r)})
}

// endSession logs the browser out.
func (p *Provider) endSession(w http.ResponseWriter, r *http.Request) {
	_, bound, err := p.readLoginForm(w, r)
	if err == nil && !bound {
		err = problemForm
	}
	if err != nil {
		p.failPage(w, r, err)
		return
	}
	if c, err := r.Cookie(p.sessionCookie()); err == nil {
		p.sessions.take(c.Value, p.clock())
	}
	http.Redirect(w, r, pathSession, http.StatusSeeOther)
}
