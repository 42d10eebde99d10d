// Package servertest runs a whole Token Server for a test: on loopback, in
// memory, with a clock that the test moves and a switch that takes it off the
// network. Go programs that test against Understudy can use it as well.
package servertest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/sealer"
	"github.com/understudy-auth/understudy/core/tokenserver/sqlstore"
	"github.com/understudy-auth/understudy/core/wire"
)

// Clock is a clock that stands still until it is moved.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Move moves the clock.
func (c *Clock) Move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// Bed is a running server and what a portal knows of it.
type Bed struct {
	Origin wire.Origin
	Server *tokenserver.Server // its Run does not run: a test calls what it needs
	Clock  *Clock
	Store  tokenserver.Store
	Config tokenserver.Config

	t      testing.TB
	http   *http.Client
	secret string
	logged lines
	down   atomic.Bool
	after  atomic.Pointer[func(path string)]
}

// New starts a server that is stopped when the test ends. The configuration
// is the demo's with cheap PINs; edit changes it.
func New(t testing.TB, edit ...func(*tokenserver.Config)) *Bed {
	t.Helper()
	store, err := sqlstore.OpenMemory()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	b := &Bed{Clock: &Clock{now: time.Now().Truncate(time.Second)}, Store: store, t: t, http: &http.Client{
		Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}, // a benchmark starts many logins at once
	}}
	t.Cleanup(b.http.CloseIdleConnections)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.Origin, err = wire.ParseOrigin("http://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	b.Config = tokenserver.DefaultConfig()
	b.Config.PublicURL = b.Origin
	b.Config.Test.CheapKDF = true
	for _, e := range edit {
		e(&b.Config)
	}
	b.secret = string(b.Config.Clients[0].Secret.Bytes())
	b.Server, err = tokenserver.New(tokenserver.Options{
		Config: b.Config, Store: store, Sealer: sealer.Random(), Clock: b.Clock.Now, Logger: slog.New(slog.NewMultiHandler(
			slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}),
			slog.NewTextHandler(&b.logged, &slog.HandlerOptions{Level: slog.LevelDebug}),
		)),
	})
	if err != nil {
		t.Fatal(err)
	}
	web := &httptest.Server{Listener: listener, Config: &http.Server{Handler: b.switchable(b.Server.Handler())}}
	web.Start()
	t.Cleanup(web.Close)
	t.Cleanup(b.Server.EndWaiting) // before that
	return b
}

// switchable drops connections while the server is down.
func (b *Bed) switchable(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if b.down.Load() {
			panic(http.ErrAbortHandler)
		}
		if b.after.Load() == nil {
			next.ServeHTTP(w, r)
			return
		}
		recorder := httptest.NewRecorder()
		next.ServeHTTP(recorder, r)
		if f := b.after.Load(); f != nil {
			(*f)(r.URL.Path)
		}
		if b.down.Load() { // went down with the work done and the answer unsent
			panic(http.ErrAbortHandler)
		}
		for key, values := range recorder.Header() {
			w.Header()[key] = values
		}
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(recorder.Body.Bytes())
	})
}

// Logged is everything that the server has logged, on every level.
func (b *Bed) Logged() string { return b.logged.String() }

// lines collects a log.
type lines struct {
	mu  sync.Mutex
	all strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// Down takes the server off the network, or brings it back.
func (b *Bed) Down(down bool) { b.down.Store(down) }

// After calls f when the server has done what a request asked for, and before
// it answers.
func (b *Bed) After(f func(path string)) { b.after.Store(&f) }

// Start starts a login of the demo's first type and returns the OTP and the
// transaction's id. More form fields may be given in pairs.
func (b *Bed) Start(message string, fields ...string) (otp, id string) {
	b.t.Helper()
	form := url.Values{"callback_uri": {""}, "message": {message}, "type": {b.Config.Types[0].Name}}
	form.Del("callback_uri")
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	var started struct {
		TransactionID string `json:"transaction_id"`
		OTP           string `json:"otp"`
	}
	b.portal(http.MethodPost, "/oauth/api/v4/authenticate/user", form, &started)
	return started.OTP, started.TransactionID
}

// State asks for a transaction's state, as a portal does.
func (b *Bed) State(id string) wire.State {
	b.t.Helper()
	var got struct {
		State wire.State `json:"state"`
	}
	b.portal(http.MethodGet, "/oauth/api/v4/authenticate/transactions/"+id, nil, &got)
	return got.State
}

func (b *Bed) portal(method, path string, form url.Values, out any) {
	b.t.Helper()
	req, err := http.NewRequest(method, b.Origin.URL(path), strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.SetBasicAuth(b.Config.Clients[0].ID, b.secret)
	resp, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusOK {
		b.t.Fatal(fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, body))
	}
	if err := json.Unmarshal(body, out); err != nil {
		b.t.Fatal(err)
	}
}

// RegistrationCode makes a code with which a device registers the user, as the
// server's registration page does for whoever has logged in there.
func (b *Bed) RegistrationCode(userID string) wire.Secret {
	b.t.Helper()
	code := wire.SecretString(rand.Text())
	err := b.Store.AddRegistrationCode(context.Background(), tokenserver.RegistrationCode{
		Hash: tokenserver.HashSecret(code), UserID: userID, Expires: b.Clock.Now().Add(10 * time.Minute),
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return code
}
