package tokenserver_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

func TestPINLogin(t *testing.T) {
	bed := servertest.New(t)
	p := newProfile(t, newDevice(t, bed))
	c := p.challenge(t)
	if c.Version != 1 || !bytes.Equal(c.Salt, p.salt) || c.Failures != 0 || c.Max != 3 || len(c.Challenge) < 22 {
		t.Errorf("challenge %+v", c)
	}
	var got tokens
	p.grantPIN(t, c.Challenge, p.proof(t, testPIN, c.Challenge)).into(t, &got)
	if got.Profile != p.id || got.User != "anna" || got.Scope != wire.ScopeMobileAuth+" "+tokenserver.DemoUserScope || !alive(t, bed, got.Access) {
		t.Errorf("%+v", got)
	}
	if r := p.grantPIN(t, c.Challenge, p.proof(t, testPIN, c.Challenge)); r.status != 400 || r.name() != "invalid_challenge" {
		t.Errorf("the same proof again: %d %s", r.status, r.body)
	}
	late := p.challenge(t)
	bed.Clock.Move(2 * time.Minute)
	if r := p.grantPIN(t, late.Challenge, p.proof(t, testPIN, late.Challenge)); r.name() != "invalid_challenge" {
		t.Errorf("a late proof: %d %s", r.status, r.body)
	}
	if c := p.challenge(t); c.Failures != 0 {
		t.Errorf("what is no try was counted: %d", c.Failures)
	}
}

// A proof holds for one device and one server only.
func TestPINProofMoved(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) { c.PIN.MaxFailures = 100 })
	p := newProfile(t, newDevice(t, bed))
	key := p.pinKey(t, testPIN, p.salt)
	other, err := wire.ParseOrigin("https://evil.example")
	if err != nil {
		t.Fatal(err)
	}
	for what, proof := range map[string]func(challenge string) []byte{
		"for another server":    func(c string) []byte { return wire.PINProof(key, c, p.device.id, other) },
		"for another device":    func(c string) []byte { return wire.PINProof(key, c, "x", bed.Origin) },
		"for another challenge": func(string) []byte { return wire.PINProof(key, "x", p.device.id, bed.Origin) },
		"of nothing":            func(string) []byte { return nil },
		"cut short":             func(c string) []byte { return wire.PINProof(key, c, p.device.id, bed.Origin)[:31] },
		"the key itself":        func(string) []byte { return key.Bytes() },
		"of another PIN":        func(c string) []byte { return p.proof(t, "12357", c) },
	} {
		c := p.challenge(t)
		r := p.grantPIN(t, c.Challenge, proof(c.Challenge))
		if r.status != 400 || r.code() != wire.CodeIncorrectPIN {
			t.Errorf("a proof %s: %d %s", what, r.status, r.body)
		}
	}
	if r := p.token(t, "grant_type", wire.GrantPIN, "profile_id", p.id, "challenge", p.challenge(t).Challenge, "proof", "not base64!"); r.code() != wire.CodeIllegalArgument {
		t.Errorf("%d %s", r.status, r.body)
	}
	thief := newDevice(t, bed)
	thief.json(t, wire.PathPINChallenge, wire.PINChallengeRequest{Version: 1, ProfileID: p.id}, thief.auth()).want(t, 400, wire.CodeUserDeregistered)
	c := p.challenge(t)
	thief.token(t, "grant_type", wire.GrantPIN, "profile_id", p.id, "challenge", c.Challenge,
		"proof", base64.RawURLEncoding.EncodeToString(wire.PINProof(key, c.Challenge, thief.id, bed.Origin))).want(t, 400, wire.CodeUserDeregistered)
	if c := p.challenge(t); c.Failures != 7 {
		t.Errorf("%d failures; a stranger's must not count", c.Failures)
	}
}

