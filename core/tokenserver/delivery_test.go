package tokenserver_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

// told is the answer to a question that waited.
type told struct {
	reply
	list wire.PendingList
}

func (x told) ids() string {
	var ids []string
	for _, r := range x.list.Requests {
		ids = append(ids, r.TransactionID)
	}
	return strings.Join(ids, " ")
}

// ask asks what waits, and waits itself while that is state.
func (p *profile) ask(t testing.TB, state string, wait time.Duration) (x told) {
	t.Helper()
	question := wire.Pending{Context: p.place(wire.KindPending, ""), Nonce: "nonce", State: state, Wait: wait.Milliseconds()}
	x.reply, _ = p.sealed(t, wire.PathPending, p.seal(t, question), &x.list)
	return x
}

// wait starts to ask, and returns when the server holds the question.
func (p *profile) wait(t testing.TB, state string) <-chan told {
	t.Helper()
	before := p.bed.Server.Waiting()
	answer := p.begin(t, state)
	waits(t, p.bed, before+1)
	return answer
}

// begin starts to ask.
func (p *profile) begin(t testing.TB, state string) <-chan told {
	answer := make(chan told, 1)
	go func() { answer <- p.ask(t, state, time.Minute) }()
	return answer
}

// waits returns when so many wait.
func waits(t testing.TB, bed *servertest.Bed, n int) {
	t.Helper()
	for bed.Server.Waiting() != n {
		if t.Context().Err() != nil {
			t.Fatal("nobody waits")
		}
		runtime.Gosched()
	}
}

func TestDelivery(t *testing.T) {
	bed := servertest.New(t)
	p, q := enrolled(t, newDevice(t, bed)), enrolled(t, newDevice(t, bed))
	first := p.ask(t, "", time.Minute)
	if first.list.Hold != 25_000 || first.list.State == "" || first.list.Held != 0 || len(first.list.Requests) != 0 {
		t.Fatalf("%+v", first.list)
	}
	if again := p.ask(t, first.list.State, 0); again.list.State != first.list.State {
		t.Errorf("%+v", again.list)
	}
	if other := p.ask(t, "another", time.Minute); other.list.State != first.list.State {
		t.Errorf("a list that the device does not have is held back: %+v", other.list)
	}

	// Both devices of the user learn of it; the one that did not ask before too.
	atP, atQ := p.wait(t, first.list.State), q.wait(t, first.list.State)
	id := startPush(t, bed, "login-push")
	gotP, gotQ := <-atP, <-atQ
	if gotP.ids() != id || gotQ.ids() != id || gotP.list.State == first.list.State || gotP.list.Nonce != "nonce" || gotP.list.Hold != 25_000 {
		t.Errorf("%+v, %+v", gotP.list, gotQ.list)
	}
	// Opened by one, it is gone for the other, and no news for the one.
	atP, atQ = p.wait(t, gotP.list.State), q.wait(t, gotQ.list.State)
	_, d, hash := p.claim(t, id)
	if got := <-atQ; got.ids() != "" || got.list.State != first.list.State {
		t.Errorf("%+v", got.list)
	}
	p.answer(t, p.answerTo(d, hash, wire.Accept))
	if got := <-atP; got.ids() != "" {
		t.Errorf("%+v", got.list)
	}
	// Only the device that it is for is told.
	atP, atQ = p.wait(t, first.list.State), q.wait(t, first.list.State)
	only := startPush(t, bed, "login-push", "device_id", q.device.id)
	if got := <-atQ; got.ids() != only {
		t.Errorf("%+v", got.list)
	}
	again := p.begin(t, first.list.State) // asks anew: the question before has no use any more
	if got := <-atP; got.ids() != "" || got.list.State != first.list.State {
		t.Errorf("%+v", got.list)
	}
	// The server shuts down.
	bed.Server.EndWaiting()
	if got := <-again; got.status != 200 || got.ids() != "" || got.list.Hold != 0 {
		t.Errorf("%d %+v", got.status, got.list)
	}
	if got := p.ask(t, first.list.State, time.Minute); got.status != 200 || got.list.Hold != 0 {
		t.Errorf("%d %+v", got.status, got.list)
	}
	waits(t, bed, 0)
}

