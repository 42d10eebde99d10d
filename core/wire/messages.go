package wire

import "encoding/json"

// Version is the version that every body carries. Another one is refused by
// name, never guessed at.
const Version = 1

// Paths of the Token Server that a device calls, below the server's origin.
const (
	PathMetadata     = "/.well-known/oauth-authorization-server" // RFC 8414
	PathRegister     = "/oauth/register"                         // RFC 7591
	PathAuthorize    = "/oauth/authorize"                        // RFC 6749 with RFC 7636
	PathToken        = "/oauth/token"
	PathRevoke       = "/oauth/revoke" // RFC 7009
	PathPINChallenge = "/oauth/device/pin/challenge"
	PathPIN          = "/oauth/device/pin"
	PathDeregister   = "/oauth/device/deregister"
	PathEnroll       = "/oauth/device/enroll"
	PathEnrollProof  = "/oauth/device/enroll/proof"
	PathRedeem       = "/oauth/device/redeem"
	PathAnswer       = "/oauth/device/answer"
	PathPending      = "/oauth/device/pending"
	PathExtend       = "/oauth/device/extend"
	PathPushEnroll   = "/oauth/device/push"
)

// Grant types beyond RFC 6749's own.
const (
	GrantPIN              = "urn:understudy:params:oauth:grant-type:pin"
	GrantRegistrationCode = "urn:understudy:params:oauth:grant-type:registration-code"
)

// Scope of a logged-in user's token: enrolling and answering requests.
const ScopeMobileAuth = "mobile_authentication"

// Headers with which a device says what it is; the server may refuse outdated
// ones (9004, 9005).
const (
	HeaderAppVersion = "Understudy-App-Version" // "1.2.3"
	HeaderOS         = "Understudy-OS"          // "linux/6.1", name and version
)

// ContentSealed is the content type of an OpenPGP message made by Seal.
const ContentSealed = "application/vnd.understudy.sealed"

// Sent is a secret on its way in a message: in JSON it is its text, wherever
// else it is printed it is redacted like any Secret.
type Sent struct{ Secret }

// MarshalJSON reveals the secret: a Sent belongs into messages only.
func (s Sent) MarshalJSON() ([]byte, error) { return json.Marshal(string(s.Bytes())) }

// UnmarshalJSON takes a JSON string.
func (s *Sent) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	s.Secret = SecretString(text)
	return nil
}

// DeviceKind says what stands behind a device. It is what the device says of
// itself, not attested.
type DeviceKind string

// The kinds of devices.
const (
	KindDesktop DeviceKind = "desktop" // a person's own desktop program
	KindVirtual DeviceKind = "virtual" // one of a test's many devices
	KindBridge  DeviceKind = "bridge"  // the phone below an app in a browser
)

// Metadata is the server's description of itself: RFC 8414 with our fields.
type Metadata struct {
	Version                int       `json:"understudy_version"`
	Issuer                 string    `json:"issuer"`
	Name                   string    `json:"understudy_name"`
	AuthorizationEndpoint  string    `json:"authorization_endpoint"`
	TokenEndpoint          string    `json:"token_endpoint"`
	RegistrationEndpoint   string    `json:"registration_endpoint"`
	RevocationEndpoint     string    `json:"revocation_endpoint"`
	ResponseTypes          []string  `json:"response_types_supported"`
	GrantTypes             []string  `json:"grant_types_supported"`
	ChallengeMethods       []string  `json:"code_challenge_methods_supported"`
	TokenAuthMethods       []string  `json:"token_endpoint_auth_methods_supported"`
	AuthorizationIssuer    bool      `json:"authorization_response_iss_parameter_supported"` // RFC 9207
	PIN                    PINPolicy `json:"understudy_pin_policy"`
	KDF                    KDFCost   `json:"understudy_kdf"`
	RegistrationNeedsToken bool      `json:"understudy_registration_needs_token,omitempty"`

	// IdentityProviders are the custom ones; the browser's login page is there anyhow.
	IdentityProviders []IdentityProvider `json:"understudy_identity_providers,omitempty"`
}

