package vault

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/understudy-auth/understudy/core/wire"
)

// hangingStore blocks every call until released, as a keyring does that waits
// for somebody to type a passphrase.
type hangingStore struct {
	entered chan struct{} // gets one value from each call
	release chan struct{}
	mu      sync.Mutex
	values  map[string]string

	unlocked atomic.Bool // the person unlocks it when asked to
}

func newHangingStore() *hangingStore {
	return &hangingStore{
		entered: make(chan struct{}, 100), release: make(chan struct{}), values: map[string]string{},
	}
}

func (s *hangingStore) check(context.Context) error {
	s.entered <- struct{}{}
	<-s.release
	return nil
}

func (s *hangingStore) unlock(ctx context.Context) error {
	if s.unlocked.Load() {
		return nil
	}
	<-ctx.Done()
	return ErrLocked
}

func (s *hangingStore) get(_, name string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if value, ok := s.values[name]; ok {
		return value, nil
	}
	return "", keyring.ErrNotFound
}

func (s *hangingStore) set(_, name, value string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[name] = value
	return nil
}

func (s *hangingStore) deleteAll(string) error { return s.delete("", "") }

func (s *hangingStore) delete(_, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.values, name)
	return nil
}

// allCalls runs the three calls and gives their errors.
func allCalls(ctx context.Context, v Vault) map[string]error {
	_, err := v.Get(ctx, "a")
	return map[string]error{
		"Get":    err,
		"Put":    v.Put(ctx, "a", wire.SecretString("x")),
		"Delete": v.Delete(ctx, "a"),
	}
}

func TestKeyringGivesUpOnce(t *testing.T) {
	store := newHangingStore()
	k := newKeyring("test", store)
	k.timeout = time.Millisecond
	value := wire.SecretString("late value")
	if err := k.Put(t.Context(), "a", value); !errors.Is(err, ErrLocked) {
		t.Fatalf("hanging call: %v, want ErrLocked", err)
	}
	value.Clear()
	<-store.entered
	k.timeout = time.Hour // only failing at once ends this test
	for call, err := range allCalls(t.Context(), k) {
		if !errors.Is(err, ErrLocked) {
			t.Errorf("%s while another call hangs: %v, want ErrLocked", call, err)
		}
	}
	if got := len(store.entered); got != 0 {
		t.Errorf("%d more calls reached the keyring", got)
	}
	close(store.release) // the person unlocks it
	k.turn <- struct{}{} // the late call has ended
	<-k.turn
	got, err := k.Get(t.Context(), "a")
	if err != nil || string(got.Bytes()) != "late value" {
		t.Errorf("after unlocking: %v, or a value that was cleared meanwhile", err)
	}
}

// Once the keyring is open, a call waits for one that hangs: that comes to its end.
func TestKeyringUnlockEndsHanging(t *testing.T) {
	store := newHangingStore()
	k := newKeyring("test", store)
	k.timeout = time.Millisecond
	if err := k.Put(t.Context(), "a", wire.SecretString("x")); !errors.Is(err, ErrLocked) {
		t.Fatalf("hanging call: %v, want ErrLocked", err)
	}
	k.timeout = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := k.Unlock(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, ErrLocked) {
		t.Errorf("nobody unlocks: %v, want the context's error", err)
	}
	if err := k.Delete(t.Context(), "b"); !errors.Is(err, ErrLocked) {
		t.Errorf("still locked: %v, want ErrLocked", err)
	}
	store.unlocked.Store(true)
	if err := k.Unlock(t.Context()); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- k.Delete(t.Context(), "b") }()
	close(store.release)
	if err := <-done; err != nil {
		t.Errorf("after unlocking: %v", err)
	}
}

// A caller that cancels must not make the keyring count as hanging.
func TestKeyringCancelledByCaller(t *testing.T) {
	store := newHangingStore()
	k := newKeyring("test", store)
	k.timeout = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- k.Put(ctx, "a", wire.SecretString("x")) }()
	<-store.entered
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) || errors.Is(err, ErrLocked) {
		t.Errorf("%v, want context.Canceled", err)
	}
	go func() { done <- k.Delete(t.Context(), "a") }()
	close(store.release)
	if err := <-done; err != nil {
		t.Errorf("next call: %v", err)
	}
}

// A call that queues behind a hanging one has the same deadline.
func TestKeyringQueueBehindHangingCall(t *testing.T) {
	store := newHangingStore()
	defer close(store.release)
	k := newKeyring("test", store)
	k.timeout = 20 * time.Millisecond
	const callers = 5
	errs := make(chan error, callers)
	for range callers {
		go func() { errs <- k.Delete(t.Context(), "a") }()
	}
	for range callers {
		if err := <-errs; !errors.Is(err, ErrLocked) {
			t.Errorf("%v, want ErrLocked", err)
		}
	}
	<-store.entered
	if got := len(store.entered); got != 0 {
		t.Errorf("%d more calls reached the keyring", got)
	}
}

func TestKeyringRefusesForeignEntry(t *testing.T) {
	store := newHangingStore()
	close(store.release)
	k := newKeyring("test", store)
	store.values["a"] = "not base64 !"
	if value, err := decodeValue(store.values["a"]); err == nil {
		t.Skipf("values are kept as they are on this system (%d bytes)", len(value))
	}
	if _, err := k.Get(t.Context(), "a"); !errors.Is(err, ErrDamaged) {
		t.Errorf("%v, want ErrDamaged", err)
	}
}
