package bridge

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/understudy-auth/understudy/assets/cordova"
	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// Limits.
const (
	MaxPages   = 200
	MaxDevices = 16 // of one origin

	minToken = 16
	maxToken = 128
)

// Options is what a bridge is made of. Server, Own, Origins and Token have to be
// given.
type Options struct {
	// Server is the Token Server of all devices.
	Server wire.Origin
	// StandsFor are the addresses of servers in whose place Server stands: what an app
	// fetches from them comes from Server, so that an app needs no change that has
	// its server's address built in.
	StandsFor []wire.Origin
	// Own are the bridge's own addresses, such as "http://127.0.0.1:8710".
	Own []string
	// Origins are those of the pages that may connect, such as
	// "http://localhost:8000".
	Origins []string
	// Token is what a page has to know: 16 to 128 of A-Z a-z 0-9 . _ ~ -
	Token wire.Secret
	// Share names devices that all origins have together.
	Share []string
	// Store gives a device its places for secrets and for the rest; id is a name
	// for both, of a-z and 0-9. Nil keeps everything in memory.
	Store func(id string) (vault.Vault, *safefile.Dir, error)
	// Phone is what a phone shows beside the app; nil is one that shows nothing.
	Phone Phone
	// AppRedirect is the redirect address of the app's own scheme, for apps that open
	// the registration page themselves.
	AppRedirect string
	// HTTP reaches the server; nil is the device's own client.
	HTTP *http.Client
	// Linger is how long a user stays logged in after the last page of the device is
	// gone; 0 is a minute.
	Linger     time.Duration
	Now        func() time.Time
	Log        *slog.Logger
	AppVersion string
}

// Bridge is the http.Handler that pages talk to.
type Bridge struct {
	opt     Options
	handler http.Handler
	gate    gate

	ctx  context.Context // ends with Close
	stop context.CancelFunc

	opening  sync.Mutex    // held by the registration that has its page open
	scanning chan struct{} // pictures that are read at a time

	mu     sync.Mutex // guards what follows
	phones map[phoneKey]*phone
	pages  int
	gone   sync.WaitGroup // pages, and what devices do beside them
}

// New makes a bridge. Errors are mistakes of the one who configures it.
func New(o Options) (*Bridge, error) {
	if o.Phone == nil {
		o.Phone = silent{}
	}
	if o.Linger == 0 {
		o.Linger = time.Minute
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	g, err := newGate(o)
	if err != nil {
		return nil, err
	}
	b := &Bridge{opt: o, gate: g, phones: map[phoneKey]*phone{}, scanning: make(chan struct{}, 2)}
	b.ctx, b.stop = context.WithCancel(context.Background())
	mux := http.NewServeMux()
	mux.HandleFunc("GET /onegini.js", b.script)
	mux.HandleFunc("GET /connect", b.connect)
	mux.HandleFunc("POST /why", b.why)
	b.handler = netsafe.GuardHost(o.Own, netsafe.GuardPeer(mux))
	return b, nil
}

// ServeHTTP implements http.Handler.
func (b *Bridge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.handler.ServeHTTP(w, r)
}

// Close lets all pages go and waits until what they had begun has ended. Devices
// stay as they are.
func (b *Bridge) Close() {
	b.mu.Lock()
	b.stop()
	b.mu.Unlock()
	b.gone.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.phones {
		p.close()
	}
}

// begin does something that Close waits for; false where the bridge is ending.
func (b *Bridge) begin(do func()) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ctx.Err() != nil {
		return false
	}
	b.gone.Go(do)
	return true
}

// script serves the calls of the plugin for pages without Cordova. It holds no
// secret, so every page may load it.
func (b *Bridge) script(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-cache")
	_, _ = w.Write(cordova.Script())
}
