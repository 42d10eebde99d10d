package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/phone"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/portal"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// demoService keeps the demo's keys apart from the person's own.
const demoService = "understudy-demo"

func (p *program) demoCommand() *cobra.Command {
	var serverAddr, portalAddr string
	var inTerminal bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Try it: a Token Server, a website and a registered user on this computer",
		Long: `Starts a Token Server and a small website on this computer, registers and enrolls a
demo user, and answers the website's login codes. Nothing leaves this computer, and nothing of
it stays when the demo ends.

The window opens where there is a display. Else you are asked on the terminal; without one, a
complete login is played and each step printed.`,
		Example: "  understudy demo\n  understudy demo </dev/null",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.demo(cmd.Context(), serverAddr, portalAddr, inTerminal)
		},
	}
	cmd.Flags().BoolVar(&inTerminal, "terminal", false, "stay in the terminal, also where a window can be shown")
	cmd.Flags().StringVar(&serverAddr, "listen-server", "", "address of the Token Server (default a free port on 127.0.0.1)")
	cmd.Flags().StringVar(&portalAddr, "listen-portal", "", "address of the website (default a free port on 127.0.0.1)")
	return cmd
}

// demoWorld is what a demo runs on.
type demoWorld struct {
	site    wire.Origin
	phone   *phone.Phone
	profile device.Profile
	pin     string // of a user who is nobody, on a server that ends with the demo
	close   func()
}

func (p *program) demo(ctx context.Context, serverAddr, portalAddr string, inTerminal bool) error {
	w, err := p.startDemo(ctx, serverAddr, portalAddr)
	if err != nil {
		return err
	}
	defer w.close()
	p.print(w.site.String())
	if has, _ := p.hasWindow(ctx); has && !inTerminal {
		return p.demoWindow(ctx, w)
	}
	if _, ok := p.terminal(); ok && !p.noInput {
		return p.demoByHand(ctx, w)
	}
	return p.demoByItself(ctx, w)
}

// startDemo starts server and portal and registers the demo's user.
func (p *program) startDemo(ctx context.Context, serverAddr, portalAddr string) (_ *demoWorld, err error) {
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
	w := &demoWorld{close: closeAll}
	log := slog.New(slog.DiscardHandler)
	for _, addr := range []string{serverAddr, portalAddr} {
		if addr != "" && !netsafe.IsLoopback(addr) {
			return nil, usage("the demo listens on this computer only, such as on 127.0.0.1:8700; %q is reachable from others", addr)
		}
	}
	site, err := netsafe.Listen(ctx, portalAddr)
	if err != nil {
		return nil, usage("%w", err)
	}
	closers = append(closers, func() { _ = site.Close() })
	if w.site, err = wire.ParseOrigin("http://" + site.Addr().String()); err != nil {
		return nil, err
	}
	c := tokenserver.DefaultConfig()
	c.Listen = serverAddr
	c.Clients[0].Name = "Example Bank"
	c.Clients[0].CallbackURIs = []string{w.site.URL(portal.CallbackPath)}
	server, err := startServer(ctx, c, log, true)
	if err != nil {
		return nil, err
	}
	closers = append(closers, server.stop)
	p.say(words.T("Token Server: {address}", "address", server.origin.String()))
	web, err := portal.New(portal.Config{
		PublicURL: w.site, Server: server.origin, ClientID: c.Clients[0].ID, ClientSecret: c.Clients[0].Secret.Secret,
		CallbackKey: c.Clients[0].CallbackKey.Secret, LoginType: tokenserver.DemoLogin, TransferType: tokenserver.DemoTransfer, Logger: log,
	})
	if err != nil {
		return nil, err
	}
	closers = append(closers, serveUntilClosed(netsafe.NewServer(web.Handler(), log), site))
	p.say(words.T("Website: {address}", "address", w.site.String()))
	forget, err := p.demoPhone(ctx, w, server)
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

// demoPhone registers and enrolls the demo's user on a device of its own, whose
// keys are gone afterwards.
func (p *program) demoPhone(ctx context.Context, w *demoWorld, server *runningServer) (forget func(), err error) {
	folder, err := os.MkdirTemp("", "understudy-demo-")
	if err != nil {
		return nil, err
	}
	forget = func() { _ = os.RemoveAll(folder) }
	files, err := safefile.Open(folder)
	if err != nil {
		return forget, err
	}
	if w.phone, err = p.openPhone(files, p.demoVault(ctx)); err != nil {
		return forget, err
	}
	forget = func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = w.phone.Device.Reset(ctx)
		w.phone.Close()
		_ = os.RemoveAll(folder)
	}
	code := wire.SecretString(rand.Text())
	err = server.store.AddRegistrationCode(ctx, tokenserver.RegistrationCode{
		Hash: tokenserver.HashSecret(code), UserID: tokenserver.DemoUser, Expires: time.Now().Add(time.Minute),
	})
	if err != nil {
		return forget, err
	}
	w.profile, err = w.phone.Device.Register(ctx, device.Registration{Server: server.origin, Code: code, CreatePIN: w.createPIN})
	if err != nil {
		return forget, err
	}
	p.say(words.T("Registered: {name} at {server}.", "name", w.profile.Name(), "server", server.origin.String()))
	if err := p.enroll(ctx, w.phone, w.profile); err != nil {
		return forget, err
	}
	w.profile, err = w.phone.Device.Profile(w.profile.ID)
	return forget, err
}

