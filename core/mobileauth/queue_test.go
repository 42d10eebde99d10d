package mobileauth_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

// put is a request that a receiver was asked, and how to answer it.
type put struct {
	mobileauth.Request
	ctx    context.Context
	answer chan<- error // nil accepts
}

// desk is a receiver that a test plays.
type desk struct {
	asked chan put
	done  chan mobileauth.Result
	ended chan error
}

func newDesk() *desk {
	return &desk{make(chan put, 10), make(chan mobileauth.Result, 10), make(chan error, 10)}
}

func (d *desk) receiver() mobileauth.Receiver {
	return mobileauth.Receiver{
		Ask: func(ctx context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
			answer := make(chan error)
			d.asked <- put{r, ctx, answer}
			select {
			case err := <-answer:
				if r.PIN != nil {
					r.PIN.Give(wire.SecretString(testPIN))
				}
				return wire.Accept, err
			case <-ctx.Done():
				return "", context.Cause(ctx)
			}
		},
		Done: func(r mobileauth.Result, err error) {
			d.done <- r
			d.ended <- err
		},
	}
}

func (d *desk) register(t *testing.T, q *mobileauth.Queue, m mobileauth.Method) (remove func()) {
	t.Helper()
	remove, err := q.Register(m, d.receiver())
	if err != nil {
		t.Fatal(err)
	}
	return remove
}

// accept accepts the next request, which is to be this one.
func (d *desk) accept(t *testing.T, id, method string) {
	t.Helper()
	got := <-d.asked
	if got.TransactionID != id || got.Method != method {
		t.Errorf("asked for %s %s; want %s %s", got.TransactionID, got.Method, id, method)
	}
	got.answer <- nil
	if result, err := <-d.done, <-d.ended; err != nil || result.State != wire.StateAccepted || result.Request.TransactionID != id {
		t.Errorf("%+v, %v", result, err)
	}
}

// next is a push that is later than those before.
func next(bed *servertest.Bed, kind string) string {
	bed.Clock.Move(time.Second)
	return push(bed, kind, "x")
}

// nobody is asked.
func (d *desk) idle(t *testing.T) {
	t.Helper()
	if len(d.asked) > 0 {
		t.Errorf("asked: %+v", (<-d.asked).Request)
	}
}

// Requests are answered one at a time, in their order; each waits for a receiver
// of its method, and is not opened before.
func TestQueue(t *testing.T) {
	bed := servertest.New(t, noPauses)
	p := enrolledPhone(t, bed)
	q := p.NewQueue()
	confirm, withPIN := newDesk(), newDesk()
	first, second, third := next(bed, tokenserver.DemoPush), next(bed, tokenserver.DemoPushPIN), next(bed, tokenserver.DemoPush)
	list := p.waiting(t)
	q.Take(t.Context(), list)
	q.Take(t.Context(), list) // once more, as a watcher tells
	if got := []wire.State{bed.State(first), bed.State(second)}; slices.Contains(got, wire.StateClaimed) {
		t.Errorf("opened, and nobody can be asked: %v", got)
	}
	withPINGone := withPIN.register(t, q, mobileauth.MethodPIN)
	withPINGone()
	withPINGone()
	confirm.register(t, q, mobileauth.MethodConfirmation)
	confirm.accept(t, first, wire.MethodPush)
	withPIN.idle(t)
	confirm.idle(t)
	if got := bed.State(third); got != wire.StateInitialized {
		t.Errorf("out of its turn: %s", got)
	}
	withPIN.register(t, q, mobileauth.MethodPIN)
	withPIN.accept(t, second, wire.MethodPushPIN)
	confirm.accept(t, third, wire.MethodPush)
	q.Take(t.Context(), p.waiting(t))
	confirm.idle(t)

	for _, m := range []mobileauth.Method{"", "push", "Confirmation"} {
		_, err := q.Register(m, confirm.receiver())
		wantCode(t, err, wire.CodeInvalidMethod)
	}
}

