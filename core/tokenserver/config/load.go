package config

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/strictoml"
	"github.com/understudy-auth/understudy/core/tokenserver/idp"
	"github.com/understudy-auth/understudy/core/wire"
)

// maxQuiet is far below the time for which a server remembers what was denied.
const maxQuiet = 12 * time.Hour

// ErrTestFeatures is the cause when switches for tests meet a listener that
// other machines can reach.
var ErrTestFeatures = errors.New("switches for tests are on, and other machines could reach this server")

// Load reads a configuration file. Unknown settings are refused by name:
// a mistyped one must not pass as its default.
func Load(path string) (Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("the configuration cannot be read: %w", err)
	}
	return Parse(string(data), path)
}

// Parse reads a configuration from text; name is for messages.
func Parse(text, name string) (Config, error) {
	c := Base()
	err := strictoml.Unmarshal(text, name, &c)
	if _, ok := errors.AsType[*strictoml.UnknownError](err); ok {
		err = fmt.Errorf("%w; serve --write-example lists all of them", err)
	}
	if err != nil {
		return Config{}, err
	}
	if err := c.Check(); err != nil {
		return Config{}, fmt.Errorf("%s: %w", name, err)
	}
	return c, nil
}

// Check finds settings that cannot work and says which.
func (c *Config) Check() error {
	for _, check := range []func() error{c.checkClients, c.checkTypes, c.checkUsers, c.checkRules, c.checkTokens} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (c *Config) checkClients() error {
	seen := map[string]bool{}
	for _, k := range c.Clients {
		hash, err := hex.DecodeString(k.SecretSHA256)
		switch {
		case k.ID == "" || seen[k.ID]:
			return fmt.Errorf("[[client]] %q: every client needs an id of its own", k.ID)
		case k.Secret.IsZero() == (k.SecretSHA256 == ""):
			return fmt.Errorf("[[client]] %q: give one of secret and secret_sha256", k.ID)
		case !k.Secret.IsZero() && k.Secret.Len() < 22:
			return fmt.Errorf("[[client]] %q: the secret needs at least 22 random characters", k.ID)
		case k.SecretSHA256 != "" && (err != nil || len(hash) != 32):
			return fmt.Errorf("[[client]] %q: secret_sha256 has 64 hex digits", k.ID)
		case len(k.CallbackURIs) > 0 && k.CallbackKey.Len() < 22:
			return fmt.Errorf("[[client]] %q: callbacks need a callback_key of at least 22 random characters", k.ID)
		}
		for _, address := range k.CallbackURIs {
			if !isWebAddress(address) {
				return fmt.Errorf("[[client]] %q: callback_uris has an entry that is no web address", k.ID)
			}
		}
		for _, api := range k.APIs {
			if api != APIMobileAuthentication {
				return fmt.Errorf("[[client]] %q: there is no API %q; the only one is %q", k.ID, api, APIMobileAuthentication)
			}
		}
		seen[k.ID] = true
	}
	return nil
}

// isWebAddress reports whether addresses can begin so.
func isWebAddress(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") && u.RawQuery == ""
}

func (c *Config) checkTypes() error {
	seen := map[string]bool{}
	for _, t := range c.Types {
		switch {
		case t.Name == "" || seen[t.Name]:
			return fmt.Errorf("[[type]] %q: every type needs a name of its own", t.Name)
		case t.Method != wire.MethodOTP && !wire.Pushed(t.Method):
			return fmt.Errorf("[[type]] %q: the methods are %q, %q, %q and %q, not %q", t.Name, wire.MethodOTP, wire.MethodPush, wire.MethodPushPIN, wire.MethodPushFingerprint, t.Method)
		case t.RequestExpiresIn < 5*time.Second || t.RequestExpiresIn > 10*time.Minute:
			return fmt.Errorf("[[type]] %q: request_expires_in is between 5s and 10m", t.Name)
		case t.Extend != 0 && (t.Extend < 5*time.Second || t.Extend > 10*time.Minute):
			return fmt.Errorf("[[type]] %q: extend is between 5s and 10m, or 0s: no more time", t.Name)
		}
		for _, k := range t.AllowKinds {
			if k != wire.KindDesktop && k != wire.KindVirtual && k != wire.KindBridge {
				return fmt.Errorf("[[type]] %q: there is no device kind %q", t.Name, k)
			}
		}
		seen[t.Name] = true
	}
	return nil
}

func (c *Config) checkUsers() error {
	seen := map[string]bool{}
	for _, u := range c.Users {
		if u.ID == "" || seen[u.ID] {
			return fmt.Errorf("[[user]] %q: every user needs an id of its own", u.ID)
		}
		if err := u.Check(); err != nil {
			return fmt.Errorf("[[user]] %q: %w", u.ID, err)
		}
		seen[u.ID] = true
	}
	return idp.CheckCustom(c.IdentityProviders, c.Users)
}

func (c *Config) checkRules() error {
	for _, address := range c.Device.RedirectURIs {
		if err := idp.CheckRedirect(address); err != nil {
			return fmt.Errorf("[device] redirect_uris: %q: %w", address, err)
		}
	}
	switch {
	case c.Push.Hold != 0 && (c.Push.Hold < time.Second || c.Push.Hold > wire.MaxHold):
		return errors.New("[push] hold is between 1s and 5m, or 0s: off")
	case c.Push.MaxOpen < 1 || c.Push.MaxOpen > wire.MaxPending:
		return fmt.Errorf("[push] max_open is between 1 and %d", wire.MaxPending)
	case c.Push.Denials < 1 || c.Push.Denials > 100:
		return errors.New("[push] denials is between 1 and 100")
	case min(c.Push.AfterDenial, c.Push.DenialsWithin, c.Push.Quiet) < 0 || max(c.Push.AfterDenial, c.Push.DenialsWithin, c.Push.Quiet) > maxQuiet:
		return errors.New("[push] after_denial, denials_within and quiet are between 0s (off) and 12h")
	case c.PIN.Length < 4 || c.PIN.Length > 32:
		return errors.New("[pin] length is between 4 and 32")
	case c.PIN.MaxFailures < 1 || c.PIN.MaxFailures > 100:
		return errors.New("[pin] max_failures is between 1 and 100")
	case c.PIN.MaxSimilarDigits < 0:
		return errors.New("[pin] max_similar_digits is 0 (no limit) or more")
	case (c.Database == "") != (c.KeyFile == ""):
		return errors.New("database and key_file are given together or not at all")
	}
	if err := c.KDFCost().Check(c.Test.CheapKDF); err != nil {
		return errors.New("[kdf] time is 1 to 10, memory_kib 19456 to 262144, threads 1 to 4")
	}
	if id := c.Test.AutoRegister; id != "" {
		if _, ok := c.User(id); !ok {
			return fmt.Errorf("[test] auto_register names %q, who is no user", id)
		}
	}
	return nil
}

// checkTokens looks at what access tokens are, and are for.
func (c *Config) checkTokens() error {
	switch {
	case c.Tokens.Access < time.Second || c.Tokens.Access > 10*time.Minute:
		return errors.New("[tokens] access is between 1s and 10m")
	case c.Tokens.Refresh < c.Tokens.Access || c.Tokens.Refresh > 90*24*time.Hour:
		return errors.New("[tokens] refresh is longer than access and at most 2160h (90 days)")
	}
	for _, list := range []struct {
		name   string
		scopes []string
	}{{"user", c.Scopes.User}, {"device", c.Scopes.Device}} {
		seen := map[string]bool{wire.ScopeMobileAuth: true}
		for _, s := range list.scopes {
			if !wire.ValidScope(s) || seen[s] {
				return fmt.Errorf("[scopes] %s: %q is no scope (no spaces, quotes or backslashes; at most 128 characters), or stands there twice, or is every user's", list.name, s)
			}
			seen[s] = true
		}
		if len(list.scopes) >= wire.MaxScopes {
			return fmt.Errorf("[scopes] %s has %d scopes at most", list.name, wire.MaxScopes-1)
		}
	}
	for _, target := range c.AppToWeb.Targets {
		if !isWebAddress(target) {
			return fmt.Errorf("[app_to_web] targets: %q is no web address", target)
		}
	}
	return nil
}

// CheckListen refuses what must not be reachable from other machines: test
// switches (unless allowed by name), demo passwords in clear over plain HTTP, and
// device registration for everybody.
func (c *Config) CheckListen(addr string, allowTestFeatures bool) error {
	if netsafe.IsLoopback(addr) {
		return nil
	}
	switch {
	case c.Test != (TestConfig{}) && !allowTestFeatures:
		return fmt.Errorf("%w: remove [test] from the configuration, listen on 127.0.0.1, or allow it with --allow-test-features", ErrTestFeatures)
	case c.Device.RegistrationToken.IsZero() && !allowTestFeatures:
		return errors.New("beyond this machine [device] registration_token is needed: otherwise anyone can register devices")
	case c.PublicURL.IsZero() || !c.PublicURL.IsEncrypted():
		return errors.New("beyond this machine public_url has to be the https address under which a proxy serves this one")
	}
	return nil
}
