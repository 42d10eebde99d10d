package serverkeys

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver/sealer"
	"github.com/understudy-auth/understudy/core/wire"
)

// Errors of a Store that a Ring tells apart.
var (
	ErrNotFound = errors.New("there is no shared key")
	ErrExists   = errors.New("there is a shared key already")
)

// Store keeps the shared key, sealed.
type Store interface {
	// ServerKey is the sealed key that enrollments share. ErrNotFound.
	ServerKey(ctx context.Context) ([]byte, error)
	// AddServerKey stores it. ErrExists (another was faster: ask for that one).
	AddServerKey(ctx context.Context, sealed []byte) error
}

// maxCached bounds the cache of opened keys; each takes a few kilobytes.
const maxCached = 10_000

// Ring opens and makes keys. Its exported fields are set before it is used, and its
// methods may be called by any number of goroutines.
type Ring struct {
	Store  Store
	Sealer *sealer.Sealer
	Clock  func() time.Time
	Unique bool // a key for each enrollment

	mu     sync.Mutex
	shared *wire.Key
	// pairs is asked by the keys' fingerprints, so a replaced enrollment never hits.
	pairs map[string]Pair
}

// Pair is what one enrollment's messages are sealed and opened with.
type Pair struct {
	Own    *wire.Key
	Device *wire.PublicKey
}

// Enrollment is what is kept of the keys of an enrollment.
type Enrollment struct {
	ProfileID         string
	DeviceKey         []byte // public
	DeviceFingerprint string
	SealedServerKey   []byte // empty: the shared key
	ServerFingerprint string
}

// New gives the server's key of a new enrollment, sealed where it is not the
// shared one.
func (r *Ring) New(ctx context.Context, profileID string) (own *wire.Key, sealed []byte, err error) {
	if !r.Unique {
		own, err = r.sharedKey(ctx)
		return own, nil, err
	}
	return r.generate("server key", profileID)
}

func (r *Ring) generate(place ...string) (own *wire.Key, sealed []byte, err error) {
	if own, err = wire.GenerateKey(r.Clock()); err != nil {
		return nil, nil, err
	}
	plain, err := own.Marshal()
	if err != nil {
		return nil, nil, err
	}
	defer plain.Clear()
	return own, r.Sealer.Seal(plain, place...), nil
}

// open opens a sealed private key.
func (r *Ring) open(sealed []byte, place ...string) (*wire.Key, error) {
	plain, err := r.Sealer.Open(sealed, place...)
	if err != nil {
		return nil, err
	}
	defer plain.Clear()
	return wire.ParseKey(plain)
}

func (r *Ring) sharedKey(ctx context.Context) (*wire.Key, error) {
	r.mu.Lock()
	shared := r.shared
	r.mu.Unlock()
	if shared != nil {
		return shared, nil
	}
	sealed, err := r.Store.ServerKey(ctx)
	if errors.Is(err, ErrNotFound) {
		sealed, err = r.makeShared(ctx)
	}
	if err != nil {
		return nil, err
	}
	if shared, err = r.open(sealed, "server key"); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shared = shared
	return shared, nil
}

// makeShared makes the shared key, or fetches the one of whoever was faster.
func (r *Ring) makeShared(ctx context.Context) ([]byte, error) {
	_, sealed, err := r.generate("server key")
	if err != nil {
		return nil, err
	}
	err = r.Store.AddServerKey(ctx, sealed)
	if errors.Is(err, ErrExists) {
		return r.Store.ServerKey(ctx)
	}
	return sealed, err
}

// Open gives the keys of an enrollment.
func (r *Ring) Open(ctx context.Context, e Enrollment) (Pair, error) {
	id := e.ProfileID + e.DeviceFingerprint + e.ServerFingerprint
	r.mu.Lock()
	k, ok := r.pairs[id]
	r.mu.Unlock()
	if ok {
		return k, nil
	}
	var err error
	if k.Device, err = wire.ParsePublicKey(e.DeviceKey); err != nil {
		return Pair{}, err
	}
	if len(e.SealedServerKey) == 0 {
		k.Own, err = r.sharedKey(ctx)
	} else {
		k.Own, err = r.open(e.SealedServerKey, "server key", e.ProfileID)
	}
	if err != nil {
		return Pair{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pairs == nil || len(r.pairs) >= maxCached {
		r.pairs = map[string]Pair{} // rare and cheap: what is in use comes back
	}
	r.pairs[id] = k
	return k, nil
}
