package mobileauth_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

func TestLevels(t *testing.T) {
	claim := func(t *testing.T, s string) wire.Origin {
		o, err := wire.ParseShownOrigin(s)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	for name, c := range map[string]struct {
		in      mobileauth.Incoming
		portal  []string // fields of the start
		before  []mobileauth.Decision
		level   mobileauth.Level
		reasons []mobileauth.Reason
	}{
		"scanned":            {in: mobileauth.Incoming{Source: intake.SourceScreen}, level: mobileauth.LevelCalm},
		"pasted":             {in: mobileauth.Incoming{Source: intake.SourcePaste}, level: mobileauth.LevelCalm},
		"accepted before":    {in: mobileauth.Incoming{Source: intake.SourceFile}, before: []mobileauth.Decision{wire.Accept, wire.Accept, wire.Accept}, level: mobileauth.LevelCalm},
		"same network":       {in: mobileauth.Incoming{Source: intake.SourceFile}, portal: []string{"initiator_address", "127.0.0.1"}, level: mobileauth.LevelCalm},
		"by a link":          {in: mobileauth.Incoming{Source: intake.SourceLink}, level: mobileauth.LevelAsk, reasons: []mobileauth.Reason{mobileauth.ReasonLink}},
		"by the server":      {in: mobileauth.Incoming{Source: intake.SourceServer}, level: mobileauth.LevelAsk, reasons: []mobileauth.Reason{mobileauth.ReasonServer}},
		"after a denial":     {in: mobileauth.Incoming{Source: intake.SourceFile}, before: []mobileauth.Decision{wire.Deny}, level: mobileauth.LevelAsk, reasons: []mobileauth.Reason{mobileauth.ReasonAfterDenial}},
		"from another place": {in: mobileauth.Incoming{Source: intake.SourceFile}, portal: []string{"initiator_address", "203.0.113.9"}, level: mobileauth.LevelAsk, reasons: []mobileauth.Reason{mobileauth.ReasonOtherNetwork}},
		"third request": {
			in: mobileauth.Incoming{Source: intake.SourceFile}, before: []mobileauth.Decision{wire.Deny, wire.Deny}, level: mobileauth.LevelStop,
			reasons: []mobileauth.Reason{mobileauth.ReasonThirdRequest, mobileauth.ReasonAfterDenial},
		},
		"other server": {
			in:    mobileauth.Incoming{Source: intake.SourceFile, Claimed: claim(t, "https://evil.example")},
			level: mobileauth.LevelStop, reasons: []mobileauth.Reason{mobileauth.ReasonOtherServer},
		},
		"not encrypted": {
			in:    mobileauth.Incoming{Source: intake.SourceFile, Claimed: claim(t, "http://evil.example")},
			level: mobileauth.LevelStop, reasons: []mobileauth.Reason{mobileauth.ReasonOtherServer, mobileauth.ReasonNotEncrypted},
		},
	} {
		t.Run(name, func(t *testing.T) {
			bed := servertest.New(t)
			p := enrolledPhone(t, bed)
			for _, decision := range c.before {
				otp, _ := bed.Start("before")
				if _, err := p.handle(t.Context(), otp, always(decision)); err != nil {
					t.Fatal(err)
				}
				bed.Clock.Move(time.Second)
			}
			c.in.ProfileID = p.profile
			c.in.OTP, _ = bed.Start("now", c.portal...)
			_, err := p.HandleOTP(t.Context(), c.in, func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
				if r.Level != c.level || !slices.Equal(r.Reasons, c.reasons) {
					t.Errorf("level %s %v, want %s %v", r.Level, r.Reasons, c.level, c.reasons)
				}
				return wire.Deny, nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// What comes by itself is asked with care, and the PIN is that care where nothing
// else speaks against it.
func TestLevelsOfPushes(t *testing.T) {
	for name, c := range map[string]struct {
		kind    string
		denied  int
		fields  []string
		level   mobileauth.Level
		reasons []mobileauth.Reason
	}{
		"push":                       {kind: tokenserver.DemoPush, level: mobileauth.LevelAsk, reasons: []mobileauth.Reason{mobileauth.ReasonServer}},
		"push with PIN":              {kind: tokenserver.DemoPushPIN, level: mobileauth.LevelCalm},
		"with PIN, after a denial":   {kind: tokenserver.DemoPushPIN, denied: 1, level: mobileauth.LevelAsk, reasons: []mobileauth.Reason{mobileauth.ReasonAfterDenial}},
		"with PIN, from elsewhere":   {kind: tokenserver.DemoPushPIN, fields: []string{"initiator_address", "203.0.113.9"}, level: mobileauth.LevelAsk, reasons: []mobileauth.Reason{mobileauth.ReasonOtherNetwork}},
		"with PIN, third in a row":   {kind: tokenserver.DemoPushPIN, denied: 2, level: mobileauth.LevelStop, reasons: []mobileauth.Reason{mobileauth.ReasonThirdRequest, mobileauth.ReasonAfterDenial}},
		"push, after another denial": {kind: tokenserver.DemoPush, denied: 1, level: mobileauth.LevelAsk, reasons: []mobileauth.Reason{mobileauth.ReasonAfterDenial, mobileauth.ReasonServer}},
	} {
		t.Run(name, func(t *testing.T) {
			bed := servertest.New(t, noPauses)
			p := enrolledPhone(t, bed)
			for range c.denied {
				if _, err := p.openOne(t.Context(), push(bed, tokenserver.DemoPush, "before"), always(wire.Deny)); err != nil {
					t.Fatal(err)
				}
				bed.Clock.Move(time.Second)
			}
			_, err := p.openOne(t.Context(), push(bed, c.kind, "now", c.fields...), func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
				if r.Level != c.level || !slices.Equal(r.Reasons, c.reasons) || (r.PIN != nil) != (c.kind == tokenserver.DemoPushPIN) {
					t.Errorf("level %s %v, want %s %v", r.Level, r.Reasons, c.level, c.reasons)
				}
				return wire.Deny, nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
