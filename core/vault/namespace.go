package vault

import (
	"context"

	"github.com/understudy-auth/understudy/core/wire"
)

// Namespace is the part of v whose names begin with prefix, such as "bridge/a1/":
// whoever is given it can neither read nor replace what lies elsewhere in v. Names are
// shorter by the prefix.
func Namespace(v Vault, prefix string) Vault { return namespace{v, prefix} }

type namespace struct {
	whole  Vault
	prefix string
}

// Get implements Vault.
func (n namespace) Get(ctx context.Context, name string) (wire.Secret, error) {
	if err := checkName(name); err != nil {
		return wire.Secret{}, failed("get", name, err)
	}
	return n.whole.Get(ctx, n.prefix+name)
}

// Put implements Vault.
func (n namespace) Put(ctx context.Context, name string, value wire.Secret) error {
	if err := checkName(name); err != nil {
		return failed("put", name, err)
	}
	return n.whole.Put(ctx, n.prefix+name, value)
}

// Delete implements Vault.
func (n namespace) Delete(ctx context.Context, name string) error {
	if err := checkName(name); err != nil {
		return failed("delete", name, err)
	}
	return n.whole.Delete(ctx, n.prefix+name)
}

// Kind implements Vault.
func (n namespace) Kind() Kind { return n.whole.Kind() }
