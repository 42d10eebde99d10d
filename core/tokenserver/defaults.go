package tokenserver

import (
	"crypto/rand"
	"encoding/base64"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver/config"
	"github.com/understudy-auth/understudy/core/tokenserver/idp"
	"github.com/understudy-auth/understudy/core/wire"
)

// What a Server is configured with is described in package config.
type (
	Config     = config.Config
	Client     = config.Client
	AuthType   = config.AuthType
	PushConfig = config.PushConfig
	TestConfig = config.TestConfig
)

// APIMobileAuthentication is the API that a client must be allowed for the
// portal API.
const APIMobileAuthentication = config.APIMobileAuthentication

// Names of the demo's own client, types and user.
const (
	DemoClient       = "demo-portal"
	DemoLogin        = "login"
	DemoTransfer     = "transfer"
	DemoPush         = "login-push"
	DemoPushPIN      = "transfer-push-pin"
	DemoUser         = "anna"
	DemoUserPassword = "understudy"
	DemoUserScope    = "read"
	DemoDeviceScope  = "application-details"
)

// DefaultConfig is the demo's: everything in memory, on loopback, one portal
// with a random secret, a type of each method, two users. Whoever starts it sets PublicURL
// and the portal's callback address.
func DefaultConfig() Config {
	c := config.Base()
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
	c.Scopes = config.ScopeConfig{User: []string{DemoUserScope}, Device: []string{DemoDeviceScope}}
	c.Resources.Demo = true
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
