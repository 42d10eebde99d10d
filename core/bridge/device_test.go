package bridge_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/understudy-auth/understudy/core/bridge"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// THREATS T32, A9: a device is its origin's, whatever name another one gives.
func TestWhoseDevice(t *testing.T) {
	b := newBed(t, func(o *bridge.Options, _ *tokenserver.Config) { o.Share = []string{"ours"} })
	mine := b.open(origin, "?device=anna")
	id := mine.register()
	if got := b.open(otherOrigin, "?device=anna").profiles(); len(got) != 0 {
		t.Errorf("another origin sees %v", got)
	}
	if got := b.open(origin, "?device=bert").profiles(); len(got) != 0 {
		t.Errorf("another device has %v", got)
	}
	if got := b.open(origin, "").profiles(); len(got) != 0 {
		t.Errorf("the device without a name has %v", got)
	}
	program, _, err := b.dial("?device=anna", http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		t.Fatal(err)
	}
	if got := program.profiles(); len(got) != 0 {
		t.Errorf("a program sees a page's %v", got)
	}
	if got := b.open(origin, "?device=anna").profiles(); !slices.Equal(got, []string{id}) {
		t.Errorf("the same device has %v, want %s", got, id)
	}

	shared := b.open(origin, "?device=ours").register()
	if got := b.open(otherOrigin, "?device=ours").profiles(); !slices.Equal(got, []string{shared}) {
		t.Errorf("the shared device has %v, want %s", got, shared)
	}
	if got := b.bridge.Devices(); len(got) != 6 || got[0] != (bridge.Info{Name: "anna", Pages: 1}) || got[1] != (bridge.Info{Name: "ours", Pages: 2, LoggedIn: shared}) {
		t.Errorf("devices %v", got)
	}
}

// A reload is the same phone: who was logged in still is, and what was open
// ended with 9006.
func TestReload(t *testing.T) {
	b := newBed(t)
	p := b.open(origin, "")
	id := p.register()
	p.call("OneginiChangePinClient", "start").event("onPinRequest")
	p.close()
	p = b.open(origin, "")
	if p.loggedIn() != id {
		t.Error("the reload logged out")
	}
	change := p.call("OneginiChangePinClient", "start").answer()
	for change.Value != nil && strings.Contains(string(change.Value), "9007") { // the page before is still going
		change = p.call("OneginiChangePinClient", "start").answer()
	}
	if !strings.Contains(string(change.Value), "onPinRequest") {
		t.Errorf("a new flow: %s", change.Value)
	}
}

// A page that goes away in the middle of a registration leaves nothing.
func TestGoneInTheMiddle(t *testing.T) {
	b := newBed(t)
	p := b.open(origin, "")
	start := p.call("OneginiUserRegistrationClient", "start", obj{})
	start.event("onRegistrationRequest")
	start.event("onCreatePinRequest")
	p.close()
	q := b.open(origin, "")
	for { // until the bridge has seen that the page is gone
		if r := q.call("OneginiUserRegistrationClient", "start", obj{}); r.answer().Keep {
			r.event("onCreatePinRequest")
			break
		}
	}
	q.call("OneginiUserRegistrationClient", "createPin", obj{"pin": goodPIN}).event("onSuccess")
	if got := q.profiles(); len(got) != 1 {
		t.Errorf("profiles %v", got)
	}
}

// Two pages on one device see the same, and one can do what the other began to.
func TestTwoPagesOnOneDevice(t *testing.T) {
	b := newBed(t)
	p, q := b.open(origin, ""), b.open(origin, "")
	id := p.register()
	if q.loggedIn() != id {
		t.Error("the other page knows of no login")
	}
	// Flows are a page's own: what one waits for, the other does not answer.
	login := p.call("OneginiUserAuthenticationClient", "authenticate", obj{"profileId": id})
	login.event("onPinRequest")
	q.call("OneginiUserAuthenticationClient", "providePin", obj{"pin": goodPIN}).fails(8008)
	q.call("OneginiUserAuthenticationClient", "cancelFlow").fails(8008)
	p.call("OneginiUserAuthenticationClient", "providePin", obj{"pin": goodPIN}).event("onSuccess")
	q.call("OneginiUserAuthenticationClient", "logout").ok()
	if p.loggedIn() != "" {
		t.Error("the page does not know of the logout")
	}
	// Both at once: whatever comes first, nothing is lost or doubled.
	var both sync.WaitGroup
	for _, page := range []*page{p, q} {
		both.Go(func() {
			for range 20 {
				page.call("OneginiUserRegistrationClient", "getUserProfiles").ok()
			}
		})
	}
	both.Wait()
}

// The plugin knows one user at a time: when another one logs in, the one before is
// logged out, here and at the server.
func TestOneUserAtATime(t *testing.T) {
	b := newBed(t)
	p := b.open(origin, "")
	anna := p.register()
	var revoked atomic.Int32
	b.After(func(path string) {
		if path == wire.PathRevoke {
			revoked.Add(1)
		}
	})
	b.phone.user = "bert"
	bert := p.register()
	if got := p.loggedIn(); got != bert {
		t.Errorf("%q is logged in, not %q", got, bert)
	}
	if n := revoked.Load(); n != 1 {
		t.Errorf("the server heard of %d logouts", n)
	}
	p.call("OneginiUserAuthenticationClient", "authenticate", obj{"profileId": anna}).event("onPinRequest")
	p.call("OneginiUserAuthenticationClient", "providePin", obj{"pin": goodPIN}).event("onSuccess")
	if got := p.loggedIn(); got != anna || revoked.Load() != 2 {
		t.Errorf("%q is logged in after %d logouts", got, revoked.Load())
	}
}

