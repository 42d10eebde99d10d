package vault

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	gokeyring "github.com/zalando/go-keyring"

	"github.com/understudy-auth/understudy/core/wire"
)

// keyringDeadline is how long a call may take. An unlocked keyring answers in
// a few milliseconds; what takes longer waits for a person.
const keyringDeadline = 2 * time.Second

// Keyring is the operating system's keyring: Secret Service on Linux, Keychain
// on macOS, Credential Manager on Windows. Use NewKeyring.
type Keyring struct {
	service string
	store   keyringStore
	timeout time.Duration

	turn chan struct{} // holds one token while a call runs, abandoned or not

	mu      sync.Mutex
	running uint64 // number of the call that has the turn, or had it last
	busy    bool   // that call has not ended
	hung    bool   // that call has been given up
}

var _ Vault = (*Keyring)(nil)

// keyringStore is the system's side. Its calls may block for ever.
type keyringStore interface {
	// check returns ErrLocked or ErrUnavailable where a call would block or
	// start something, as far as that can be known before.
	check(ctx context.Context) error
	// unlock has the person asked to unlock the keyring.
	unlock(ctx context.Context) error
	get(service, name string) (string, error)
	set(service, name, value string) error
	delete(service, name string) error
	deleteAll(service string) error
}

// NewKeyring returns the vault whose entries the keyring lists under service.
// It touches nothing yet: whether the keyring is there shows at the first call.
func NewKeyring(service string) *Keyring { return newKeyring(service, systemKeyring{}) }

func newKeyring(service string, store keyringStore) *Keyring {
	return &Keyring{service: service, store: store, timeout: keyringDeadline, turn: make(chan struct{}, 1)}
}

// Get implements Vault. Besides ErrNotFound it returns ErrLocked or
// ErrUnavailable, within two seconds.
func (k *Keyring) Get(ctx context.Context, name string) (wire.Secret, error) {
	if err := checkName(name); err != nil {
		return wire.Secret{}, failed("get", name, err)
	}
	found := make(chan string, 1) // not a shared variable: a late call still writes
	err := k.call(ctx, func() error {
		text, err := k.store.get(k.service, name)
		found <- text
		return err
	})
	if err != nil {
		return wire.Secret{}, failed("get", name, err)
	}
	value, err := decodeValue(<-found)
	if err != nil {
		return wire.Secret{}, failed("get", name, ErrDamaged) // another program changed it
	}
	return wire.NewSecret(value), nil
}

// Put implements Vault. See Get for its errors.
func (k *Keyring) Put(ctx context.Context, name string, value wire.Secret) error {
	if err := firstError(checkName(name), checkValue(value)); err != nil {
		return failed("put", name, err)
	}
	text := encodeValue(value.Bytes()) // before the call, which may outlive value
	err := k.call(ctx, func() error { return k.store.set(k.service, name, text) })
	if err != nil {
		return failed("put", name, err)
	}
	return nil
}

// Delete implements Vault. See Get for its errors.
func (k *Keyring) Delete(ctx context.Context, name string) error {
	if err := checkName(name); err != nil {
		return failed("delete", name, err)
	}
	err := k.call(ctx, func() error { return k.store.delete(k.service, name) })
	if err != nil && !errors.Is(err, ErrNotFound) {
		return failed("delete", name, err)
	}
	return nil
}

// Clear removes every entry of the service, also those that a run which was
// killed left behind.
func (k *Keyring) Clear(ctx context.Context) error {
	err := k.call(ctx, func() error { return k.store.deleteAll(k.service) })
	if err != nil && !errors.Is(err, ErrNotFound) {
		return failed("clear", k.service, err)
	}
	return nil
}

// Kind implements Vault.
func (k *Keyring) Kind() Kind { return KindKeyring }

// call runs do, one at a time, and gives it up when the deadline or ctx ends.
func (k *Keyring) call(ctx context.Context, do func() error) error {
	if err := k.wait(ctx); err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, k.timeout)
	defer cancel()
	mine := k.begin()
	done := make(chan error, 1)
	go func() {
		err := k.store.check(limited)
		if err == nil {
			err = do()
		}
		k.end()
		done <- err
	}()
	select {
	case err := <-done:
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return k.giveUp(ctx, mine)
		}
		return systemError(err)
	case <-limited.Done():
		return k.giveUp(ctx, mine)
	}
}

// wait returns when it is this call's turn. It waits as long as the calls
// before it get on.
func (k *Keyring) wait(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		before, hung := k.current()
		if hung {
			return ErrLocked
		}
		select { // a turn that is free is taken, however late this goroutine comes
		case k.turn <- struct{}{}:
			return nil
		default:
		}
		limited, cancel := context.WithTimeout(ctx, k.timeout)
		select {
		case k.turn <- struct{}{}:
			cancel()
			return nil
		case <-limited.Done():
			cancel()
		}
		if now, _ := k.current(); now == before {
			return k.giveUp(ctx, before)
		}
	}
}

// giveUp says why the wait ended. Only the deadline tells that the call with
// this number hangs; a caller that cancels says nothing about the keyring.
func (k *Keyring) giveUp(ctx context.Context, number uint64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.busy && k.running == number {
		k.hung = true
	}
	return ErrLocked
}

func (k *Keyring) current() (number uint64, hung bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.running, k.hung
}

func (k *Keyring) begin() uint64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.running++
	k.busy = true
	return k.running
}

func (k *Keyring) end() {
	k.mu.Lock()
	k.busy, k.hung = false, false
	k.mu.Unlock()
	<-k.turn
}

// systemError turns what go-keyring and D-Bus say into our errors.
func systemError(err error) error {
	switch {
	case err == nil, errors.Is(err, ErrLocked), errors.Is(err, ErrUnavailable):
		return err
	case errors.Is(err, gokeyring.ErrNotFound):
		return ErrNotFound
	case errors.Is(err, gokeyring.ErrSetDataTooBig):
		return ErrTooLarge
	case saysLocked(err):
		return ErrLocked
	default:
		return unavailable(err)
	}
}

// unavailable keeps the cause in the text, made harmless: it comes from
// another program.
func unavailable(cause error) error {
	return fmt.Errorf("%w (%s)", ErrUnavailable, wire.CleanText(cause.Error(), 200))
}

// systemKeyring is go-keyring.
type systemKeyring struct{}

func (systemKeyring) get(service, name string) (string, error) { return gokeyring.Get(service, name) }

func (systemKeyring) set(service, name, value string) error {
	return gokeyring.Set(service, name, value)
}
func (systemKeyring) delete(service, name string) error { return gokeyring.Delete(service, name) }

func (systemKeyring) deleteAll(service string) error { return gokeyring.DeleteAll(service) }
