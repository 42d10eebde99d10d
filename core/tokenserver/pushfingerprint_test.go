package tokenserver_test

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

const fingerType = "pay-fingerprint"

func withFingers(c *tokenserver.Config) {
	c.Push.MaxOpen, c.Push.AfterDenial = wire.MaxPending, 0
	c.Types = append(c.Types, tokenserver.AuthType{Name: fingerType, Method: wire.MethodPushFingerprint, RequestExpiresIn: 2 * time.Minute})
}

// withFinger signs an answer.
func (f *fingerprint) withFinger(t testing.TB, a wire.Answer) wire.Answer {
	t.Helper()
	proof, err := base64.RawURLEncoding.DecodeString(f.sign(a.Challenge, a.Binding()...))
	if err != nil {
		t.Fatal(err)
	}
	a.FingerprintProof = proof
	return a
}

// What takes the fingerprint takes its signature or the PIN, and nothing less.
func TestPushFingerprint(t *testing.T) {
	bed := servertest.New(t, withFingers)
	f := registered(t, enrolled(t, newDevice(t, bed)))
	for what, c := range map[string]struct {
		kind string
		make func(a wire.Answer) wire.Answer
		code int
	}{
		"signed":                      {fingerType, func(a wire.Answer) wire.Answer { return f.withFinger(t, a) }, 0},
		"the PIN in its place":        {fingerType, func(a wire.Answer) wire.Answer { return f.withPIN(t, a, testPIN) }, 0},
		"a denial":                    {fingerType, func(a wire.Answer) wire.Answer { a.Decision = wire.Deny; return a }, 0},
		"not signed":                  {fingerType, func(a wire.Answer) wire.Answer { return a }, wire.CodePINChallenge},
		"signed where the PIN counts": {"transfer-push-pin", func(a wire.Answer) wire.Answer { return f.withFinger(t, a) }, wire.CodePINChallenge},
		"signed for a login": {fingerType, func(a wire.Answer) wire.Answer {
			a.FingerprintProof, _ = base64.RawURLEncoding.DecodeString(f.sign(a.Challenge))
			return a
		}, wire.CodeMessageNotAuthentic},
		"signed for other details": {fingerType, func(a wire.Answer) wire.Answer {
			b := a
			b.DetailsHash = "other"
			a.FingerprintProof = f.withFinger(t, b).FingerprintProof
			return a
		}, wire.CodeMessageNotAuthentic},
		"signed by another key": {fingerType, func(a wire.Answer) wire.Answer { return newFingerprint(t, f.profile).withFinger(t, a) }, wire.CodeMessageNotAuthentic},
	} {
		id := startPush(t, bed, c.kind)
		_, d, hash := f.claim(t, id)
		sealed := f.seal(t, c.make(f.answerTo(d, hash, wire.Accept)))
		for range 2 { // the same bytes again, as the first outcome may be lost
			r, _ := f.sealed(t, wire.PathAnswer, sealed, new(wire.Outcome))
			if r.code() != c.code || (r.status == 200) != (c.code == 0) || (bed.State(id) == wire.StateClaimed) != (c.code != 0) {
				t.Errorf("%s: %d %s, %s", what, r.status, r.body, bed.State(id))
			}
		}
	}
	if got := f.challenge(t).Failures; got != 0 {
		t.Errorf("%d failures: a fingerprint is none of the PIN's tries", got)
	}

	// Without a registered fingerprint it is 8006; a signature of one answer is
	// none of another.
	first, second := startPush(t, bed, fingerType), startPush(t, bed, fingerType)
	_, d1, hash1 := f.claim(t, first)
	_, d2, hash2 := f.claim(t, second)
	a := f.withFinger(t, f.answerTo(d2, hash2, wire.Accept))
	a.FingerprintProof = f.withFinger(t, f.answerTo(d1, hash1, wire.Accept)).FingerprintProof
	if r, _ := f.answer(t, a); r.code() != wire.CodeMessageNotAuthentic {
		t.Errorf("%d %s", r.status, r.body)
	}
	f.json(t, wire.PathAuthenticatorRemove, f.request(), f.auth())
	if r, _ := f.answer(t, f.withFinger(t, f.answerTo(d2, hash2, wire.Accept))); r.code() != wire.CodeNoSuchAuthenticator || bed.State(second) != wire.StateClaimed {
		t.Errorf("%d %s", r.status, r.body)
	}
}
