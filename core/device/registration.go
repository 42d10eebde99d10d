package device

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strings"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

// Registration is what Register needs to know. Without a Code the user logs in
// on the server's own page, in a browser; with one, which a registration link
// or QR code brought, no browser is needed.
type Registration struct {
	Server wire.Origin
	Code   wire.Secret
	// OpenBrowser shows the page to the user. Where it fails, the registration
	// fails with its error.
	OpenBrowser func(ctx context.Context, url string) error
	// CreatePIN asks for the new PIN, again and again until the policy is met.
	CreatePIN CreatePIN
	// InitialToken lets the device register at a server that asks for one
	// (RFC 7591, 3).
	InitialToken wire.Secret
}

// NewPINRequest asks for a new PIN. Err says why the one before was refused
// (9011 to 9014), nil at first.
type NewPINRequest struct {
	Profile Profile
	Policy  wire.PINPolicy
	Err     error
}

// CreatePIN gives a new PIN. An error cancels the flow.
type CreatePIN func(context.Context, NewPINRequest) (wire.Secret, error)

// Register registers a user: the device first where the server does not know
// it yet, then the user, then the PIN. Afterwards the user is logged in. What
// fails or is canceled on the way leaves no profile behind, here or there.
func (d *Device) Register(ctx context.Context, r Registration) (Profile, error) {
	end, err := d.begin("registration")
	if err != nil {
		return Profile{}, err
	}
	defer end()
	m, err := d.Metadata(ctx, r.Server)
	if err != nil {
		return Profile{}, err
	}
	if err := d.registerDevice(ctx, m, r.Server, r.InitialToken); err != nil {
		return Profile{}, err
	}
	auth, err := d.credentials(ctx, r.Server)
	if err != nil {
		return Profile{}, err
	}
	form, err := d.registrationGrant(ctx, auth.DeviceID, r)
	if err != nil {
		return Profile{}, err
	}
	var tokens wire.TokenResponse
	if err := d.call(ctx, r.Server, request{path: wire.PathToken, auth: auth.basicAuth, form: form}, &tokens); err != nil {
		return Profile{}, err
	}
	p, err := d.finishRegistration(ctx, m, auth, r, tokens)
	if err != nil {
		d.undoRegistration(ctx, r.Server, tokens.ProfileID)
		return Profile{}, err
	}
	return p, nil
}

// registrationGrant obtains what is exchanged for tokens: the code of the
// link, or an authorization code by way of the browser.
func (d *Device) registrationGrant(ctx context.Context, deviceID string, r Registration) (url.Values, error) {
	if !r.Code.IsZero() {
		return url.Values{"grant_type": {wire.GrantRegistrationCode}, "code": {string(r.Code.Bytes())}}, nil
	}
	if r.OpenBrowser == nil {
		return nil, wire.Errorf(wire.CodeIllegalArgument, "a registration needs a browser or a code")
	}
	back, err := listenForRedirect(r.Server)
	if err != nil {
		return nil, err
	}
	defer back.listener.Close()
	verifier := rand.Text() + rand.Text()
	challenge := sha256.Sum256([]byte(verifier))
	page := r.Server.URL(wire.PathAuthorize) + "?" + url.Values{
		"response_type":         {"code"},
		"client_id":             {deviceID},
		"redirect_uri":          {back.uri()},
		"scope":                 {wire.ScopeMobileAuth},
		"state":                 {back.state},
		"code_challenge":        {base64.RawURLEncoding.EncodeToString(challenge[:])},
		"code_challenge_method": {"S256"},
	}.Encode()
	opened := make(chan error, 1)
	waiting, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() { // the browser may come back before the opener returns
		err := r.OpenBrowser(waiting, page)
		if err != nil {
			cancel(err)
		}
		opened <- err
	}()
	code, err := back.wait(waiting, d)
	if err != nil {
		if cause := context.Cause(waiting); cause != nil && ctx.Err() == nil && wire.CodeOf(err) == wire.CodeCanceled && cause != context.Canceled {
			return nil, wire.Errorf(wire.CodeInternal, "the browser could not be opened: %w", <-opened)
		}
		return nil, err
	}
	return url.Values{
		"grant_type":    {"authorization_code"},
		"code":          {string(code.Bytes())},
		"redirect_uri":  {back.uri()},
		"code_verifier": {verifier},
	}, nil
}

