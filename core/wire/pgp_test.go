package wire

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"
)

func testKey(t testing.TB, now time.Time) *Key {
	t.Helper()
	key, err := GenerateKey(now)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// rawSeal does what the library lets one do, checks or no checks.
func rawSeal(t testing.TB, to, from []*Key, c *packet.Config, plain []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	w, err := openpgp.Encrypt(&buf, entities(to), nil, entities(from), nil, c)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(plain)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func entities(keys []*Key) (list []*openpgp.Entity) {
	for _, k := range keys {
		list = append(list, k.entity)
	}
	return list
}

// reencrypt opens the encryption of a message and encrypts what is inside,
// signature and all, to somebody else.
func reencrypt(t testing.TB, sealed []byte, from, to *Key, now time.Time) []byte {
	t.Helper()
	reader := packet.NewReader(bytes.NewReader(sealed))
	p, err := reader.Next()
	if err != nil {
		t.Fatal(err)
	}
	esk := p.(*packet.EncryptedKey)
	if err := esk.Decrypt(from.entity.Subkeys[0].PrivateKey, pgpConfig(now)); err != nil {
		t.Fatal(err)
	}
	p, err = reader.Next()
	if err != nil {
		t.Fatal(err)
	}
	inner, err := p.(*packet.SymmetricallyEncrypted).Decrypt(esk.CipherFunc, esk.Key)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := io.ReadAll(inner)
	if err != nil {
		t.Fatal(err)
	}
	return encryptPackets(t, signed, to, now)
}

// encryptPackets encrypts ready packets to a key.
func encryptPackets(t testing.TB, packets []byte, to *Key, now time.Time) []byte {
	t.Helper()
	var buf bytes.Buffer
	session := bytes.Repeat([]byte{7}, 32)
	c := pgpConfig(now)
	if err := packet.SerializeEncryptedKey(&buf, to.entity.Subkeys[0].PublicKey, packet.CipherAES256, session, c); err != nil {
		t.Fatal(err)
	}
	w, err := packet.SerializeSymmetricallyEncrypted(&buf, packet.CipherAES256, false, packet.CipherSuite{}, session, c)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(packets)
	_ = w.Close()
	return buf.Bytes()
}

func TestOpenRefusesWhatIsNotFromThePeer(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	alice, bob, carol, mallory := testKey(t, now), testKey(t, now), testKey(t, now), testKey(t, now)
	plain := []byte("good")
	good, err := Seal(plain, alice, bob.Public(), now)
	if err != nil {
		t.Fatal(err)
	}
	flip := func(i int) []byte {
		bad := bytes.Clone(good)
		bad[(i+len(bad))%len(bad)] ^= 1
		return bad
	}
	unnamed := pgpConfig(now)
	unnamed.CheckIntendedRecipients = packet.BoolPointer(false)
	withoutRecipient := rawSeal(t, []*Key{bob}, []*Key{alice}, unnamed, plain)
	var signedOnly bytes.Buffer
	w, err := openpgp.Sign(&signedOnly, []*openpgp.Entity{alice.entity}, nil, pgpConfig(now))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(plain)
	_ = w.Close()
	var symmetric bytes.Buffer
	w, err = openpgp.SymmetricallyEncrypt(&symmetric, []byte("password"), nil, pgpConfig(now))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(plain)
	_ = w.Close()

	for name, c := range map[string]struct {
		sealed []byte
		own    *Key
	}{
		"unsigned":                   {rawSeal(t, []*Key{bob}, nil, pgpConfig(now), plain), bob},
		"unknown signer":             {rawSeal(t, []*Key{bob}, []*Key{mallory}, pgpConfig(now), plain), bob},
		"signed by the receiver":     {rawSeal(t, []*Key{bob}, []*Key{bob}, pgpConfig(now), plain), bob},
		"two signers":                {rawSeal(t, []*Key{bob}, []*Key{mallory, alice}, pgpConfig(now), plain), bob},
		"two recipients":             {rawSeal(t, []*Key{bob, mallory}, []*Key{alice}, pgpConfig(now), plain), bob},
		"no intended recipient":      {withoutRecipient, bob},
		"forwarded":                  {reencrypt(t, good, bob, carol, now), carol},
		"forwarded, nobody named":    {reencrypt(t, withoutRecipient, bob, carol, now), carol},
		"signed, not encrypted":      {signedOnly.Bytes(), bob},
		"encrypted with a password":  {symmetric.Bytes(), bob},
		"changed at the end":         {flip(-1), bob},
		"changed in the signature":   {flip(-60), bob},
		"changed in the middle":      {flip(len(good) / 2), bob},
		"changed in the session key": {flip(30), bob},
		"cut":                        {good[:len(good)-3], bob},
		"twice":                      {append(bytes.Clone(good), good...), bob},
		"empty":                      {nil, bob},
		"for another receiver":       {good, carol},
		"ten minutes in the future":  {rawSeal(t, []*Key{bob}, []*Key{alice}, pgpConfig(now.Add(10*time.Minute)), plain), bob},
		"oversized":                  {bytes.Repeat([]byte{1}, maxSealed+1), bob},
		"oversized inside":           {rawSeal(t, []*Key{bob}, []*Key{alice}, pgpConfig(now), make([]byte, maxSealed+1)), bob},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Open(c.sealed, c.own, alice.Public(), now)
			if got != nil || CodeOf(err) != CodeMessageNotAuthentic {
				t.Errorf("Open = %q, %v; want nothing and code %d", got, err, CodeMessageNotAuthentic)
			}
		})
	}
	for name, at := range map[string]time.Duration{"same clock": 0, "sender 4 min ahead": 4 * time.Minute, "sender 4 min behind": -4 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			sealed, err := Seal(plain, alice, bob.Public(), now.Add(at))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := Open(sealed, bob, alice.Public(), now); err != nil || !bytes.Equal(got, plain) {
				t.Errorf("Open = %q, %v", got, err)
			}
		})
	}
	if _, err := Open(rawSeal(t, []*Key{bob}, []*Key{alice}, pgpConfig(now.Add(10*time.Minute)), plain), bob, alice.Public(), now); !errors.Is(err, ErrClocks) {
		t.Errorf("a message from the future gives %v, without the clocks as its cause", err)
	}
}

