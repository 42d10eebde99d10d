package tokenserver_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

// startPush has the portal ask a user by push.
func startPush(t testing.TB, bed *servertest.Bed, kind string, pairs ...string) (id string) {
	t.Helper()
	otp, id := bed.Start("Pay 100 euros?", append([]string{"type", kind, "user_id", "anna"}, pairs...)...)
	if otp != "" || id == "" {
		t.Fatalf("OTP %q, transaction %q", otp, id)
	}
	return id
}

// pending asks what waits.
func (p *profile) pending(t testing.TB) wire.PendingList {
	t.Helper()
	var got wire.PendingList
	r, _ := p.sealed(t, wire.PathPending, p.seal(t, wire.Pending{Context: p.place(wire.KindPending, ""), Nonce: "nonce"}), &got)
	if r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.body)
	}
	return got
}

func (p *profile) waiting(t testing.TB) (ids []string) {
	for _, r := range p.pending(t).Requests {
		ids = append(ids, r.TransactionID)
	}
	return ids
}

// claim opens a pushed request.
func (p *profile) claim(t testing.TB, id string) (reply, wire.Details, string) {
	t.Helper()
	var got wire.Details
	r, plain := p.sealed(t, wire.PathRedeem, p.seal(t, wire.Redeem{Context: p.place(wire.KindClaim, id), Nonce: "nonce"}), &got)
	return r, got, wire.HashDetails(plain)
}

func TestPushStart(t *testing.T) {
	bed := servertest.New(t, portals)
	start := func(version string, pairs ...string) reply {
		t.Helper()
		return call(t, bed, "POST", "/oauth/api/"+version+"/authenticate/user", formType, form(append([]string{"message", "x", "type", "login-push"}, pairs...)...), portal(bed))
	}
	p := newProfile(t, newDevice(t, bed))
	other := enrolled(t, newDevice(t, bed))
	other.json(t, wire.PathDeregister, wire.Deregister{Version: 1, ProfileID: other.id}, other.auth())
	// A registered user without an enrolled device is refused like an unknown one.
	unknown, bare := start("v4", "user_id", "nobody"), start("v4", "user_id", "anna")
	unknown.wantOAuth(t, 400, "invalid_request")
	if unknown.body != bare.body || bare.status != 400 {
		t.Errorf("unknown: %s, not enrolled: %d %s", unknown.body, bare.status, bare.body)
	}
	p.enroll(t)
	for what, c := range map[string]struct {
		version string
		pairs   []string
		status  int
	}{
		"no user":              {"v4", nil, 400},
		"empty user":           {"v4", []string{"user_id", ""}, 400},
		"v2":                   {"v2", []string{"user_id", "anna"}, 200},
		"app_id in v3":         {"v3", []string{"user_id", "anna", "app_id", "app"}, 200},
		"device_id in v3":      {"v3", []string{"user_id", "anna", "device_id", p.device.id}, 400},
		"device_id in v4":      {"v4", []string{"user_id", "anna", "device_id", p.device.id}, 200},
		"another's device":     {"v4", []string{"user_id", "anna", "device_id", other.device.id}, 400},
		"an unknown device":    {"v4", []string{"user_id", "anna", "device_id", "x"}, 400},
		"another user's":       {"v4", []string{"user_id", "bert", "device_id", p.device.id}, 400},
		"a callback elsewhere": {"v4", []string{"user_id", "anna", "callback_uri", "https://evil.example"}, 400},
	} {
		r := start(c.version, c.pairs...)
		switch {
		case r.status != c.status:
			t.Errorf("%s: %d %s", what, r.status, r.body)
		case c.status == 200 && (strings.Contains(r.body, "otp") || !strings.Contains(r.body, `"expires_in":120`)):
			t.Errorf("%s: %s", what, r.body)
		case c.status != 200:
			r.wantOAuth(t, c.status, "invalid_request")
		}
	}
}

