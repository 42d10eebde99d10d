package tokenserver

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver/idp"
	"github.com/understudy-auth/understudy/core/wire"
)

const (
	authCodeLife         = time.Minute // RFC 9700 wants it short
	registrationCodeLife = 10 * time.Minute
)

// grants is what a login at the identity provider is good for.
type grants struct{ *Server }

// Program finds a registered device.
func (g grants) Program(ctx context.Context, clientID string) (idp.Program, error) {
	d, err := g.store.Device(ctx, clientID)
	if errors.Is(err, ErrNotFound) {
		return idp.Program{}, idp.ErrNotFound
	}
	return idp.Program{Name: d.ClientName, Version: d.SoftwareVersion, System: d.OS, Kind: d.Kind}, err
}

// NewAuthCode stores a new authorization code.
func (g grants) NewAuthCode(ctx context.Context, a idp.Authorization, userID string) (wire.Secret, error) {
	code := wire.SecretString(rand.Text())
	err := g.store.AddAuthCode(ctx, AuthCode{
		Hash: HashSecret(code), DeviceID: a.ClientID, RedirectURI: a.RedirectURI, Challenge: a.Challenge, Scope: a.Scope,
		UserID: userID, Family: rand.Text(), Expires: g.now().Add(authCodeLife),
	})
	return code, fullIsFull(err)
}

// NewRegistrationCode stores a new registration code.
func (g grants) NewRegistrationCode(ctx context.Context, userID string) (wire.Secret, time.Duration, error) {
	code := wire.SecretString(rand.Text())
	err := g.store.AddRegistrationCode(ctx, RegistrationCode{Hash: HashSecret(code), UserID: userID, Expires: g.now().Add(registrationCodeLife)})
	return code, registrationCodeLife, fullIsFull(err)
}

// fullIsFull has the identity provider's word for a full table.
func fullIsFull(err error) error {
	if errors.Is(err, ErrFull) {
		return idp.ErrFull
	}
	return err
}