// Who is no longer logged in, or was removed, is told nothing.
func TestDeliveryToNobody(t *testing.T) {
	bed := servertest.New(t)
	for what, c := range map[string]struct {
		end  func(p *profile)
		code int
	}{
		"logged out": {func(p *profile) {
			call(t, bed, "POST", wire.PathRevoke, formType, form("token", p.access), p.auth())
		}, wire.CodeUserNotAuthenticated},
		"deregistered": {func(p *profile) {
			p.json(t, wire.PathDeregister, wire.Deregister{Version: 1, ProfileID: p.id}, p.auth())
		}, wire.CodeUserNotAuthenticated},
		"token expired": {func(*profile) { bed.Clock.Move(11 * time.Minute) }, wire.CodeUserNotAuthenticated},
	} {
		p, other := enrolled(t, newDevice(t, bed)), enrolled(t, newDevice(t, bed))
		answer := p.wait(t, p.ask(t, "", 0).list.State)
		c.end(p)
		startPush(t, bed, "login-push", "device_id", other.device.id)
		if got := <-answer; got.code() != c.code || len(got.list.Requests) != 0 {
			t.Errorf("%s: %d %s", what, got.status, got.body)
		}
		bed.Clock.Move(time.Hour)
	}
}

// A caller that goes away leaves its place.
func TestDeliveryCallerGone(t *testing.T) {
	bed := servertest.New(t)
	p := enrolled(t, newDevice(t, bed))
	body := p.seal(t, wire.Pending{Context: p.place(wire.KindPending, ""), Nonce: "n", State: p.ask(t, "", 0).list.State, Wait: 60_000})
	ctx, leave := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, "POST", bed.Origin.URL(wire.PathPending), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", wire.ContentSealed)
	bearer(p.access)(req)
	gone := make(chan error, 1)
	go func() {
		_, err := web.Do(req)
		gone <- err
	}()
	waits(t, bed, 1)
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	waits(t, bed, 0)
}

func TestDeliveryOff(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) { c.Push.Hold = 0 })
	p := enrolled(t, newDevice(t, bed))
	state := p.ask(t, "", time.Minute).list.State
	if got := p.ask(t, state, time.Minute); got.list.Hold != 0 || got.status != 200 {
		t.Errorf("%+v", got.list)
	}
	for _, wait := range []int64{-1, -1 << 62, 1 << 62} {
		question := wire.Pending{Context: p.place(wire.KindPending, ""), Nonce: "nonce", State: state, Wait: wait}
		if r, _ := p.sealed(t, wire.PathPending, p.seal(t, question), new(wire.PendingList)); r.status != 200 {
			t.Errorf("%d %s", r.status, r.body)
		}
	}
}

// A question waits for longer than the server's usual limits of a request.
func TestDeliveryPatience(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) { c.Push.Hold = time.Second })
	p := enrolled(t, newDevice(t, bed))
	state := p.ask(t, "", 0).list.State
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	strict := &http.Server{Handler: bed.Server.Handler(), ReadTimeout: 200 * time.Millisecond, WriteTimeout: 200 * time.Millisecond}
	go func() { _ = strict.Serve(listener) }()
	t.Cleanup(func() { _ = strict.Close() })
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, listener.Addr().String())
	}}}
	body := p.seal(t, wire.Pending{Context: p.place(wire.KindPending, ""), Nonce: "n", State: state, Wait: 60_000})
	req, err := http.NewRequestWithContext(t.Context(), "POST", bed.Origin.URL(wire.PathPending), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", wire.ContentSealed)
	bearer(p.access)(req)
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got, err := io.ReadAll(resp.Body); resp.StatusCode != 200 || err != nil {
		t.Errorf("%s %s %v", resp.Status, got, err)
	}
}
