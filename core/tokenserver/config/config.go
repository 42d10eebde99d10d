package config

import (
	"net/url"
	"strings"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver/idp"
	"github.com/understudy-auth/understudy/core/wire"
)

// Config is a server's configuration: one TOML file (Load). WriteExample writes it
// with comments.
type Config struct {
	// Name is shown to users when they register.
	Name string `toml:"name"`
	// Listen is host:port; port 0 takes a free one.
	Listen string `toml:"listen"`
	// PublicURL is the origin that devices and portals use. It may be left out of
	// the file: whoever starts the server then sets it to the listener's address.
	PublicURL wire.Origin `toml:"public_url"`
	// Database is the file of the database; empty keeps all in memory.
	Database string `toml:"database"`
	// KeyFile holds the key that seals secrets in the database; made at the first
	// start. Needed with Database.
	KeyFile string `toml:"key_file"`

	Clients []Client   `toml:"client"`
	Types   []AuthType `toml:"type"`
	Users   []idp.User `toml:"user"`
	// IdentityProviders are the custom ones, beside the login page.
	IdentityProviders []idp.Custom `toml:"identity_provider"`

	Push       PushConfig       `toml:"push"`
	Enrollment EnrollmentConfig `toml:"enrollment"`
	PIN        PINConfig        `toml:"pin"`
	KDF        KDFConfig        `toml:"kdf"`
	Tokens     TokenConfig      `toml:"tokens"`
	Device     DeviceConfig     `toml:"device"`
	Scopes     ScopeConfig      `toml:"scopes"`
	Resources  ResourceConfig   `toml:"resources"`
	AppToWeb   AppToWebConfig   `toml:"app_to_web"`
	Test       TestConfig       `toml:"test"`
}

// APIMobileAuthentication is the API that a client must be allowed for the
// portal API.
const APIMobileAuthentication = "Mobile authentication"

// Client is an API client: a portal.
type Client struct {
	ID   string `toml:"id"`
	Name string `toml:"name"` // shown to the person who is asked; the id if empty
	// One of Secret (at least 22 characters) and SecretSHA256 (its SHA-256 in hex).
	Secret       wire.ConfigSecret `toml:"secret"`
	SecretSHA256 string            `toml:"secret_sha256"`
	// CallbackKey signs the callbacks (Standard Webhooks).
	CallbackKey wire.ConfigSecret `toml:"callback_key"`
	// CallbackURIs are the allowed callback addresses: scheme, host and port
	// exact, the path is a prefix.
	CallbackURIs []string `toml:"callback_uris"`
	// NoCallbacks takes any callback_uri and calls none of them: a portal that is a
	// test asks.
	NoCallbacks bool     `toml:"no_callbacks"`
	APIs        []string `toml:"apis"`
}

// ShownName is the name that the person who is asked reads.
func (c Client) ShownName() string {
	if c.Name != "" {
		return c.Name
	}
	return c.ID
}

// AllowsCallback reports whether the configuration lists the address: scheme,
// host and port exact, the path as a prefix that ends at a slash.
func (c Client) AllowsCallback(address string) bool { return allowsAddress(c.CallbackURIs, address) }

func allowsAddress(list []string, address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Fragment != "" || u.Opaque != "" || strings.Contains(u.Path, "..") {
		return false
	}
	for _, allowed := range list {
		a, err := url.Parse(allowed)
		if err == nil && a.Scheme == u.Scheme && a.Host == u.Host &&
			(u.Path == a.Path || strings.HasPrefix(u.Path, strings.TrimSuffix(a.Path, "/")+"/")) {
			return true
		}
	}
	return false
}

// AuthType is a mobile authentication type.
type AuthType struct {
	Name             string            `toml:"name"`
	Method           string            `toml:"method"` // wire.MethodOTP, wire.MethodPush, …
	RequestExpiresIn time.Duration     `toml:"request_expires_in"`
	Extend           time.Duration     `toml:"extend"`      // from when it is asked for, once; 0: no more time
	AllowKinds       []wire.DeviceKind `toml:"allow_kinds"` // empty: all
}

// Allows reports whether devices of this kind may answer.
func (t AuthType) Allows(kind wire.DeviceKind) bool {
	if len(t.AllowKinds) == 0 {
		return true
	}
	for _, k := range t.AllowKinds {
		if k == kind {
			return true
		}
	}
	return false
}

// PushConfig says how requests reach devices, and bounds how often a user is asked
// by push, by all portals together: whoever is asked again and again accepts some
// day to have peace.
type PushConfig struct {
	EnrolledOnly bool          `toml:"enrolled_only"` // not by devices that are not enrolled for push
	Hold         time.Duration `toml:"hold"`          // how long a device's question may wait; 0: devices ask again and again

	MaxOpen     int           `toml:"max_open"`     // at once
	AfterDenial time.Duration `toml:"after_denial"` // none so soon after a denied one
	// So many Denials within DenialsWithin make it quiet for Quiet after the last.
	Denials       int           `toml:"denials"`
	DenialsWithin time.Duration `toml:"denials_within"`
	Quiet         time.Duration `toml:"quiet"`
}