// A50: a hundred in a minute are three questions.
func TestPushFlood(t *testing.T) {
	bed := servertest.New(t)
	p := enrolled(t, newDevice(t, bed))
	start := func() reply {
		return call(t, bed, "POST", startPath, formType, form("message", "x", "type", "login-push", "user_id", "anna"), portal(bed))
	}
	taken := 0
	for range 100 {
		switch r := start(); r.status {
		case 200:
			taken++
		default:
			r.wantOAuth(t, 429, "temporarily_unavailable")
			if s, err := strconv.Atoi(r.header.Get("Retry-After")); err != nil || s < 1 || s > 120 {
				t.Errorf("Retry-After %q", r.header.Get("Retry-After"))
			}
		}
		bed.Clock.Move(600 * time.Millisecond)
	}
	if got := p.waiting(t); taken != 3 || len(got) != 3 {
		t.Fatalf("%d started, %d wait", taken, len(got))
	}
	id := p.waiting(t)[0]
	_, d, hash := p.claim(t, id)
	p.answer(t, p.answerTo(d, hash, wire.Deny))
	if r := start(); r.status != 429 || r.header.Get("Retry-After") != "30" {
		t.Errorf("right after a denial: %d, Retry-After %s", r.status, r.header.Get("Retry-After"))
	}
	bed.Clock.Move(30 * time.Second)
	if r := start(); r.status != 200 {
		t.Errorf("30 seconds after a denial: %d %s", r.status, r.body)
	}
	// By OTP the user can log in all the time: nobody is asked who did not scan.
	otp, _ := bed.Start("x")
	if r, _, _ := p.redeem(t, otp); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestPending(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) {
		c.Types = append(c.Types, tokenserver.AuthType{Name: "bridge", Method: wire.MethodPush, RequestExpiresIn: time.Minute, AllowKinds: []wire.DeviceKind{wire.KindBridge}})
	})
	p, q := enrolled(t, newDevice(t, bed)), enrolled(t, newDevice(t, bed))
	if got := p.pending(t); len(got.Requests) != 0 {
		t.Fatalf("%+v", got)
	}
	id := startPush(t, bed, "transfer-push-pin", "initiator_address", "192.0.2.1")
	bed.Clock.Move(30 * time.Second)
	for _, phone := range []*profile{p, q} {
		got := phone.pending(t)
		want := wire.PendingRequest{
			TransactionID: id, PortalID: "demo-portal", PortalName: "Demo portal", Message: "Pay 100 euros?", Type: "transfer-push-pin", Method: "push_with_pin",
			IssuedAt: bed.Clock.Now().Add(-30 * time.Second).UnixMilli(), ExpiresIn: 90_000,
		}
		place := phone.place(wire.KindPendingList, "")
		place.Direction = wire.FromServer
		if got.Context != place || got.Nonce != "nonce" || len(got.Requests) != 1 || got.Requests[0] != want {
			t.Errorf("%+v\nwant %+v", got, want)
		}
	}
	only := startPush(t, bed, "login-push", "device_id", q.device.id)
	if got := p.waiting(t); len(got) != 1 {
		t.Errorf("meant for the other device: %v", got)
	}
	if r, _, _ := p.claim(t, only); r.code() != wire.CodeOTPUnknown {
		t.Errorf("claiming it: %d %s", r.status, r.body)
	}
	if got := q.waiting(t); len(got) != 2 || got[1] != only {
		t.Errorf("%v", got)
	}
	if r, _, _ := p.claim(t, id); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if got := p.waiting(t); len(got) != 1 || got[0] != id { // after a crash it is found again
		t.Errorf("%v", got)
	}
	if got := q.waiting(t); len(got) != 1 || got[0] != only {
		t.Errorf("%v", got)
	}
	r, _, _ := q.claim(t, id)
	r.want(t, 409, wire.CodeClaimedElsewhere)
	call(t, bed, "POST", startPath, formType, form("message", "x", "type", "bridge", "user_id", "anna"), portal(bed)).wantOAuth(t, 400, "invalid_request")
	bed.Clock.Move(90 * time.Second)
	if got := p.waiting(t); len(got) != 0 {
		t.Errorf("expired: %v", got)
	}
	r, _, _ = p.claim(t, id)
	r.want(t, 410, wire.CodeOTPExpired)
}

// The longest messages, as many as may wait: the list fits into one body.
func TestPendingLongest(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) { c.Push.MaxOpen = wire.MaxPending })
	p := enrolled(t, newDevice(t, bed))
	for range wire.MaxPending {
		bed.Start(strings.Repeat("<", 2000), "type", "login-push", "user_id", "anna")
	}
	got := p.pending(t)
	if len(got.Requests) != wire.MaxPending || len([]rune(got.Requests[0].Message)) != wire.MaxPendingMessage {
		t.Errorf("%d requests, %d characters", len(got.Requests), len(got.Requests[0].Message))
	}
	if _, d, _ := p.claim(t, got.Requests[0].TransactionID); d.Message != strings.Repeat("<", 2000) {
		t.Errorf("the details hold %d characters", len(d.Message))
	}
}

