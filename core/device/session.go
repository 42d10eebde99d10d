package device

import (
	"context"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

// renewBefore is how long before its end an access token is renewed.
const renewBefore = 15 * time.Second

// session is one logged-in profile. Its tokens live in memory only: whoever
// takes the vault cannot use a login that somebody left open, and closing the
// program logs out.
type session struct {
	device    *Device
	profileID string
	server    wire.Origin

	mu      sync.Mutex // held while the token is renewed, so that it is once
	access  wire.Secret
	refresh wire.Secret
	renewAt time.Time
	ended   bool

	// The profile's opened keys, as opening takes longer than using them.
	own  *wire.Key
	peer *wire.PublicKey
}

func newSession(d *Device, profileID string, server wire.Origin, t wire.TokenResponse) *session {
	s := &session{device: d, profileID: profileID, server: server}
	s.take(t)
	return s
}

func (s *session) take(t wire.TokenResponse) {
	s.access.Clear()
	s.access = t.AccessToken.Secret
	if t.RefreshToken != nil {
		s.refresh.Clear()
		s.refresh = t.RefreshToken.Secret
	}
	life := time.Duration(min(max(t.ExpiresIn, 0), 600)) * time.Second
	s.renewAt = s.device.Now().Add(life - min(renewBefore, life/2))
}

// token returns an access token that is good for a while, renewed if need be.
func (s *session) token(ctx context.Context) (wire.Secret, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return wire.Secret{}, wire.Errorf(wire.CodeNoUserAuthenticated, "")
	}
	if s.device.Now().Before(s.renewAt) {
		return s.copy(), nil
	}
	return s.renew(ctx)
}

// copy keeps a call that is under way apart from a renewal that clears the old
// token.
func (s *session) copy() wire.Secret { return wire.NewSecret(slices.Clone(s.access.Bytes())) }

// renew exchanges the refresh token; the caller holds s.mu. Without one, or
// when the server refuses it, the user has to log in again: 9010.
func (s *session) renew(ctx context.Context) (wire.Secret, error) {
	if s.refresh.IsZero() {
		s.close()
		return wire.Secret{}, wire.Errorf(wire.CodeUserNotAuthenticated, "")
	}
	auth, err := s.device.credentials(ctx, s.server)
	if err != nil {
		return wire.Secret{}, err
	}
	var tokens wire.TokenResponse
	err = s.device.call(ctx, s.server, request{path: wire.PathToken, auth: auth.basicAuth, form: url.Values{
		"grant_type":    {"refresh_token"},
		"refresh_token": {string(s.refresh.Bytes())},
	}}, &tokens)
	switch wire.CodeOf(err) {
	case 0:
		s.take(tokens)
		return s.copy(), nil
	case wire.CodeNoNetwork, wire.CodeServerNotReachable, wire.CodeCanceled, wire.CodeDeviceDeregistered:
		return wire.Secret{}, err
	case wire.CodeUserDeregistered:
		return wire.Secret{}, s.device.ifDeregistered(ctx, s.profileID, err)
	}
	s.close()
	return wire.Secret{}, wire.Errorf(wire.CodeUserNotAuthenticated, "%w", err)
}

// rejected tells that the server refused the token that was handed out; the
// next call of token renews it.
func (s *session) rejected(token wire.Secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.access.Equal(token) {
		s.renewAt = s.device.Now()
	}
}

// keys returns the kept keys if they are those of the enrollment with this
// fingerprint.
func (s *session) keys(fingerprint string) (*wire.Key, *wire.PublicKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.own == nil || s.own.Public().Fingerprint() != fingerprint {
		return nil, nil
	}
	return s.own, s.peer
}

func (s *session) keepKeys(own *wire.Key, peer *wire.PublicKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		s.own, s.peer = own, peer
	}
}

func (s *session) close() {
	s.ended = true
	s.own, s.peer = nil, nil
	s.access.Clear()
	s.refresh.Clear()
}

func (d *Device) startSession(s *session) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sessions[s.profileID] = s
}

