package bridge_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/bridge"
	"github.com/understudy-auth/understudy/core/device/sensor"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

const (
	pushService     = "OneginiPushMobileAuthClient"
	receiverService = "OneginiPushMobileAuthRequestClient"
	pendingService  = "OneginiPendingMobileAuthRequestClient"
)

// pushing is a bed without pauses between pushed requests, with a type for each
// method.
func pushing(_ *bridge.Options, c *tokenserver.Config) {
	c.Push.MaxOpen, c.Push.AfterDenial, c.Push.Denials, c.Push.Quiet = wire.MaxPending, 0, 100, 0
	for _, method := range []string{wire.MethodPush, wire.MethodPushPIN, wire.MethodPushFingerprint} {
		c.Types = append(c.Types, tokenserver.AuthType{Name: "any_" + method, Method: method, RequestExpiresIn: 2 * time.Minute})
	}
}

// push starts a request that is pushed, and gives its id.
func (b *bed) push(method, message string) string {
	b.t.Helper()
	b.Clock.Move(time.Second) // the order is that of their times
	_, id := b.Start(message, "type", "any_"+method, "user_id", "anna")
	return id
}

func (p *page) receive(method string) *pending {
	p.t.Helper()
	c := p.call(receiverService, "registerChallengeReceiver", obj{"method": method})
	p.call("OneginiClient", "start").ok()
	return c
}

func (p *page) reply(accept bool, pin ...string) *pending {
	p.t.Helper()
	o := obj{"accept": accept}
	if len(pin) > 0 {
		o["pin"] = pin[0]
	}
	return p.call(receiverService, "replyToChallenge", o)
}

func TestPushEnrollment(t *testing.T) {
	p := newBed(t, pushing).open(origin, "")
	p.call(pushService, "enroll", "token").fails(8005)
	id := p.register()
	p.call(pushService, "enroll", "token").fails(wire.CodeNotEnrolled)
	p.call("OneginiMobileAuthClient", "enroll").ok()
	var enrolled bool
	if p.call(pushService, "isEnrolled", obj{"profileId": id}).into(&enrolled); enrolled {
		t.Error("enrolled for push before")
	}
	p.call(pushService, "enroll", "").fails(wire.CodeIllegalArgument)
	for _, token := range [][]any{{}, {nil}, {7}, {"token"}} { // a browser has no push service, and so no token
		p.call(pushService, "enroll", token...).ok()
	}
	if p.call(pushService, "isEnrolled", obj{"profileId": id}).into(&enrolled); !enrolled {
		t.Error("not enrolled for push afterwards")
	}
	p.call(pushService, "isEnrolled", obj{"profileId": "nobody"}).fails(8003)
}

func TestPush(t *testing.T) {
	b := newBed(t, pushing)
	p := b.open(origin, "")
	id := p.enrolled()
	p.call(receiverService, "registerChallengeReceiver", obj{"method": "smell"}).fails(8010)
	p.reply(true).fails(8010)

	// It waits for a receiver.
	first := b.push(wire.MethodPush, "Log in?")
	in := p.receive("confirmation")
	if e := in.event("onConfirmationRequest"); e.Type != "push" || e.Message != "Log in?" || e.ProfileID != id {
		t.Errorf("%+v", e)
	}
	second, third := b.push(wire.MethodPush, "second"), b.push(wire.MethodPush, "third")
	p.reply(true).ok()
	if got := b.State(first); got != wire.StateAccepted {
		t.Errorf("the first is %s", got)
	}
	// One at a time, in order; after denials as well.
	if e := in.event("onConfirmationRequest"); e.Message != "second" {
		t.Errorf("%+v", e)
	}
	p.reply(false).fails(9006)
	if e := in.event("onConfirmationRequest"); e.Message != "third" {
		t.Errorf("%+v", e)
	}
	p.reply(false).fails(9006)
	b.push(wire.MethodPush, "fourth")
	in.event("onConfirmationRequest")
	p.reply(true).ok()
	if b.State(second) != wire.StateDenied || b.State(third) != wire.StateDenied {
		t.Errorf("%s, %s", b.State(second), b.State(third))
	}
}

func TestPushWithPIN(t *testing.T) {
	b := newBed(t, pushing)
	p := b.open(origin, "")
	p.enrolled()
	in := p.receive("pin")
	id := b.push(wire.MethodPushPIN, "Pay?")
	if e := in.event("onPinRequest"); e.Type != "push_with_pin" || e.Message != "Pay?" || e.Max != 3 || e.Remaining != 3 || e.Code != 0 {
		t.Errorf("%+v", e)
	}
	wrong := p.reply(true, "54321")
	if e := in.event("onPinRequest"); e.Remaining != 2 || e.Code != 8012 || e.Description == "" {
		t.Errorf("%+v", e)
	}
	right := p.reply(true, goodPIN)
	wrong.done() // the result goes to the latest answer
	right.ok()
	if got := b.State(id); got != wire.StateAccepted {
		t.Errorf("it is %s", got)
	}
	b.push(wire.MethodPushPIN, "Pay more?")
	in.event("onPinRequest")
	p.reply(false).fails(9006)
	b.push(wire.MethodPushPIN, "Pay all?")
	for range 3 {
		in.event("onPinRequest")
		wrong = p.reply(true, "54321")
	}
	wrong.fails(wire.CodeUserDeregistered)
	if got := p.profiles(); len(got) != 0 {
		t.Errorf("left %v", got)
	}
}

