package device_test

import (
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

func TestRename(t *testing.T) {
	p := newPhone(t, servertest.New(t))
	profile := p.register(t)
	for label, want := range map[string]string{"Work\u202e": "Work<U+202E>", "  Home ": "Home", "": profile.Name()} {
		if err := p.Rename(t.Context(), profile.ID, label); err != nil {
			t.Fatal(err)
		}
		if got, err := p.Profile(profile.ID); err != nil || got.Name() != want {
			t.Errorf("renamed to %q it is called %q, %v", label, got.Name(), err)
		}
	}
	wantCode(t, p.Rename(t.Context(), "NOBODY", "x"), wire.CodeProfileNotRegistered)
}
