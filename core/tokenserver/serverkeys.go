package tokenserver

import (
	"context"
	"errors"
	"sync"

	"github.com/understudy-auth/understudy/core/wire"
)

// keyPair is what one enrollment's messages are sealed and opened with.
type keyPair struct {
	own    *wire.Key
	device *wire.PublicKey
}

// maxCachedKeys bounds the cache of opened keys; each takes a few kilobytes.
const maxCachedKeys = 10_000

// keyCache keeps opened keys, as parsing one costs more than using it. It is
// asked by the keys' fingerprints, so a replaced enrollment never hits.
type keyCache struct {
	mu     sync.Mutex
	pairs  map[string]keyPair
	shared *wire.Key
}

func (c *keyCache) get(id string) (keyPair, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.pairs[id]
	return k, ok
}

func (c *keyCache) put(id string, k keyPair) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pairs == nil || len(c.pairs) >= maxCachedKeys {
		c.pairs = map[string]keyPair{} // rare and cheap: what is in use comes back
	}
	c.pairs[id] = k
}

// newServerKey gives the server's key of a new enrollment: a pair of its own
// where the configuration asks for unique keys, else the shared one.
func (s *Server) newServerKey(ctx context.Context, e *Enrollment) (*wire.Key, error) {
	if !s.config.Enrollment.UniqueKeys {
		return s.sharedKey(ctx)
	}
	own, err := wire.GenerateKey(s.now())
	if err != nil {
		return nil, err
	}
	plain, err := own.Marshal()
	if err != nil {
		return nil, err
	}
	defer plain.Clear()
	e.SealedServerKey = s.sealer.Seal(plain, "server key", e.ProfileID)
	return own, nil
}

func (s *Server) sharedKey(ctx context.Context) (*wire.Key, error) {
	s.keys.mu.Lock()
	shared := s.keys.shared
	s.keys.mu.Unlock()
	if shared != nil {
		return shared, nil
	}
	sealed, err := s.store.ServerKey(ctx)
	if errors.Is(err, ErrNotFound) {
		sealed, err = s.makeSharedKey(ctx)
	}
	if err != nil {
		return nil, err
	}
	plain, err := s.sealer.Open(sealed, "server key")
	if err != nil {
		return nil, err
	}
	defer plain.Clear()
	shared, err = wire.ParseKey(plain)
	if err != nil {
		return nil, err
	}
	s.keys.mu.Lock()
	defer s.keys.mu.Unlock()
	s.keys.shared = shared
	return shared, nil
}

// makeSharedKey makes the shared key, or fetches the one of whoever was
// faster.
func (s *Server) makeSharedKey(ctx context.Context) ([]byte, error) {
	own, err := wire.GenerateKey(s.now())
	if err != nil {
		return nil, err
	}
	plain, err := own.Marshal()
	if err != nil {
		return nil, err
	}
	defer plain.Clear()
	sealed := s.sealer.Seal(plain, "server key")
	if err := s.store.AddServerKey(ctx, sealed); errors.Is(err, ErrExists) {
		return s.store.ServerKey(ctx)
	} else if err != nil {
		return nil, err
	}
	return sealed, nil
}

// openKeys gives the keys of an enrollment.
func (s *Server) openKeys(ctx context.Context, e Enrollment) (keyPair, error) {
	id := e.ProfileID + e.DeviceFingerprint + e.ServerFingerprint
	if k, ok := s.keys.get(id); ok {
		return k, nil
	}
	device, err := wire.ParsePublicKey(e.DeviceKey)
	if err != nil {
		return keyPair{}, err
	}
	k := keyPair{device: device}
	if len(e.SealedServerKey) == 0 {
		k.own, err = s.sharedKey(ctx)
	} else {
		var plain wire.Secret
		if plain, err = s.sealer.Open(e.SealedServerKey, "server key", e.ProfileID); err == nil {
			k.own, err = wire.ParseKey(plain)
			plain.Clear()
		}
	}
	if err != nil {
		return keyPair{}, err
	}
	s.keys.put(id, k)
	return k, nil
}
