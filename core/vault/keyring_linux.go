package vault

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
)

// The Secret Service, as specified by freedesktop.org.
const (
	secretsName     = "org.freedesktop.secrets"
	secretsPath     = dbus.ObjectPath("/org/freedesktop/secrets")
	loginCollection = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	defaultAlias    = dbus.ObjectPath("/org/freedesktop/secrets/aliases/default")

	collectionsProperty = "org.freedesktop.Secret.Service.Collections"
	lockedProperty      = "org.freedesktop.Secret.Collection.Locked"
	isLockedError       = "org.freedesktop.Secret.Error.IsLocked"
)

// check asks the service whether the collection that go-keyring will use is
// locked.
func (systemKeyring) check(ctx context.Context) error {
	conn, err := sessionBus(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	collection, err := collectionInUse(ctx, conn)
	if err != nil {
		return err
	}
	return isOpen(ctx, conn, collection)
}

// sessionBus connects to the session bus, until ctx ends. The connection is
// private, since the shared one knows no deadline, and found without starting a
// bus.
func sessionBus(ctx context.Context) (*dbus.Conn, error) {
	conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return nil, unavailable(err)
	}
	if err = conn.Auth(nil); err == nil {
		err = conn.Hello()
	}
	if err != nil {
		_ = conn.Close()
		return nil, unavailable(err)
	}
	return conn, nil
}

// collectionInUse is the collection that go-keyring uses.
func collectionInUse(ctx context.Context, conn *dbus.Conn) (dbus.ObjectPath, error) {
	var collections []dbus.ObjectPath
	if err := property(ctx, conn, secretsPath, collectionsProperty, &collections); err != nil {
		return "", err
	}
	if slices.Contains(collections, loginCollection) {
		return loginCollection, nil
	}
	return defaultAlias, nil
}

// isOpen returns ErrLocked if the collection is locked.
func isOpen(ctx context.Context, conn *dbus.Conn, collection dbus.ObjectPath) error {
	var locked bool
	if err := property(ctx, conn, collection, lockedProperty, &locked); err != nil {
		return err
	}
	if locked {
		return ErrLocked
	}
	return nil
}

// property reads one property into value.
func property(ctx context.Context, conn *dbus.Conn, path dbus.ObjectPath, name string, value any) error {
	split := strings.LastIndexByte(name, '.')
	call := conn.Object(secretsName, path).CallWithContext(ctx,
		"org.freedesktop.DBus.Properties.Get", 0, name[:split], name[split+1:])
	var variant dbus.Variant
	err := call.Store(&variant)
	if err == nil {
		err = variant.Store(value)
	}
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return unavailable(fmt.Errorf("%s: %w", name, err))
	}
	return nil
}

// saysLocked recognises a keyring that was locked between check and call, or
// one of whose entries is locked.
func saysLocked(err error) bool {
	var bus dbus.Error
	if errors.As(err, &bus) {
		return bus.Name == isLockedError
	}
	return strings.Contains(err.Error(), "failed to unlock correct collection")
}

// Some implementations of the service keep values as text, and go-keyring
// declares them as such.
func encodeValue(value []byte) string { return base64.StdEncoding.EncodeToString(value) }

func decodeValue(text string) ([]byte, error) { return base64.StdEncoding.DecodeString(text) }
