package wire

import (
	"bytes"
	"encoding/hex"
	"math"
	"strings"
	"testing"
)

func TestPINPolicy(t *testing.T) {
	policy := PINPolicy{Length: 5, MaxFailures: 3, MaxSimilar: 3, BlacklistedPINs: []string{"19840", "20000"}}
	for pin, want := range map[string]int{
		"12356": 0, "86420": 0, "11122": 0, "10101": 0, "90123": 0, "21012": 0, "12344": 0, "13579": 0, "00711": 0,
		"11111": CodePINSimilarDigits, "11112": CodePINSimilarDigits, "90999": CodePINSimilarDigits, "20000": CodePINSimilarDigits,
		"12345": CodePINSequence, "01234": CodePINSequence, "56789": CodePINSequence, "54321": CodePINSequence, "98765": CodePINSequence,
		"19840": CodePINBlacklisted,
		"":      CodePINLength, "1235": CodePINLength, "123567": CodePINLength, "incorrect": CodePINLength,
		"1235a": CodeIllegalArgument, "1235 ": CodeIllegalArgument, "-1235": CodeIllegalArgument, "12.35": CodeIllegalArgument,
		"１２": CodePINLength, "１23": CodeIllegalArgument, // digits of another script, of three bytes
		"\x0012356"[:5]: CodeIllegalArgument,
	} {
		err := policy.Check(SecretString(pin))
		if CodeOf(err) != want || (err == nil) != (want == 0) {
			t.Errorf("%q: %v; want %d", pin, err, want)
		}
		if err != nil && pin != "" && strings.Contains(err.Error(), pin) {
			t.Errorf("the error repeats the PIN: %v", err)
		}
	}
	loose := PINPolicy{Length: 5, AllowSequences: true}
	for _, pin := range []string{"11111", "12345", "54321", "19840"} {
		if err := loose.Check(SecretString(pin)); err != nil {
			t.Errorf("%s: %v", pin, err)
		}
	}
}

func TestKDFBounds(t *testing.T) {
	for _, c := range []struct {
		cost          KDFCost
		far, loopback bool
	}{
		{DefaultKDF, true, true},
		{KDFCost{1, 19 << 10, 1}, true, true},
		{KDFCost{10, 256 << 10, 4}, true, true},
		{CheapKDF, false, true},
		{KDFCost{1, 19<<10 - 1, 1}, false, true},
		{KDFCost{}, false, false},
		{KDFCost{0, 19 << 10, 1}, false, false}, // Argon2 panics on this
		{KDFCost{2, 19 << 10, 0}, false, false}, // and on this
		{KDFCost{2, 0, 1}, false, false},
		{KDFCost{1, 7, 1}, false, false},
		{KDFCost{1, 8, 2}, false, false}, // Argon2 would take more than asked for
		{KDFCost{1, 1, 1}, false, false}, // 1 KiB
		{KDFCost{11, 19 << 10, 1}, false, false},
		{KDFCost{2, 256<<10 + 1, 1}, false, false},
		{KDFCost{2, 19 << 10, 5}, false, false},
		{KDFCost{2, math.MaxUint32, 1}, false, false}, // 4 TiB
		{KDFCost{math.MaxUint32, math.MaxUint32, 255}, false, false},
	} {
		for loopback, want := range map[bool]bool{false: c.far, true: c.loopback} {
			err := c.cost.Check(loopback)
			if (err == nil) != want || err != nil && CodeOf(err) != CodeConfiguration {
				t.Errorf("%+v, loopback %v: %v", c.cost, loopback, err)
			}
			if want {
				continue // it would take its time
			}
			if key, err := PINKey(SecretString("12356"), SecretString(strings.Repeat("s", 32)), make([]byte, 16), c.cost, loopback); CodeOf(err) != CodeConfiguration || !key.IsZero() {
				t.Errorf("%+v, loopback %v: a key was made, or: %v", c.cost, loopback, err)
			}
		}
	}
}

func TestKDFAtLeast(t *testing.T) {
	a, b := KDFCost{1, 30, 4}, KDFCost{2, 20, 4}
	if got := a.AtLeast(b); got != (KDFCost{2, 30, 4}) || got != b.AtLeast(a) {
		t.Errorf("%+v", got)
	}
}

