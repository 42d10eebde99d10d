package gui

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// keyring is a vault that can be locked.
type keyring struct {
	vault.Vault
	locked atomic.Bool
}

func (k *keyring) Get(ctx context.Context, name string) (wire.Secret, error) {
	if k.locked.Load() {
		return wire.Secret{}, vault.ErrLocked
	}
	return k.Vault.Get(ctx, name)
}

// desktopAsks is a desktop that asks for the keyring's password: each value of
// answers is the end of a call.
type desktopAsks struct {
	keyring *keyring
	answers chan error
}

func (a *desktopAsks) unlock(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-a.answers:
		a.keyring.locked.Store(err != nil)
		return err
	}
}

// atLockedKeyring is somebody with a profile who brought a login code, while the
// keyring is locked.
func atLockedKeyring(t *testing.T) (*person, *desktopAsks) {
	t.Helper()
	p := sit(t)
	asks := &desktopAsks{keyring: &keyring{Vault: p.vault}, answers: make(chan error, 1)}
	p.vault, p.unlockKeyring = asks.keyring, asks.unlock
	p.registered(true)
	asks.keyring.locked.Store(true)
	p.start()
	p.looks("Home")
	otp, _ := p.bed.Start("Log in to My Example Bank")
	p.clip = capture.Clip{Text: wire.OTPLink(p.bed.Origin, otp)}
	p.w.paste()
	p.looks("The keyring is locked")
	p.clip = capture.Clip{Text: "the keyring's password"}
	return p, asks
}

// Once the keyring is open, the window goes on with the code that was brought.
func TestUnlockKeyring(t *testing.T) {
	p, asks := atLockedKeyring(t)
	if p.focused() != "Unlock the keyring" {
		t.Errorf("the focus is on %q", p.focused())
	}
	p.press(fyne.KeySpace)
	s := p.looks("Unlock the keyring")
	const silent = "The keyring does not answer. It may wait behind another window."
	if lines := s.Lines(); !slices.Contains(lines, "Waiting for the desktop's password window.") || slices.Contains(lines, silent) {
		t.Errorf("a reader tells %q", lines)
	}
	p.bed.Clock.Move(1900 * time.Millisecond)
	p.w.frame.Look(p.bed.Clock.Now())
	if slices.Contains(s.Lines(), silent) {
		t.Error("told too early that the keyring does not answer")
	}
	p.bed.Clock.Move(200 * time.Millisecond)
	p.w.frame.Look(p.bed.Clock.Now())
	if !slices.Contains(s.Lines(), silent) {
		t.Errorf("a reader tells %q", s.Lines())
	}
	p.shot("keyring")
	asks.answers <- nil
	p.looks("PIN for Anna Example")
	p.types(testPIN)
	p.press(fyne.KeyReturn)
	s = p.looks("Log in to Demo portal?")
	p.readable()
	s.Keys[fyne.KeyD]()
	p.looks("Denied")
}

// Whoever declines, or cancels the wait, has the same choice as before.
func TestUnlockKeyringDeclined(t *testing.T) {
	p, asks := atLockedKeyring(t)
	for name, decline := range map[string]func(){
		"dismissed": func() { asks.answers <- vault.ErrLocked },
		"Cancel":    func() { p.chooses("Cancel") },
		"Escape":    func() { p.now().Back() },
	} {
		p.chooses("Unlock the keyring")
		p.looks("Unlock the keyring")
		decline()
		p.looks("The keyring is locked")
		if p.w.busy() {
			t.Errorf("%s: the window still waits", name)
		}
	}
	p.chooses("Unlock the keyring")
	p.looks("Unlock the keyring")
	asks.answers <- vault.ErrUnavailable
	p.looks("No keyring found")
	asks.keyring.locked.Store(false)
	p.chooses("Try again")
	p.looks("PIN for Anna Example")
}

// Locking the window ends the wait for the desktop.
func TestLockWhileUnlockingKeyring(t *testing.T) {
	p, _ := atLockedKeyring(t)
	p.chooses("Unlock the keyring")
	p.looks("Unlock the keyring")
	p.w.lock("")
	p.waits("the end of the wait", func() bool { return !p.w.busy() })
	p.settles()
	p.looks("Locked")
	p.types(testPIN)
	p.press(fyne.KeyReturn)
	p.looks("The keyring is locked")
}

// Where the desktop cannot be asked, the person unlocks the keyring and comes back.
func TestLockedKeyringElsewhere(t *testing.T) {
	p, asks := atLockedKeyring(t)
	p.w.opt.UnlockKeyring = nil
	p.chooses("Back")
	p.looks("Home")
	p.chooses("Unlock, Anna Example, " + p.bed.Origin.Host())
	p.looks("The keyring is locked")
	asks.keyring.locked.Store(false)
	p.chooses("Try again")
	p.looks("PIN for Anna Example")
}
