package config_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/config"
	"github.com/understudy-auth/understudy/core/wire"
)

func TestExampleLoads(t *testing.T) {
	var text bytes.Buffer
	if err := config.WriteExample(&text); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "server.toml")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	k, ok := c.Client("portal")
	if !ok || k.ShownName() != "Example portal" || string(k.Secret.Bytes()) != "replace-with-26-random-characters" || len(k.CallbackURIs) != 1 {
		t.Errorf("client %+v", k)
	}
	if a, ok := c.Type("login"); !ok || a.RequestExpiresIn != 2*time.Minute || !a.Allows(wire.KindBridge) {
		t.Errorf("type %+v", a)
	}
	if u, ok := c.User("anna"); !ok || u.ShownName() != "Anna Example" {
		t.Errorf("user %+v", u)
	}

	// What it says of values that are left out is so.
	bare, err := config.Parse("", "bare")
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(bare.PIN, bare.Push, bare.KDF, bare.Tokens, bare.Enrollment, bare.Device, bare.Test) != fmt.Sprint(c.PIN, c.Push, c.KDF, c.Tokens, c.Enrollment, c.Device, c.Test) {
		t.Errorf("without settings %+v\nin the example %+v", bare, c)
	}
	// Commented settings can be used as they stand.
	uncommented := strings.NewReplacer("# database", "database", "# key_file", "key_file", "# allow_kinds", "allow_kinds", "# extend", "extend",
		"# minimum_app_version", "minimum_app_version", "# registration_token", "registration_token", "# auto_register", "auto_register").Replace(text.String())
	if c, err = config.Parse(uncommented, "x"); err != nil || c.Database == "" || c.Test.AutoRegister == "" || c.Device.MinimumAppVersion == "" {
		t.Errorf("with every setting: %v", err)
	}
	if _, err := config.Load(path + ".no"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func TestConfigRefused(t *testing.T) {
	const (
		client = "[[client]]\nid = \"p\"\n"
		secret = "secret = \"a-secret-of-26-characters-\"\n"
		user   = "[[user]]\nid = \"u\"\n"
		kind   = "[[type]]\nname = \"t\"\nmethod = \"otp\"\n"
		key    = "callback_key = \"a-secret-of-26-characters-\"\n"
	)
	for text, want := range map[string]string{
		"colour = 1":                                                `"colour"`,
		"[pin]\nlenght = 5":                                         `"pin.lenght"`,
		client + secret + "api = []":                                `"client.api"`,
		user + "pasword = \"x\"":                                    `server.toml:3: there is no setting "user.pasword" (did you mean "user.password"?); serve --write-example lists all of them`,
		"name = ":                                                   "server.toml",
		"name = 5":                                                  "name",
		"name = \"a\"\nname = \"b\"":                                "name",
		`public_url = "http://id.example.com"`:                      "public_url",
		`public_url = "https://id.example.com/path"`:                "public_url",
		"[[client]]\n" + secret:                                     "id of its own",
		client + secret + client + secret:                           "id of its own",
		client:                                                      "one of secret and secret_sha256",
		client + secret + `secret_sha256 = "00"`:                    "one of secret and secret_sha256",
		client + `secret = "only-21-characters-xx"`:                 "22 random characters",
		client + `secret_sha256 = "xyz"`:                            "64 hex digits",
		client + `secret_sha256 = "00"`:                             "64 hex digits",
		client + secret + `callback_uris = ["https://x/"]`:          "callback_key",
		client + secret + key + `callback_uris = ["/x"]`:            "web address",
		client + secret + key + `callback_uris = ["ftp://x"]`:       "web address",
		client + secret + key + `callback_uris = ["https://x?y=1"]`: "web address",
		client + secret + `apis = ["Mobile"]`:                       "no API",
		"[[type]]\nmethod = \"otp\"\nrequest_expires_in = \"1m\"":   "name of its own",
		kind + "request_expires_in = \"1m\"\n" + kind + "request_expires_in = \"1m\"": "name of its own",
		kind:                                 "request_expires_in",
		kind + `request_expires_in = "4s"`:   "request_expires_in",
		kind + `request_expires_in = "11m"`:  "request_expires_in",
		kind + `request_expires_in = "soon"`: "soon",
		"[[type]]\nname = \"t\"\nmethod = \"sms\"\nrequest_expires_in = \"1m\"": "method",
		kind + "request_expires_in = \"1m\"\nallow_kinds = [\"phone\"]":         "device kind",
		"[[user]]\npassword = \"x\"":                                            "id of its own",
		user + "password = \"x\"\n" + user + "password = \"x\"":                 "id of its own",
		user: "one of password and password_hash",
		user + "password = \"x\"\npassword_hash = \"$2a$\"":   "one of password and password_hash",
		user + `password_hash = "x"`:                          "bcrypt",
		user + `password_hash = "$2a$10$tooshort"`:            "bcrypt",
		user + `password = "` + strings.Repeat("x", 73) + `"`: "72",
		"[pin]\nlength = 3":                                   "length",
		"[pin]\nlength = 33":                                  "length",
		"[pin]\nmax_failures = 0":                             "max_failures",
		"[pin]\nmax_failures = 101":                           "max_failures",
		"[pin]\nmax_similar_digits = -1":                      "max_similar_digits",
		"[push]\nhold = \"0.5s\"":                             "hold",
		"[push]\nhold = \"6m\"":                               "hold",
		"[push]\nmax_open = 0":                                "max_open",
		"[push]\nmax_open = 21":                               "max_open",
		"[push]\ndenials = 0":                                 "denials",
		"[push]\nquiet = \"-1s\"":                             "quiet",
		"[push]\nafter_denial = \"13h\"":                      "after_denial",
		"[kdf]\ntime = 0":                                     "[kdf]",
		"[kdf]\ntime = -1":                                    "time",
		"[kdf]\nmemory_kib = 1024":                            "[kdf]",
		"[kdf]\nmemory_kib = 4294967295":                      "[kdf]",
		"[kdf]\nthreads = 5":                                  "[kdf]",
		"[tokens]\naccess = \"11m\"":                          "access",
		"[tokens]\naccess = \"0s\"":                           "access",
		"[tokens]\nrefresh = \"5m\"":                          "refresh",
		"[tokens]\nrefresh = \"2161h\"":                       "refresh",
		`database = "x.db"`:                                   "key_file",
		`key_file = "x.key"`:                                  "key_file",
		"[test]\nauto_register = \"nobody\"":                  "nobody",
	} {
		_, err := config.Parse(text, "server.toml")
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "server.toml") {
			t.Errorf("%q: %v; want it to name %s", text, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "a-secret-of") {
			t.Errorf("%q: the error holds a secret: %v", text, err)
		}
	}
}

func TestCheckListen(t *testing.T) {
	public, err := wire.ParseOrigin("https://id.example.com")
	if err != nil {
		t.Fatal(err)
	}
	loopback, err := wire.ParseOrigin("http://127.0.0.1:8640")
	if err != nil {
		t.Fatal(err)
	}
	good := func(c *config.Config) {
		c.PublicURL, c.Device.RegistrationToken = public, wire.ConfigSecret{Secret: wire.SecretString("a-registration-token-of-38-characters-")}
	}
	for _, c := range []struct {
		what, listen string
		edit         func(*config.Config)
		allow        bool
		want         string
	}{
		{"loopback with everything", "127.0.0.1:0", func(c *config.Config) { c.Test.CheapKDF = true }, false, ""},
		{"IPv6 loopback", "[::1]:8640", func(c *config.Config) { c.Test.AutoRegister = "anna" }, false, ""},
		{"localhost", "localhost:8640", func(*config.Config) {}, false, ""},
		{"well configured", "0.0.0.0:8640", good, false, ""},
		{"cheap PINs", "0.0.0.0:8640", func(c *config.Config) { good(c); c.Test.CheapKDF = true }, false, "--allow-test-features"},
		{"without a form", ":8640", func(c *config.Config) { good(c); c.Test.AutoRegister = "anna" }, false, "--allow-test-features"},
		{"allowed by name", "0.0.0.0:8640", func(c *config.Config) { good(c); c.Test.CheapKDF = true }, true, ""},
		{"registration for all", "192.0.2.1:8640", func(c *config.Config) { c.PublicURL = public }, false, "registration_token"},
		{"no address", "[::]:8640", func(c *config.Config) { good(c); c.PublicURL = wire.Origin{} }, false, "public_url"},
		{"plain HTTP", "0.0.0.0:8640", func(c *config.Config) { good(c); c.PublicURL = loopback }, false, "public_url"},
	} {
		edited := tokenserver.DefaultConfig()
		c.edit(&edited)
		err := edited.CheckListen(c.listen, c.allow)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", c.what, err, c.want)
		}
		if errors.Is(err, config.ErrTestFeatures) != (c.want == "--allow-test-features") {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}
