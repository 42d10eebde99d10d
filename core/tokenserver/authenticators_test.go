package tokenserver_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

const finger = wire.AuthenticatorFingerprint

// fingerprint is a profile's fingerprint as a device makes it.
type fingerprint struct {
	*profile
	public  ed25519.PublicKey
	private ed25519.PrivateKey
}

func newFingerprint(t testing.TB, p *profile) *fingerprint {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &fingerprint{p, public, private}
}

// body is the registration with a proof of a PIN.
func (f *fingerprint) body(t testing.TB, pin string) wire.RegisterAuthenticator {
	t.Helper()
	b := wire.RegisterAuthenticator{Version: 1, Type: finger, PublicKey: f.public, Challenge: f.challenge(t).Challenge}
	b.Proof = wire.PINProof(f.pinKey(t, pin, f.salt), b.Challenge, f.device.id, f.bed.Origin, b.Binding()...)
	return b
}

func (f *fingerprint) register(t testing.TB, b wire.RegisterAuthenticator) reply {
	t.Helper()
	return f.json(t, wire.PathAuthenticator, b, bearer(f.access))
}

func (f *fingerprint) request() wire.AuthenticatorRequest {
	return wire.AuthenticatorRequest{Version: 1, ProfileID: f.id, Type: finger}
}

func (f *fingerprint) newChallenge(t testing.TB) string {
	t.Helper()
	var c wire.AuthenticatorChallenge
	f.json(t, wire.PathAuthenticatorChallenge, f.request(), f.auth()).into(t, &c)
	return c.Challenge
}

func (f *fingerprint) sign(challenge string, binding ...string) string {
	proof := ed25519.Sign(f.private, wire.AuthenticatorMessage(finger, challenge, f.device.id, f.id, f.bed.Origin, binding...))
	return base64.RawURLEncoding.EncodeToString(proof)
}

func (f *fingerprint) grant(t testing.TB, challenge, proof string, changes ...string) reply {
	t.Helper()
	return f.token(t, append([]string{"grant_type", wire.GrantAuthenticator, "profile_id", f.id, "type", finger, "challenge", challenge, "proof", proof}, changes...)...)
}

func registered(t testing.TB, p *profile) *fingerprint {
	t.Helper()
	f := newFingerprint(t, p)
	if r := f.register(t, f.body(t, testPIN)); r.status != http.StatusNoContent {
		t.Fatalf("%d %s", r.status, r.body)
	}
	return f
}

func TestAuthenticatorLogin(t *testing.T) {
	bed := servertest.New(t)
	f := newFingerprint(t, newProfile(t, newDevice(t, bed)))
	f.json(t, wire.PathAuthenticatorChallenge, f.request(), f.auth()).want(t, 400, wire.CodeNoSuchAuthenticator)
	f = registered(t, f.profile)
	c := f.newChallenge(t)
	var got tokens
	r := f.grant(t, c, f.sign(c))
	r.into(t, &got)
	if got.Profile != f.id || got.Refresh == "" || !alive(t, bed, got.Access) {
		t.Errorf("%+v", got)
	}
	f.grant(t, c, f.sign(c)).want(t, 400, wire.CodePINChallenge) // used
	// A wrong one uses it up as well.
	c = f.newChallenge(t)
	f.grant(t, c, f.sign("another")).want(t, 400, wire.CodeMessageNotAuthentic)
	f.grant(t, c, f.sign(c)).want(t, 400, wire.CodePINChallenge)
	// It does not last.
	c = f.newChallenge(t)
	bed.Clock.Move(2 * time.Minute)
	f.grant(t, c, f.sign(c)).want(t, 400, wire.CodePINChallenge)

	// Removed by its device, which needs no login for that.
	if r := f.json(t, wire.PathAuthenticatorRemove, f.request(), f.auth()); r.status != http.StatusNoContent {
		t.Errorf("%d %s", r.status, r.body)
	}
	f.json(t, wire.PathAuthenticatorRemove, f.request(), f.auth()).want(t, 400, wire.CodeNoSuchAuthenticator)
	f.json(t, wire.PathAuthenticatorChallenge, f.request(), f.auth()).want(t, 400, wire.CodeNoSuchAuthenticator)
	pinChallenge := f.challenge(t).Challenge
	f.grant(t, pinChallenge, f.sign(pinChallenge)).want(t, 400, wire.CodeNoSuchAuthenticator)
}

