package vault

import (
	"bytes"
	"context"
	"sync"

	"github.com/understudy-auth/understudy/core/wire"
)

// Memory is a vault that ends with the program. Use NewMemory.
type Memory struct {
	mu     sync.Mutex
	values map[string]wire.Secret
}

var _ Vault = (*Memory)(nil)

// NewMemory returns an empty vault.
func NewMemory() *Memory { return &Memory{values: map[string]wire.Secret{}} }

// Get implements Vault.
func (m *Memory) Get(ctx context.Context, name string) (wire.Secret, error) {
	if err := firstError(ctx.Err(), checkName(name)); err != nil {
		return wire.Secret{}, failed("get", name, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	value, ok := m.values[name]
	if !ok {
		return wire.Secret{}, failed("get", name, ErrNotFound)
	}
	return copyOf(value), nil
}

// Put implements Vault.
func (m *Memory) Put(ctx context.Context, name string, value wire.Secret) error {
	if err := firstError(ctx.Err(), checkName(name), checkValue(value)); err != nil {
		return failed("put", name, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.values[name].Clear()
	m.values[name] = copyOf(value)
	return nil
}

// Delete implements Vault.
func (m *Memory) Delete(ctx context.Context, name string) error {
	if err := firstError(ctx.Err(), checkName(name)); err != nil {
		return failed("delete", name, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.values[name].Clear()
	delete(m.values, name)
	return nil
}

// Kind implements Vault.
func (m *Memory) Kind() Kind { return KindMemory }

func copyOf(s wire.Secret) wire.Secret { return wire.NewSecret(bytes.Clone(s.Bytes())) }

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
