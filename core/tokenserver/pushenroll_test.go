package tokenserver_test

import (
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

func (p *profile) enrollPush(t testing.TB, token string) (reply, wire.PushDone) {
	t.Helper()
	var done wire.PushDone
	r, _ := p.sealed(t, wire.PathPushEnroll, p.seal(t, wire.PushEnroll{
		Context: p.place(wire.KindPushEnroll, ""), Nonce: "nonce", Token: wire.Sent{Secret: wire.SecretString(token)},
	}), &done)
	return r, done
}

func pushToken(t testing.TB, bed *servertest.Bed, p *profile) string {
	t.Helper()
	list, err := bed.Store.Enrollments(t.Context(), tokenserver.DemoUser, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if e.ProfileID == p.id {
			return e.PushToken
		}
	}
	t.Fatal("not enrolled")
	return ""
}

func TestPushEnroll(t *testing.T) {
	bed := servertest.New(t)
	p := enrolled(t, newDevice(t, bed))
	for _, token := range []string{"first token", "second/token:✓"} {
		r, done := p.enrollPush(t, token)
		if r.status != 200 || done.Nonce != "nonce" || done.Check(p.answerPlace(wire.KindPushDone)) != nil || pushToken(t, bed, p) != token {
			t.Errorf("%d %s %+v", r.status, r.body, done)
		}
	}
	for _, token := range []string{"", "a\nb", "a\x00b", "a\u202eb", strings.Repeat("x", 4097)} {
		if r, _ := p.enrollPush(t, token); r.code() != wire.CodeIllegalArgument || pushToken(t, bed, p) != "second/token:✓" {
			t.Errorf("%.20q: %d %s", token, r.status, r.body)
		}
	}
	if strings.Contains(bed.Logged(), "second/token") {
		t.Error("a push token is in the log")
	}
	long := wire.PushEnroll{Context: p.place(wire.KindPushEnroll, ""), Nonce: strings.Repeat("n", 129), Token: wire.Sent{Secret: wire.SecretString("t")}}
	if r, _ := p.sealed(t, wire.PathPushEnroll, p.seal(t, long), nil); r.code() != wire.CodeIllegalArgument {
		t.Errorf("%d %s", r.status, r.body)
	}
	elsewhere := wire.PushEnroll{Context: p.place(wire.KindPending, ""), Nonce: "n", Token: wire.Sent{Secret: wire.SecretString("t")}}
	if r, _ := p.sealed(t, wire.PathPushEnroll, p.seal(t, elsewhere), nil); r.code() != wire.CodeMessageNotAuthentic {
		t.Errorf("%d %s", r.status, r.body)
	}
	bare := newProfile(t, newDevice(t, bed))
	call(t, bed, "POST", wire.PathPushEnroll, wire.ContentSealed, "x", bearer(bare.access)).want(t, 403, wire.CodeNotEnrolled)
}

// answerPlace is what the server's answers are bound to.
func (p *profile) answerPlace(kind wire.Kind) wire.Context {
	place := p.place(kind, "")
	place.Direction = wire.FromServer
	return place
}

// Where only devices that are enrolled for push are asked, the others see, claim
// and get nothing; a device learns of what waits as soon as it is enrolled.
func TestPushEnrolledOnly(t *testing.T) {
	bed := servertest.New(t, portals, func(c *tokenserver.Config) { c.Push.EnrolledOnly = true })
	p, bare := enrolled(t, newDevice(t, bed)), enrolled(t, newDevice(t, bed))
	start := func() reply {
		return call(t, bed, "POST", "/oauth/api/v4/authenticate/user", formType, form("message", "x", "type", "login-push", "user_id", tokenserver.DemoUser), portal(bed))
	}
	if r := start(); r.status != 400 {
		t.Errorf("nobody can be asked: %d %s", r.status, r.body)
	}
	p.enrollPush(t, "token")
	id := startPush(t, bed, "login-push")
	if got := p.ask(t, "", 0); got.ids() != id {
		t.Errorf("%+v", got.list)
	}
	empty := bare.ask(t, "", 0)
	if r, _, _ := bare.claim(t, id); empty.ids() != "" || r.code() != wire.CodeOTPUnknown {
		t.Errorf("%+v, %d %s", empty.list, r.status, r.body)
	}
	waiting := bare.wait(t, empty.list.State)
	bare.enrollPush(t, "another")
	if got := <-waiting; got.ids() != id {
		t.Errorf("%+v", got.list)
	}
}

func (p *profile) extend(t testing.TB, id, challenge string) (reply, wire.Extended) {
	t.Helper()
	var got wire.Extended
	r, _ := p.sealed(t, wire.PathExtend, p.seal(t, wire.Extend{Context: p.place(wire.KindExtend, id), Challenge: challenge}), &got)
	return r, got
}

func TestMoreTime(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) { c.Types[2].Extend = 3 * time.Minute }) // login-push
	p, other := enrolled(t, newDevice(t, bed)), enrolled(t, newDevice(t, bed))
	id := startPush(t, bed, "login-push")
	refused := func(what string, by *profile, id, challenge string, code int) {
		t.Helper()
		if r, _ := by.extend(t, id, challenge); r.code() != code {
			t.Errorf("%s: %d %s; want %d", what, r.status, r.body, code)
		}
	}
	refused("not claimed", p, id, "challenge", wire.CodeOTPUnknown)
	refused("unknown", p, "NOSUCHTRANSACTION012", "challenge", wire.CodeOTPUnknown)
	_, d, hash := p.claim(t, id)
	if d.Extend != 180_000 {
		t.Errorf("%+v", d)
	}
	refused("another device's", other, id, d.Challenge, wire.CodeClaimedElsewhere)
	refused("another challenge", p, id, "guess", wire.CodeMessageNotAuthentic)

	bed.Clock.Move(time.Minute)
	waiting := p.wait(t, p.ask(t, "", 0).list.State)
	for range 2 {
		r, got := p.extend(t, id, d.Challenge)
		if r.status != 200 || got.ExpiresIn != 180_000 || got.Challenge != d.Challenge || got.TransactionID != id {
			t.Errorf("%d %s %+v", r.status, r.body, got)
		}
	}
	// Who waits is told the new time.
	if got := <-waiting; got.ids() != id || got.list.Requests[0].ExpiresIn != 180_000 {
		t.Errorf("%+v", got.list)
	}
	bed.Clock.Move(2 * time.Minute)
	if r, _ := p.answer(t, p.answerTo(d, hash, wire.Accept)); r.status != 200 || bed.State(id) != wire.StateAccepted {
		t.Errorf("%d %s", r.status, r.body)
	}
	refused("answered", p, id, d.Challenge, wire.CodeAlreadyAnswered)

	// A type that allows none.
	id = startPush(t, bed, "transfer-push-pin")
	if _, d, _ = p.claim(t, id); d.Extend != 0 {
		t.Errorf("%+v", d)
	}
	refused("no more time", p, id, d.Challenge, wire.CodeInvalidMethod)
	refused("another device's, without more time", other, id, d.Challenge, wire.CodeClaimedElsewhere)
	bed.Clock.Move(2 * time.Minute)
	id = startPush(t, bed, "login-push")
	_, d, _ = p.claim(t, id)
	bed.Clock.Move(2 * time.Minute)
	refused("expired", p, id, d.Challenge, wire.CodeOTPExpired)
}
