// Package demo is a world on one computer: a Token Server, a website that logs
// people in, and a user with a device. Nothing of it stays when it is closed.
package demo

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/understudy-auth/understudy/app/phone"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/portal"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/host"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// service keeps the demo's keys apart from the person's own.
const service = "understudy-demo"

// Options is what a demo needs to know.
type Options struct {
	// ServerAddr and PortalAddr are where server and website listen; "" is any free
	// port on loopback.
	ServerAddr, PortalAddr string
	// Vault keeps the keys; nil is the keyring, or memory where none answers.
	Vault vault.Vault
	// Open opens the device, Enroll enrolls its user, Say tells what happens.
	Open   func(*safefile.Dir, vault.Vault) (*phone.Phone, error)
	Enroll func(context.Context, *phone.Phone, device.Profile) error
	Say    func(lines ...string)
}

// World is a demo that runs.
type World struct {
	Site    wire.Origin // the website
	Phone   *phone.Phone
	Profile device.Profile
	PIN     string // of a user who is nobody, on a server that ends with the demo
	Close   func()
}

// Start starts server and website and registers the user. Addresses that cannot be
// listened on are a *host.AddressError.
func Start(ctx context.Context, o Options) (_ *World, err error) {
	var closers []func()
	closeAll := func() {
		for _, c := range slices.Backward(closers) {
			c()
		}
	}
	defer func() {
		if err != nil {
			closeAll()
		}
	}()
	w := &World{Close: closeAll}
	log := slog.New(slog.DiscardHandler)
	site, err := netsafe.Listen(ctx, o.PortalAddr)
	if err != nil {
		return nil, &host.AddressError{Err: err}
	}
	closers = append(closers, func() { _ = site.Close() })
	if w.Site, err = wire.ParseOrigin("http://" + site.Addr().String()); err != nil {
		return nil, err
	}
	c := tokenserver.DefaultConfig()
	for i := range c.Types {
		c.Types[i].Extend = time.Minute
	}
	c.Listen = o.ServerAddr
	c.Clients[0].Name = "Example Bank"
	c.Clients[0].CallbackURIs = []string{w.Site.URL(portal.CallbackPath)}
	server, err := host.Start(ctx, c, log, true)
	if err != nil {
		return nil, err
	}
	closers = append(closers, server.Stop)
	o.Say(words.T("Token Server: {address}", "address", server.Origin.String()))
	web, err := portal.New(portal.Config{
		PublicURL: w.Site, Server: server.Origin, ClientID: c.Clients[0].ID, ClientSecret: c.Clients[0].Secret.Secret,
		CallbackKey: c.Clients[0].CallbackKey.Secret, LoginType: tokenserver.DemoLogin, TransferType: tokenserver.DemoTransfer, Logger: log,
	})
	if err != nil {
		return nil, err
	}
	closers = append(closers, serveUntilClosed(netsafe.NewServer(web.Handler(), log), site))
	o.Say(words.T("Website: {address}", "address", w.Site.String()))
	forget, err := w.registerUser(ctx, server, o)
	if forget != nil {
		closers = append(closers, forget)
	}
	return w, err
}

func serveUntilClosed(web *http.Server, listener net.Listener) func() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = web.Serve(listener)
	}()
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if web.Shutdown(ctx) != nil {
			_ = web.Close() // a page still listens for news
		}
		<-done
	}
}

// registerUser registers and enrolls the demo's user on a device of its own, whose
// keys are gone afterwards.
func (w *World) registerUser(ctx context.Context, server *host.Host, o Options) (forget func(), err error) {
	folder, err := os.MkdirTemp("", "understudy-demo-")
	if err != nil {
		return nil, err
	}
	forget = func() { _ = os.RemoveAll(folder) }
	files, err := safefile.Open(folder)
	if err != nil {
		return forget, err
	}
	if w.Phone, err = o.Open(files, o.vault(ctx)); err != nil {
		return forget, err
	}
	forget = func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = w.Phone.Device.Reset(ctx)
		w.Phone.Close()
		_ = os.RemoveAll(folder)
	}
	code := wire.SecretString(rand.Text())
	err = server.Store.AddRegistrationCode(ctx, tokenserver.RegistrationCode{
		Hash: tokenserver.HashSecret(code), UserID: tokenserver.DemoUser, Expires: time.Now().Add(time.Minute),
	})
	if err != nil {
		return forget, err
	}
	w.Profile, err = w.Phone.Device.Register(ctx, device.Registration{Server: server.Origin, Code: code, CreatePIN: w.createPIN})
	if err != nil {
		return forget, err
	}
	o.Say(words.T("Registered: {name} at {server}.", "name", w.Profile.Name(), "server", server.Origin.String()))
	if err := o.Enroll(ctx, w.Phone, w.Profile); err != nil {
		return forget, err
	}
	w.Profile, err = w.Phone.Device.Profile(w.Profile.ID)
	return forget, err
}

// vault is the keyring where one answers, else memory: the demo's keys are
// worth nothing, so here, and only here, that is chosen without asking.
func (o Options) vault(ctx context.Context) vault.Vault {
	if o.Vault != nil {
		return o.Vault
	}
	keyring := vault.NewKeyring(service)
	// A demo that was killed may have left entries.
	if keyring.Clear(ctx) != nil || keyring.Put(ctx, "probe", wire.SecretString("probe")) != nil {
		o.Say(words.T("No keyring answers here, so the demo keeps its keys in memory. For your own keys this is never done."))
		return vault.NewMemory()
	}
	_ = keyring.Delete(ctx, "probe")
	o.Say(words.T("The demo's keys lie in this computer's keyring until it ends."))
	return keyring
}

// createPIN makes a PIN, until it is one that the policy takes.
func (w *World) createPIN(_ context.Context, r device.NewPINRequest) (wire.Secret, error) {
	digits := make([]byte, r.Policy.Length)
	_, _ = rand.Read(digits)
	for i := range digits {
		digits[i] = '0' + digits[i]%10
	}
	w.PIN = string(digits)
	return wire.NewSecret(digits), nil
}
