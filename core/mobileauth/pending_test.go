package mobileauth_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

// push has the portal ask the demo's first user, by the demo's type.
func push(bed *servertest.Bed, kind, message string, fields ...string) (id string) {
	_, id = bed.Start(message, append([]string{"type", kind, "user_id", tokenserver.DemoUser}, fields...)...)
	return id
}

// noPauses lets portals ask as often as they like.
func noPauses(c *tokenserver.Config) {
	c.Push.MaxOpen, c.Push.AfterDenial, c.Push.Quiet = wire.MaxPending, 0, 0
}

func (p *phone) waiting(t testing.TB) []mobileauth.Waiting {
	t.Helper()
	list, err := p.Pending(t.Context(), p.profile)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func (p *phone) openOne(ctx context.Context, id string, ask mobileauth.Ask) (mobileauth.Result, error) {
	return p.HandlePending(ctx, p.profile, id, nil, ask)
}

func TestPending(t *testing.T) {
	bed := servertest.New(t, noPauses)
	p := enrolledPhone(t, bed)
	if got := p.waiting(t); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	id := push(bed, tokenserver.DemoPushPIN, "Pay\u202e 100 euros\nto Bert", "initiator_agent", "Firefox")
	bed.Clock.Move(30 * time.Second)
	second := push(bed, tokenserver.DemoPush, strings.Repeat("x", 500))
	profile, _ := p.Profile(p.profile)
	got := p.waiting(t)
	want := mobileauth.Waiting{
		TransactionID: id, Profile: profile, Portal: "Demo portal", PortalID: "demo-portal", Message: "Pay<U+202E> 100 euros\nto Bert",
		Type: tokenserver.DemoPushPIN, Method: wire.MethodPushPIN, IssuedAt: got[0].IssuedAt, ExpiresAt: bed.Clock.Now().Add(90 * time.Second),
	}
	if len(got) != 2 || got[1].TransactionID != second || len([]rune(got[1].Message)) != wire.MaxPendingMessage {
		t.Fatalf("%+v", got)
	}
	if g := got[0]; g.TransactionID != want.TransactionID || g.Message != want.Message || g.Portal != want.Portal || g.PortalID != want.PortalID || g.Type != want.Type ||
		g.Method != want.Method || !g.ExpiresAt.Equal(want.ExpiresAt) || g.Quiet || g.Profile.ID != p.profile || !g.IssuedAt.Equal(bed.Clock.Now().Add(-30*time.Second)) {
		t.Errorf("%+v\nwant %+v", g, want)
	}
	if left := got[0].TimeLeft(bed.Clock.Now()); left != 90*time.Second {
		t.Errorf("time left %s", left)
	}

	_, err := p.Pending(t.Context(), "NOBODY")
	wantCode(t, err, wire.CodeProfileNotRegistered)
	if err := p.Logout(t.Context(), p.profile); err != nil {
		t.Fatal(err)
	}
	_, err = p.Pending(t.Context(), p.profile)
	wantCode(t, err, wire.CodeNoUserAuthenticated)
	_, err = p.openOne(t.Context(), id, always(wire.Deny))
	wantCode(t, err, wire.CodeNoUserAuthenticated)
	bare := newPhone(t, bed)
	_, err = bare.Pending(t.Context(), bare.profile)
	wantCode(t, err, wire.CodeNotEnrolled)
}

func TestHandlePending(t *testing.T) {
	bed := servertest.New(t, noPauses)
	p := enrolledPhone(t, bed)
	for decision, state := range map[mobileauth.Decision]wire.State{wire.Accept: wire.StateAccepted, wire.Deny: wire.StateDenied} {
		id := push(bed, tokenserver.DemoPush, strings.Repeat("whole ", 100))
		result, err := p.openOne(t.Context(), id, func(ctx context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
			if got := bed.State(id); got != wire.StateClaimed {
				t.Errorf("state %s while the person is asked", got)
			}
			if r.Message != strings.TrimSpace(strings.Repeat("whole ", 100)) || r.Source != intake.SourceServer || r.Method != wire.MethodPush || r.PIN != nil ||
				r.Level != mobileauth.LevelAsk || !slices.Contains(r.Reasons, mobileauth.ReasonServer) || r.Server.Relation != wire.RelationSame {
				t.Errorf("%+v", r)
			}
			if list := p.waiting(t); len(list) != 1 { // another question may be open meanwhile
				t.Errorf("%+v", list)
			}
			_, err := p.openOne(ctx, id, always(wire.Accept))
			wantCode(t, err, wire.CodeInProgress)
			return decision, nil
		})
		if err != nil || result.State != state || bed.State(id) != state || result.NotRecorded != nil {
			t.Errorf("%+v, %v, %s", result, err, bed.State(id))
		}
		_, err = p.openOne(t.Context(), id, always(decision))
		wantCode(t, err, wire.CodeAlreadyAnswered)
		if got := p.waiting(t); len(got) != 0 {
			t.Errorf("%+v", got)
		}
	}
	entries, err := p.journal.Entries(t.Context(), journal.Filter{})
	if err != nil || len(entries) != 2 || entries[0].Source != string(intake.SourceServer) {
		t.Errorf("%+v, %v", entries, err)
	}
}

func TestHandlePendingRefused(t *testing.T) {
	bed := servertest.New(t, noPauses)
	p := enrolledPhone(t, bed)
	never := func(context.Context, mobileauth.Request) (mobileauth.Decision, error) {
		t.Error("somebody was asked")
		return wire.Accept, nil
	}
	_, err := p.openOne(t.Context(), "AAAAAAAAAAAAAAAAAAAAAAAAAA", never)
	wantCode(t, err, wire.CodeOTPUnknown)
	_, err = p.openOne(t.Context(), "", never)
	wantCode(t, err, wire.CodeOTPUnknown)
	_, byOTP := bed.Start("x")
	_, err = p.openOne(t.Context(), byOTP, never)
	wantCode(t, err, wire.CodeOTPUnknown)

	id := push(bed, tokenserver.DemoPush, "x")
	_, err = p.openOne(t.Context(), id, func(context.Context, mobileauth.Request) (mobileauth.Decision, error) { return "", errLater })
	wantCode(t, err, wire.CodeCanceled)
	if got := p.waiting(t); len(got) != 1 { // it can be opened again
		t.Errorf("%+v", got)
	}
	other := enrolledPhone(t, bed) // the same user's
	if got := other.waiting(t); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	_, err = other.openOne(t.Context(), id, never)
	wantCode(t, err, wire.CodeClaimedElsewhere)
	bed.Clock.Move(2 * time.Minute)
	_, err = p.openOne(t.Context(), id, never)
	wantCode(t, err, wire.CodeOTPExpired)

	id = push(bed, tokenserver.DemoPush, "x")
	_, err = p.openOne(t.Context(), id, func(ctx context.Context, _ mobileauth.Request) (mobileauth.Decision, error) {
		bed.Clock.Move(2 * time.Minute)
		<-ctx.Done()
		return "", context.Cause(ctx)
	})
	wantCode(t, err, wire.CodeOTPExpired)
}

// What a later server may ask for, and what did not come as its method says, is
// refused before anybody is asked.
func TestMethodThatDoesNotFit(t *testing.T) {
	bed := servertest.New(t)
	p := enrolledPhone(t, bed)
	code := wire.SecretString("CODE0123456789ABCDEFGHIJ")
	for i, method := range []string{"push_with_face", "", wire.MethodOTP, wire.MethodPush} {
		x := tokenserver.Transaction{
			ID: fmt.Sprint("TRANSACTION01234567", i), ClientID: tokenserver.DemoClient, Type: "later", Method: method, Message: "x", UserID: tokenserver.DemoUser,
			State: wire.StateInitialized, Created: bed.Clock.Now(), Expires: bed.Clock.Now().Add(time.Minute),
		}
		byOTP := method == wire.MethodPush
		if byOTP {
			x.OTPHash, x.UserID = tokenserver.HashSecret(code), ""
		}
		if err := bed.Store.AddTransaction(t.Context(), x); err != nil {
			t.Fatal(err)
		}
		never := func(context.Context, mobileauth.Request) (mobileauth.Decision, error) {
			t.Errorf("asked for %q", method)
			return wire.Deny, nil
		}
		_, err := p.openOne(t.Context(), x.ID, never)
		if byOTP {
			_, err = p.handle(t.Context(), wire.EncodeOTP(x.ID, code), never)
		}
		wantCode(t, err, wire.CodeInvalidMethod)
	}
}

// Whatever is changed on the way of a list is refused, and an old list is no
// answer to a new question.
func TestTamperedList(t *testing.T) {
	bed := servertest.New(t, noPauses)
	p, other := enrolledPhone(t, bed), enrolledPhone(t, bed)
	push(bed, tokenserver.DemoPush, "x")
	body := func(f func([]byte) []byte) func(*http.Response) error {
		return func(r *http.Response) error {
			b, err := io.ReadAll(r.Body)
			b = f(b)
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(b)), int64(len(b))
			return err
		}
	}
	var old, foreign []byte
	p.hook.set(body(func(b []byte) []byte { old = bytes.Clone(b); return b }))
	p.waiting(t)
	other.hook.set(body(func(b []byte) []byte { foreign = bytes.Clone(b); return b }))
	other.waiting(t)
	for name, f := range map[string]func([]byte) []byte{
		"replayed":           func([]byte) []byte { return old },
		"for another device": func([]byte) []byte { return foreign },
		"byte flipped":       func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"cut":                func(b []byte) []byte { return b[:len(b)-1] },
		"empty":              func([]byte) []byte { return nil },
		"not sealed":         func([]byte) []byte { return []byte(`{"requests":[]}`) },
	} {
		p.hook.set(body(f))
		_, err := p.Pending(t.Context(), p.profile)
		if wire.CodeOf(err) != wire.CodeMessageNotAuthentic {
			t.Errorf("%s: %v", name, err)
		}
	}
	p.hook.set(func(r *http.Response) error { r.Header.Set("Content-Type", "application/json"); return nil })
	_, err := p.Pending(t.Context(), p.profile)
	wantCode(t, err, wire.CodeMessageNotAuthentic)
}

