// Package storetest holds every tokenserver.Store to its description: what each
// method returns, what it leaves behind, and what may never happen however many
// callers race. An implementation's own test calls Run once for each way in which
// it can be opened.
package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

// Limits are the caps that a store under test is opened with: large enough for
// the races, small enough to be filled.
func Limits() tokenserver.Limits {
	return tokenserver.Limits{Devices: 30, Profiles: 40, Tokens: 300, Codes: 150, Transactions: 1500, OpenTransactions: 1100}
}

// Run runs the whole suite. open makes an empty store with Limits, which the
// suite closes.
func Run(t *testing.T, open func(t *testing.T) tokenserver.Store) {
	for name, test := range map[string]func(*testing.T, fixture){
		"Devices":            testDevices,
		"Profiles":           testProfiles,
		"RemoveProfile":      testRemoveProfile,
		"RemoveDevice":       testRemoveDevice,
		"AuthCodes":          testAuthCodes,
		"AuthCodeRaces":      testAuthCodeRaces,
		"RegistrationCodes":  testRegistrationCodes,
		"Tokens":             testTokens,
		"Sessions":           testSessions,
		"Rotation":           testRotation,
		"LostResponse":       testLostResponse,
		"RotationRaces":      testRotationRaces,
		"Revocation":         testRevocation,
		"DeviceTokens":       testDeviceTokens,
		"UserDevices":        testUserDevices,
		"PINs":               testPINs,
		"PINCounter":         testPINCounter,
		"PINLostCheck":       testPINLostCheck,
		"ManyWrongPINs":      testManyWrongPINs,
		"RightAndWrongPIN":   testRightAndWrongPIN,
		"OneChallengeTwice":  testOneChallengeTwice,
		"Authenticators":     testAuthenticators,
		"Challenges":         testChallenges,
		"Enrollments":        testEnrollments,
		"EnrollmentOverride": testEnrollmentOverride,
		"PushTokens":         testPushTokens,
		"ServerKey":          testServerKey,
		"Transactions":       testTransactions,
		"Claims":             testClaims,
		"Answers":            testAnswers,
		"Expiry":             testExpiry,
		"Extension":          testExtension,
		"ExtensionRaces":     testExtensionRaces,
		"ClaimRaces":         testClaimRaces,
		"AnswerRaces":        testAnswerRaces,
		"TransactionMachine": testTransactionMachine,
		"Pending":            testPending,
		"PushClaims":         testPushClaims,
		"PushPIN":            testPushPIN,
		"PushFingerprint":    testPushFingerprint,
		"PushRules":          testPushRules,
		"PushRaces":          testPushRaces,
		"Callbacks":          testCallbacks,
		"CallbackLeases":     testCallbackLeases,
		"Sweep":              testSweep,
		"SweepLimit":         testSweepLimit,
		"Full":               testFull,
		"Canceled":           testCanceled,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := open(t)
			t.Cleanup(func() {
				if err := store.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
			})
			test(t, fixture{store})
		})
	}
}

// start is when every test begins.
var start = time.UnixMilli(1_750_000_000_000).UTC()

// fixture is a store with short ways to fill it.
type fixture struct{ tokenserver.Store }

func newDevice(id string) tokenserver.Device {
	return tokenserver.Device{
		ID: id, SecretHash: tokenserver.HashText("secret of " + id), Kind: wire.KindDesktop, ClientName: "Understudy",
		SoftwareID: "understudy", SoftwareVersion: "1.2.3", OS: "linux/6.1", Created: start, Seen: start,
	}
}

func newProfile(id, deviceID string) tokenserver.Profile {
	return tokenserver.Profile{ID: id, DeviceID: deviceID, UserID: "user of " + id, Scope: "a b", Created: start}
}

func newToken(name string, kind tokenserver.TokenKind, profileID, deviceID, family string) tokenserver.Token {
	life := time.Minute
	if kind == tokenserver.RefreshToken {
		life = time.Hour
	}
	return tokenserver.Token{
		Hash: tokenserver.HashText(name), Kind: kind, ProfileID: profileID, DeviceID: deviceID,
		Scope: "a b", Audience: "https://id.example.com", Family: family, Expires: start.Add(life),
	}
}

