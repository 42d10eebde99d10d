package idp

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

// customLife is how long a person may take between two steps.
const customLife = 10 * time.Minute

// Errors of a custom registration. An unknown provider is wire's 8013.
var (
	ErrAnswer  = errors.New("the answer to the identity provider is not right")
	ErrWait    = errors.New("too many wrong answers to the identity provider")
	errUnknown = wire.Errorf(wire.CodeIdentityProviderNotFound, "this server has no such identity provider")
)

// CustomProviders lists the custom identity providers, for devices.
func (p *Provider) CustomProviders() []wire.IdentityProvider {
	var list []wire.IdentityProvider
	for _, c := range p.custom {
		list = append(list, wire.IdentityProvider{ID: c.ID, Name: c.ShownName(), Kind: c.Kind})
	}
	return list
}

func (p *Provider) provider(id string) (Custom, bool) {
	i := slices.IndexFunc(p.custom, func(c Custom) bool { return c.ID == id })
	if i < 0 {
		return Custom{}, false
	}
	return p.custom[i], true
}

// customSession is what a two-step provider remembers of its first step. It
// travels to the device and back, sealed.
type customSession struct {
	User    string `json:"user"` // as it was typed
	Expires int64  `json:"expires_ms"`
}

func customPlace(provider, deviceID string) []string {
	return []string{"custom registration", provider, deviceID}
}

// InitCustom is the first step of a two-step provider: the device says which
// user it is. Whether there is such a user, the answer does not tell.
func (p *Provider) InitCustom(deviceID string, body wire.CustomInit) (wire.CustomSession, error) {
	c, ok := p.provider(body.Provider)
	if !ok {
		return wire.CustomSession{}, errUnknown
	}
	if c.Kind != wire.ProviderTwoStep || body.Data.Len() > wire.MaxCustomData {
		return wire.CustomSession{}, wire.Errorf(wire.CodeIllegalArgument, "this identity provider has one step, or the data is too long")
	}
	plain, err := json.Marshal(customSession{User: string(body.Data.Bytes()), Expires: p.clock().Add(customLife).UnixMilli()})
	if err != nil {
		return wire.CustomSession{}, err
	}
	sealed := p.seal.Seal(wire.NewSecret(plain), customPlace(c.ID, deviceID)...)
	return wire.CustomSession{
		Version: wire.Version, Info: wire.CustomInfo(c.Challenge),
		Session: wire.Sent{Secret: wire.SecretString(base64.RawURLEncoding.EncodeToString(sealed))},
	}, nil
}

// FinishCustom is the last step, or the only one: which user it is, and what the
// provider has to say. form has provider, data, and session after a first step.
// ErrAnswer, ErrWait.
func (p *Provider) FinishCustom(ctx context.Context, deviceID, source string, form url.Values) (userID string, info *wire.CustomInfo, err error) {
	c, ok := p.provider(form.Get("provider"))
	if !ok {
		return "", nil, errUnknown
	}
	data := wire.SecretString(form.Get("data"))
	if data.Len() > wire.MaxCustomData {
		return "", nil, wire.Errorf(wire.CodeIllegalArgument, "the data is too long")
	}
	if c.Kind == wire.ProviderQRCode {
		userID, err = p.scanned(ctx, data)
	} else {
		userID, err = p.answered(c, deviceID, source, form.Get("session"), data)
	}
	if err != nil {
		return "", nil, err
	}
	if c.Result != (Info{}) {
		info = (*wire.CustomInfo)(&c.Result)
	}
	return userID, info, nil
}

// answered finds the user whose answer it is; wrong ones are counted.
func (p *Provider) answered(c Custom, deviceID, source, session string, data wire.Secret) (userID string, err error) {
	names, whose := []string{"custom source " + source, "custom device " + deviceID}, c.whose
	if c.Kind == wire.ProviderTwoStep {
		s, err := p.openSession(c.ID, deviceID, session)
		if err != nil {
			return "", err
		}
		names = append(names, "custom user "+s.User)
		whose = func(data wire.Secret) (string, bool) { return s.User, c.isAnswer(s.User, data) }
	}
	right, wait := p.tries.Try(p.clock(), func() (right bool) {
		userID, right = whose(data)
		return right
	}, names...)
	switch {
	case wait:
		return "", ErrWait
	case !right:
		return "", ErrAnswer
	}
	return userID, nil
}

func (p *Provider) openSession(provider, deviceID, text string) (s customSession, err error) {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return s, ErrAnswer
	}
	plain, err := p.seal.Open(sealed, customPlace(provider, deviceID)...)
	if err != nil || json.Unmarshal(plain.Bytes(), &s) != nil || p.clock().UnixMilli() >= s.Expires {
		return s, ErrAnswer // of another device or provider, made up, or too old
	}
	return s, nil
}

// scanned finds the user of a registration code, which it uses up: the code
// alone, or the link that the registration page shows.
func (p *Provider) scanned(ctx context.Context, data wire.Secret) (userID string, err error) {
	text := strings.TrimSpace(string(data.Bytes()))
	code := wire.SecretString(text)
	if link, err := url.Parse(text); err == nil && link.Scheme != "" {
		code = wire.SecretString(link.Query().Get("code"))
		if wire.RegistrationLink(p.origin, code) != text {
			return "", ErrAnswer // of another server, or of another kind
		}
	}
	userID, err = p.grants.UseRegistrationCode(ctx, code)
	if errors.Is(err, ErrNotFound) {
		return "", ErrAnswer
	}
	return userID, err
}

// isAnswer compares with a user's answer, in the same time for a user who has
// none.
func (c Custom) isAnswer(userID string, data wire.Secret) bool {
	want, known := c.Answers[userID]
	given, right := sha256.Sum256(data.Bytes()), sha256.Sum256(want.Bytes())
	return subtle.ConstantTimeCompare(given[:], right[:]) == 1 && known
}

// whose finds the user whose answer this is.
func (c Custom) whose(data wire.Secret) (userID string, right bool) {
	for id := range c.Answers {
		if c.isAnswer(id, data) {
			userID, right = id, true
		}
	}
	return userID, right
}
