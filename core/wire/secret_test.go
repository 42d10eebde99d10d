package wire

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestSecretNeverShows(t *testing.T) {
	const marker = "s3cr3t-marker"
	secret := SecretString(marker)
	type inside struct {
		Name   string
		Secret Secret
		Ptr    *Secret
	}
	holder := inside{Name: "name", Secret: secret, Ptr: &secret}

	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%20v"} {
		fmt.Fprintf(&out, verb, secret)
		fmt.Fprintf(&out, verb, &secret)
		fmt.Fprintf(&out, verb, holder)
		fmt.Fprintf(&out, verb, &holder)
		fmt.Fprintf(&out, verb, []Secret{secret})
		fmt.Fprintf(&out, verb, map[string]any{"k": secret})
	}
	fmt.Fprintln(&out, secret, holder, fmt.Errorf("wrapped %v", secret), errors.New(secret.String()), secret.GoString())

	for _, logger := range []*slog.Logger{
		slog.New(slog.NewTextHandler(&out, nil)),
		slog.New(slog.NewJSONHandler(&out, nil)),
	} {
		logger.Info("x", "secret", secret, "ptr", &secret, "holder", holder, slog.Group("g", "s", secret), "list", []Secret{secret})
		logger.With("secret", secret).Info("x")
	}
	for _, v := range []any{secret, &secret, holder, []Secret{secret}, map[string]Secret{"k": secret}, OTP{Code: secret}} {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(data)
	}
	data, err := xml.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(data)

	for _, v := range []any{secret, &secret} {
		if data, err := json.Marshal(v); err != nil || string(data) != `"[redacted]"` {
			t.Errorf("JSON: %s, %v", data, err)
		}
	}
	if got := secret.LogValue().String(); got != redacted {
		t.Errorf("LogValue() = %s", got)
	}

	shown := out.String()
	for _, form := range []string{
		marker,
		fmt.Sprintf("%x", marker),
		fmt.Sprintf("%X", marker),
		strings.Trim(fmt.Sprint([]byte(marker)), "[]"),
		"czNjcjN0", // base64
	} {
		if strings.Contains(shown, form) {
			t.Errorf("output holds %q", form)
		}
	}
	if !strings.Contains(shown, redacted) {
		t.Error("nothing was redacted")
	}
}

func TestSecretEqual(t *testing.T) {
	for _, tt := range []struct {
		a, b Secret
		want bool
	}{
		{SecretString("12345"), SecretString("12345"), true},
		{SecretString("12345"), SecretString("12346"), false},
		{SecretString("12345"), SecretString("1234"), false},
		{SecretString("12345"), Secret{}, false},
		{Secret{}, SecretString("12345"), false},
		{Secret{}, Secret{}, false},
		{SecretString(""), NewSecret([]byte{}), false},
	} {
		if got := tt.a.Equal(tt.b); got != tt.want {
			t.Errorf("%q.Equal(%q) = %t", tt.a.Bytes(), tt.b.Bytes(), got)
		}
	}
}

func TestSecretOwnsAndClears(t *testing.T) {
	b := []byte("12345")
	s := NewSecret(b)
	if s.Len() != 5 || s.IsZero() {
		t.Errorf("Len %d, IsZero %t", s.Len(), s.IsZero())
	}
	s.Clear()
	if !bytes.Equal(b, make([]byte, 5)) {
		t.Errorf("after Clear: %q", b)
	}
	text := "12345"
	SecretString(text).Clear()
	if text != "12345" {
		t.Error("SecretString did not copy")
	}
	if !(Secret{}).IsZero() || !SecretString("").IsZero() {
		t.Error("an empty secret is not zero")
	}
}

func TestConfigSecretIsReadAndNotWritten(t *testing.T) {
	var s ConfigSecret
	if err := s.UnmarshalText([]byte("as it is ")); err != nil || string(s.Bytes()) != "as it is " {
		t.Errorf("%q, %v", s.Bytes(), err)
	}
	text, err := s.MarshalText()
	if err != nil || string(text) != redacted || fmt.Sprint(s) != redacted {
		t.Errorf("%s, %v; %v", text, err, s)
	}
}