func TestAuthenticatorLoginRefused(t *testing.T) {
	bed := servertest.New(t)
	f := registered(t, newProfile(t, newDevice(t, bed)))
	other := newProfile(t, f.device)
	thief := newDevice(t, bed)
	for name, c := range map[string]struct {
		form func(challenge string) []string
		code int
	}{
		"another key":         {func(c string) []string { return []string{"proof", newFingerprint(t, f.profile).sign(c)} }, wire.CodeMessageNotAuthentic},
		"for something else":  {func(c string) []string { return []string{"proof", f.sign(c, "answer", "accept")} }, wire.CodeMessageNotAuthentic},
		"empty":               {func(string) []string { return []string{"proof", ""} }, wire.CodeMessageNotAuthentic},
		"not base64":          {func(string) []string { return []string{"proof", "?"} }, wire.CodeIllegalArgument},
		"another type":        {func(c string) []string { return []string{"proof", f.sign(c), "type", "Face"} }, wire.CodeNoSuchAuthenticator},
		"no type":             {func(c string) []string { return []string{"proof", f.sign(c), "type", ""} }, wire.CodeNoSuchAuthenticator},
		"another profile":     {func(c string) []string { return []string{"proof", f.sign(c), "profile_id", other.id} }, wire.CodePINChallenge},
		"no profile":          {func(c string) []string { return []string{"proof", f.sign(c), "profile_id", "NOBODY"} }, wire.CodeUserDeregistered},
		"a made-up challenge": {func(c string) []string { return []string{"proof", f.sign(c), "challenge", strings.Repeat("A", 26)} }, wire.CodePINChallenge},
	} {
		t.Run(name, func(t *testing.T) {
			challenge := f.newChallenge(t)
			fields := map[string]string{"grant_type": wire.GrantAuthenticator, "profile_id": f.id, "type": finger, "challenge": challenge}
			list := c.form(challenge)
			for i := 0; i < len(list); i += 2 {
				fields[list[i]] = list[i+1]
			}
			var pairs []string
			for key, value := range fields {
				pairs = append(pairs, key, value)
			}
			f.token(t, pairs...).want(t, 400, c.code)
		})
	}
	// A device cannot use, challenge or remove what is another's.
	c := f.newChallenge(t)
	thief.token(t, "grant_type", wire.GrantAuthenticator, "profile_id", f.id, "type", finger, "challenge", c, "proof", f.sign(c)).want(t, 400, wire.CodeUserDeregistered)
	for _, path := range []string{wire.PathAuthenticatorChallenge, wire.PathAuthenticatorRemove} {
		thief.json(t, path, f.request(), thief.auth()).want(t, 400, wire.CodeUserDeregistered)
		f.json(t, path, f.request(), bearer(f.access)).want(t, 401, wire.CodeDeviceDeregistered)
		f.json(t, path, wire.AuthenticatorRequest{Version: 2, ProfileID: f.id, Type: finger}, f.auth()).want(t, 400, wire.CodeConfiguration)
	}
	if r := f.grant(t, c, f.sign(c)); r.status != http.StatusOK {
		t.Errorf("the thief used up the challenge: %d %s", r.status, r.body)
	}
}

// An access token alone, or a proof of the PIN that is for something else, adds
// no way to log in.
func TestAuthenticatorNeedsThePIN(t *testing.T) {
	bed := servertest.New(t)
	f := newFingerprint(t, newProfile(t, newDevice(t, bed)))
	foreign := newFingerprint(t, f.profile)
	bound := f.body(t, testPIN)
	bound.PublicKey = foreign.public
	f.register(t, bound).want(t, 400, wire.CodeIncorrectPIN)
	login := f.body(t, testPIN)
	login.Proof = f.proof(t, testPIN, login.Challenge)
	f.register(t, login).want(t, 400, wire.CodeIncorrectPIN)
	// What is wrong otherwise is no try.
	for _, c := range []struct {
		edit func(*wire.RegisterAuthenticator)
		code int
	}{
		{func(b *wire.RegisterAuthenticator) { b.Type = "PIN" }, wire.CodeNoSuchAuthenticator},
		{func(b *wire.RegisterAuthenticator) { b.Type = "" }, wire.CodeNoSuchAuthenticator},
		{func(b *wire.RegisterAuthenticator) { b.PublicKey = b.PublicKey[1:] }, wire.CodeIllegalArgument},
		{func(b *wire.RegisterAuthenticator) { b.PublicKey = nil }, wire.CodeIllegalArgument},
		{func(b *wire.RegisterAuthenticator) { b.Challenge = "AAAAAAAAAAAAAAAAAAAAAAAAAA" }, wire.CodePINChallenge},
		{func(b *wire.RegisterAuthenticator) { b.Version = 2 }, wire.CodeConfiguration},
	} {
		b := f.body(t, testPIN)
		c.edit(&b)
		f.register(t, b).want(t, 400, c.code)
	}
	f.json(t, wire.PathAuthenticator, f.body(t, testPIN), f.auth()).want(t, 401, wire.CodeUserNotAuthenticated)
	if c := f.challenge(t); c.Failures != 2 {
		t.Errorf("%d failures", c.Failures)
	}
	if r := f.register(t, f.body(t, testPIN)); r.status != http.StatusNoContent {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if c := f.challenge(t); c.Failures != 0 {
		t.Errorf("after the right one %d failures", c.Failures)
	}
	// A login with it says nothing about the PIN.
	f.login(t, "00000").want(t, 400, wire.CodeIncorrectPIN)
	c := f.newChallenge(t)
	if r := f.grant(t, c, f.sign(c)); r.status != http.StatusOK {
		t.Errorf("%d %s", r.status, r.body)
	}
	if c := f.challenge(t); c.Failures != 1 {
		t.Errorf("after a fingerprint %d failures", c.Failures)
	}
	f.login(t, "00000").want(t, 400, wire.CodeIncorrectPIN)
	f.register(t, f.body(t, "00000")).want(t, 400, wire.CodeUserDeregistered)
}

// A signature that is sent many times at once logs in once.
func TestAuthenticatorReplay(t *testing.T) {
	f := registered(t, newProfile(t, newDevice(t, servertest.New(t))))
	c := f.newChallenge(t)
	proof := f.sign(c)
	var in atomic.Int32
	done := make(chan struct{}, 8)
	for range cap(done) {
		go func() {
			if f.grant(t, c, proof).status == http.StatusOK {
				in.Add(1)
			}
			done <- struct{}{}
		}()
	}
	for range cap(done) {
		<-done
	}
	if in.Load() != 1 {
		t.Errorf("logged in %d times", in.Load())
	}
}
