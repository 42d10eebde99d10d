package tokenserver

import (
	"context"
	"errors"
	"strings"

	"github.com/understudy-auth/understudy/core/tokenserver/gateway"
	"github.com/understudy-auth/understudy/core/wire"
)

// resources is what the gateway asks of a Server.
type resources struct{ *Server }

// Caller finds whose token this is. One for another server opens nothing here.
func (g resources) Caller(ctx context.Context, token wire.Secret) (gateway.Caller, error) {
	hash, now := HashSecret(token), g.now()
	session, err := g.store.Session(ctx, hash, now)
	if err == nil {
		return g.known(gateway.Caller{
			Kind: gateway.User, UserID: session.Profile.UserID, Application: application(session.Device), Scopes: strings.Fields(session.Token.Scope),
		}, session.Token.Audience)
	}
	if !errors.Is(err, ErrNotFound) {
		return gateway.Caller{}, err
	}
	own, err := g.store.DeviceSession(ctx, hash, now)
	if errors.Is(err, ErrNotFound) {
		return gateway.Caller{}, gateway.ErrNoToken
	}
	if err != nil {
		return gateway.Caller{}, err
	}
	kind := gateway.Anonymous
	if own.UserID != "" {
		kind = gateway.Implicit
	}
	return g.known(gateway.Caller{
		Kind: kind, UserID: own.UserID, Application: application(own.Device), Scopes: strings.Fields(own.Token.Scope),
	}, own.Token.Audience)
}

func (g resources) known(c gateway.Caller, audience string) (gateway.Caller, error) {
	if audience != g.audience() || c.UserID != "" && g.checkUser(c.UserID) != nil {
		return gateway.Caller{}, gateway.ErrNoToken
	}
	return c, nil
}

// UserDevices lists the devices of a user.
func (g resources) UserDevices(ctx context.Context, userID string, limit int) ([]gateway.Device, error) {
	list, err := g.store.UserDevices(ctx, userID, limit)
	if err != nil {
		return nil, err
	}
	devices := make([]gateway.Device, 0, len(list))
	for _, u := range list {
		devices = append(devices, gateway.Device{
			ID: u.Device.ID, Name: u.Device.ClientName, Application: application(u.Device).Name, Platform: u.Device.OS, MobileAuthentication: u.Enrolled,
		})
	}
	return devices, nil
}

func application(d Device) gateway.Application {
	return gateway.Application{Name: d.SoftwareID, Version: d.SoftwareVersion, Platform: d.OS}
}