// finishRegistration lets the user create the PIN and saves the profile.
func (d *Device) finishRegistration(ctx context.Context, m wire.Metadata, auth credentials, r Registration, tokens wire.TokenResponse) (Profile, error) {
	p := Profile{
		ID:           tokens.ProfileID,
		Server:       r.Server,
		ServerName:   m.Name,
		UserID:       wire.CleanText(tokens.UserID, 80),
		UserName:     wire.CleanText(tokens.UserName, 80),
		RegisteredAt: d.Now().UTC(),
	}
	if p.ID == "" || len(p.ID) > 64 || wire.CleanText(p.ID, 64) != p.ID || strings.ContainsAny(p.ID, " /") {
		return Profile{}, wire.Errorf(wire.CodeConfiguration, "%s gave no usable profile id", r.Server)
	}
	if d.IsUserRegistered(p.ID) {
		return Profile{}, wire.Errorf(wire.CodeInternal, "two servers gave out the same profile id; try again")
	}
	s := newSession(d, p.ID, r.Server, tokens)
	pin, err := createPIN(ctx, p, m.PIN, r.CreatePIN)
	if err != nil {
		return Profile{}, err
	}
	defer pin.Clear()
	set, err := newPINBody(pin, auth, m.KDF, r.Server)
	if err != nil {
		return Profile{}, err
	}
	token, err := s.token(ctx)
	if err != nil {
		return Profile{}, err
	}
	if err := d.call(ctx, r.Server, request{path: wire.PathPIN, auth: bearer(token), json: set}, nil); err != nil {
		return Profile{}, err
	}
	p.PIN = pinParameters{Salt: set.Salt, Cost: set.Cost, Length: m.PIN.Length}
	err = d.change(ctx, func(ix *index) error {
		ix.Profiles = append(ix.Profiles, p)
		return nil
	})
	if err != nil {
		return Profile{}, err
	}
	d.startSession(s)
	return p, nil
}

// undoRegistration tells the server, as well as it can be told, that the
// profile which it just made is not wanted. What it does not hear it sweeps.
func (d *Device) undoRegistration(ctx context.Context, server wire.Origin, profileID string) {
	if profileID == "" || d.IsUserRegistered(profileID) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := d.deregisterRemote(ctx, server, profileID); err != nil {
		d.opt.Log.Warn("an unfinished registration stays at the server until it is swept", "server", server.String(), "error", err)
	}
}

// createPIN asks until the policy is met or the user cancels.
func createPIN(ctx context.Context, p Profile, policy wire.PINPolicy, ask CreatePIN) (wire.Secret, error) {
	if ask == nil {
		return wire.Secret{}, wire.Errorf(wire.CodeIllegalArgument, "nobody can be asked for a PIN")
	}
	var refused error
	for {
		pin, err := ask(ctx, NewPINRequest{Profile: p, Policy: policy, Err: refused})
		if err != nil {
			return wire.Secret{}, asked(ctx, err)
		}
		if refused = policy.Check(pin); refused == nil {
			return pin, nil
		}
		pin.Clear()
	}
}

// newPINBody makes salt and key of a new PIN.
func newPINBody(pin wire.Secret, auth credentials, cost wire.KDFCost, server wire.Origin) (wire.SetPIN, error) {
	salt := randomBytes(wire.SaltLen)
	key, err := wire.PINKey(pin, wire.NewSecret(auth.PINSecret), salt, cost, server.IsLoopback())
	if err != nil {
		return wire.SetPIN{}, err
	}
	return wire.SetPIN{Version: wire.Version, Key: key.Bytes(), Salt: salt, Cost: cost}, nil
}