// What falls back to the PIN goes on at the receiver for PINs, in the same turn.
func TestQueueFallsBack(t *testing.T) {
	bed := servertest.New(t, withFingers)
	p := fingerPhone(t, bed, rule(t, "removed"))
	q := p.NewQueue()
	finger, withPIN := newDesk(), newDesk()
	id := push(bed, fingerType, "x")
	q.Take(t.Context(), p.waiting(t))
	finger.register(t, q, mobileauth.MethodFingerprint)
	got := <-finger.asked
	if got.Method != wire.MethodPushFingerprint || got.TransactionID != id {
		t.Errorf("%+v", got.Request)
	}
	got.answer <- nil
	withPIN.register(t, q, mobileauth.MethodPIN)
	withPIN.accept(t, id, wire.MethodPushPIN)
	if len(finger.done) > 0 {
		t.Error("the end was told to who was not asked last")
	}
}

// A receiver that goes away in the middle leaves the request to the next one.
func TestQueueReceiverGone(t *testing.T) {
	bed := servertest.New(t, noPauses)
	p := enrolledPhone(t, bed)
	q := p.NewQueue()
	before, after, last := newDesk(), newDesk(), newDesk()
	id := push(bed, tokenserver.DemoPush, "x")
	q.Take(t.Context(), p.waiting(t))
	remove := before.register(t, q, mobileauth.MethodConfirmation)
	asked := <-before.asked
	remove()
	<-asked.ctx.Done()
	after.register(t, q, mobileauth.MethodConfirmation)
	<-after.asked
	last.register(t, q, mobileauth.MethodConfirmation) // in its place
	last.accept(t, id, wire.MethodPush)
	if len(before.done)+len(after.done) > 0 {
		t.Error("the end was told to who was gone")
	}
}

// Who closes the question leaves it unanswered, and the queue goes on.
func TestQueueNoAnswer(t *testing.T) {
	bed := servertest.New(t, noPauses)
	p := enrolledPhone(t, bed)
	q := p.NewQueue()
	d := newDesk()
	d.register(t, q, mobileauth.MethodConfirmation)
	first, second := next(bed, tokenserver.DemoPush), next(bed, tokenserver.DemoPush)
	q.Take(t.Context(), p.waiting(t))
	(<-d.asked).answer <- errLater
	<-d.done
	wantCode(t, <-d.ended, wire.CodeCanceled)
	then := <-d.asked
	if then.TransactionID != second || bed.State(first) != wire.StateClaimed {
		t.Errorf("%s, %s", then.TransactionID, bed.State(first))
	}
	then.answer <- nil
	<-d.done
	<-d.ended
	// It still waits at the server, and is not asked for again.
	third := next(bed, tokenserver.DemoPush)
	q.Take(t.Context(), p.waiting(t))
	d.accept(t, third, wire.MethodPush)
}

// What waits in the line expires, or is given up, without a receiver.
func TestQueueEnds(t *testing.T) {
	bed := servertest.New(t, noPauses)
	p := enrolledPhone(t, bed)
	q := p.NewQueue()
	push(bed, tokenserver.DemoPush, "1")
	push(bed, tokenserver.DemoPush, "2")
	list := p.waiting(t)
	ends := make(chan error, 2)
	ctx, stop := context.WithCancel(t.Context())
	for i, w := range list {
		by := t.Context()
		if i == 1 {
			by = ctx
		}
		go func() {
			_, err := q.Handle(by, w, nil)
			ends <- err
		}()
	}
	stop()
	wantCode(t, <-ends, wire.CodeCanceled)
	bed.Clock.Move(2 * time.Minute)
	wantCode(t, <-ends, wire.CodeOTPExpired)
	list[0].Method = wire.MethodOTP
	_, err := q.Handle(t.Context(), list[0], nil)
	wantCode(t, err, wire.CodeInvalidMethod)
}

