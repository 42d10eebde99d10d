package tokenserver_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

const (
	formType = "application/x-www-form-urlencoded"
	jsonType = "application/json"
)

// web is a client that follows no redirects.
var web = &http.Client{
	Timeout:       10 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// reply is a response, read to its end.
type reply struct {
	status int
	header http.Header
	body   string
}

// code is the documented code of a refused call, 0 if there is none.
func (r reply) code() int {
	var e wire.ErrorResponse
	_ = json.Unmarshal([]byte(r.body), &e)
	return e.Code
}

// name is the "error" of a refused call.
func (r reply) name() string {
	var e wire.ErrorResponse
	_ = json.Unmarshal([]byte(r.body), &e)
	return e.Error
}

func (r reply) into(t testing.TB, v any) {
	t.Helper()
	if r.status < 200 || r.status > 299 {
		t.Fatalf("status %d: %s", r.status, r.body)
	}
	if err := json.Unmarshal([]byte(r.body), v); err != nil {
		t.Fatalf("%v: %s", err, r.body)
	}
}

func (r reply) want(t testing.TB, status, code int) {
	t.Helper()
	if r.status != status || r.code() != code {
		t.Errorf("status %d, code %d; want %d, %d: %.300s", r.status, r.code(), status, code, r.body)
	}
}

// call sends one request; edit may change it.
func call(t testing.TB, bed *servertest.Bed, method, path, contentType, body string, edit ...func(*http.Request)) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, bed.Origin.String()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for _, e := range edit {
		e(req)
	}
	return send(t, req)
}

func send(t testing.TB, req *http.Request) reply {
	t.Helper()
	resp, err := web.Do(req)
	if err != nil {
		t.Errorf("%s %s: %v", req.Method, req.URL, err)
		return reply{}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return reply{resp.StatusCode, resp.Header, string(body)}
}

func basic(id, secret string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth(id, secret) }
}

func bearer(token string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func form(pairs ...string) string {
	f := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Add(pairs[i], pairs[i+1])
	}
	return f.Encode()
}

// device is a registered device and what it knows.
type device struct {
	bed        *servertest.Bed
	id, secret string
	pinSecret  wire.Secret // the 256-bit secret of the device
}

const registration = `{"understudy_version":1,"client_name":"Understudy","redirect_uris":["http://127.0.0.1/cb"],"grant_types":["authorization_code"],` +
	`"token_endpoint_auth_method":"client_secret_basic","software_id":"understudy","software_version":"1.0.0","understudy_device_kind":"desktop"}`

func newDevice(t testing.TB, bed *servertest.Bed) *device {
	t.Helper()
	var got wire.DeviceCredentials
	call(t, bed, "POST", wire.PathRegister, jsonType, registration).into(t, &got)
	d := &device{bed: bed, id: got.ClientID, secret: string(got.ClientSecret.Bytes())}
	d.pinSecret = wire.SecretString(strings.Repeat("device secret of "+d.id, 2)[:48])
	return d
}

func (d *device) auth() func(*http.Request) { return basic(d.id, d.secret) }

// token calls the token endpoint.
func (d *device) token(t testing.TB, pairs ...string) reply {
	t.Helper()
	return call(t, d.bed, "POST", wire.PathToken, formType, form(pairs...), d.auth())
}

func (d *device) json(t testing.TB, path string, body any, auth func(*http.Request)) reply {
	t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return call(t, d.bed, "POST", path, jsonType, string(data), auth)
}

// profile is a registered user on a device.
type profile struct {
	*device
	id              string
	access, refresh string
	salt            []byte
	own             *wire.Key
	server          *wire.PublicKey
}

// tokens are the texts of a token response.
type tokens struct {
	Access  string `json:"access_token"`
	Type    string `json:"token_type"`
	Expires int64  `json:"expires_in"`
	Refresh string `json:"refresh_token"`
	Scope   string `json:"scope"`
	Profile string `json:"profile_id"`
	User    string `json:"user_id"`
	Name    string `json:"user_name"`
}

const testPIN = "12356"

// newProfile registers the demo's first user by a registration code and creates
// the PIN.
func newProfile(t testing.TB, d *device) *profile {
	t.Helper()
	var got tokens
	code := d.bed.RegistrationCode(tokenserver.DemoUser)
	d.token(t, "grant_type", wire.GrantRegistrationCode, "code", string(code.Bytes())).into(t, &got)
	p := &profile{device: d, id: got.Profile, access: got.Access, refresh: got.Refresh, salt: []byte("salt of " + got.Profile + "+++")}
	if r := p.createPIN(t, testPIN); r.status != http.StatusNoContent {
		t.Fatalf("creating a PIN: %d %s", r.status, r.body)
	}
	return p
}

