package tokenserver_test

import (
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

func TestDetails(t *testing.T) {
	bed := servertest.New(t)
	p := enrolled(t, newDevice(t, bed))
	otp, id := bed.Start("Log in as Anna?\nNow", "initiator_address", "127.0.0.1", "initiator_agent", "Firefox on Linux")
	bed.Clock.Move(30 * time.Second)
	r, d, _ := p.redeem(t, otp)
	if r.status != 200 || r.header.Get("Content-Type") != wire.ContentSealed {
		t.Fatalf("%d %s", r.status, r.body)
	}
	want := wire.Details{
		Context: wire.Context{Version: 1, Kind: wire.KindDetails, Direction: wire.FromServer, Server: bed.Origin.String(), DeviceID: p.device.id, ProfileID: p.id, TransactionID: id},
		Nonce:   "nonce", Challenge: d.Challenge, PortalID: "demo-portal", PortalName: "Demo portal", Message: "Log in as Anna?\nNow",
		Type: "login", Method: "otp", IssuedAt: bed.Clock.Now().Add(-30 * time.Second).UnixMilli(), ExpiresIn: 90_000, Network: wire.NetworkSame, Agent: "Firefox on Linux",
	}
	if d != want || len(d.Challenge) < 43 {
		t.Errorf("%+v\nwant %+v", d, want)
	}
	if strings.Contains(r.body, "Anna") {
		t.Error("the answer is not encrypted")
	}
	for address, want := range map[string]wire.Network{"": "", "127.0.0.2": wire.NetworkSame, "::1": wire.NetworkSame, "192.0.2.1": wire.NetworkOther, "2001:db8::1": wire.NetworkUnclear} {
		otp, _ := bed.Start("x", "initiator_address", address)
		if _, d, _ := p.redeem(t, otp); d.Network != want {
			t.Errorf("browser at %q: %q; want %q", address, d.Network, want)
		}
	}
}

func TestRedeemRefused(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) {
		c.Types = append(c.Types, tokenserver.AuthType{Name: "virtual", Method: wire.MethodOTP, RequestExpiresIn: time.Minute, AllowKinds: []wire.DeviceKind{wire.KindVirtual}})
	})
	p, q := enrolled(t, newDevice(t, bed)), enrolled(t, newDevice(t, bed))
	otp, id := bed.Start("x")
	parsed, err := wire.ParseOTP(otp)
	if err != nil {
		t.Fatal(err)
	}
	good := wire.Redeem{Context: p.place(wire.KindRedeem, id), OTP: wire.Sent{Secret: parsed.Code}, Nonce: "n"}
	for what, c := range map[string]struct {
		change func(*wire.Redeem)
		code   int
	}{
		"a guessed OTP":     {func(x *wire.Redeem) { x.OTP = wire.Sent{Secret: wire.SecretString("AAAAAAAAAAAAAAAAAAAAAAAAAA")} }, wire.CodeOTPUnknown},
		"a long nonce":      {func(x *wire.Redeem) { x.Nonce = strings.Repeat("n", 129) }, wire.CodeIllegalArgument},
		"no OTP":            {func(x *wire.Redeem) { x.OTP = wire.Sent{} }, wire.CodeOTPUnknown},
		"unknown":           {func(x *wire.Redeem) { x.TransactionID = "AAAAAAAAAAAAAAAAAAAAAAAAAA" }, wire.CodeOTPUnknown},
		"as an answer":      {func(x *wire.Redeem) { x.Kind = wire.KindAnswer }, wire.CodeMessageNotAuthentic},
		"another direction": {func(x *wire.Redeem) { x.Direction = wire.FromServer }, wire.CodeMessageNotAuthentic},
		"another server":    {func(x *wire.Redeem) { x.Server = "https://evil.example" }, wire.CodeMessageNotAuthentic},
		"another device":    {func(x *wire.Redeem) { x.DeviceID = q.device.id }, wire.CodeMessageNotAuthentic},
		"another profile":   {func(x *wire.Redeem) { x.ProfileID = q.id }, wire.CodeMessageNotAuthentic},
	} {
		x := good
		c.change(&x)
		if r, _ := p.sealed(t, wire.PathRedeem, p.seal(t, x), new(wire.Details)); r.code() != c.code {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
	if r := call(t, bed, "POST", wire.PathRedeem, wire.ContentSealed, p.seal(t, good), bearer(q.access)); r.code() != wire.CodeMessageNotAuthentic {
		t.Errorf("sealed by another profile: %d %s", r.status, r.body)
	}
	for what, body := range map[string]string{"nothing": "", "text": "text", "plain JSON": `{"version":1}`} {
		if r := call(t, bed, "POST", wire.PathRedeem, wire.ContentSealed, body, bearer(p.access)); r.code() != wire.CodeMessageNotAuthentic {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
	if bed.State(id) != wire.StateInitialized {
		t.Fatalf("refused, and %s", bed.State(id))
	}
	bare := newProfile(t, newDevice(t, bed))
	call(t, bed, "POST", wire.PathRedeem, wire.ContentSealed, "x", bearer(bare.access)).want(t, 403, wire.CodeNotEnrolled)

	only, _ := bed.Start("x", "type", "virtual")
	if r, _, _ := p.redeem(t, only); r.code() != wire.CodeInvalidMethod {
		t.Errorf("a kind that is not allowed: %d %s", r.status, r.body)
	}
	// Who has only heard of a transaction learns nothing about it.
	heard, err := wire.ParseOTP(only)
	if err != nil {
		t.Fatal(err)
	}
	guess := wire.EncodeOTP(heard.TransactionID, wire.SecretString("AAAAAAAAAAAAAAAAAAAAAAAAAA"))
	if r, _, _ := p.redeem(t, guess); r.code() != wire.CodeOTPUnknown {
		t.Errorf("a guessed OTP of that: %d %s", r.status, r.body)
	}

	if r, _, _ := p.redeem(t, otp); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	r, _, _ := q.redeem(t, otp)
	r.want(t, 409, wire.CodeClaimedElsewhere)
	bed.Clock.Move(2 * time.Minute)
	r, _, _ = p.redeem(t, otp)
	r.want(t, 410, wire.CodeOTPExpired)
}

func TestAnswerOutcome(t *testing.T) {
	bed := servertest.New(t)
	p := enrolled(t, newDevice(t, bed))
	for decision, state := range map[wire.Decision]wire.State{wire.Accept: wire.StateAccepted, wire.Deny: wire.StateDenied} {
		otp, id := bed.Start("x")
		_, d, hash := p.redeem(t, otp)
		a := p.answerTo(d, hash, decision)
		sealed := p.seal(t, a)
		for range 2 { // the same bytes again: the same outcome
			var out wire.Outcome
			r, _ := p.sealed(t, wire.PathAnswer, sealed, &out)
			want := wire.Outcome{Context: p.place(wire.KindOutcome, id), Challenge: d.Challenge, State: state}
			want.Direction = wire.FromServer
			if r.status != 200 || out != want {
				t.Errorf("%s: %d %+v", decision, r.status, out)
			}
		}
		if bed.State(id) != state {
			t.Errorf("%s: %s", decision, bed.State(id))
		}
		other := map[wire.Decision]wire.Decision{wire.Accept: wire.Deny, wire.Deny: wire.Accept}[decision]
		r, _ := p.answer(t, p.answerTo(d, hash, other))
		r.want(t, 409, wire.CodeAlreadyAnswered)
		r, _, _ = p.redeem(t, otp)
		r.want(t, 409, wire.CodeAlreadyAnswered)
		if bed.State(id) != state {
			t.Errorf("after another decision: %s", bed.State(id))
		}
	}
}

func TestAnswerRefused(t *testing.T) {
	bed := servertest.New(t)
	p, q := enrolled(t, newDevice(t, bed)), enrolled(t, newDevice(t, bed))
	otpA, idA := bed.Start("A")
	otpB, idB := bed.Start("B")
	_, a, hashA := p.redeem(t, otpA)
	_, b, hashB := p.redeem(t, otpB)
	for what, c := range map[string]struct {
		change func(*wire.Answer)
		code   int
	}{
		"that of A sent to B":        {func(x *wire.Answer) { x.TransactionID = idB }, wire.CodeMessageNotAuthentic},
		"with B's challenge":         {func(x *wire.Answer) { x.Challenge = b.Challenge }, wire.CodeMessageNotAuthentic},
		"with the hash of B's":       {func(x *wire.Answer) { x.DetailsHash = hashB }, wire.CodeMessageNotAuthentic},
		"with B's challenge, hash":   {func(x *wire.Answer) { x.Challenge, x.DetailsHash = b.Challenge, hashB }, wire.CodeMessageNotAuthentic},
		"no challenge":               {func(x *wire.Answer) { x.Challenge = "" }, wire.CodeMessageNotAuthentic},
		"no hash":                    {func(x *wire.Answer) { x.DetailsHash = "" }, wire.CodeMessageNotAuthentic},
		"as a question":              {func(x *wire.Answer) { x.Kind = wire.KindRedeem }, wire.CodeMessageNotAuthentic},
		"from the server":            {func(x *wire.Answer) { x.Direction = wire.FromServer }, wire.CodeMessageNotAuthentic},
		"for another server":         {func(x *wire.Answer) { x.Server = "https://evil.example" }, wire.CodeMessageNotAuthentic},
		"of another device":          {func(x *wire.Answer) { x.DeviceID = q.device.id }, wire.CodeMessageNotAuthentic},
		"of a later version":         {func(x *wire.Answer) { x.Version = 2 }, wire.CodeMessageNotAuthentic},
		"neither accept nor deny":    {func(x *wire.Answer) { x.Decision = "maybe" }, wire.CodeIllegalArgument},
		"no decision":                {func(x *wire.Answer) { x.Decision = "" }, wire.CodeIllegalArgument},
		"for what does not exist":    {func(x *wire.Answer) { x.TransactionID = "AAAAAAAAAAAAAAAAAAAAAAAAAA" }, wire.CodeOTPUnknown},
		"written in another case":    {func(x *wire.Answer) { x.Decision = "ACCEPT" }, wire.CodeIllegalArgument},
		"naming another transaction": {func(x *wire.Answer) { x.TransactionID = "" }, wire.CodeOTPUnknown},
	} {
		x := p.answerTo(a, hashA, wire.Accept)
		c.change(&x)
		if r, _ := p.answer(t, x); r.code() != c.code {
			t.Errorf("an answer %s: %d %s", what, r.status, r.body)
		}
	}
	// The server's own message sent back, and another device's.
	r := call(t, bed, "POST", wire.PathAnswer, wire.ContentSealed, q.seal(t, q.answerTo(a, hashA, wire.Accept)), bearer(q.access))
	r.want(t, 409, wire.CodeClaimedElsewhere)
	r, _, _ = p.redeem(t, otpA)
	call(t, bed, "POST", wire.PathAnswer, wire.ContentSealed, r.body, bearer(p.access)).want(t, 400, wire.CodeMessageNotAuthentic)
	if bed.State(idA) != wire.StateClaimed || bed.State(idB) != wire.StateClaimed {
		t.Errorf("refused, and %s, %s", bed.State(idA), bed.State(idB))
	}
	// A second question replaces the first.
	r, _ = p.answer(t, p.answerTo(a, hashA, wire.Accept))
	r.want(t, 400, wire.CodeMessageNotAuthentic)
}

func TestAnswerAtTheEnd(t *testing.T) {
	bed := servertest.New(t)
	p := enrolled(t, newDevice(t, bed))
	life := bed.Config.Types[0].RequestExpiresIn
	for _, c := range []struct {
		after  time.Duration
		status int
		code   int
		state  wire.State
	}{
		{life - time.Millisecond, 200, 0, wire.StateAccepted},
		{life, 410, wire.CodeOTPExpired, wire.StateExpired},
		{life + time.Millisecond, 410, wire.CodeOTPExpired, wire.StateExpired},
	} {
		otp, id := bed.Start("x")
		_, d, hash := p.redeem(t, otp)
		bed.Clock.Move(c.after)
		r, _ := p.answer(t, p.answerTo(d, hash, wire.Accept))
		if r.status != c.status || c.code != 0 && r.code() != c.code || bed.State(id) != c.state {
			t.Errorf("after %v: %d %.100s, %s", c.after, r.status, r.body, bed.State(id))
		}
	}
}

// Two devices have seen one code: one of them gets it.
func TestTwoDevicesOneCode(t *testing.T) {
	bed := servertest.New(t)
	phones := []*profile{enrolled(t, newDevice(t, bed)), enrolled(t, newDevice(t, bed))}
	for range 20 {
		otp, id := bed.Start("x")
		parsed, err := wire.ParseOTP(otp)
		if err != nil {
			t.Fatal(err)
		}
		var bodies [2]string
		for i, p := range phones {
			bodies[i] = p.seal(t, wire.Redeem{Context: p.place(wire.KindRedeem, id), OTP: wire.Sent{Secret: parsed.Code}, Nonce: "n"})
		}
		var status [2]int
		parallel(2, func(i int) {
			status[i] = call(t, bed, "POST", wire.PathRedeem, wire.ContentSealed, bodies[i], bearer(phones[i].access)).status
		})
		if status != [2]int{200, 409} && status != [2]int{409, 200} {
			t.Fatalf("%v", status)
		}
	}
}