// Two denials in ten minutes, and requests of that portal are quiet for half an
// hour: listed, to be opened, not announced.
func TestQuietPortals(t *testing.T) {
	bed := servertest.New(t, noPauses)
	p := enrolledPhone(t, bed)
	quiet := func(want bool) {
		t.Helper()
		id := push(bed, tokenserver.DemoPush, "x")
		if got := p.waiting(t); len(got) != 1 || got[0].Quiet != want {
			t.Errorf("%+v; want quiet: %v", got, want)
		}
		bed.Clock.Move(2 * time.Minute)
		_, err := p.openOne(t.Context(), id, always(wire.Deny))
		wantCode(t, err, wire.CodeOTPExpired)
	}
	answer := func(d mobileauth.Decision) {
		t.Helper()
		if _, err := p.openOne(t.Context(), push(bed, tokenserver.DemoPush, "x"), always(d)); err != nil {
			t.Error(err)
		}
	}
	answer(wire.Deny)
	quiet(false)
	answer(wire.Deny)
	quiet(true)
	bed.Clock.Move(27 * time.Minute)
	if err := p.Login(t.Context(), p.profile, pin(testPIN)); err != nil {
		t.Fatal(err)
	}
	quiet(true)
	quiet(false)
	answer(wire.Deny)
	answer(wire.Deny)
	quiet(true)
	answer(wire.Accept) // opened all the same
	quiet(false)
}