func (p *profile) pinKey(t testing.TB, pin string, salt []byte) wire.Secret {
	t.Helper()
	key, err := wire.PINKey(wire.SecretString(pin), p.pinSecret, salt, wire.CheapKDF, true)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (p *profile) createPIN(t testing.TB, pin string) reply {
	t.Helper()
	return p.json(t, wire.PathPIN, wire.SetPIN{Version: 1, Key: p.pinKey(t, pin, p.salt).Bytes(), Salt: p.salt, Cost: wire.CheapKDF}, bearer(p.access))
}

func (p *profile) challenge(t testing.TB) wire.PINChallenge {
	t.Helper()
	var c wire.PINChallenge
	p.json(t, wire.PathPINChallenge, wire.PINChallengeRequest{Version: 1, ProfileID: p.id}, p.auth()).into(t, &c)
	return c
}

func (p *profile) proof(t testing.TB, pin, challenge string) []byte {
	t.Helper()
	return wire.PINProof(p.pinKey(t, pin, p.salt), challenge, p.device.id, p.bed.Origin)
}

func (p *profile) grantPIN(t testing.TB, challenge string, proof []byte) reply {
	t.Helper()
	return p.token(t, "grant_type", wire.GrantPIN, "profile_id", p.id, "challenge", challenge,
		"proof", base64.RawURLEncoding.EncodeToString(proof))
}

// login proves a PIN.
func (p *profile) login(t testing.TB, pin string) reply {
	t.Helper()
	c := p.challenge(t)
	return p.grantPIN(t, c.Challenge, p.proof(t, pin, c.Challenge))
}

// place is the context of a sealed body of this profile.
func (p *profile) place(kind wire.Kind, transactionID string) wire.Context {
	return wire.Context{
		Version: 1, Kind: kind, Direction: wire.FromDevice, Server: p.bed.Origin.String(),
		DeviceID: p.device.id, ProfileID: p.id, TransactionID: transactionID,
	}
}

func (p *profile) seal(t testing.TB, v any) string {
	t.Helper()
	sealed, err := wire.SealJSON(v, p.own, p.server, p.bed.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return string(sealed)
}

// sealed sends a sealed body and opens the sealed answer into out.
func (p *profile) sealed(t testing.TB, path, body string, out any) (reply, []byte) {
	t.Helper()
	r := call(t, p.bed, "POST", path, wire.ContentSealed, body, bearer(p.access))
	if r.status != http.StatusOK {
		return r, nil
	}
	plain, err := wire.OpenJSON([]byte(r.body), p.own, p.server, p.bed.Clock.Now(), out)
	if err != nil {
		t.Fatal(err)
	}
	return r, plain
}

// enrolled registers and enrolls.
func enrolled(t testing.TB, d *device) *profile {
	t.Helper()
	p := newProfile(t, d)
	p.enroll(t)
	return p
}

func (p *profile) enroll(t testing.TB) {
	t.Helper()
	var err error
	if p.own, err = wire.GenerateKey(p.bed.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	var got wire.EnrollResponse
	p.json(t, wire.PathEnroll, wire.EnrollRequest{Version: 1, PublicKey: p.own.Public().Marshal(), DeviceKind: wire.KindDesktop, KeyStorage: "keyring"}, bearer(p.access)).into(t, &got)
	if p.server, err = wire.ParsePublicKey(got.PublicKey); err != nil {
		t.Fatal(err)
	}
	proof := wire.EnrollProof{Context: p.place(wire.KindEnrollProof, ""), Nonce: got.Nonce, DeviceKey: p.own.Public().Fingerprint(), ServerKey: p.server.Fingerprint()}
	var done wire.EnrollProof
	if r, _ := p.sealed(t, wire.PathEnrollProof, p.seal(t, proof), &done); r.status != http.StatusOK {
		t.Fatalf("proving the key: %d %s", r.status, r.body)
	}
	if done.Kind != wire.KindEnrollDone || done.Direction != wire.FromServer || done.Nonce != got.Nonce {
		t.Fatalf("the server's proof: %+v", done)
	}
}

// redeem asks for the details of an OTP.
func (p *profile) redeem(t testing.TB, otp string) (reply, wire.Details, string) {
	t.Helper()
	parsed, err := wire.ParseOTP(otp)
	if err != nil {
		t.Fatal(err)
	}
	var got wire.Details
	r, plain := p.sealed(t, wire.PathRedeem, p.seal(t, wire.Redeem{Context: p.place(wire.KindRedeem, parsed.TransactionID), OTP: wire.Sent{Secret: parsed.Code}, Nonce: "nonce"}), &got)
	return r, got, wire.HashDetails(plain)
}

// answerTo makes the answer to redeemed details.
func (p *profile) answerTo(d wire.Details, hash string, decision wire.Decision) wire.Answer {
	return wire.Answer{Context: p.place(wire.KindAnswer, d.TransactionID), Challenge: d.Challenge, Decision: decision, DetailsHash: hash}
}

func (p *profile) answer(t testing.TB, a wire.Answer) (reply, wire.Outcome) {
	t.Helper()
	var got wire.Outcome
	r, _ := p.sealed(t, wire.PathAnswer, p.seal(t, a), &got)
	return r, got
}
