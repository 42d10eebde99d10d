package wire

import "regexp"

// PathCustomInit takes the first of a two-step registration's two steps.
const PathCustomInit = "/oauth/device/registration/init"

// GrantCustom registers a user by a custom identity provider: the form has
// provider and data, session after a first step, and scope.
const GrantCustom = "urn:understudy:params:oauth:grant-type:custom-registration"

// ProviderKind says how a custom identity provider learns who the user is.
type ProviderKind string

// The kinds of custom identity providers.
const (
	ProviderOneStep ProviderKind = "one_step" // the app sends one text
	ProviderTwoStep ProviderKind = "two_step" // the app sends a text, and another when it has the server's answer
	ProviderQRCode  ProviderKind = "qr_code"  // the app scans a code and sends what it says
)

// Known reports whether this program knows the kind.
func (k ProviderKind) Known() bool {
	return k == ProviderOneStep || k == ProviderTwoStep || k == ProviderQRCode
}

// IdentityProvider is a custom one: it registers users without a browser.
type IdentityProvider struct {
	ID   string       `json:"id"`
	Name string       `json:"name"`
	Kind ProviderKind `json:"kind"`
}

// Bounds of what is told of identity providers and sent to them.
const (
	MaxProviders  = 50
	MaxCustomData = 8 << 10 // bytes
)

var providerID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// ValidProviderID reports whether an identity provider may be called this: 1 to
// 64 letters, digits, dots, hyphens and underscores.
func ValidProviderID(id string) bool { return providerID.MatchString(id) }

// CleanProviders makes names harmless and leaves out what nobody can use: ids
// that are none or were there before, kinds that are not known, what is too much.
func CleanProviders(list []IdentityProvider) []IdentityProvider {
	var clean []IdentityProvider
	seen := map[string]bool{}
	for _, p := range list {
		if len(clean) == MaxProviders || seen[p.ID] || !ValidProviderID(p.ID) || !p.Kind.Known() {
			continue
		}
		seen[p.ID] = true
		p.Name = CleanText(p.Name, 80)
		clean = append(clean, p)
	}
	return clean
}

// CustomInfo is what an identity provider tells the app beside yes or no. What
// it means is between the two; the zero value says nothing.
type CustomInfo struct {
	Status int    `json:"status"`
	Data   string `json:"data"`
}

// CustomInit is the first step of a two-step registration. The device
// authenticates with its own credentials.
type CustomInit struct {
	Version  int    `json:"version"`
	Provider string `json:"provider"`
	Data     Sent   `json:"data"`
}

// CustomSession answers it; Session goes into the second step, within ten
// minutes.
type CustomSession struct {
	Version int        `json:"version"`
	Session Sent       `json:"session"`
	Info    CustomInfo `json:"info"`
}