// demoVault is the keyring where one answers, else memory: the demo's keys are
// worth nothing, so here, and only here, that is chosen without asking.
func (p *program) demoVault(ctx context.Context) vault.Vault {
	if p.env.Vault != nil {
		return p.env.Vault
	}
	keyring := vault.NewKeyring(demoService)
	// A demo that was killed may have left entries.
	if keyring.Clear(ctx) != nil || keyring.Put(ctx, "probe", wire.SecretString("probe")) != nil {
		p.say(words.T("No keyring answers here, so the demo keeps its keys in memory. For your own keys this is never done."))
		return vault.NewMemory()
	}
	_ = keyring.Delete(ctx, "probe")
	p.say(words.T("The demo's keys lie in this computer's keyring until it ends."))
	return keyring
}

// createPIN makes a PIN, until it is one that the policy takes.
func (w *demoWorld) createPIN(_ context.Context, r device.NewPINRequest) (wire.Secret, error) {
	digits := make([]byte, r.Policy.Length)
	_, _ = rand.Read(digits)
	for i := range digits {
		digits[i] = '0' + digits[i]%10
	}
	w.pin = string(digits)
	return wire.NewSecret(digits), nil
}

// demoByHand answers one code after the other.
func (p *program) demoByHand(ctx context.Context, w *demoWorld) error {
	p.say("",
		words.T("Open {address} in your browser and choose Log in with a QR code.", "address", w.site.String()),
		words.T("Then copy the code there (Copy code) and paste it here, or name a picture of the page."),
		words.T("Ctrl+D, or the word quit, ends the demo."))
	for {
		p.say("", words.T("Code, link or picture:"))
		text, err := p.lines.read(ctx)
		switch {
		case errors.Is(err, io.EOF) || text == words.T("quit"):
			p.say(words.T("The demo has ended. Nothing of it stays."))
			return nil
		case err != nil:
			return err
		case text == "":
			continue
		}
		if err := p.demoAnswer(ctx, w, text); err != nil && ctx.Err() != nil {
			return err
		}
	}
}

// demoAnswer handles one input; whatever goes wrong is told, and the demo goes
// on.
func (p *program) demoAnswer(ctx context.Context, w *demoWorld, text string) error {
	got, err := p.readArgument(ctx, text)
	var item intake.Item
	if err == nil {
		item, err = p.chooseCode(ctx, w.phone, got)
	}
	if err == nil && !item.Server.IsZero() && item.Server != w.profile.Server {
		err = p.noProfileFor(w.phone.Device.Profiles(), item.Server)
	}
	if err == nil {
		err = p.handleCode(ctx, w.phone, w.profile, item, got, respondFlags{upTo: "calm", askPIN: p.askPIN(secretSource{fd: -1})})
	}
	var told *exit
	if err != nil && !(errors.As(err, &told) && told.cause == nil) {
		p.sayTitled(words.Error(err, p.about))
	}
	return err
}