func TestWrongPINsToTheLimit(t *testing.T) {
	bed := servertest.New(t)
	d := newDevice(t, bed)
	p := enrolled(t, d)
	other := enrolled(t, d)
	otp, id := bed.Start("x")
	p.redeem(t, otp)
	for i, want := range []string{`"failures":1,"remaining":2`, `"failures":2,"remaining":1`} {
		r := p.login(t, "00000")
		r.want(t, 400, wire.CodeIncorrectPIN)
		if !strings.Contains(r.body, want) {
			t.Errorf("wrong PIN %d: %s", i+1, r.body)
		}
		if c := p.challenge(t); c.Failures != i+1 {
			t.Errorf("%d failures", c.Failures)
		}
	}
	if r := p.login(t, testPIN); r.status != 200 { // starts anew
		t.Fatalf("%d %s", r.status, r.body)
	}
	for range 2 {
		p.login(t, "00000").want(t, 400, wire.CodeIncorrectPIN)
	}
	spare := p.challenge(t)
	p.login(t, "00000").want(t, 400, wire.CodeUserDeregistered)

	// Everything is gone, and the right PIN comes too late.
	p.grantPIN(t, spare.Challenge, p.proof(t, testPIN, spare.Challenge)).want(t, 400, wire.CodeUserDeregistered)
	d.json(t, wire.PathPINChallenge, wire.PINChallengeRequest{Version: 1, ProfileID: p.id}, d.auth()).want(t, 400, wire.CodeUserDeregistered)
	d.refresh(t, p.refresh).wantInvalidGrant(t)
	if alive(t, bed, p.access) || bed.State(id) != wire.StateFailed {
		t.Errorf("the transaction is %s", bed.State(id))
	}
	if !alive(t, bed, other.access) || other.login(t, testPIN).status != 200 {
		t.Error("another profile of the device is gone as well")
	}
}

// A hundred wrong PINs at once: three are checked, then the user is gone.
func TestWrongPINsAtOnce(t *testing.T) {
	bed := servertest.New(t)
	p := newProfile(t, newDevice(t, bed))
	var challenges []string
	for range 100 {
		challenges = append(challenges, p.challenge(t).Challenge)
	}
	var wrong, gone, other atomic.Int32
	parallel(100, func(i int) {
		switch r := p.grantPIN(t, challenges[i], p.proof(t, "00000", challenges[i])); r.code() {
		case wire.CodeIncorrectPIN:
			wrong.Add(1)
		case wire.CodeUserDeregistered:
			gone.Add(1)
		case wire.CodeInProgress:
			other.Add(1)
		default:
			t.Errorf("%d %s", r.status, r.body)
		}
	})
	if wrong.Load() > 2 || gone.Load() == 0 || wrong.Load()+gone.Load()+other.Load() != 100 {
		t.Errorf("%d wrong, %d told that the user is gone, %d told to wait", wrong.Load(), gone.Load(), other.Load())
	}
	p.json(t, wire.PathPINChallenge, wire.PINChallengeRequest{Version: 1, ProfileID: p.id}, p.auth()).want(t, 400, wire.CodeUserDeregistered)
}

// The right PIN races the last wrong one: either the user is logged in and stays,
// or the user is gone and nobody is logged in.
func TestRightPINRacesTheLastWrongOne(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) { c.PIN.MaxFailures = 1 })
	d := newDevice(t, bed)
	for range 30 {
		p := newProfile(t, d)
		challenges := [2]string{p.challenge(t).Challenge, p.challenge(t).Challenge}
		proofs := [2][]byte{p.proof(t, testPIN, challenges[0]), p.proof(t, "00000", challenges[1])}
		var replies [2]reply
		parallel(2, func(i int) { replies[i] = p.grantPIN(t, challenges[i], proofs[i]) })
		right, wrong := replies[0], replies[1]
		if wrong.status == http.StatusOK {
			t.Fatal("a wrong PIN logs in")
		}
		gone := !alive(t, bed, p.access)
		switch {
		case right.status == http.StatusOK && !gone && wrong.code() != wire.CodeUserDeregistered:
			var got tokens
			right.into(t, &got)
			if !alive(t, bed, got.Access) {
				t.Fatal("logged in with a token that does not work")
			}
		case right.status != http.StatusOK && gone:
			if c := right.code(); c != wire.CodeUserDeregistered && c != wire.CodeInProgress {
				t.Fatalf("the right PIN: %d %s", right.status, right.body)
			}
		case right.status == http.StatusOK && gone && wrong.code() == wire.CodeUserDeregistered:
			// One after the other: logged in, then one wrong PIN, which is the limit.
			var got tokens
			right.into(t, &got)
			if alive(t, bed, got.Access) {
				t.Fatal("the user is gone, and a token works")
			}
		default:
			t.Fatalf("right: %d %s, wrong: %d %s, gone: %v", right.status, right.body, wrong.status, wrong.body, gone)
		}
	}
}