// A changed bit either makes a message unreadable or leaves its text as it was.
func TestOpenNeverReturnsAnotherText(t *testing.T) {
	now := time.Now()
	alice, bob := testKey(t, now), testKey(t, now)
	good, err := Seal([]byte("good"), alice, bob.Public(), now)
	if err != nil {
		t.Fatal(err)
	}
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1 << (i % 8)
		if got, err := Open(bad, bob, alice.Public(), now); err == nil && string(got) != "good" {
			t.Fatalf("byte %d changed: opened as %q", i, got)
		}
	}
}

// Two and a half kilobytes that unpack to a quarter of a gigabyte.
func TestOpenStopsACompressionBomb(t *testing.T) {
	now := time.Now()
	bob, alice := testKey(t, now), testKey(t, now)
	layer := make([]byte, 256<<20)
	for range 3 {
		var packed bytes.Buffer
		packed.WriteByte(1) // ZIP
		w, _ := flate.NewWriter(&packed, flate.BestCompression)
		_, _ = w.Write(layer)
		_ = w.Close()
		var p bytes.Buffer
		p.WriteByte(0xC0 | 8) // compressed data, new format, five-octet length
		n := packed.Len()
		p.Write([]byte{0xFF, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
		p.Write(packed.Bytes())
		layer = p.Bytes()
	}
	bomb := encryptPackets(t, layer, bob, now)
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Open(bomb, bob, alice.Public(), now); CodeOf(err) != CodeMessageNotAuthentic {
				b.Fatal(err)
			}
		}
	})
	if got := result.AllocedBytesPerOp(); got > 4<<20 {
		t.Errorf("opening a bomb of %d bytes allocated %d bytes, want under 4 MiB", len(bomb), got)
	}
}

