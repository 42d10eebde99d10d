package device

import (
	"context"
	"net/url"
	"slices"
	"unicode/utf8"

	"github.com/understudy-auth/understudy/core/wire"
)

// CustomStep asks for what a custom identity provider wants to hear. What it is,
// provider and app know: a code, a password, the text of a scanned QR code.
type CustomStep struct {
	Provider string // its id
	// Complete is set in the last step, which is the only one where a provider has
	// one step or wants a QR code. Before it, a provider of two steps is asked with
	// Complete unset.
	Complete bool
	// Status and Data are what the provider answered to the first of two steps;
	// both are zero otherwise. Data is for the app: whoever shows it to a person
	// cleans it first (wire.CleanMessage).
	Status int
	Data   string
}

// CustomAnswer is what the provider is told: at most wire.MaxCustomData bytes of
// UTF-8.
type CustomAnswer struct{ Data string }

// AskCustom gives an answer. An error cancels the registration.
type AskCustom func(context.Context, CustomStep) (CustomAnswer, error)

// IdentityProviders lists the custom identity providers of a server. The page
// that opens in a browser is none of them.
func (d *Device) IdentityProviders(ctx context.Context, server wire.Origin) ([]wire.IdentityProvider, error) {
	m, err := d.Metadata(ctx, server)
	return m.IdentityProviders, err
}

// byProvider goes the steps of a custom identity provider, up to what is
// exchanged for tokens. 8013 where there is no such provider.
func (d *Device) byProvider(ctx context.Context, auth credentials, m wire.Metadata, r Registration) (url.Values, error) {
	i := slices.IndexFunc(m.IdentityProviders, func(p wire.IdentityProvider) bool { return p.ID == r.Provider })
	if i < 0 {
		return nil, wire.Errorf(wire.CodeIdentityProviderNotFound, "%s has no identity provider of this id", r.Server)
	}
	if r.Custom == nil {
		return nil, wire.Errorf(wire.CodeIllegalArgument, "nobody answers this identity provider")
	}
	form := url.Values{"grant_type": {wire.GrantCustom}, "provider": {r.Provider}, "scope": {r.scope()}}
	step := CustomStep{Provider: r.Provider, Complete: true}
	if m.IdentityProviders[i].Kind == wire.ProviderTwoStep {
		data, err := customAnswer(ctx, r.Custom, CustomStep{Provider: r.Provider})
		if err != nil {
			return nil, err
		}
		var got wire.CustomSession
		err = d.call(ctx, r.Server, request{path: wire.PathCustomInit, auth: auth.basicAuth, json: wire.CustomInit{
			Version: wire.Version, Provider: r.Provider, Data: wire.Sent{Secret: wire.SecretString(data)},
		}}, &got)
		if err != nil {
			return nil, err
		}
		if got.Version != wire.Version || got.Session.IsZero() {
			return nil, wire.Errorf(wire.CodeConfiguration, "%s sent an unusable answer to the first step", r.Server)
		}
		form.Set("session", string(got.Session.Bytes()))
		step.Status, step.Data = got.Info.Status, got.Info.Data
	}
	data, err := customAnswer(ctx, r.Custom, step)
	form.Set("data", data)
	return form, err
}

func customAnswer(ctx context.Context, ask AskCustom, step CustomStep) (string, error) {
	answer, err := ask(ctx, step)
	if err != nil {
		return "", asked(ctx, err)
	}
	if len(answer.Data) > wire.MaxCustomData || !utf8.ValidString(answer.Data) {
		return "", wire.Errorf(wire.CodeIllegalArgument, "an identity provider takes at most %d bytes of UTF-8", wire.MaxCustomData)
	}
	return answer.Data, nil
}
