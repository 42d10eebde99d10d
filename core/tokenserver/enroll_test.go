package tokenserver_test

import (
	_ "embed"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

//go:embed testdata/rsa2048.pgp
var rsaKey []byte

func newKey(t testing.TB, bed *servertest.Bed) *wire.Key {
	t.Helper()
	k, err := wire.GenerateKey(bed.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (p *profile) sendKey(t testing.TB, key []byte) reply {
	t.Helper()
	return p.json(t, wire.PathEnroll, wire.EnrollRequest{Version: 1, PublicKey: key, DeviceKind: wire.KindDesktop, KeyStorage: "keyring"}, bearer(p.access))
}

func TestEnrollBadKeys(t *testing.T) {
	bed := servertest.New(t)
	p := newProfile(t, newDevice(t, bed))
	good := newKey(t, bed)
	private, err := good.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	public := good.Public().Marshal()
	for what, key := range map[string][]byte{
		"RSA":            rsaKey,
		"two keys":       append(good.Public().Marshal(), newKey(t, bed).Public().Marshal()...),
		"the same twice": append(good.Public().Marshal(), public...),
		"a private key":  private.Bytes(),
		"9 KiB":          append(good.Public().Marshal(), make([]byte, 9<<10)...),
		"one byte more":  append(good.Public().Marshal(), 0),
		"cut short":      public[:len(public)-1],
		"half":           public[:len(public)/2],
		"nothing":        nil,
		"text":           []byte("-----BEGIN PGP PUBLIC KEY BLOCK-----"),
	} {
		if r := p.sendKey(t, key); r.code() != wire.CodeMessageNotAuthentic || r.status != http.StatusBadRequest || r.name() != "invalid_key" || !strings.Contains(r.body, "refused public key: ") {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
	if list, err := bed.Store.Enrollments(t.Context(), "anna", 10); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
	for what, body := range map[string]string{
		"an unknown storage": `{"version":1,"public_key":"","device_kind":"desktop","key_storage":"paper"}`,
		"a key twice":        `{"version":1,"version":1,"key_storage":"file"}`,
		"another case":       `{"Version":1,"key_storage":"file"}`,
		"something after it": `{"version":1,"key_storage":"file"} {}`,
		"null":               `null`,
		"a list":             `[]`,
	} {
		r := call(t, bed, "POST", wire.PathEnroll, jsonType, body, bearer(p.access))
		if r.status != 400 || r.code() != wire.CodeIllegalArgument {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
	call(t, bed, "POST", wire.PathEnroll, jsonType, `{"version":2}`, bearer(p.access)).want(t, 400, wire.CodeConfiguration)
}

// A key counts when it was proved, and only then.
func TestEnrollProof(t *testing.T) {
	bed := servertest.New(t)
	p := newProfile(t, newDevice(t, bed))
	p.own = newKey(t, bed)
	send := func(body string) reply {
		t.Helper()
		return call(t, bed, "POST", wire.PathEnrollProof, wire.ContentSealed, body, bearer(p.access))
	}
	send("nothing is pending").want(t, 403, wire.CodeNotEnrolled)
	var got wire.EnrollResponse
	p.sendKey(t, p.own.Public().Marshal()).into(t, &got)
	var err error
	if p.server, err = wire.ParsePublicKey(got.PublicKey); err != nil {
		t.Fatal(err)
	}
	good := wire.EnrollProof{Context: p.place(wire.KindEnrollProof, ""), Nonce: got.Nonce, DeviceKey: p.own.Public().Fingerprint(), ServerKey: p.server.Fingerprint()}
	for what, change := range map[string]func(*wire.EnrollProof){
		"another nonce":      func(x *wire.EnrollProof) { x.Nonce = "guess" },
		"another own key":    func(x *wire.EnrollProof) { x.DeviceKey = x.ServerKey },
		"another server key": func(x *wire.EnrollProof) { x.ServerKey = x.DeviceKey },
		"another profile":    func(x *wire.EnrollProof) { x.ProfileID = "W8DUJ2" },
		"another device":     func(x *wire.EnrollProof) { x.DeviceID = "x" },
		"another server":     func(x *wire.EnrollProof) { x.Server = "https://evil.example" },
		"another direction":  func(x *wire.EnrollProof) { x.Direction = wire.FromServer },
		"another kind":       func(x *wire.EnrollProof) { x.Kind = wire.KindEnrollDone },
		"another version":    func(x *wire.EnrollProof) { x.Version = 2 },
	} {
		x := good
		change(&x)
		if r := send(p.seal(t, x)); r.code() != wire.CodeMessageNotAuthentic {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
	thief := *p
	thief.own = newKey(t, bed)
	send(thief.seal(t, good)).want(t, 400, wire.CodeMessageNotAuthentic) // signed by another key
	send("no OpenPGP at all").want(t, 400, wire.CodeMessageNotAuthentic)
	otp, _ := bed.Start("x")
	if r, _, _ := p.redeem(t, otp); r.code() != wire.CodeNotEnrolled {
		t.Errorf("not proved, and redeems: %d %s", r.status, r.body)
	}

	sealed := p.seal(t, good)
	for range 2 { // its answer may have been lost
		if r := send(sealed); r.status != 200 || r.header.Get("Content-Type") != wire.ContentSealed || r.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	if r, _, _ := p.redeem(t, otp); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestEnrollPendingExpires(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) { c.Tokens.Refresh = 48 * time.Hour })
	p := newProfile(t, newDevice(t, bed))
	p.own = newKey(t, bed)
	var got wire.EnrollResponse
	p.sendKey(t, p.own.Public().Marshal()).into(t, &got)
	p.server, _ = wire.ParsePublicKey(got.PublicKey)
	proof := wire.EnrollProof{Context: p.place(wire.KindEnrollProof, ""), Nonce: got.Nonce, DeviceKey: p.own.Public().Fingerprint(), ServerKey: p.server.Fingerprint()}
	bed.Clock.Move(10 * time.Minute)
	var fresh tokens
	p.login(t, testPIN).into(t, &fresh)
	p.access = fresh.Access
	call(t, bed, "POST", wire.PathEnrollProof, wire.ContentSealed, p.seal(t, proof), bearer(p.access)).want(t, 403, wire.CodeNotEnrolled)
}

func TestEnrollSettings(t *testing.T) {
	off := servertest.New(t, func(c *tokenserver.Config) { c.Enrollment.Enabled = false })
	newProfile(t, newDevice(t, off)).sendKey(t, nil).want(t, 403, wire.CodeEnrollmentDisabled)

	once := servertest.New(t, func(c *tokenserver.Config) { c.Enrollment.Override = false })
	p := enrolled(t, newDevice(t, once))
	p.sendKey(t, newKey(t, once).Public().Marshal()).want(t, 409, wire.CodeAlreadyEnrolled)

	// Enrolling again revokes the old key.
	again := servertest.New(t)
	p = enrolled(t, newDevice(t, again))
	old := *p
	p.enroll(t)
	otp, _ := again.Start("x")
	if r, _, _ := old.redeem(t, otp); r.code() != wire.CodeMessageNotAuthentic {
		t.Errorf("the replaced key: %d %s", r.status, r.body)
	}
	if r, _, _ := p.redeem(t, otp); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}

	for _, unique := range []bool{false, true} {
		bed := servertest.New(t, func(c *tokenserver.Config) { c.Enrollment.UniqueKeys = unique })
		a, b := enrolled(t, newDevice(t, bed)), enrolled(t, newDevice(t, bed))
		if same := a.server.Fingerprint() == b.server.Fingerprint(); same == unique {
			t.Errorf("unique keys %v, and equal: %v", unique, same)
		}
		otp, _ := bed.Start("x")
		if r, _, _ := b.redeem(t, otp); r.status != 200 {
			t.Errorf("unique keys %v: %d %s", unique, r.status, r.body)
		}
	}
}
