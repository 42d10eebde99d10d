package vault

import (
	"context"
	"errors"
)

// Unlock has the desktop ask the person to unlock the keyring, and waits until
// they did: it returns nil once the keyring is open. Where they decline it returns
// ErrLocked; where nobody answers before ctx ends, the error of ctx. The desktop's
// window may stay then, and the keyring opens if they answer it later.
// ErrUnavailable tells of a keyring that is not there, or went away meanwhile.
//
// Only Linux has something to call, see CanUnlock: elsewhere Unlock returns
// ErrLocked, and the system asks by itself when it wants to.
func (k *Keyring) Unlock(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { done <- k.store.unlock(ctx) }()
	var err error
	select {
	case err = <-done:
	case <-ctx.Done(): // also while a bus hangs that nothing else gets away from
		err = ctx.Err()
	}
	if err != nil {
		if !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
			err = systemError(err)
		}
		return failed("unlock", k.service, err)
	}
	k.mu.Lock()
	k.hung = false // a call that waited for just this gets on now: others may wait for it again
	k.mu.Unlock()
	return nil
}
