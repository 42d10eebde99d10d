package bridge

import (
	"context"
	"sync"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/wire"
)

// register registers a user: by the login page, which the phone or the app opens,
// or at a custom identity provider.
func register(ctx context.Context, c *call, f *flow) (event, error) {
	var a struct {
		Scopes   []string `json:"scopes"`
		Provider *string  `json:"identityProviderId"`
	}
	if err := c.arg(0, &a); err != nil {
		return nil, err
	}
	p := c.page.phone
	r := device.Registration{Server: p.b.opt.Server, Scopes: a.Scopes, CreatePIN: createPIN(f)}
	switch {
	case a.Provider != nil && *a.Provider != "":
		r.Provider, r.Custom = *a.Provider, askCustom(f)
	case p.b.opt.AppRedirect != "":
		r.RedirectURI, r.Authorize = p.b.opt.AppRedirect, authorizeByApp(f)
	default:
		if !p.b.opening.TryLock() { // (THREATS T32)
			return nil, wire.Errorf(wire.CodeInProgress, "another registration waits for its page")
		}
		cameBack := sync.OnceFunc(p.b.opening.Unlock)
		defer cameBack()
		// Others need not wait until this app's user has chosen a PIN.
		choose := r.CreatePIN
		r.CreatePIN = func(ctx context.Context, n device.NewPINRequest) (wire.Secret, error) {
			cameBack()
			return choose(ctx, n)
		}
		r.OpenBrowser = func(ctx context.Context, page string) error {
			f.tell("onRegistrationRequest", event{"url": page})
			return p.b.opt.Phone.OpenPage(ctx, p.info(), page)
		}
	}
	profile, info, err := p.device.RegisterInfo(ctx, r)
	if err != nil {
		return nil, err
	}
	p.loggedIn(ctx, profile.ID)
	return withInfo(event{"profileId": profile.ID}, info.Status, info.Data), nil
}

// authorizeByApp leaves the login page to the app.
func authorizeByApp(f *flow) func(context.Context, string) (string, error) {
	return func(ctx context.Context, page string) (string, error) {
		c, err := f.ask(ctx, "onRegistrationRequest", event{"url": page}, "respondToRegistrationRequest")
		if err != nil {
			return "", err
		}
		var a struct {
			URL string `json:"url"`
		}
		err = c.arg(0, &a)
		return a.URL, err
	}
}

// askCustom puts the steps of a custom identity provider.
func askCustom(f *flow) device.AskCustom {
	return func(ctx context.Context, s device.CustomStep) (device.CustomAnswer, error) {
		name, action := "onCustomRegistrationInitRequest", "respondToCustomRegistrationInitRequest"
		if s.Complete {
			name, action = "onCustomRegistrationCompleteRequest", "respondToCustomRegistrationCompleteRequest"
		}
		c, err := f.ask(ctx, name, withInfo(event{"identityProviderId": s.Provider}, s.Status, s.Data), action)
		if err != nil {
			return device.CustomAnswer{}, err
		}
		var a acceptArg
		if err := c.arg(0, &a); err != nil {
			return device.CustomAnswer{}, err
		}
		if !a.Accept {
			return device.CustomAnswer{}, wire.Errorf(wire.CodeCanceled, "the app denied")
		}
		return device.CustomAnswer{Data: a.Data}, nil
	}
}

func withInfo(e event, status int, data string) event {
	if status != 0 || data != "" {
		e["customInfoStatus"], e["customInfoData"] = status, data
	}
	return e
}

// createPIN lets the app's user create a PIN, again after a refused one.
func createPIN(f *flow) device.CreatePIN {
	return func(ctx context.Context, r device.NewPINRequest) (wire.Secret, error) {
		c, err := f.ask(ctx, "onCreatePinRequest", withError(event{"pinLength": r.Policy.Length, "profileId": r.Profile.ID}, r.Err), "createPin")
		if err != nil {
			return wire.Secret{}, err
		}
		return c.pin()
	}
}

// withError adds why the answer before was refused.
func withError(e event, err error) event {
	if err != nil {
		why := failed(err)
		e["code"], e["description"] = why.Code, why.Description
	}
	return e
}