// Two phones of one user open what waits, a hundred times: each has one winner.
func TestTwoDevicesRaceForPushes(t *testing.T) {
	bed := servertest.New(t, noPauses)
	phones := []*phone{enrolledPhone(t, bed), enrolledPhone(t, bed)}
	for range 100 {
		id := push(bed, tokenserver.DemoPush, "x")
		var wait sync.WaitGroup
		errs := make([]error, len(phones))
		for i, p := range phones {
			wait.Go(func() { _, errs[i] = p.openOne(t.Context(), id, always(wire.Accept)) })
		}
		wait.Wait()
		won := 0
		for _, err := range errs {
			switch wire.CodeOf(err) {
			case 0:
				won++
			case wire.CodeClaimedElsewhere, wire.CodeAlreadyAnswered:
			default:
				t.Fatal(err)
			}
		}
		if won != 1 || bed.State(id) != wire.StateAccepted {
			t.Fatalf("%d won: %v", won, errs)
		}
	}
}

// A phone whose user is another one sees nothing and gets nothing.
func TestAnotherUsersPush(t *testing.T) {
	bed := servertest.New(t)
	enrolledPhone(t, bed)
	id := push(bed, tokenserver.DemoPush, "for Anna")
	p := phoneOf(t, bed, "bert")
	if err := p.Enroll(t.Context(), p.profile, nil); err != nil {
		t.Fatal(err)
	}
	if got := p.waiting(t); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	_, err := p.openOne(t.Context(), id, always(wire.Accept))
	wantCode(t, err, wire.CodeOTPUnknown)
	if got := bed.State(id); got != wire.StateInitialized {
		t.Errorf("state %s", got)
	}
}

// The watcher at a real server: what is pushed is told at once, and what is
// answered is told to be gone.
func TestWatcherAtAServer(t *testing.T) {
	bed := servertest.New(t)
	p := enrolledPhone(t, bed)
	news := make(chan []mobileauth.Waiting, 10)
	w := p.NewWatcher(func(list []mobileauth.Waiting) { news <- list })
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); w.Run(ctx) }()
	for bed.Server.Waiting() != 1 { // its question is held back
		if t.Context().Err() != nil {
			t.Fatal("the server holds nothing back")
		}
		runtime.Gosched()
	}
	id := push(bed, tokenserver.DemoPush, "x")
	if list := <-news; len(list) != 1 || list[0].TransactionID != id || list[0].Profile.ID != p.profile {
		t.Errorf("%+v", list)
	}
	if _, err := p.openOne(t.Context(), id, always(wire.Accept)); err != nil {
		t.Error(err)
	}
	if list := <-news; len(list) != 0 {
		t.Errorf("%+v", list)
	}
	stop()
	<-done
}