// A request that comes while a scanned code is being answered waits for that.
func TestQueueWaitsForCode(t *testing.T) {
	bed := servertest.New(t, noPauses)
	p := enrolledPhone(t, bed)
	q := p.NewQueue()
	d := newDesk()
	d.register(t, q, mobileauth.MethodConfirmation)
	otp, scanned := bed.Start("scanned")
	id := push(bed, tokenserver.DemoPush, "x")
	list := p.waiting(t)
	result, err := p.handle(t.Context(), otp, func(context.Context, mobileauth.Request) (mobileauth.Decision, error) {
		q.Take(t.Context(), list)
		d.idle(t)
		return wire.Accept, nil
	})
	if err != nil || result.State != wire.StateAccepted || bed.State(scanned) != wire.StateAccepted {
		t.Errorf("%+v, %v", result, err)
	}
	d.accept(t, id, wire.MethodPush)
}

// A request that cannot be opened, as the network is gone just then, is not lost: a
// watcher tells of it once.
func TestQueueOpensAgain(t *testing.T) {
	bed := servertest.New(t, noPauses)
	p := enrolledPhone(t, bed)
	q := p.NewQueue()
	d := newDesk()
	d.register(t, q, mobileauth.MethodConfirmation)
	id := push(bed, tokenserver.DemoPush, "x")
	list := p.waiting(t)
	tries := 0
	p.hook.set(func(resp *http.Response) error {
		if tries++; tries > 3 || resp.Request.URL.Path != wire.PathRedeem {
			return nil
		}
		_ = resp.Body.Close()
		return errLater
	})
	q.Take(t.Context(), list)
	d.accept(t, id, wire.MethodPush)

	// One that runs out meanwhile leaves the line to the next.
	p.hook.set(nil)
	push(bed, tokenserver.DemoPush, "lost")
	lost := p.waiting(t)
	tried := make(chan struct{}, 1)
	p.hook.set(func(resp *http.Response) error {
		_ = resp.Body.Close()
		select {
		case tried <- struct{}{}:
		default:
		}
		return errLater
	})
	q.Take(t.Context(), lost)
	<-tried
	bed.Clock.Move(10 * time.Minute)
	p.hook.set(nil)
	later := next(bed, tokenserver.DemoPush)
	if err := p.Login(t.Context(), p.profile, pin(testPIN)); err != nil {
		t.Fatal(err)
	}
	q.Take(t.Context(), p.waiting(t))
	d.accept(t, later, wire.MethodPush)

	// Whoever calls Handle hears of it instead.
	p.hook.set(func(resp *http.Response) error {
		_ = resp.Body.Close()
		return errLater
	})
	list[0].ExpiresAt = bed.Clock.Now().Add(time.Minute)
	_, err := q.Handle(t.Context(), list[0], nil)
	wantCode(t, err, wire.CodeServerNotReachable)
	d.idle(t)
}

func TestQueueQuietAndFull(t *testing.T) {
	bed := servertest.New(t, noPauses)
	p := enrolledPhone(t, bed)
	q := p.NewQueue()
	push(bed, tokenserver.DemoPush, "x")
	w := p.waiting(t)[0]
	quiet := w
	quiet.Quiet = true
	q.Take(t.Context(), []mobileauth.Waiting{quiet})
	d := newDesk()
	remove := d.register(t, q, mobileauth.MethodConfirmation)
	ctx, stop := context.WithCancel(t.Context())
	ends := make(chan error, 200)
	go func() {
		_, err := q.Handle(ctx, w, nil)
		ends <- err
	}()
	<-d.asked // quiet or not, whoever chooses it is asked
	remove()
	for range 100 {
		go func() {
			_, err := q.Handle(ctx, w, nil)
			ends <- err
		}()
	}
	wantCode(t, <-ends, wire.CodeInProgress) // one hundred and one
	stop()
	for range 100 {
		if err := <-ends; wire.CodeOf(err) != wire.CodeCanceled {
			t.Errorf("%v", err)
		}
	}
}