func newPIN(salt string) tokenserver.PIN {
	return tokenserver.PIN{SealedKey: []byte("sealed"), Salt: []byte(salt), Cost: wire.DefaultKDF, Set: start}
}

func newEnrollment(profileID, nonce string) tokenserver.Enrollment {
	return tokenserver.Enrollment{
		ProfileID: profileID, DeviceKey: []byte("public " + nonce), DeviceFingerprint: "d " + nonce, SealedServerKey: []byte("sealed " + nonce),
		ServerFingerprint: "s " + nonce, DeviceKind: wire.KindVirtual, KeyStorage: "memory",
		NonceHash: tokenserver.HashText(nonce), Created: start, Expires: start.Add(time.Minute),
	}
}

func newTransaction(id string) tokenserver.Transaction {
	return tokenserver.Transaction{
		ID: id, ClientID: "portal", Type: "login", Method: wire.MethodOTP, Message: "Log in?", OTPHash: tokenserver.HashText("otp of " + id),
		CallbackURI: "https://portal.example/callback", InitiatorAddress: "192.0.2.1", InitiatorAgent: "Firefox",
		State: wire.StateInitialized, Created: start, Expires: start.Add(time.Minute),
	}
}

func newClaim(id, deviceID, profileID, challenge string) tokenserver.Claim {
	return tokenserver.Claim{
		TransactionID: id, OTPHash: tokenserver.HashText("otp of " + id), DeviceID: deviceID, ProfileID: profileID,
		UserID: "user of " + profileID, DeviceKind: wire.KindDesktop, KeyStorage: "keyring",
		ChallengeHash: tokenserver.HashText(challenge), DetailsHash: "details " + challenge,
	}
}

func newAnswer(c tokenserver.Claim, d wire.Decision) tokenserver.Answer {
	return tokenserver.Answer{
		TransactionID: c.TransactionID, DeviceID: c.DeviceID, ProfileID: c.ProfileID,
		ChallengeHash: c.ChallengeHash, DetailsHash: c.DetailsHash, Decision: d,
	}
}

// profile adds a device and a profile of it, with a PIN whose salt is "salt".
func (f fixture) profile(t *testing.T, deviceID, profileID string, tokens ...tokenserver.Token) {
	t.Helper()
	if err := f.AddDevice(t.Context(), newDevice(deviceID)); err != nil && !errors.Is(err, tokenserver.ErrExists) {
		t.Fatal(err)
	}
	ok(t, f.AddProfile(t.Context(), newProfile(profileID, deviceID), tokens...))
	ok(t, f.SetPIN(t.Context(), profileID, newPIN("salt"), nil))
}

// enrolled adds a device and an enrolled profile of it.
func (f fixture) enrolled(t *testing.T, deviceID, profileID string, tokens ...tokenserver.Token) {
	t.Helper()
	f.profile(t, deviceID, profileID, tokens...)
	ok(t, f.BeginEnrollment(t.Context(), newEnrollment(profileID, profileID), false))
	ok(t, f.ActivateEnrollment(t.Context(), profileID, tokenserver.HashText(profileID), false, start))
}

// state reads a transaction's stored state.
func (f fixture) state(t *testing.T, id string) wire.State {
	t.Helper()
	got, err := f.Transaction(t.Context(), id)
	ok(t, err)
	return got.State
}

// callbacks lists what is queued, and leaves it queued for a time long past.
func (f fixture) callbacks(t *testing.T) []tokenserver.Callback {
	t.Helper()
	list, err := f.LeaseCallbacks(t.Context(), start.Add(1000*time.Hour), start, 10_000)
	ok(t, err)
	return list
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error %v; want %v", err, want)
	}
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("(-want +got)\n%s", diff)
	}
}

// race calls f in n goroutines that start together and waits for them.
func race(n int, f func(i int)) {
	begin, done := make(chan struct{}), make(chan struct{}, n)
	for i := range n {
		go func() {
			<-begin
			f(i)
			done <- struct{}{}
		}()
	}
	close(begin)
	for range n {
		<-done
	}
}
