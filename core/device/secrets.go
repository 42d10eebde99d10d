package device

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"

	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// credentials is the vault entry of one server: who this device is there, and
// the device secret that goes into every PIN proof.
type credentials struct {
	DeviceID     string    `json:"device_id"`
	ClientSecret wire.Sent `json:"client_secret"`
	PINSecret    []byte    `json:"pin_secret"` // 256 random bits
}

// serverEntry and profileEntry name the vault entries. An origin holds
// characters that vaults do not take, so its hash stands for it.
func serverEntry(origin wire.Origin) string {
	sum := sha256.Sum256([]byte(origin.String()))
	return "server/" + hex.EncodeToString(sum[:16])
}

func profileEntry(id string) string {
	sum := sha256.Sum256([]byte(id))
	return "profile/" + hex.EncodeToString(sum[:16])
}

func (d *Device) credentials(ctx context.Context, origin wire.Origin) (credentials, error) {
	stored, err := d.opt.Vault.Get(ctx, serverEntry(origin))
	if errors.Is(err, vault.ErrNotFound) {
		return credentials{}, wire.Errorf(wire.CodeDeviceDeregistered, "the keys of this device for %s are gone from the %s; register again", origin, d.KeyStorage())
	}
	if err != nil {
		return credentials{}, err
	}
	defer stored.Clear()
	var c credentials
	if err := json.Unmarshal(stored.Bytes(), &c); err != nil {
		return credentials{}, wire.Errorf(wire.CodeIO, "the keys of this device for %s are damaged; register again", origin)
	}
	return c, nil
}

func (d *Device) saveCredentials(ctx context.Context, origin wire.Origin, c credentials) error {
	data, err := json.Marshal(c)
	if err != nil {
		return wire.Errorf(wire.CodeInternal, "encode credentials: %w", err)
	}
	return d.opt.Vault.Put(ctx, serverEntry(origin), wire.NewSecret(data))
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}
