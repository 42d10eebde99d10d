package mobileauth_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

func TestAnswering(t *testing.T) {
	origin := func(s string) wire.Origin {
		o, err := wire.ParseOrigin(s)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	one, other, third := origin("https://one.example"), origin("https://other.example"), origin("https://third.example")
	profiles := []device.Profile{
		{ID: "a", Server: one, EnrolledAt: time.Unix(1, 0)}, {ID: "b", Server: one}, {ID: "c", Server: other, EnrolledAt: time.Unix(1, 0)},
	}
	for claimed, want := range map[wire.Origin][]string{
		one: {"a", "b"}, other: {"c"}, third: nil, {}: {"a", "c"},
	} {
		var got []string
		for _, p := range mobileauth.Answering(profiles, claimed) {
			got = append(got, p.ID)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("a code of %q (-want +got):\n%s", claimed, d)
		}
	}
	if profiles[1].ID != "b" {
		t.Error("the list itself was changed")
	}
}