// EnrollmentConfig holds the documented settings of enrollment.
type EnrollmentConfig struct {
	Enabled    bool `toml:"enabled"`
	Override   bool `toml:"override"`    // an enrolled profile may enroll again
	UniqueKeys bool `toml:"unique_keys"` // a server key for each enrollment; slower
}

// PINConfig holds the rules for PINs.
type PINConfig struct {
	Length           int      `toml:"length"`
	MaxFailures      int      `toml:"max_failures"`
	AllowSequences   bool     `toml:"allow_sequences"`
	MaxSimilarDigits int      `toml:"max_similar_digits"` // 0: no limit
	Blacklist        []string `toml:"blacklist"`
}

// Policy is what devices are told.
func (p PINConfig) Policy() wire.PINPolicy {
	return wire.PINPolicy{
		Length: p.Length, MaxFailures: p.MaxFailures, AllowSequences: p.AllowSequences,
		MaxSimilar: p.MaxSimilarDigits, BlacklistedPINs: p.Blacklist,
	}
}

// KDFConfig is the cost of Argon2id for new PINs.
type KDFConfig struct {
	Time      uint32 `toml:"time"`
	MemoryKiB uint32 `toml:"memory_kib"`
	Threads   uint8  `toml:"threads"`
}

// KDFCost is what devices are told: the configured cost, or the cheap one of a
// test.
func (c *Config) KDFCost() wire.KDFCost {
	if c.Test.CheapKDF {
		return wire.CheapKDF
	}
	return wire.KDFCost{Time: c.KDF.Time, MemoryKiB: c.KDF.MemoryKiB, Threads: c.KDF.Threads}
}

// TokenConfig holds the life of tokens.
type TokenConfig struct {
	Access  time.Duration `toml:"access"`  // at most 10 minutes
	Refresh time.Duration `toml:"refresh"` // at most 90 days
}

// DeviceConfig says which devices may register and call.
type DeviceConfig struct {
	MinimumAppVersion string   `toml:"minimum_app_version"` // "1.2.3"; older: 9004
	RefusedOS         []string `toml:"refused_os"`          // "linux/5" refuses linux/5 and linux/5.x: 9005
	// RegistrationToken is the initial access token of RFC 7591. Needed when the
	// server listens beyond loopback: otherwise anyone can fill its tables.
	RegistrationToken wire.ConfigSecret `toml:"registration_token"`
	// RedirectURIs are the addresses of apps' own schemes, such as myapp://login, to
	// which the login page may lead as well.
	RedirectURIs []string `toml:"redirect_uris"`
}

// ScopeConfig names the scopes that access tokens can have, apart from
// wire.ScopeMobileAuth: that is every logged-in user's.
type ScopeConfig struct {
	User   []string `toml:"user"`   // of a user's token, implicit ones too
	Device []string `toml:"device"` // of a device's own
}

// ResourceConfig says what lies behind the access tokens.
type ResourceConfig struct {
	Demo bool `toml:"demo"` // see package gateway
}

// AppToWebConfig says where a user's session may be taken to from an app.
type AppToWebConfig struct {
	// Targets are addresses: scheme, host and port exact, the path is a prefix.
	Targets []string `toml:"targets"`
}

// Allows reports whether the address is a target.
func (a AppToWebConfig) Allows(address string) bool { return allowsAddress(a.Targets, address) }

// TestConfig weakens the server for tests. Every switch is refused when a
// listener is reachable from other machines, unless that is allowed explicitly
// (CheckListen).
type TestConfig struct {
	CheapKDF bool `toml:"cheap_kdf"`
	// AutoRegister is the id of a user whom the registration page logs in without
	// a form, so that thousands of devices can register by themselves: POST with
	// "Accept: application/json" answers with server, code, link and expires_in
	// (seconds).
	AutoRegister string `toml:"auto_register"`
	// RegisterByName has the registration page of a browser log in whomever the
	// address names (user_id=…), at once and without a form. Whoever is named is a
	// user, also beyond those of the file.
	RegisterByName bool `toml:"register_by_name"`
	// PortalFromPages lets pages of any origin call the portal API with a client's
	// secret: an app under test that plays its own portal.
	PortalFromPages bool `toml:"portal_from_pages"`
}

// Client finds an API client.
func (c *Config) Client(id string) (Client, bool) {
	for _, k := range c.Clients {
		if k.ID == id {
			return k, true
		}
	}
	return Client{}, false
}

// Type finds a mobile authentication type.
func (c *Config) Type(name string) (AuthType, bool) {
	for _, t := range c.Types {
		if t.Name == name {
			return t, true
		}
	}
	return AuthType{}, false
}

// User finds a user. With Test.RegisterByName everybody whose id is a name is one.
func (c *Config) User(id string) (idp.User, bool) {
	for _, u := range c.Users {
		if u.ID == id {
			return u, true
		}
	}
	if c.Test.RegisterByName && idp.ValidName(id) {
		return idp.User{ID: id}, true
	}
	return idp.User{}, false
}

// UserScopes is what a user's token has when all of it is granted.
func (c *Config) UserScopes() string {
	return strings.Join(append([]string{wire.ScopeMobileAuth}, c.Scopes.User...), " ")
}
