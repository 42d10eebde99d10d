package wire

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCleanProviders(t *testing.T) {
	list := []IdentityProvider{
		{"a", "\u202eevil\x1b[2J", ProviderOneStep},
		{"a", "the same id", ProviderOneStep},
		{"", "no id", ProviderOneStep},
		{"a b", "a blank", ProviderOneStep},
		{strings.Repeat("x", 65), "a long id", ProviderOneStep},
		{"new", "a kind of later", "three_step"},
		{"b", strings.Repeat("x", 100), ProviderQRCode},
	}
	got := CleanProviders(list)
	if len(got) != 2 || got[0].Name != "<U+202E>evil<U+001B>[2J" || got[1].ID != "b" || len([]rune(got[1].Name)) > 80 {
		t.Errorf("%q", got)
	}
	list = nil
	for i := range 2 * MaxProviders {
		list = append(list, IdentityProvider{fmt.Sprint(i), "x", ProviderTwoStep})
	}
	if diff := cmp.Diff(list[:MaxProviders], CleanProviders(list)); diff != "" {
		t.Error(diff)
	}
}

// Whatever moves from one part into the next makes another message.
func TestAuthenticatorMessage(t *testing.T) {
	at := func(origin string) Origin {
		o, err := ParseOrigin(origin)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	one, two := at("https://id.example.com"), at("https://id.example.org")
	seen := map[string]int{}
	for i, m := range [][]byte{
		AuthenticatorMessage("Fingerprint", "challenge", "device", "P1", one),
		AuthenticatorMessage("Face", "challenge", "device", "P1", one),
		AuthenticatorMessage("Fingerprint", "challeng", "edevice", "P1", one),
		AuthenticatorMessage("Fingerprint", "challenge", "deviceP", "1", one),
		AuthenticatorMessage("Fingerprint", "challenge", "device", "P1", two),
		AuthenticatorMessage("Fingerprint", "challenge", "device", "P1", one, ""),
		AuthenticatorMessage("Fingerprint", "challenge", "device", "P1", one, "a", "b"),
		AuthenticatorMessage("Fingerprint", "challenge", "device", "P1", one, "ab"),
		AuthenticatorMessage("Fingerprint", "challenge", "device", "P1", one, "b", "a"),
	} {
		if before, ok := seen[string(m)]; ok {
			t.Errorf("%d and %d are the same", before, i)
		}
		seen[string(m)] = i
	}
	// A published vector: both sides keep to these bytes.
	want := "understudy authenticator\x00Fingerprint\x00c\x00d\x00p\x00https://id.example.com\x00x\x00"
	if got := string(AuthenticatorMessage("Fingerprint", "c", "d", "p", one, "x")); got != want {
		t.Errorf("%q", got)
	}
	b := RegisterAuthenticator{Type: "Fingerprint", PublicKey: []byte("key")}.Binding()
	if diff := cmp.Diff([]string{"authenticator", "Fingerprint", "2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683"}, b); diff != "" {
		t.Error(diff)
	}
}
