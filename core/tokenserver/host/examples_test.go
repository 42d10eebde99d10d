package host_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver/config"
	"github.com/understudy-auth/understudy/core/tokenserver/host"
	"github.com/understudy-auth/understudy/core/wire"
)

// Each example works, here only, and as a file of one's own.
func TestExamples(t *testing.T) {
	names := host.ExampleNames()
	if len(names) == 0 {
		t.Fatal("there are none")
	}
	for _, name := range names {
		c, err := host.Example(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.CheckListen(c.Listen, false); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := c.CheckListen("0.0.0.0:0", false); err == nil {
			t.Errorf("%s has secrets that everybody knows, and is let out", name)
		}
		var text bytes.Buffer
		if err := host.WriteExample(&text, name); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "mine.toml")
		if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if own, err := config.Load(path); err != nil || own.Name != c.Name {
			t.Errorf("%s as a file: %q, %v", name, own.Name, err)
		}
	}
}

func TestUnknownExample(t *testing.T) {
	for _, name := range []string{"x", "../host", "cordova-suite.toml", "."} {
		if _, err := host.Example(name); err == nil || !strings.Contains(err.Error(), "cordova-suite") {
			t.Errorf("%q: %v", name, err)
		}
		if err := host.WriteExample(&bytes.Buffer{}, name); err == nil {
			t.Errorf("%q was written", name)
		}
	}
	var every bytes.Buffer
	if err := host.WriteExample(&every, ""); err != nil || !strings.Contains(every.String(), "[kdf]") {
		t.Errorf("the one with every setting: %v", err)
	}
}

// What the plugin's specs take for granted.
func TestCordovaSuite(t *testing.T) {
	c, err := host.Example("cordova-suite")
	if err != nil {
		t.Fatal(err)
	}
	for name, method := range map[string]string{
		"otp": wire.MethodOTP, "push_cordova": wire.MethodPush, "push_with_pin_cordova": wire.MethodPushPIN,
		"push_with_fingerprint_cordova": wire.MethodPushFingerprint,
	} {
		if got, ok := c.Type(name); !ok || got.Method != method {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if _, ok := c.User("devnull-cordovatest-7123"); !ok {
		t.Error("whom the suite names is nobody")
	}
	for pin, code := range map[string]int{"incorrect": wire.CodePINLength, "11111": wire.CodePINSimilarDigits, "12356": 0} {
		err := c.PIN.Policy().Check(wire.SecretString(pin))
		if wire.CodeOf(err) != code {
			t.Errorf("PIN %s: %v", pin, err)
		}
	}
	if c.PIN.MaxFailures != 3 {
		t.Errorf("%d tries", c.PIN.MaxFailures)
	}
}