func TestPINKey(t *testing.T) {
	pin, device, salt := SecretString("12356"), SecretString(strings.Repeat("s", 32)), []byte("0123456789abcdef")
	key := func(pin, device Secret, salt []byte) string {
		t.Helper()
		k, err := PINKey(pin, device, salt, CheapKDF, true)
		if err != nil || k.Len() != 32 {
			t.Fatalf("%d bytes, %v", k.Len(), err)
		}
		return hex.EncodeToString(k.Bytes())
	}
	// Made by another implementation (libargon2); a change would lock everybody out.
	if got, want := key(pin, device, salt), "f3c6743ea83ff66df84c35544427e04a4776a790a2890722648fbb39aea25461"; got != want {
		t.Errorf("%s; want %s", got, want)
	}
	seen := map[string]string{}
	for what, k := range map[string]string{
		"the PIN":        key(pin, device, salt),
		"another PIN":    key(SecretString("12357"), device, salt),
		"another device": key(pin, SecretString(strings.Repeat("t", 32)), salt),
		"another salt":   key(pin, device, []byte("0123456789abcdeg")),
	} {
		if before, ok := seen[k]; ok {
			t.Errorf("%s and %s have the same key", what, before)
		}
		seen[k] = what
	}
	if string(pin.Bytes()) != "12356" || salt[0] != '0' {
		t.Error("the arguments were changed")
	}
	for what, c := range map[string]struct {
		pin, device Secret
		salt        []byte
		code        int
	}{
		"no PIN":         {Secret{}, device, salt, CodeIllegalArgument},
		"no secret":      {pin, Secret{}, salt, CodeIllegalArgument},
		"a short secret": {pin, SecretString(strings.Repeat("s", 31)), salt, CodeIllegalArgument},
		"no salt":        {pin, device, nil, CodeConfiguration},
		"a short salt":   {pin, device, salt[:15], CodeConfiguration},
		"a long salt":    {pin, device, make([]byte, 65), CodeConfiguration},
	} {
		if _, err := PINKey(c.pin, c.device, c.salt, CheapKDF, true); CodeOf(err) != c.code {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestPINProof(t *testing.T) {
	one, err := ParseOrigin("https://id.example.com")
	if err != nil {
		t.Fatal(err)
	}
	other, err := ParseOrigin("https://id.example.com:8443")
	if err != nil {
		t.Fatal(err)
	}
	key := SecretString(strings.Repeat("k", 32))
	good := PINProof(key, "challenge", "device", one)
	if len(good) != 32 || !bytes.Equal(good, PINProof(key, "challenge", "device", one)) {
		t.Fatalf("%x", good)
	}
	for what, proof := range map[string][]byte{
		"another key":       PINProof(SecretString(strings.Repeat("l", 32)), "challenge", "device", one),
		"another challenge": PINProof(key, "challengf", "device", one),
		"another device":    PINProof(key, "challenge", "devicf", one),
		"another origin":    PINProof(key, "challenge", "device", other),
		"parts cut anew":    PINProof(key, "challenged", "evice", one),
		"parts exchanged":   PINProof(key, "device", "challenge", one),
		"that of an answer": PINProof(key, "challenge", "device", one, Answer{}.Binding()...),
	} {
		if bytes.Equal(good, proof) {
			t.Errorf("%s has the same proof", what)
		}
	}
}

// The proof of one approval is none of another.
func TestPINProofOfAnAnswer(t *testing.T) {
	origin, err := ParseOrigin("https://id.example.com")
	if err != nil {
		t.Fatal(err)
	}
	good := Answer{Context: Context{TransactionID: "transaction"}, Challenge: "challenge", DetailsHash: "hash"}
	proof := func(a Answer) []byte {
		return PINProof(SecretString(strings.Repeat("k", 32)), "pin challenge", "device", origin, a.Binding()...)
	}
	for what, change := range map[string]func(*Answer){
		"another transaction": func(a *Answer) { a.TransactionID = "transactiom" },
		"another challenge":   func(a *Answer) { a.Challenge = "challengf" },
		"other details":       func(a *Answer) { a.DetailsHash = "hasj" },
		"parts cut anew":      func(a *Answer) { a.Challenge, a.DetailsHash = "challengeh", "ash" },
	} {
		other := good
		change(&other)
		if bytes.Equal(proof(good), proof(other)) {
			t.Errorf("%s has the same proof", what)
		}
	}
}
