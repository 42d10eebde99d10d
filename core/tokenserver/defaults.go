package tokenserver

import (
	"crypto/rand"
	"encoding/base64"
	"io"
	"time"

	_ "embed"

	"github.com/understudy-auth/understudy/core/tokenserver/idp"
	"github.com/understudy-auth/understudy/core/wire"
)

//go:embed example.toml
var example []byte

// WriteExample writes a configuration file with every setting and what it
// means. LoadConfig takes it as it is.
func WriteExample(w io.Writer) error {
	_, err := w.Write(example)
	return err
}

// baseConfig holds what a configuration file may leave out.
func baseConfig() Config {
	return Config{
		Name:       "Understudy Token Server",
		Listen:     "127.0.0.1:0",
		Push:       PushConfig{MaxOpen: 3, AfterDenial: 30 * time.Second, Denials: 3, DenialsWithin: 10 * time.Minute, Quiet: 15 * time.Minute},
		Enrollment: EnrollmentConfig{Enabled: true, Override: true},
		PIN:        PINConfig{Length: 5, MaxFailures: 3, MaxSimilarDigits: 3},
		KDF:        KDFConfig{Time: wire.DefaultKDF.Time, MemoryKiB: wire.DefaultKDF.MemoryKiB, Threads: wire.DefaultKDF.Threads},
		Tokens:     TokenConfig{Access: 10 * time.Minute, Refresh: 24 * time.Hour},
	}
}

// Names of the demo's own client, types and user.
const (
	DemoClient       = "demo-portal"
	DemoLogin        = "login"
	DemoTransfer     = "transfer"
	DemoPush         = "login-push"
	DemoPushPIN      = "transfer-push-pin"
	DemoUser         = "anna"
	DemoUserPassword = "understudy"
)

// DefaultConfig is the demo's: everything in memory, on loopback, one portal
// with a random secret, a type of each method, two users. Whoever starts it sets PublicURL
// and the portal's callback address.
func DefaultConfig() Config {
	c := baseConfig()
	c.Name = "Understudy demo"
	c.Clients = []Client{{
		ID:          DemoClient,
		Name:        "Demo portal",
		Secret:      wire.ConfigSecret{Secret: wire.SecretString(rand.Text())},
		CallbackKey: wire.ConfigSecret{Secret: wire.SecretString(newCallbackKey())},
		APIs:        []string{APIMobileAuthentication},
	}}
	c.Types = []AuthType{
		{Name: DemoLogin, Method: wire.MethodOTP, RequestExpiresIn: 2 * time.Minute},
		{Name: DemoTransfer, Method: wire.MethodOTP, RequestExpiresIn: 2 * time.Minute},
		{Name: DemoPush, Method: wire.MethodPush, RequestExpiresIn: 2 * time.Minute},
		{Name: DemoPushPIN, Method: wire.MethodPushPIN, RequestExpiresIn: 2 * time.Minute},
	}
	c.Users = []idp.User{
		{ID: DemoUser, Name: "Anna Example", Password: wire.ConfigSecret{Secret: wire.SecretString(DemoUserPassword)}},
		{ID: "bert", Name: "Bert Example", Password: wire.ConfigSecret{Secret: wire.SecretString(DemoUserPassword)}},
	}
	return c
}

// newCallbackKey is 192 random bits in the form of Standard Webhooks.
func newCallbackKey() string {
	key := make([]byte, 24)
	_, _ = rand.Read(key)
	return "whsec_" + base64.StdEncoding.EncodeToString(key)
}