func TestChangePIN(t *testing.T) {
	bed := servertest.New(t)
	p := newProfile(t, newDevice(t, bed))
	newSalt := []byte("another salt, 24 bytes..")
	change := func(edit func(*wire.SetPIN)) reply {
		t.Helper()
		c := p.challenge(t)
		body := wire.SetPIN{
			Version: 1, Key: p.pinKey(t, "86420", newSalt).Bytes(), Salt: newSalt, Cost: wire.CheapKDF,
			Challenge: c.Challenge, Proof: p.proof(t, testPIN, c.Challenge),
		}
		edit(&body)
		return p.json(t, wire.PathPIN, body, bearer(p.access))
	}
	for what, c := range map[string]struct {
		edit func(*wire.SetPIN)
		code int
	}{
		"no proof":        {func(b *wire.SetPIN) { b.Challenge, b.Proof = "", nil }, wire.CodePINChallenge},
		"a short key":     {func(b *wire.SetPIN) { b.Key = b.Key[:31] }, wire.CodeIllegalArgument},
		"a short salt":    {func(b *wire.SetPIN) { b.Salt = b.Salt[:15] }, wire.CodeIllegalArgument},
		"a long salt":     {func(b *wire.SetPIN) { b.Salt = make([]byte, 65) }, wire.CodeIllegalArgument},
		"the old salt":    {func(b *wire.SetPIN) { b.Salt = p.salt }, wire.CodeIllegalArgument},
		"too low a cost":  {func(b *wire.SetPIN) { b.Cost.Time = 0 }, wire.CodeIllegalArgument},
		"a cost of 4 TiB": {func(b *wire.SetPIN) { b.Cost.MemoryKiB = 4<<30 - 1 }, wire.CodeIllegalArgument},
		"version 2":       {func(b *wire.SetPIN) { b.Version = 2 }, wire.CodeConfiguration},
	} {
		if r := change(c.edit); r.status != 400 || r.code() != c.code {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
	change(func(b *wire.SetPIN) { b.Proof = p.proof(t, "00000", b.Challenge) }).want(t, 400, wire.CodeIncorrectPIN)
	if c := p.challenge(t); c.Failures != 1 {
		t.Errorf("%d failures", c.Failures)
	}
	if r := change(func(*wire.SetPIN) {}); r.status != http.StatusNoContent {
		t.Fatalf("%d %s", r.status, r.body)
	}
	c := p.challenge(t)
	if !bytes.Equal(c.Salt, newSalt) || c.Failures != 0 {
		t.Errorf("after a change: %+v", c)
	}
	p.login(t, testPIN).want(t, 400, wire.CodeIncorrectPIN)
	p.salt = newSalt
	if r := p.login(t, "86420"); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
	// The old PIN counts here as well, down to the end.
	for range 2 {
		change(func(b *wire.SetPIN) {
			b.Salt, b.Proof = []byte("a third salt of 24 bytes"), p.proof(t, "00000", b.Challenge)
		}).want(t, 400, wire.CodeIncorrectPIN)
	}
	change(func(b *wire.SetPIN) {
		b.Salt, b.Proof = []byte("a third salt of 24 bytes"), p.proof(t, "00000", b.Challenge)
	}).want(t, 400, wire.CodeUserDeregistered)
}

// A device may not choose a cheaper key than the server asks for.
func TestPINCost(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) { c.Test.CheapKDF = false })
	d := newDevice(t, bed)
	var got tokens
	d.token(t, "grant_type", wire.GrantRegistrationCode, "code", string(bed.RegistrationCode("anna").Bytes())).into(t, &got)
	for _, c := range []struct {
		cost wire.KDFCost
		want int
	}{
		{wire.CheapKDF, 400},
		{wire.KDFCost{Time: wire.DefaultKDF.Time - 1, MemoryKiB: wire.DefaultKDF.MemoryKiB, Threads: 1}, 400},
		{wire.KDFCost{Time: wire.DefaultKDF.Time, MemoryKiB: wire.DefaultKDF.MemoryKiB - 1, Threads: 1}, 400},
		{wire.KDFCost{Time: 11, MemoryKiB: 1 << 31, Threads: 200}, 400},
		{wire.KDFCost{Time: 3, MemoryKiB: 64 << 10, Threads: 4}, 204}, // last: once there is a PIN, the old one is asked for
	} {
		r := d.json(t, wire.PathPIN, wire.SetPIN{Version: 1, Key: make([]byte, 32), Salt: make([]byte, 16), Cost: c.cost}, bearer(got.Access))
		if r.status != c.want {
			t.Errorf("%+v: %d %s", c.cost, r.status, r.body)
		}
	}
}

