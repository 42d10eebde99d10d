package cli

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/demo"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/netsafe"
)

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

func (p *program) demo(ctx context.Context, serverAddr, portalAddr string, inTerminal bool) error {
	w, err := p.startDemo(ctx, serverAddr, portalAddr)
	if err != nil {
		return err
	}
	defer w.Close()
	p.print(w.Site.String())
	if has, _ := p.hasWindow(ctx); has && !inTerminal {
		return p.demoWindow(ctx, w)
	}
	if _, ok := p.Terminal(); ok && !p.NoInput {
		return p.demoByHand(ctx, w)
	}
	return p.demoByItself(ctx, w)
}

// startDemo starts server and portal and registers the demo's user.
func (p *program) startDemo(ctx context.Context, serverAddr, portalAddr string) (*demo.World, error) {
	for _, addr := range []string{serverAddr, portalAddr} {
		if addr != "" && !netsafe.IsLoopback(addr) {
			return nil, usage("the demo listens on this computer only, such as on 127.0.0.1:8700; %q is reachable from others", addr)
		}
	}
	w, err := demo.Start(ctx, demo.Options{
		ServerAddr: serverAddr, PortalAddr: portalAddr, Vault: p.env.Vault, Open: p.openPhone, Enroll: p.enroll, Say: p.say,
	})
	if err != nil {
		return nil, hostError(err)
	}
	return w, nil
}

// demoByHand answers one code after the other.
func (p *program) demoByHand(ctx context.Context, w *demo.World) error {
	p.say("",
		words.T("Open {address} in your browser and choose Log in with a QR code.", "address", w.Site.String()),
		words.T("Then copy the code there (Copy code) and paste it here, or name a picture of the page."),
		words.T("Ctrl+D, or the word quit, ends the demo."))
	for {
		p.say("", words.T("Code, link or picture:"))
		text, err := p.Lines.Read(ctx)
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
func (p *program) demoAnswer(ctx context.Context, w *demo.World, text string) error {
	got, err := p.readArgument(ctx, text)
	var item intake.Item
	if err == nil {
		item, err = p.chooseCode(ctx, w.Phone, got)
	}
	if err == nil && !item.Server.IsZero() && item.Server != w.Profile.Server {
		err = p.noProfileFor(w.Phone.Device.Profiles(), item.Server)
	}
	if err == nil {
		err = p.handleCode(ctx, w.Phone, w.Profile, item, got, respondFlags{upTo: "calm", askPIN: p.askPIN(secretSource{fd: -1})})
	}
	var told *exit
	if err != nil && !(errors.As(err, &told) && told.cause == nil) {
		p.sayTitled(words.Error(err, p.about))
	}
	return err
}
