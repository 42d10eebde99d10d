package device_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

// A proof is for one challenge and for what it is bound to.
func TestProvePIN(t *testing.T) {
	bed := servertest.New(t)
	p := newPhone(t, bed)
	profile := p.register(t)
	c, err := p.PINChallenge(t.Context(), profile.ID)
	if err != nil || c.Failures != 0 || c.Max != 3 || c.Stale(bed.Clock.Now().Add(89*time.Second)) || !c.Stale(bed.Clock.Now().Add(90*time.Second)) {
		t.Fatalf("%+v, %v", c, err)
	}
	other, err := p.PINChallenge(t.Context(), profile.ID)
	if err != nil {
		t.Fatal(err)
	}
	prove := func(challenge string, binding ...string) []byte {
		t.Helper()
		use := c
		if challenge == other.Challenge {
			use = other
		}
		proof, err := p.ProvePIN(t.Context(), profile.ID, use, wire.SecretString(goodPIN), binding...)
		if err != nil || len(proof) != 32 {
			t.Fatalf("%x, %v", proof, err)
		}
		return proof
	}
	good := prove(c.Challenge, "a", "b")
	for what, proof := range map[string][]byte{
		"another challenge": prove(other.Challenge, "a", "b"),
		"another binding":   prove(c.Challenge, "a", "c"),
		"no binding":        prove(c.Challenge),
	} {
		if bytes.Equal(good, proof) {
			t.Errorf("%s has the same proof", what)
		}
	}
	_, err = p.PINChallenge(t.Context(), "NOBODY")
	wantCode(t, err, wire.CodeProfileNotRegistered)
	_, err = p.ProvePIN(t.Context(), "NOBODY", c, wire.SecretString(goodPIN))
	wantCode(t, err, wire.CodeProfileNotRegistered)
}