func TestHandlePush(t *testing.T) {
	bed := servertest.New(t, noPauses)
	p := enrolledPhone(t, bed)
	for _, profile := range []string{p.profile, ""} {
		id := push(bed, tokenserver.DemoPush, "x")
		m := mobileauth.PushMessage{TransactionID: id, Message: "not what is asked", ProfileID: profile}
		result, err := p.HandlePush(t.Context(), m, nil, func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
			if r.Message != "x" || r.Profile.ID != p.profile {
				t.Errorf("%+v", r)
			}
			return wire.Accept, nil
		})
		if err != nil || result.State != wire.StateAccepted {
			t.Errorf("%+v, %v", result, err)
		}
		q := p.NewQueue()
		d := newDesk()
		d.register(t, q, mobileauth.MethodPIN)
		id = push(bed, tokenserver.DemoPushPIN, "y")
		go func() {
			_, _ = q.HandlePush(t.Context(), mobileauth.PushMessage{TransactionID: id, ProfileID: profile}, nil)
		}()
		d.accept(t, id, wire.MethodPushPIN)
	}
	never := func(context.Context, mobileauth.Request) (mobileauth.Decision, error) {
		t.Error("asked")
		return "", errors.New("never")
	}
	for code, m := range map[int]mobileauth.PushMessage{
		wire.CodeIllegalArgument:      {ProfileID: p.profile},
		wire.CodeOTPUnknown:           {TransactionID: "NOSUCHTRANSACTION012"},
		wire.CodeProfileNotRegistered: {TransactionID: "NOSUCHTRANSACTION012", ProfileID: "NOBODY"},
	} {
		_, err := p.HandlePush(t.Context(), m, nil, never)
		wantCode(t, err, code)
	}
	if err := p.Logout(t.Context(), p.profile); err != nil {
		t.Fatal(err)
	}
	_, err := p.HandlePush(t.Context(), mobileauth.PushMessage{TransactionID: "NOSUCHTRANSACTION012"}, nil, never)
	wantCode(t, err, wire.CodeNoUserAuthenticated)
}

func TestEnrollPush(t *testing.T) {
	bed := servertest.New(t, noPauses, func(c *tokenserver.Config) { c.Push.EnrolledOnly = true })
	p := newPhone(t, bed)
	is := func(want bool) {
		t.Helper()
		if got, err := p.IsPushEnrolled(p.profile); got != want || err != nil {
			t.Errorf("enrolled for push: %v, %v", got, err)
		}
	}
	wantCode(t, p.EnrollPush(t.Context(), p.profile, "token"), wire.CodeNotEnrolled)
	if err := p.Enroll(t.Context(), p.profile, nil); err != nil {
		t.Fatal(err)
	}
	is(false)
	for _, token := range []string{"", "a\nb", string(make([]byte, 5000))} {
		wantCode(t, p.EnrollPush(t.Context(), p.profile, token), wire.CodeIllegalArgument)
	}
	bed.Down(true)
	wantCode(t, p.EnrollPush(t.Context(), p.profile, "token"), wire.CodeServerNotReachable)
	bed.Down(false)
	is(false)
	for _, token := range []string{"token", "another"} {
		if err := p.EnrollPush(t.Context(), p.profile, token); err != nil {
			t.Fatal(err)
		}
	}
	is(true)
	p.open(t) // the next run knows it
	is(true)
	wantCode(t, p.EnrollPush(t.Context(), p.profile, "token"), wire.CodeNoUserAuthenticated)
	if err := p.Login(t.Context(), p.profile, pin(testPIN)); err != nil {
		t.Fatal(err)
	}
	id := push(bed, tokenserver.DemoPush, "x")
	if _, err := p.openOne(t.Context(), id, always(wire.Accept)); err != nil {
		t.Error(err)
	}
	if err := p.Enroll(t.Context(), p.profile, nil); err != nil {
		t.Error(err)
	}
	is(true) // the server keeps the token with the new keys
	if err := p.ForgetEnrollment(t.Context(), p.profile); err != nil {
		t.Error(err)
	}
	is(false)
	_, err := p.IsPushEnrolled("NOBODY")
	wantCode(t, err, wire.CodeProfileNotRegistered)
	wantCode(t, p.EnrollPush(t.Context(), "NOBODY", "token"), wire.CodeProfileNotRegistered)
}