func (d *Device) session(profileID string) (*session, error) {
	d.mu.Lock()
	s := d.sessions[profileID]
	d.mu.Unlock()
	if s == nil {
		return nil, d.notLoggedIn(profileID)
	}
	return s, nil
}

// notLoggedIn is 8003 for a profile that does not exist, else 8005.
func (d *Device) notLoggedIn(profileID string) error {
	if _, err := d.Profile(profileID); err != nil {
		return err
	}
	return wire.Errorf(wire.CodeNoUserAuthenticated, "")
}

func (d *Device) endSession(profileID string) *session {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.sessions[profileID]
	delete(d.sessions, profileID)
	return s
}

// LoggedIn reports whether the profile is logged in.
func (d *Device) LoggedIn(profileID string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.sessions[profileID] != nil
}

// Logout ends the profile's session here and revokes its tokens at the server
// (RFC 7009). It is logged out here whatever the server says; the error tells
// that the server did not hear of it.
func (d *Device) Logout(ctx context.Context, profileID string) error {
	revoke, err := d.LogoutHere(profileID)
	if err != nil {
		return err
	}
	return revoke(ctx)
}

// LogoutHere is the part of Logout that takes no time: the profile is logged out
// when it returns. What it returns is the other part, to be called once.
func (d *Device) LogoutHere(profileID string) (revoke func(context.Context) error, err error) {
	s := d.endSession(profileID)
	if s == nil {
		return nil, d.notLoggedIn(profileID)
	}
	return func(ctx context.Context) error { return d.revoke(ctx, s) }, nil
}

// revoke tells the server that a session is over.
func (d *Device) revoke(ctx context.Context, s *session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.close()
	token := s.refresh
	if token.IsZero() {
		token = s.access
	}
	auth, err := d.deviceAuth(ctx, s.server)
	if err != nil {
		return err
	}
	return d.call(ctx, s.server, request{path: wire.PathRevoke, auth: auth, form: url.Values{"token": {string(token.Bytes())}}}, nil)
}

// accessToken returns the logged-in profile's token, renewed if need be.
func (d *Device) accessToken(ctx context.Context, profileID string) (wire.Secret, error) {
	s, err := d.session(profileID)
	if err != nil {
		return wire.Secret{}, err
	}
	token, err := s.token(ctx)
	if wire.CodeOf(err) == wire.CodeUserNotAuthenticated || wire.CodeOf(err) == wire.CodeNoUserAuthenticated {
		d.endSession(profileID)
	}
	return token, err
}

// PostJSON calls the profile's server with its access token and decodes the
// answer strictly into out. A token that the server no longer takes is renewed
// once; 9010 tells that the user has to log in again, 8005 that nobody is
// logged in.
func (d *Device) PostJSON(ctx context.Context, profileID, path string, body, out any) error {
	return d.authenticated(ctx, profileID, request{path: path, json: body}, out)
}

// PostSealed is PostJSON for sealed bodies.
func (d *Device) PostSealed(ctx context.Context, profileID, path string, sealed []byte) ([]byte, error) {
	var answer []byte
	err := d.authenticated(ctx, profileID, request{path: path, sealed: sealed}, &answer)
	return answer, err
}

// PostHeld is PostSealed for a question that the server may hold back for so
// long.
func (d *Device) PostHeld(ctx context.Context, profileID, path string, sealed []byte, hold time.Duration) ([]byte, error) {
	var answer []byte
	err := d.authenticated(ctx, profileID, request{path: path, sealed: sealed, hold: hold}, &answer)
	return answer, err
}

func (d *Device) authenticated(ctx context.Context, profileID string, r request, out any) error {
	s, err := d.session(profileID)
	if err != nil {
		return err
	}
	for attempt := 0; ; attempt++ {
		token, err := d.accessToken(ctx, profileID)
		if err != nil {
			return err
		}
		r.auth = bearer(token)
		err = d.call(ctx, s.server, r, out)
		if wire.CodeOf(err) != wire.CodeUserNotAuthenticated || attempt > 0 {
			return d.ifDeregistered(ctx, profileID, err)
		}
		s.rejected(token)
	}
}
