package vault_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/godbus/dbus/v5"

	"github.com/understudy-auth/understudy/core/desktop/bustest"
	"github.com/understudy-auth/understudy/core/vault"
)

const (
	promptPath      = dbus.ObjectPath("/org/freedesktop/secrets/prompt/p1")
	promptInterface = "org.freedesktop.Secret.Prompt"
)

// secretService is a Secret Service with a locked keyring.
type secretService struct {
	t       *testing.T
	bus     *bustest.Bus
	conn    *dbus.Conn
	locked  atomic.Bool
	unlocks atomic.Int32 // calls of Unlock
	// shown runs when the prompt is shown, and is the person; nil: there is none.
	shown func(s *secretService)
}

// startService puts a Secret Service on a bus that the test's process uses.
func startService(t *testing.T, shown func(*secretService)) *secretService {
	t.Helper()
	s := &secretService{t: t, bus: bustest.Start(t), shown: shown}
	s.locked.Store(true)
	s.conn = s.bus.Connect(t, secretsName)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", s.bus.Address)
	export := func(path dbus.ObjectPath, inside string, methods map[string]any) {
		if err := s.conn.ExportMethodTable(methods, path, inside); err != nil {
			t.Fatal(err)
		}
	}
	const properties = "org.freedesktop.DBus.Properties"
	export(secretsPath, properties, map[string]any{"Get": func(_, name string) (dbus.Variant, *dbus.Error) {
		return dbus.MakeVariant([]dbus.ObjectPath{loginPath}), nil
	}})
	export(loginPath, properties, map[string]any{"Get": func(_, name string) (dbus.Variant, *dbus.Error) {
		return dbus.MakeVariant(s.locked.Load()), nil
	}})
	export(secretsPath, "org.freedesktop.Secret.Service", map[string]any{"Unlock": s.unlock})
	export(promptPath, promptInterface, map[string]any{
		"Prompt": func(string) *dbus.Error {
			go s.shown(s)
			return nil
		},
		"Dismiss": func() *dbus.Error { // would end gnome-keyring
			t.Error("the prompt was taken back")
			return nil
		},
	})
	return s
}

func (s *secretService) unlock(what []dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	s.unlocks.Add(1)
	switch {
	case !slices.Equal(what, []dbus.ObjectPath{loginPath}):
		return nil, "/", dbus.NewError("org.freedesktop.Secret.Error.NoSuchObject", nil)
	case s.shown != nil:
		return nil, promptPath, nil
	}
	s.locked.Store(false)
	return what, "/", nil
}

// answers is the end of the prompt.
func (s *secretService) answers(accepted bool) {
	var what []dbus.ObjectPath
	if accepted {
		s.locked.Store(false)
		what = []dbus.ObjectPath{loginPath}
	}
	_ = s.conn.Emit(promptPath, promptInterface+".Completed", !accepted, dbus.MakeVariant(what))
}

func TestUnlock(t *testing.T) {
	tests := map[string]struct {
		shown func(s *secretService)
		want  error
	}{
		"without a prompt": {},
		"accepted":         {shown: func(s *secretService) { s.answers(true) }},
		"dismissed":        {shown: func(s *secretService) { s.answers(false) }, want: vault.ErrLocked},
		"accepted in name only": {want: vault.ErrLocked, shown: func(s *secretService) {
			_ = s.conn.Emit(promptPath, promptInterface+".Completed", false, dbus.MakeVariant([]dbus.ObjectPath{}))
		}},
		"the service vanishes": {shown: func(s *secretService) { _ = s.conn.Close() }, want: vault.ErrUnavailable},
		"the service starts anew": {want: vault.ErrUnavailable, shown: func(s *secretService) {
			_, err := s.bus.Connect(s.t).RequestName(secretsName, 0) // waits for the name
			if err != nil {
				s.t.Error(err)
			}
			_ = s.conn.Close()
		}},
		"the bus vanishes": {shown: func(s *secretService) { s.bus.Stop() }, want: vault.ErrUnavailable},
		"answers of others": {shown: func(s *secretService) {
			_ = s.bus.Connect(s.t).Emit(promptPath, promptInterface+".Completed", true, dbus.MakeVariant([]dbus.ObjectPath{}))
			_ = s.conn.Emit(promptPath+"2", promptInterface+".Completed", true, dbus.MakeVariant([]dbus.ObjectPath{}))
			s.answers(true)
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := startService(t, test.shown)
			ctx, cancel := context.WithTimeout(t.Context(), generous)
			defer cancel()
			if err := vault.NewKeyring("understudy-test").Unlock(ctx); !errors.Is(err, test.want) {
				t.Errorf("%v, want %v", err, test.want)
			}
			if got := s.unlocks.Load(); got != 1 {
				t.Errorf("asked %d times to unlock, want once", got)
			}
		})
	}
}

// What is open is not asked for.
func TestUnlockOpenKeyring(t *testing.T) {
	s := startService(t, nil)
	s.locked.Store(false)
	if err := vault.NewKeyring("understudy-test").Unlock(t.Context()); err != nil || s.unlocks.Load() != 0 {
		t.Errorf("%v, asked %d times", err, s.unlocks.Load())
	}
}

// The caller may give up a prompt that nobody answers, and begin anew later.
func TestUnlockUnanswered(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	startService(t, func(s *secretService) {
		if s.unlocks.Load() == 1 {
			cancel()
			return
		}
		s.answers(true)
	})
	k := vault.NewKeyring("understudy-test")
	if err := k.Unlock(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
	if err := k.Unlock(t.Context()); err != nil {
		t.Errorf("the next try: %v", err)
	}
}

func TestUnlockWithoutService(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", bustest.Start(t).Address)
	if err := vault.NewKeyring("understudy-test").Unlock(t.Context()); !errors.Is(err, vault.ErrUnavailable) {
		t.Errorf("no service: %v, want ErrUnavailable", err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
	if err := vault.NewKeyring("understudy-test").Unlock(t.Context()); !errors.Is(err, vault.ErrUnavailable) {
		t.Errorf("no bus: %v, want ErrUnavailable", err)
	}
}