func TestPushWithFingerprint(t *testing.T) {
	b := newBed(t, pushing)
	waiting := make(chan bool, 8)
	hand := sensor.NewHand(func(on bool) { waiting <- on })
	b.phone.sensor = hand
	p := b.open(origin, "")
	p.enrolled()
	p.call("OneginiAuthenticatorRegistrationClient", "start", obj{"authenticatorType": "Fingerprint"}).event("onPinRequest")
	p.call("OneginiAuthenticatorRegistrationClient", "providePin", obj{"pin": goodPIN}).event("onSuccess")
	confirm, in, pin := p.receive("confirmation"), p.receive("fingerprint"), p.receive("pin")

	touch := func(rule string) {
		t.Helper()
		s, err := sensor.Parse(rule)
		if err != nil {
			t.Fatal(err)
		}
		finger, _ := s.Read(t.Context())
		if err := hand.Touch(t.Context(), finger); err != nil {
			t.Error(err)
		}
	}
	id := b.push(wire.MethodPushFingerprint, "Pay?")
	if e := in.event("onFingerprintRequest"); e.Type != "push_with_fingerprint" || e.Message != "Pay?" {
		t.Errorf("%+v", e)
	}
	accept := p.reply(true)
	touch("fail:1")
	in.event("onFingerprintCaptured")
	if e := in.event("onFingerprintFailed"); e.Message != "Pay?" {
		t.Errorf("%+v", e)
	}
	touch("match")
	in.event("onFingerprintCaptured")
	accept.ok()
	if got := b.State(id); got != wire.StateAccepted {
		t.Errorf("it is %s", got)
	}

	// Denied at once, and while the sensor waits.
	b.push(wire.MethodPushFingerprint, "no")
	in.event("onFingerprintRequest")
	p.reply(false).fails(9006)
	id = b.push(wire.MethodPushFingerprint, "no, after all")
	in.event("onFingerprintRequest")
	for len(waiting) > 0 {
		<-waiting
	}
	accept = p.reply(true)
	<-waiting
	p.reply(true).fails(8010) // once is enough
	deny := p.reply(false)
	accept.done()
	deny.fails(9006)
	if got := b.State(id); got != wire.StateDenied {
		t.Errorf("it is %s", got)
	}

	// What the sensor could still be told is over with its request.
	id = b.push(wire.MethodPush, "Log in?")
	confirm.event("onConfirmationRequest")
	p.reply(false).fails(9006)
	if got := b.State(id); got != wire.StateDenied {
		t.Errorf("it is %s", got)
	}

	// A locked sensor: the PIN in its place.
	id = b.push(wire.MethodPushFingerprint, "by PIN")
	in.event("onFingerprintRequest")
	accept = p.reply(true)
	touch("lockout")
	if e := pin.event("onPinRequest"); e.Type != "push_with_pin" || e.Message != "by PIN" || e.Remaining != 3 {
		t.Errorf("%+v", e)
	}
	give := p.reply(true, goodPIN)
	accept.done()
	give.ok()
	if got := b.State(id); got != wire.StateAccepted {
		t.Errorf("it is %s", got)
	}
}

// A page that goes away leaves its question to the next one; a page that was
// there before gets it back.
func TestPushAndPages(t *testing.T) {
	b := newBed(t, pushing)
	p := b.open(origin, "")
	p.enrolled()
	old := p.receive("confirmation")
	q := b.open(origin, "")
	in := q.receive("confirmation")
	id := b.push(wire.MethodPush, "Log in?")
	in.event("onConfirmationRequest")
	p.reply(true).fails(8010) // it is another page's question
	q.close()
	old.event("onConfirmationRequest")
	p.close()
	p = b.open(origin, "")
	in = p.receive("confirmation")
	in.event("onConfirmationRequest")
	again := p.receive("confirmation") // the call before is let go; its question stays open
	in.done()
	p.reply(true).ok()
	if got := b.State(id); got != wire.StateAccepted {
		t.Errorf("it is %s", got)
	}
	b.push(wire.MethodPush, "Again?")
	again.event("onConfirmationRequest")
}

func TestPending(t *testing.T) {
	b := newBed(t, pushing)
	p := b.open(origin, "")
	if list := p.call(pendingService, "fetch").ok(); string(list) != "[]" {
		t.Errorf("nobody's list: %s", list)
	}
	id := p.enrolled()
	transaction := b.push(wire.MethodPush, "Log in?")
	var list []struct {
		ProfileID, TransactionID, Message string
		Timestamp, TimeToLiveSeconds      int64
	}
	raw := p.call(pendingService, "fetch").ok()
	if err := json.Unmarshal(raw, &list); err != nil || len(list) != 1 {
		t.Fatalf("%s, %v", raw, err)
	}
	got := list[0]
	if got.ProfileID != id || got.TransactionID != transaction || got.Message != "Log in?" || got.Timestamp != b.Clock.Now().UnixMilli() || got.TimeToLiveSeconds != 120 {
		t.Errorf("%+v", got)
	}
	p.call(pendingService, "handle", obj{}).fails(wire.CodeIllegalArgument)
	p.call(pendingService, "handle", obj{"transactionId": "NOBODY0000000000000000"}).fails(wire.CodeOTPUnknown)
	p.call(pendingService, "handle", got).ok()
	p.call(pushService, "handle", obj{"og_transaction_id": transaction, "og_message": "Log in?"}).ok()
	p.receive("confirmation").event("onConfirmationRequest")
	p.reply(true).ok()
	if got := b.State(transaction); got != wire.StateAccepted {
		t.Errorf("it is %s", got)
	}
}