// The user of a device is logged out when no page has been there for a while.
func TestClosedApp(t *testing.T) {
	b := newBed(t, func(o *bridge.Options, _ *tokenserver.Config) { o.Linger = time.Nanosecond })
	revoked := make(chan struct{}, 1)
	b.After(func(path string) {
		if path == wire.PathRevoke {
			revoked <- struct{}{}
		}
	})
	p := b.open(origin, "")
	id := p.register()
	p.close()
	select {
	case <-revoked:
	case <-time.After(patience):
		t.Fatal("nobody was logged out")
	}
	p = b.open(origin, "")
	if who := p.loggedIn(); who != "" || !slices.Equal(p.profiles(), []string{id}) {
		t.Errorf("logged in %q, profiles %v", who, p.profiles())
	}
}

// Whoever stands beside the bridge sees what the device does and waits for, and
// what the app asks, without its secrets.
func TestBeside(t *testing.T) {
	b := newBed(t)
	p := b.open(origin, "")
	id := p.register()
	p.call("OneginiUserAuthenticationClient", "logout").ok()
	b.bridge.Airplane(bridge.Info{Origin: origin, Name: "default"}, true)
	p.close()
	b.bridge.Close()
	b.phone.mu.Lock()
	defer b.phone.mu.Unlock()
	on := bridge.Info{Origin: origin, Name: "default", Pages: 1}
	pin, in, off := on, on, on
	pin.Waits, in.LoggedIn, off.Airplane = "onCreatePinRequest", id, true
	gone := off
	gone.Pages = 0
	if want := []bridge.Info{on, pin, on, in, on, off, gone}; !slices.Equal(slices.Compact(b.phone.changes), want) {
		t.Errorf("told %+v\nwant %+v", b.phone.changes, want)
	}
	var asked []string
	for _, a := range b.phone.asked {
		asked = append(asked, a.Action)
	}
	if want := []string{"start", "createPin", "logout"}; !slices.Equal(asked, want) {
		t.Errorf("asked %v", asked)
	}
}

func TestLimits(t *testing.T) {
	b := newBed(t)
	for i := range bridge.MaxDevices {
		b.open(origin, fmt.Sprintf("?device=d%d", i))
	}
	refused := func(from, query, reason string) {
		t.Helper()
		_, resp, err := b.dial(query, http.Header{"Origin": {from}}, "understudy.token."+token)
		if err == nil || resp == nil || resp.StatusCode != http.StatusServiceUnavailable {
			t.Fatalf("%v %v", resp, err)
		}
		if body := bodyOf(t, resp); !strings.Contains(body, reason) {
			t.Errorf("%q", body)
		}
	}
	refused(origin, "?device=one-more", "16 devices")
	last := b.open(otherOrigin, "?device=one-more")
	for range bridge.MaxPages - bridge.MaxDevices - 1 {
		last = b.open(origin, "?device=d0")
	}
	refused(otherOrigin, "", "200 pages")
	last.close()
	for { // until the bridge has seen it
		if p, _, err := b.dial("?device=d1", http.Header{"Origin": {origin}}, "understudy.token."+token); err == nil {
			p.call("OneginiClient", "start").ok()
			return
		}
	}
}

func TestAirplaneMode(t *testing.T) {
	b := newBed(t)
	p := b.open(origin, "")
	p.register()
	on := bridge.Info{Origin: origin, Name: "default"}
	if b.bridge.Airplane(bridge.Info{Origin: otherOrigin, Name: "default"}, true) || !b.bridge.Airplane(on, true) {
		t.Error("the wrong device")
	}
	p.call("OneginiMobileAuthClient", "enroll").fails(wire.CodeNoNetwork)
	b.bridge.Airplane(on, false)
	p.call("OneginiMobileAuthClient", "enroll").ok()
	b.Down(true)
	p.call("OneginiMobileAuthClient", "enroll").fails(wire.CodeServerNotReachable)
}

func TestReset(t *testing.T) {
	b := newBed(t)
	p := b.open(origin, "")
	p.register()
	b.Down(true) // the server need not hear of it
	p.call("OneginiClient", "reset").ok()
	b.Down(false)
	if got := p.profiles(); len(got) != 0 || p.loggedIn() != "" {
		t.Errorf("left %v", got)
	}
	p.register()
}

// With a store, devices outlive the bridge, each in a place of its own.
func TestStore(t *testing.T) {
	root, secrets := t.TempDir(), vault.NewMemory()
	ids := map[string]bool{}
	keep := func(o *bridge.Options, _ *tokenserver.Config) {
		o.Store = func(id string) (vault.Vault, *safefile.Dir, error) {
			ids[id] = true
			files, err := safefile.Open(root + "/" + id)
			return vault.Namespace(secrets, id+"/"), files, err
		}
	}
	b := newBed(t, keep)
	p := b.open(origin, "?device=kept")
	id := p.register()
	b.open(otherOrigin, "?device=kept").profiles()
	b.bridge.Close()
	if <-p.gone; websocket.CloseStatus(p.end) != websocket.StatusGoingAway {
		t.Errorf("the page was told %v", p.end)
	}
	if len(ids) != 2 {
		t.Errorf("places %v", ids)
	}
	for place := range ids {
		if strings.Trim(place, "0123456789abcdef") != "" {
			t.Errorf("a place is called %q", place)
		}
	}
	again := newBed(t, keep)
	if got := again.open(origin, "?device=kept").profiles(); !slices.Equal(got, []string{id}) {
		t.Errorf("profiles %v, want %s", got, id)
	}
	if _, _, err := b.dial("", http.Header{"Origin": {origin}}, "understudy.token."+token); err == nil {
		t.Error("a closed bridge lets pages in")
	}
}