// DeviceRegistration is the request of RFC 7591.
type DeviceRegistration struct {
	Version         int        `json:"understudy_version"`
	ClientName      string     `json:"client_name"`
	RedirectURIs    []string   `json:"redirect_uris"` // loopback, the port varies (RFC 8252, 7.3)
	GrantTypes      []string   `json:"grant_types"`
	TokenAuthMethod string     `json:"token_endpoint_auth_method"` // client_secret_basic
	SoftwareID      string     `json:"software_id"`
	SoftwareVersion string     `json:"software_version"`
	DeviceKind      DeviceKind `json:"understudy_device_kind"`
}

// DeviceCredentials is the answer of RFC 7591: the client id is the device id.
type DeviceCredentials struct {
	ClientID     string `json:"client_id"`
	ClientSecret Sent   `json:"client_secret"`
	IssuedAt     int64  `json:"client_id_issued_at"`
}

// TokenResponse is RFC 6749's, with the profile that the tokens belong to.
// After a registration a refresh token means that the user has to create a PIN.
type TokenResponse struct {
	AccessToken  Sent   `json:"access_token"`
	TokenType    string `json:"token_type"` // Bearer
	ExpiresIn    int64  `json:"expires_in"` // seconds
	RefreshToken *Sent  `json:"refresh_token,omitempty"`
	Scope        string `json:"scope,omitempty"`
	ProfileID    string `json:"profile_id,omitempty"`
	UserID       string `json:"user_id,omitempty"`
	UserName     string `json:"user_name,omitempty"`

	// Info is what a custom identity provider has to say of a registration.
	Info *CustomInfo `json:"understudy_custom_info,omitempty"`
}

// RefusedClocks is the Error of a refusal whose cause is ErrClocks: the code is
// also that of messages that were changed.
const RefusedClocks = "clocks_differ"

// ErrorResponse is the body of every refused device call: RFC 6749's two
// fields and the documented code.
type ErrorResponse struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
	Code        int    `json:"code,omitempty"`
	Failures    int    `json:"failures,omitempty"`
	Remaining   int    `json:"remaining,omitempty"`
}

// PINChallengeRequest asks for a challenge to prove a PIN with. The device
// authenticates with its own credentials (HTTP Basic).
type PINChallengeRequest struct {
	Version   int    `json:"version"`
	ProfileID string `json:"profile_id"`
}

// PINChallenge is good for one proof and for two minutes. Salt names the PIN
// that the server holds: a device that lost power while it changed the PIN knows
// by it which of its two salts counts. Failures and Max announce the counter.
type PINChallenge struct {
	Version   int    `json:"version"`
	Challenge string `json:"challenge"` // at least 128 random bits
	Salt      []byte `json:"salt"`
	Failures  int    `json:"failures"`
	Max       int    `json:"max"`
}

// SetPIN creates or changes the PIN of the profile that the access token
// belongs to. Key is what PINKey makes; the server never sees the PIN, so the
// policy is checked by the device. Where a PIN exists, Challenge and Proof prove
// the old one.
type SetPIN struct {
	Version   int     `json:"version"`
	Key       []byte  `json:"key"`
	Salt      []byte  `json:"salt"`
	Cost      KDFCost `json:"cost"`
	Challenge string  `json:"challenge,omitempty"`
	Proof     []byte  `json:"proof,omitempty"`
}

// Deregister removes a profile from the server; the device authenticates with
// its own credentials, so that it works for a locked profile too.
type Deregister struct {
	Version   int    `json:"version"`
	ProfileID string `json:"profile_id"`
}

// EnrollRequest sends the public half of the device's new key.
type EnrollRequest struct {
	Version    int        `json:"version"`
	PublicKey  []byte     `json:"public_key"`
	DeviceKind DeviceKind `json:"device_kind"`
	KeyStorage string     `json:"key_storage"` // keyring, file or memory
}

// EnrollResponse brings the server's public key and a nonce to sign.
type EnrollResponse struct {
	Version   int    `json:"version"`
	PublicKey []byte `json:"public_key"`
	Nonce     string `json:"nonce"`
}
