package tokenserver_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
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

func TestCallbackFollowsNoRedirect(t *testing.T) {
	portal, elsewhere := newReceiver(t), newReceiver(t)
	bed := calledBack(t, portal)
	p := enrolled(t, newDevice(t, bed))
	for _, status := range []int{301, 302, 303, 307, 308} {
		portal.mu.Lock()
		portal.then = func(w http.ResponseWriter) {
			w.Header().Set("Location", elsewhere.URL+"/callback")
			w.WriteHeader(status)
		}
		portal.mu.Unlock()
		answered(t, p, wire.Accept, portal.URL+"/callback")
		deliver(t, bed.Server)
		if n := len(portal.take()); n != 1 {
			t.Errorf("%d: %d calls", status, n)
		}
	}
	if got := elsewhere.take(); len(got) != 0 {
		t.Errorf("followed: %+v", got)
	}
	portal.mu.Lock()
	portal.then = nil
	portal.mu.Unlock()
	bed.Clock.Move(time.Second)
	deliver(t, bed.Server)
	if n := len(portal.take()); n != 5 {
		t.Errorf("a redirect is no delivery, but %d of 5 are tried again", n)
	}
}

// A callback address may be allowed by mistake: what keeps a cloud's metadata
// is called nevertheless never.
func TestCallbackToInnerAddressRefused(t *testing.T) {
	portal := newReceiver(t)
	targets := []string{
		"http://169.254.169.254/latest/meta-data", "http://[fe80::1]/x", "http://[fd00:ec2::254]/x", "http://[::ffff:169.254.169.254]/x",
		"http://0.0.0.0:80/x", "http://224.0.0.1/x",
	}
	bed := calledBack(t, portal, func(c *tokenserver.Config) { c.Clients[0].CallbackURIs = targets })
	var log bytes.Buffer
	server, err := tokenserver.New(tokenserver.Options{
		Config: bed.Config, Store: bed.Store, Sealer: tokenserver.RandomSealer(), Clock: bed.Clock.Now,
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range targets {
		bed.Start("x", "callback_uri", target+"?key=portals-own-secret")
	}
	bed.Clock.Move(2 * time.Minute)
	if _, err := bed.Store.Sweep(t.Context(), bed.Clock.Now(), 100); err != nil {
		t.Fatal(err)
	}
	deliver(t, server)
	if n := strings.Count(log.String(), "not connected to"); n != len(targets) {
		t.Errorf("%d of %d were refused:\n%s", n, len(targets), log.String())
	}
	for _, secret := range []string{string(bed.Config.Clients[0].CallbackKey.Bytes()), string(bed.Config.Clients[0].Secret.Bytes()), "v1,", "portals-own-secret"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds a secret:\n%s", log.String())
		}
	}
}

// The process dies between answer and callback, and again during the delivery:
// the portal hears of the end, and counts it once by the id.
func TestCallbackSurvivesTheProcess(t *testing.T) {
	portal := newReceiver(t)
	bed := calledBack(t, portal)
	p := enrolled(t, newDevice(t, bed))
	id := answered(t, p, wire.Accept, portal.URL+"/callback")
	again := func() *tokenserver.Server {
		t.Helper()
		server, err := tokenserver.New(tokenserver.Options{Config: bed.Config, Store: bed.Store, Sealer: tokenserver.RandomSealer(), Clock: bed.Clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		return server
	}
	// The first process leases it and dies before it calls.
	if list, err := bed.Store.LeaseCallbacks(t.Context(), bed.Clock.Now(), bed.Clock.Now().Add(30*time.Second), 10); len(list) != 1 || err != nil {
		t.Fatal(list, err)
	}
	// The second dies during the call: the portal has heard it, the server does not know.
	second := again()
	deliver(t, second)
	if len(portal.take()) != 0 {
		t.Fatal("leased and delivered by another")
	}
	bed.Clock.Move(30 * time.Second)
	ctx, die := context.WithCancel(t.Context())
	portal.mu.Lock()
	portal.then = func(w http.ResponseWriter) { die(); panic(http.ErrAbortHandler) }
	portal.mu.Unlock()
	_ = second.DeliverCallbacks(ctx)
	first := portal.take()
	portal.mu.Lock()
	portal.then = nil
	portal.mu.Unlock()

	third := again()
	bed.Clock.Move(time.Minute)
	deliver(t, third)
	deliver(t, third)
	last := portal.take()
	if len(first) != 1 || len(last) != 1 || first[0].id != last[0].id || !strings.Contains(last[0].id, id) {
		t.Errorf("before %+v\nafter %+v", first, last)
	}
}

// The configuration decides at each delivery: an address that was taken off the
// list is not called any more.
func TestCallbackOffTheList(t *testing.T) {
	portal := newReceiver(t)
	bed := calledBack(t, portal)
	p := enrolled(t, newDevice(t, bed))
	answered(t, p, wire.Accept, portal.URL+"/callback")
	for what, edit := range map[string]func(*tokenserver.Config){
		"the address": func(c *tokenserver.Config) { c.Clients[0].CallbackURIs = nil },
		"the client":  func(c *tokenserver.Config) { c.Clients = nil },
	} {
		config := bed.Config
		config.Clients = append([]tokenserver.Client{}, bed.Config.Clients...)
		edit(&config)
		server, err := tokenserver.New(tokenserver.Options{Config: config, Store: bed.Store, Sealer: tokenserver.RandomSealer(), Clock: bed.Clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		bed.Clock.Move(time.Minute)
		deliver(t, server)
		if got := portal.take(); len(got) != 0 {
			t.Errorf("%s was taken off, and called", what)
		}
	}
}

// Many that are due at once are delivered at once, and a large answer does no
// harm.
func TestManyCallbacks(t *testing.T) {
	portal := newReceiver(t)
	portal.then = func(w http.ResponseWriter) { _, _ = w.Write(make([]byte, 1<<20)) }
	bed := calledBack(t, portal)
	const n = 120
	want := map[string]bool{}
	for range n {
		_, id := bed.Start("x", "callback_uri", portal.URL+"/callback")
		want[id] = true
	}
	bed.Clock.Move(2 * time.Minute)
	if _, err := bed.Store.Sweep(t.Context(), bed.Clock.Now(), 1000); err != nil {
		t.Fatal(err)
	}
	deliver(t, bed.Server)
	got := portal.take()
	for _, c := range got {
		var body struct {
			ID string `json:"transaction_id"`
		}
		if err := json.Unmarshal(c.body, &body); err != nil {
			t.Fatal(err)
		}
		delete(want, body.ID)
	}
	if len(got) != n || len(want) != 0 {
		t.Errorf("%d of %d at once, %d never", len(got), n, len(want))
	}
}

// A portal that hangs holds up no other, however many callbacks wait for it.
func TestHangingPortal(t *testing.T) {
	release := make(chan struct{})
	hanging := newReceiver(t)
	hanging.Config.Handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release })
	t.Cleanup(func() { close(release) }) // before the receiver closes
	good := newReceiver(t)
	bed := calledBack(t, hanging, func(c *tokenserver.Config) {
		other := c.Clients[0]
		other.ID, other.CallbackURIs = "other", []string{good.URL + "/callback"}
		c.Clients = append(c.Clients, other)
	})
	begin := bed.Clock.Now()
	add := func(id, client, address string, expires time.Time) {
		t.Helper()
		if err := bed.Store.AddTransaction(t.Context(), tokenserver.Transaction{
			ID: id, ClientID: client, CallbackURI: address + "/callback", Created: begin, Expires: expires,
		}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 300 {
		add(fmt.Sprint("hanging", i), bed.Config.Clients[0].ID, hanging.URL, begin.Add(time.Second))
	}
	add("good", "other", good.URL, begin.Add(2*time.Second))
	for i := 1; i <= 2; i++ { // the hanging ones first
		if _, err := bed.Store.Sweep(t.Context(), begin.Add(time.Duration(i)*time.Second), 1000); err != nil {
			t.Fatal(err)
		}
	}
	bed.Clock.Move(2 * time.Second)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- bed.Server.Run(ctx) }()
	select {
	case <-good.heard:
	case <-time.After(10 * time.Second):
		t.Error("the other portal was not told")
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// Run does the background work: an answer is told at once, an expiry soon.
func TestRun(t *testing.T) {
	portal := newReceiver(t)
	bed := calledBack(t, portal)
	p := enrolled(t, newDevice(t, bed))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- bed.Server.Run(ctx) }()
	hear := func(what string) {
		t.Helper()
		select {
		case <-portal.heard:
		case <-time.After(10 * time.Second):
			t.Fatal("not told: " + what)
		}
	}
	answered(t, p, wire.Accept, portal.URL+"/callback")
	hear("an answer")
	_, id := bed.Start("x", "callback_uri", portal.URL+"/callback")
	bed.Clock.Move(2 * time.Minute)
	hear("an expiry")
	if got, err := bed.Store.Transaction(t.Context(), id); err != nil || got.State != wire.StateExpired {
		t.Errorf("%s, %v", got.State, err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