// A profile without a PIN is no profile: it cannot enroll, and goes when its
// time is over.
func TestNoPIN(t *testing.T) {
	bed := servertest.New(t)
	d := newDevice(t, bed)
	var got tokens
	d.token(t, "grant_type", wire.GrantRegistrationCode, "code", string(bed.RegistrationCode("anna").Bytes())).into(t, &got)
	key, err := wire.GenerateKey(bed.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	d.json(t, wire.PathEnroll, wire.EnrollRequest{Version: 1, PublicKey: key.Public().Marshal(), KeyStorage: "file"}, bearer(got.Access)).
		want(t, 401, wire.CodeUserNotAuthenticated)
	bed.Clock.Move(tokenserver.NoPINTime)
	if _, err := bed.Store.Sweep(t.Context(), bed.Clock.Now(), 100); err != nil {
		t.Fatal(err)
	}
	d.refresh(t, got.Refresh).wantInvalidGrant(t)
}

// Whoever has the store's content and tries every PIN learns nothing: what is
// stored is sealed, and even unsealed it needs the device's secret.
func TestStoreTellsNoPIN(t *testing.T) {
	bed := servertest.New(t)
	p, q := newProfile(t, newDevice(t, bed)), newProfile(t, newDevice(t, bed))
	stored, err := bed.Store.Profile(t.Context(), p.id)
	if err != nil {
		t.Fatal(err)
	}
	dump, err := json.Marshal(stored)
	if err != nil {
		t.Fatal(err)
	}
	right := p.pinKey(t, testPIN, p.salt)
	if bytes.Contains(stored.PIN.SealedKey, right.Bytes()) {
		t.Error("the key lies unsealed in the store")
	}
	for _, secret := range []string{testPIN, p.secret, p.access, p.refresh} {
		if bytes.Contains(dump, []byte(secret)) {
			t.Error("the store holds a secret in clear")
		}
	}
	// The sealed key of one profile does not open for another.
	other, err := bed.Store.Profile(t.Context(), q.id)
	if err != nil {
		t.Fatal(err)
	}
	if err := bed.Store.SetPIN(t.Context(), q.id, tokenserver.PIN{SealedKey: stored.PIN.SealedKey, Salt: other.PIN.Salt, Cost: other.PIN.Cost, Set: other.PIN.Set}, other.PIN.Salt); err != nil {
		t.Fatal(err)
	}
	if r := q.login(t, testPIN); r.status != http.StatusInternalServerError || strings.Contains(r.body, "seal") {
		t.Errorf("with a moved key: %d %s", r.status, r.body)
	}
	// The thief of the store guesses PINs, and lacks the device's secret.
	for i := range 1000 {
		pin := []byte{'1', '2', '0' + byte(i/100), '0' + byte(i/10%10), '0' + byte(i%10)}
		for _, secret := range []wire.Secret{q.pinSecret, wire.NewSecret(make([]byte, 32))} {
			key, err := wire.PINKey(wire.NewSecret(pin), secret, stored.PIN.Salt, stored.PIN.Cost, true)
			if err != nil {
				t.Fatal(err)
			}
			if key.Equal(right) {
				t.Fatalf("PIN %s was found without the device's secret", pin)
			}
		}
	}
}