func TestPendingRefused(t *testing.T) {
	bed := servertest.New(t)
	p, q := enrolled(t, newDevice(t, bed)), enrolled(t, newDevice(t, bed))
	id := startPush(t, bed, "login-push")
	good := wire.Pending{Context: p.place(wire.KindPending, ""), Nonce: "n"}
	for what, c := range map[string]struct {
		change func(*wire.Pending)
		code   int
	}{
		"a long nonce":        {func(x *wire.Pending) { x.Nonce = strings.Repeat("n", 129) }, wire.CodeIllegalArgument},
		"as a claim":          {func(x *wire.Pending) { x.Kind = wire.KindClaim }, wire.CodeMessageNotAuthentic},
		"from the server":     {func(x *wire.Pending) { x.Direction = wire.FromServer }, wire.CodeMessageNotAuthentic},
		"for another server":  {func(x *wire.Pending) { x.Server = "https://evil.example" }, wire.CodeMessageNotAuthentic},
		"of another device":   {func(x *wire.Pending) { x.DeviceID = q.device.id }, wire.CodeMessageNotAuthentic},
		"of another profile":  {func(x *wire.Pending) { x.ProfileID = q.id }, wire.CodeMessageNotAuthentic},
		"about a transaction": {func(x *wire.Pending) { x.TransactionID = id }, wire.CodeMessageNotAuthentic},
		"of a later version":  {func(x *wire.Pending) { x.Version = 2 }, wire.CodeMessageNotAuthentic},
	} {
		x := good
		c.change(&x)
		if r, _ := p.sealed(t, wire.PathPending, p.seal(t, x), new(wire.PendingList)); r.code() != c.code {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
	sealed := p.seal(t, good)
	tampered := []byte(sealed)
	tampered[len(tampered)/2] ^= 1
	for what, body := range map[string]string{"nothing": "", "plain JSON": `{"version":1}`, "a byte flipped": string(tampered), "cut": sealed[:len(sealed)-1]} {
		if r := call(t, bed, "POST", wire.PathPending, wire.ContentSealed, body, bearer(p.access)); r.code() != wire.CodeMessageNotAuthentic {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
	if r := call(t, bed, "POST", wire.PathPending, wire.ContentSealed, sealed, bearer(q.access)); r.code() != wire.CodeMessageNotAuthentic {
		t.Errorf("sent by another profile: %d %s", r.status, r.body)
	}
	bare := newProfile(t, newDevice(t, bed))
	call(t, bed, "POST", wire.PathPending, wire.ContentSealed, "x", bearer(bare.access)).want(t, 403, wire.CodeNotEnrolled)
	call(t, bed, "POST", wire.PathPending, wire.ContentSealed, sealed, bearer("x")).want(t, 401, wire.CodeUserNotAuthenticated)

	// A claim is for who was asked, and for what was pushed; an OTP is neither.
	otp, byOTP := bed.Start("x")
	if r, _, _ := p.claim(t, byOTP); r.code() != wire.CodeOTPUnknown {
		t.Errorf("claiming what has an OTP: %d %s", r.status, r.body)
	}
	parsed, err := wire.ParseOTP(otp)
	if err != nil {
		t.Fatal(err)
	}
	if r, _, _ := p.redeem(t, wire.EncodeOTP(id, parsed.Code)); r.code() != wire.CodeOTPUnknown {
		t.Errorf("a pushed one by an OTP: %d %s", r.status, r.body)
	}
	if r, _ := p.sealed(t, wire.PathRedeem, p.seal(t, wire.Redeem{Context: p.place(wire.KindRedeem, id), Nonce: "n"}), new(wire.Details)); r.code() != wire.CodeOTPUnknown {
		t.Errorf("a pushed one without an OTP, as a redemption: %d %s", r.status, r.body)
	}
	if bed.State(id) != wire.StateInitialized || bed.State(byOTP) != wire.StateInitialized {
		t.Errorf("refused, and %s, %s", bed.State(id), bed.State(byOTP))
	}
}

// Another user's request cannot be told from none.
func TestPushOfAnotherUser(t *testing.T) {
	bed := servertest.New(t)
	anna := enrolled(t, newDevice(t, bed))
	d := newDevice(t, bed)
	var got tokens
	code := bed.RegistrationCode("bert")
	d.token(t, "grant_type", wire.GrantRegistrationCode, "code", string(code.Bytes())).into(t, &got)
	bert := &profile{device: d, id: got.Profile, access: got.Access, salt: []byte("salt of " + got.Profile + "+++")}
	bert.createPIN(t, testPIN)
	bert.enroll(t)
	id := startPush(t, bed, "login-push")
	if got := bert.waiting(t); len(got) != 0 {
		t.Errorf("%v", got)
	}
	theirs, _, _ := bert.claim(t, id)
	none, _, _ := bert.claim(t, "AAAAAAAAAAAAAAAAAAAAAAAAAA")
	if theirs.code() != wire.CodeOTPUnknown || theirs.body != none.body {
		t.Errorf("%s, %s", theirs.body, none.body)
	}
	if r, _, _ := anna.claim(t, id); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
	r, _ := bert.answer(t, bert.answerTo(wire.Details{Context: wire.Context{TransactionID: id}}, "", wire.Accept))
	r.want(t, 409, wire.CodeClaimedElsewhere)
}

// Two phones of one user open the same request.
func TestTwoDevicesOnePush(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) { c.Types[2].RequestExpiresIn = 5 * time.Second })
	phones := []*profile{enrolled(t, newDevice(t, bed)), enrolled(t, newDevice(t, bed))}
	for range 20 {
		id := startPush(t, bed, "login-push")
		var status [2]int
		parallel(2, func(i int) {
			body := phones[i].seal(t, wire.Redeem{Context: phones[i].place(wire.KindClaim, id), Nonce: "n"})
			status[i] = call(t, bed, "POST", wire.PathRedeem, wire.ContentSealed, body, bearer(phones[i].access)).status
		})
		if status != [2]int{200, 409} && status != [2]int{409, 200} {
			t.Fatalf("%v", status)
		}
		bed.Clock.Move(5 * time.Second)
	}
}
