package portal

import (
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

func textLogger(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// Another session, or none, sees nothing of an attempt.
func TestForeignSession(t *testing.T) {
	b := newBed(t)
	ada, mallory, nobody := b.browser(), b.browser(), b.browser()
	id := ada.post("/login").attemptID(t)
	mallory.post("/login")
	mine, _ := b.server.last()
	for _, br := range []*browser{mallory, nobody} {
		for _, path := range []string{"/status", "/status/events", "/qr.png"} {
			br.get(path+"?a="+id).must(t, 404, path)
		}
	}
	for _, path := range []string{"/status", "/status/events", "/qr.png"} {
		nobody.get(path).must(t, 404, path)
	}
	if got := mallory.get("/qr.png").must(t, 200, "/qr.png"); got.body == ada.get("/qr.png").must(t, 200, "/qr.png").body {
		t.Error("two sessions see the same code")
	}
	b.server.mu.Lock()
	b.server.states["transaction-00000001"]["state"], b.server.states["transaction-00000001"]["user_id"] = wire.StateAccepted, "ada"
	b.server.mu.Unlock()
	if mine != "transaction-00000002" {
		t.Fatal("the test watches the wrong transaction")
	}
	ada.get("/status?a="+id).must(t, 200, "/status", "You accepted as ada.")
	mallory.get("/login").must(t, 200, "/login", "Scan the code")
	mallory.get("/home").must(t, 200, "/")
	nobody.get("/home").must(t, 200, "/", "Log in with a QR code")
	ada.get("/home").must(t, 200, "/home", "ada")
}

func TestSessionIDChanges(t *testing.T) {
	b := newBed(t)

	// Mallory begins a session and plants its id in Ada's browser.
	mallory, ada := b.browser(), b.browser()
	mallory.post("/login")
	planted := mallory.cookie()
	ada.setCookie(planted)

	id := ada.post("/login").attemptID(t)
	begun := ada.cookie()
	if begun == planted {
		t.Fatal("the start of a login keeps the id")
	}
	mallory.get("/status?a="+id).must(t, 404, "/status")
	mallory.get("/").must(t, 200, "/", "Log in with a QR code")

	b.server.set(wire.StateAccepted, "ada")
	ada.get("/login").must(t, 200, "/home")
	loggedIn := ada.cookie()
	if loggedIn == begun || loggedIn == "" {
		t.Fatal("the login keeps the id")
	}
	for _, old := range []string{planted, begun} {
		mallory.setCookie(old)
		mallory.get("/home").must(t, 200, "/")
	}

	ada.post("/logout").must(t, 200, "/")
	if ada.cookie() != "" {
		t.Error("the cookie is still there after logout")
	}
	mallory.setCookie(loggedIn)
	mallory.get("/home").must(t, 200, "/", "Log in with a QR code")

	// A second cookie of the same name makes both worthless.
	again := b.logIn("ada")
	req, _ := http.NewRequest(http.MethodGet, b.http.URL+"/home", nil)
	req.Header.Set("Cookie", fmt.Sprintf("%s=%s; %[1]s=x", b.portal.sessions.cookie, again.cookie()))
	b.browser().do(req).must(t, 200, "/")
}

func TestSessionsEnd(t *testing.T) {
	b := newBed(t)
	br := b.logIn("ada")
	for range 8 {
		b.clock.forward(59 * time.Minute)
		br.get("/home").must(t, 200, "/home")
	}
	b.clock.forward(10 * time.Minute) // past eight hours, however much it is used
	br.get("/home").must(t, 200, "/")

	br = b.logIn("ada")
	b.clock.forward(idleLimit + time.Second)
	br.get("/home").must(t, 200, "/")

	// An acceptance does not wait for ever.
	br = b.browser()
	br.post("/login")
	b.server.set(wire.StateAccepted, "ada")
	br.get("/status").must(t, 200, "/status", "accepted")
	b.clock.forward(claimWithin + time.Second)
	br.get("/home").must(t, 200, "/")
	br.get("/login").must(t, 200, "/")
}

func TestSessionsAreBounded(t *testing.T) {
	now := &clock{now: time.Unix(0, 0)}
	s := newSessions(now.Now, wire.Origin{})
	attempt := func(i int) *attempt { return &attempt{transaction: fmt.Sprint(i)} }

	first, err := s.startLogin("", attempt(-1))
	if err != nil {
		t.Fatal(err)
	}
	user, err := s.startLogin("", attempt(-2))
	if err != nil {
		t.Fatal(err)
	}
	s.byID[sha256.Sum256([]byte(user))].user = "ada"
	for i := range maxSessions + 10 {
		now.forward(time.Microsecond)
		if _, err := s.startLogin("", attempt(i)); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.byID) != maxSessions || len(s.byTransaction) > maxSessions {
		t.Errorf("%d sessions, %d transactions", len(s.byID), len(s.byTransaction))
	}
	if _, ok := s.visitor(first); ok {
		t.Error("the oldest visitor is still there")
	}
	if v, _ := s.visitor(user); v.user != "ada" {
		t.Error("a flood of visitors logged somebody out")
	}

	for _, one := range s.byID {
		one.user = "somebody"
	}
	if _, err := s.startLogin("", attempt(0)); err != errFull {
		t.Errorf("full of users: %v", err)
	}
	now.forward(idleLimit + time.Second)
	if _, err := s.startLogin("", attempt(0)); err != nil || len(s.byID) != 1 || len(s.byTransaction) != 1 {
		t.Errorf("after the sweep: %v, %d sessions, %d transactions", err, len(s.byID), len(s.byTransaction))
	}
}

func TestStreamsAreBounded(t *testing.T) {
	s := newSessions(time.Now, wire.Origin{})
	var done []func()
	open := func(token string) error {
		d, err := s.openStream(token)
		if err == nil {
			done = append(done, d)
		}
		return err
	}
	var token string
	for i := range maxStreams {
		if i%maxSessionStreams == 0 {
			token, _ = s.startLogin("", &attempt{transaction: fmt.Sprint(i)})
		}
		if err := open(token); err != nil {
			t.Fatalf("stream %d: %v", i, err)
		}
	}
	if err := open(token); err != errSessionStreams {
		t.Errorf("the sixth of a session: %v", err)
	}
	token, _ = s.startLogin("", &attempt{transaction: "x"})
	if err := open(token); err != errStreams {
		t.Errorf("the thousand and first: %v", err)
	}
	done[0]()
	if err := open(token); err != nil {
		t.Errorf("after one closed: %v", err)
	}
	if err := open("nobody's"); err == nil || !strings.Contains(err.Error(), "browser") {
		t.Errorf("without a session: %v", err)
	}
}