func TestParsePublicKeyRefuses(t *testing.T) {
	now := time.Now()
	good := testKey(t, now)
	public := good.Public().Marshal()
	if _, err := ParsePublicKey(public); err != nil {
		t.Fatal(err)
	}
	serialize := func(c *packet.Config) []byte {
		e, err := openpgp.NewEntity("x", "", "", c)
		if err != nil {
			t.Fatal(err)
		}
		var buf bytes.Buffer
		if err := e.Serialize(&buf); err != nil {
			t.Fatal(err)
		}
		return buf.Bytes()
	}
	born := func() time.Time { return now.Add(-keyBackdate) }
	private, err := good.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	twoSubkeys := testKey(t, now)
	if err := twoSubkeys.entity.AddEncryptionSubkey(pgpConfig(now)); err != nil {
		t.Fatal(err)
	}
	var two bytes.Buffer
	_ = twoSubkeys.entity.Serialize(&two)
	revoked := testKey(t, now)
	if err := revoked.entity.Revoke(packet.KeyCompromised, "", pgpConfig(now)); err != nil {
		t.Fatal(err)
	}
	var gone bytes.Buffer
	_ = revoked.entity.Serialize(&gone)

	for name, data := range map[string][]byte{
		"RSA 2048":       serialize(&packet.Config{Time: born, Algorithm: packet.PubKeyAlgoRSA, RSABits: 2048}),
		"NIST P-256":     serialize(&packet.Config{Time: born, Algorithm: packet.PubKeyAlgoECDSA, Curve: packet.CurveNistP256}),
		"version 6":      serialize(&packet.Config{Time: born, Algorithm: packet.PubKeyAlgoEd25519, V6Keys: true}),
		"expiring":       serialize(&packet.Config{Time: born, Algorithm: packet.PubKeyAlgoEdDSA, Curve: packet.Curve25519, KeyLifetimeSecs: 60}),
		"private":        private.Bytes(),
		"two keys":       append(bytes.Clone(public), testKey(t, now).Public().Marshal()...),
		"trailing bytes": append(bytes.Clone(public), 0),
		"two subkeys":    two.Bytes(),
		"revoked":        gone.Bytes(),
		"nine kilobytes": append(bytes.Clone(public), make([]byte, 9<<10)...),
		"cut":            public[:len(public)-10],
		"no key":         []byte("hello"),
		"empty":          nil,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ParsePublicKey(data); CodeOf(err) != CodeMessageNotAuthentic {
				t.Errorf("err = %v, want code %d", err, CodeMessageNotAuthentic)
			}
		})
	}
}

func TestKeySurvivesStorage(t *testing.T) {
	now := time.Now()
	key, peer := testKey(t, now), testKey(t, now)
	stored, err := key.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseKey(stored)
	if err != nil {
		t.Fatal(err)
	}
	if again.Public().Fingerprint() != key.Public().Fingerprint() {
		t.Error("another fingerprint after storage")
	}
	sealed, err := Seal([]byte("x"), peer, key.Public(), now)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Open(sealed, again, peer.Public(), now); err != nil || string(got) != "x" {
		t.Errorf("Open = %q, %v", got, err)
	}
	if _, err := ParseKey(NewSecret(key.Public().Marshal())); err == nil {
		t.Error("a public key was taken for a private one")
	}
}

// No other file of the project may touch OpenPGP: its traps are handled here.
func TestOnlyThisPackageImportsOpenPGP(t *testing.T) {
	err := filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || filepath.Base(filepath.Dir(path)) == "wire" {
			return err
		}
		source, err := os.ReadFile(path)
		if bytes.Contains(source, []byte(`ProtonMail/go-crypto`)) {
			t.Errorf("%s imports OpenPGP; use wire.Seal and wire.Open", path)
		}
		return err
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
}

func BenchmarkSealAndOpen(b *testing.B) {
	now := time.Now()
	alice, bob := testKey(b, now), testKey(b, now)
	plain := bytes.Repeat([]byte("x"), 300)
	for b.Loop() {
		sealed, err := Seal(plain, alice, bob.Public(), now)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Open(sealed, bob, alice.Public(), now); err != nil {
			b.Fatal(err)
		}
	}
}
