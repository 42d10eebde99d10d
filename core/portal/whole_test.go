package portal

import (
	"context"
	"image/png"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/scan"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// wholeBed is a portal with a real Token Server.
type wholeBed struct {
	*bed
	real *servertest.Bed
}

func newWholeBed(t *testing.T, change ...func(*Config)) *wholeBed {
	t.Helper()
	b := &wholeBed{bed: &bed{t: t, http: httptest.NewUnstartedServer(nil)}}
	b.real = servertest.New(t, func(c *tokenserver.Config) {
		c.Clients[0].CallbackURIs = []string{b.origin().URL(CallbackPath)}
	})
	b.clock = &clock{now: b.real.Clock.Now()}
	client := b.real.Config.Clients[0]
	b.serve(append([]func(*Config){func(c *Config) {
		c.Server, c.ClientID, c.ClientSecret, c.CallbackKey = b.real.Origin, client.ID, client.Secret.Secret, client.CallbackKey.Secret
		c.LoginType, c.TransferType = tokenserver.DemoLogin, tokenserver.DemoTransfer
	}}, change...)...)
	return b
}

// phone is an enrolled authenticator of one user.
type phone struct {
	*mobileauth.Client
	profile string
}

func (b *wholeBed) phone(user string) *phone {
	b.t.Helper()
	files, err := safefile.Open(b.t.TempDir())
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = files.Close() })
	d, err := device.Open(device.Options{Vault: vault.NewMemory(), Files: files, Now: b.real.Clock.Now})
	if err != nil {
		b.t.Fatal(err)
	}
	history, err := journal.Open(files, "history")
	if err != nil {
		b.t.Fatal(err)
	}
	profile, err := d.Register(b.t.Context(), device.Registration{
		Server: b.real.Origin, Code: b.real.RegistrationCode(user),
		CreatePIN: func(context.Context, device.NewPINRequest) (wire.Secret, error) {
			return wire.SecretString("12356"), nil
		},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	p := &phone{mobileauth.New(d, history), profile.ID}
	if err := p.Enroll(b.t.Context(), p.profile, nil); err != nil {
		b.t.Fatal(err)
	}
	return p
}

// scan reads the code that the browser shows, as the authenticator does.
func (br *browser) scan() intake.Item {
	t := br.b.t
	t.Helper()
	img, err := png.Decode(strings.NewReader(br.get("/qr.png").must(t, 200, "/qr.png").body))
	if err != nil {
		t.Fatal(err)
	}
	seen, err := scan.New().Read(t.Context(), img)
	if err != nil || len(seen.Codes) != 1 {
		t.Fatalf("%d codes, %v", len(seen.Codes), err)
	}
	item := intake.Parse(seen.Codes[0].Text)
	if item.Kind != intake.KindOTPLink {
		t.Fatalf("the code is %v", item)
	}
	return item
}

// answer answers what was scanned and returns what the person was asked. While
// the question stands, during looks at the page.
func (p *phone) answer(t *testing.T, item intake.Item, d mobileauth.Decision, during func()) (asked mobileauth.Request) {
	t.Helper()
	in := mobileauth.Incoming{ProfileID: p.profile, OTP: item.OTP, Claimed: item.Server, Source: intake.SourceScreen}
	_, err := p.HandleOTP(t.Context(), in, func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		asked = r
		during()
		return d, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return asked
}

// A login and a transfer with all real parts, by polling alone: no callback comes.
func TestWithAuthenticator(t *testing.T) {
	b := newWholeBed(t)
	anna, bert := b.phone("anna"), b.phone("bert")
	br := b.browser()

	br.post("/login").must(t, 200, "/login", "Scan the code to log in")
	anna.answer(t, br.scan(), wire.Deny, func() {
		br.get("/login").must(t, 200, "/login", "Answer in Understudy")
	})
	br.get("/login").must(t, 200, "/login", "Login denied")

	br.post("/login").must(t, 200, "/login", "Scan the code to log in")
	b.clock.forward(3 * time.Minute)
	b.real.Clock.Move(3 * time.Minute)
	br.get("/login").must(t, 200, "/login", "The code ran out")

	br.post("/login")
	asked := anna.answer(t, br.scan(), wire.Accept, func() {})
	if asked.Message != "Log in to Example Bank with another program." || asked.Network != wire.NetworkSame || asked.Agent != "another program" {
		t.Errorf("asked with %q, network %q, agent %q", asked.Message, asked.Network, asked.Agent)
	}
	br.get("/login").must(t, 200, "/home", "You are logged in as <bdi>anna</bdi>")

	br.post("/transfer", "amount", "25.00", "recipient", "Bob").must(t, 200, "/transfer/confirm", "Scan the code to confirm")
	if asked := bert.answer(t, br.scan(), wire.Accept, func() {}); asked.Message != "Transfer 25.00 EUR to Bob" {
		t.Errorf("asked with %q", asked.Message)
	}
	br.get("/transfer/confirm").must(t, 200, "/transfer/confirm", "Someone else answered", "anna", "bert")

	br.post("/transfer/again")
	anna.answer(t, br.scan(), wire.Accept, func() {
		br.get("/transfer/confirm").must(t, 200, "/transfer/confirm", "Answer in Understudy")
	})
	br.get("/transfer/confirm").must(t, 200, "/transfer/confirm", "Transferred 25.00 EUR to Bob.")
}

// The same by the server's callback alone: the portal would ask in an hour.
func TestWithCallbackOfTheServer(t *testing.T) {
	b := newWholeBed(t, func(c *Config) { c.PollInterval = time.Hour })
	anna := b.phone("anna")
	br := b.browser()
	s := br.stream(br.post("/login").attemptID(t))
	s.must(waiting)
	anna.answer(t, br.scan(), wire.Accept, func() {})
	br.get("/login").must(t, 200, "/login", "Scan the code to log in")
	if err := b.real.Server.DeliverCallbacks(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.must(accepted)
	br.get("/home").must(t, 200, "/home", "You are logged in as <bdi>anna</bdi>")
}

// The server goes away and comes back: the page says so, and nothing is lost.
func TestServerRestarts(t *testing.T) {
	b := newWholeBed(t)
	anna := b.phone("anna")
	br := b.browser()
	br.post("/login")
	anna.answer(t, br.scan(), wire.Accept, func() {})
	b.real.Down(true)
	br.get("/login").must(t, 200, "/login", "Waiting for you to scan the code.")
	br.get("/login").must(t, 200, "/login", "The login server does not answer.")
	b.real.Down(false)
	br.get("/login").must(t, 200, "/home", "anna")
}
