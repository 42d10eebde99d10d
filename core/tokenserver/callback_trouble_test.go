package tokenserver_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/sealer"
	"github.com/understudy-auth/understudy/core/wire"
)

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
		Config: bed.Config, Store: bed.Store, Sealer: sealer.Random(), Clock: bed.Clock.Now,
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
		server, err := tokenserver.New(tokenserver.Options{Config: bed.Config, Store: bed.Store, Sealer: sealer.Random(), Clock: bed.Clock.Now})
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
		server, err := tokenserver.New(tokenserver.Options{Config: config, Store: bed.Store, Sealer: sealer.Random(), Clock: bed.Clock.Now})
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
