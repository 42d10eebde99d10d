package device

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/understudy-auth/understudy/core/device/authcode"
	"github.com/understudy-auth/understudy/core/wire"
)

// Registration is what Register needs to know. The user logs in in one of four
// ways: with a Code, which a registration link or QR code brought; at a custom
// identity provider, which Provider names; on the server's own page, which
// Authorize shows; or on that page in a browser, which OpenBrowser opens. The
// first of them that is there counts, but that a Provider comes before all.
type Registration struct {
	Server wire.Origin
	Code   wire.Secret
	// Scopes are asked for besides the one for mobile authentication.
	Scopes []string
	// OpenBrowser shows the page to the user. Where it fails, the registration
	// fails with its error.
	OpenBrowser func(ctx context.Context, url string) error
	// Authorize shows the page to the user in a place of the caller's own, such as
	// a web view, and returns the address that it leads to in the end, which begins
	// with RedirectURI. An error cancels the registration.
	Authorize func(ctx context.Context, url string) (redirected string, err error)
	// RedirectURI goes with Authorize: an address of the app's own scheme, such as
	// myapp://login, that the server's configuration allows.
	RedirectURI string
	// Provider is the id of a custom identity provider; see IdentityProviders.
	Provider string
	// Custom goes with Provider: it is asked once, or twice where the provider has
	// two steps.
	Custom AskCustom
	// CreatePIN asks for the new PIN, again and again until the policy is met.
	CreatePIN CreatePIN
	// InitialToken lets the device register at a server that asks for one
	// (RFC 7591, 3).
	InitialToken wire.Secret
}

// scope is what is asked for, as OAuth writes it.
func (r Registration) scope() string {
	return strings.Join(append([]string{wire.ScopeMobileAuth}, r.Scopes...), " ")
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
	p, _, err := d.RegisterInfo(ctx, r)
	return p, err
}

// RegisterInfo is Register for those who also want what a custom identity
// provider has to say in the end.
func (d *Device) RegisterInfo(ctx context.Context, r Registration) (Profile, wire.CustomInfo, error) {
	end, err := d.begin("registration")
	if err != nil {
		return Profile{}, wire.CustomInfo{}, err
	}
	defer end()
	m, err := d.Metadata(ctx, r.Server)
	if err != nil {
		return Profile{}, wire.CustomInfo{}, err
	}
	if err := d.registerDevice(ctx, m, r.Server, r.InitialToken); err != nil {
		return Profile{}, wire.CustomInfo{}, err
	}
	auth, err := d.credentials(ctx, r.Server)
	if err != nil {
		return Profile{}, wire.CustomInfo{}, err
	}
	form, err := d.registrationGrant(ctx, auth, m, r)
	if err != nil {
		return Profile{}, wire.CustomInfo{}, err
	}
	var tokens wire.TokenResponse
	if err := d.call(ctx, r.Server, request{path: wire.PathToken, auth: auth.basicAuth, form: form}, &tokens); err != nil {
		return Profile{}, wire.CustomInfo{}, err
	}
	p, err := d.finishRegistration(ctx, m, auth, r, tokens)
	if err != nil {
		d.undoRegistration(ctx, r.Server, tokens.ProfileID)
		return Profile{}, wire.CustomInfo{}, err
	}
	if tokens.Info == nil {
		tokens.Info = &wire.CustomInfo{}
	}
	return p, *tokens.Info, nil
}

// registrationGrant obtains what is exchanged for tokens.
func (d *Device) registrationGrant(ctx context.Context, auth credentials, m wire.Metadata, r Registration) (url.Values, error) {
	for _, scope := range r.Scopes {
		if !scopeForm.MatchString(scope) {
			return nil, wire.Errorf(wire.CodeIllegalArgument, "a scope is made of visible ASCII characters")
		}
	}
	browser := authcode.Client{Server: r.Server, DeviceID: auth.DeviceID, Log: d.opt.Log}
	switch {
	case r.Provider != "":
		return d.byProvider(ctx, auth, m, r)
	case !r.Code.IsZero():
		return url.Values{"grant_type": {wire.GrantRegistrationCode}, "code": {string(r.Code.Bytes())}, "scope": {r.scope()}}, nil
	case r.Authorize != nil:
		return browser.ByApp(ctx, r.scope(), r.RedirectURI, func(ctx context.Context, url string) (string, error) {
			final, err := r.Authorize(ctx, url)
			if err != nil {
				err = asked(ctx, err)
			}
			return final, err
		})
	case r.OpenBrowser != nil:
		return browser.ByBrowser(ctx, r.scope(), r.OpenBrowser)
	}
	return nil, wire.Errorf(wire.CodeIllegalArgument, "a registration needs a browser, a code or an identity provider")
}

var scopeForm = regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]{1,128}$`) // RFC 6749, 3.3

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
