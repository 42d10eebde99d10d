package tokenserver_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

// delivery is one callback as a portal gets it.
type delivery struct {
	method, path, contentType string
	id, timestamp, signature  string
	body                      []byte
}

// receiver is a portal's callback endpoint.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []delivery
	status int
	then   func(w http.ResponseWriter)
	heard  chan struct{}
}

func newReceiver(t testing.TB) *receiver {
	r := &receiver{status: http.StatusNoContent, heard: make(chan struct{}, 1000)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got = append(r.got, delivery{
			q.Method, q.URL.Path, q.Header.Get("Content-Type"),
			q.Header.Get(wire.HeaderWebhookID), q.Header.Get(wire.HeaderWebhookTimestamp), q.Header.Get(wire.HeaderWebhookSignature), body,
		})
		r.heard <- struct{}{}
		if r.then != nil {
			r.then(w)
			return
		}
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) set(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

// take returns what came since the last time.
func (r *receiver) take() []delivery {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := r.got
	r.got = nil
	return got
}

// calledBack starts a bed whose portal is at the receiver.
func calledBack(t testing.TB, r *receiver, edit ...func(*tokenserver.Config)) *servertest.Bed {
	return servertest.New(t, append([]func(*tokenserver.Config){func(c *tokenserver.Config) {
		c.Clients[0].CallbackURIs = []string{r.URL + "/callback"}
	}}, edit...)...)
}

func deliver(t testing.TB, s *tokenserver.Server) {
	t.Helper()
	if err := s.DeliverCallbacks(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// answered starts a login and answers it.
func answered(t testing.TB, p *profile, decision wire.Decision, callback string) (id string) {
	t.Helper()
	otp, id := p.bed.Start("x", "callback_uri", callback)
	_, d, hash := p.redeem(t, otp)
	if r, _ := p.answer(t, p.answerTo(d, hash, decision)); r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.body)
	}
	return id
}

func TestCallbackIsSigned(t *testing.T) {
	portal := newReceiver(t)
	bed := calledBack(t, portal)
	p := enrolled(t, newDevice(t, bed))
	key := bed.Config.Clients[0].CallbackKey.Secret
	now := bed.Clock.Now()
	for decision, state := range map[wire.Decision]string{wire.Accept: "accepted", wire.Deny: "denied"} {
		id := answered(t, p, decision, portal.URL+"/callback/deep")
		deliver(t, bed.Server)
		deliver(t, bed.Server)
		got := portal.take()
		if len(got) != 1 {
			t.Fatalf("%d callbacks", len(got))
		}
		c := got[0]
		if c.method != "POST" || c.path != "/callback/deep" || c.contentType != jsonType || !strings.Contains(c.id, id) {
			t.Errorf("%+v", c)
		}
		if want := `{"transaction_id":"` + id + `","state":"` + state + `","user_id":"anna"}`; string(c.body) != want {
			t.Errorf("%s; want %s", c.body, want)
		}
		if err := wire.VerifyWebhook(key, c.id, c.timestamp, c.signature, c.body, now); err != nil {
			t.Error(err)
		}
		for what, err := range map[string]error{
			"a changed body": wire.VerifyWebhook(key, c.id, c.timestamp, c.signature, bytes.Replace(c.body, []byte("anna"), []byte("bert"), 1), now),
			"another key":    wire.VerifyWebhook(wire.SecretString(longText), c.id, c.timestamp, c.signature, c.body, now),
			"six minutes on": wire.VerifyWebhook(key, c.id, c.timestamp, c.signature, c.body, now.Add(6*time.Minute)),
		} {
			if err == nil {
				t.Errorf("%s passes", what)
			}
		}
	}
}

// Every end is told, also those that nobody decided.
func TestCallbackOfOtherEnds(t *testing.T) {
	portal := newReceiver(t)
	bed := calledBack(t, portal)
	p := enrolled(t, newDevice(t, bed))
	otp, failed := bed.Start("x", "callback_uri", portal.URL+"/callback")
	p.redeem(t, otp)
	p.json(t, wire.PathDeregister, wire.Deregister{Version: 1, ProfileID: p.id}, p.auth())
	_, expired := bed.Start("x", "callback_uri", portal.URL+"/callback")
	bed.Clock.Move(2*time.Minute - time.Millisecond)
	sweep := func() {
		t.Helper()
		if _, err := bed.Store.Sweep(t.Context(), bed.Clock.Now(), 100); err != nil {
			t.Fatal(err)
		}
		deliver(t, bed.Server)
	}
	sweep()
	if got := portal.take(); len(got) != 1 || string(got[0].body) != `{"transaction_id":"`+failed+`","state":"failed","user_id":"anna"}` {
		t.Errorf("%s", got)
	}
	bed.Clock.Move(time.Millisecond)
	sweep()
	if got := portal.take(); len(got) != 1 || string(got[0].body) != `{"transaction_id":"`+expired+`","state":"expired"}` {
		t.Errorf("%s", got)
	}
	bed.Start("no callback asked for")
	bed.Clock.Move(time.Hour)
	sweep()
	if got := portal.take(); len(got) != 0 {
		t.Errorf("%s", got)
	}
}

func TestCallbackIsRetriedAndGivenUp(t *testing.T) {
	portal := newReceiver(t)
	bed := calledBack(t, portal)
	p := enrolled(t, newDevice(t, bed))
	answered(t, p, wire.Accept, portal.URL+"/callback")
	ids := map[string]bool{}
	next := func() int {
		t.Helper()
		deliver(t, bed.Server)
		got := portal.take()
		for _, c := range got {
			ids[c.id] = true
			if err := wire.VerifyWebhook(bed.Config.Clients[0].CallbackKey.Secret, c.id, c.timestamp, c.signature, c.body, bed.Clock.Now()); err != nil {
				t.Error(err) // signed anew, or it would be too old by now
			}
		}
		return len(got)
	}
	portal.set(http.StatusInternalServerError)
	if next() != 1 {
		t.Fatal("not delivered")
	}
	pauses := []time.Duration{
		time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute,
		30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour,
	}
	for i, pause := range pauses {
		bed.Clock.Move(pause - time.Millisecond)
		if n := next(); n != 0 {
			t.Fatalf("retry %d came early", i+1)
		}
		bed.Clock.Move(time.Millisecond)
		if n := next(); n != 1 {
			t.Fatalf("retry %d did not come", i+1)
		}
	}
	bed.Clock.Move(1000 * time.Hour)
	if n := next(); n != 0 {
		t.Error("not given up")
	}
	if len(ids) != 1 {
		t.Errorf("one callback with %d ids", len(ids))
	}

	answered(t, freshLogin(t, p), wire.Accept, portal.URL+"/callback")
	next()
	portal.set(http.StatusOK)
	bed.Clock.Move(time.Second)
	if next() != 1 {
		t.Error("no retry")
	}
	bed.Clock.Move(1000 * time.Hour)
	if next() != 0 {
		t.Error("delivered, and retried")
	}
}

// freshLogin gives the profile a new access token.
func freshLogin(t testing.TB, p *profile) *profile {
	t.Helper()
	var got tokens
	p.login(t, testPIN).into(t, &got)
	p.access = got.Access
	return p
}
