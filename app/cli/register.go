package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/console"
	"github.com/understudy-auth/understudy/app/phone"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

type registerFlags struct {
	server, tokenFile   string
	noBrowser, noEnroll bool
	pin                 secretSource
}

func (p *program) registerCommand() *cobra.Command {
	f := registerFlags{pin: secretSource{fd: -1}}
	cmd := &cobra.Command{
		Use:   "register [LINK | IMAGE | -]",
		Short: "Register a user of a server on this computer, and enroll",
		Long: `Registers this computer for a user: by the server's login page in your browser
(--server), or by a registration link or its QR code. Then you create a PIN, and the
profile is enrolled, so that it can answer login requests.

A link names a server. It is shown, and nothing is sent before you confirm it; giving the
same server with --server confirms it as well.`,
		Example: "  understudy register --server https://id.example.com\n  understudy register registration.png\n  wl-paste | understudy register -",
		Args:    arguments(0, 1, "one link, picture, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.register(cmd.Context(), args, f)
		},
	}
	cmd.Flags().StringVar(&f.server, "server", "", "address of the server, such as https://id.example.com")
	cmd.Flags().BoolVar(&f.noBrowser, "no-browser", false, "print the login page's address in place of opening it")
	cmd.Flags().BoolVar(&f.noEnroll, "no-enroll", false, "register only")
	cmd.Flags().StringVar(&f.tokenFile, "registration-token-file", "", "file with the token that the server asks new devices for")
	addPINFlags(cmd, &f.pin)
	return cmd
}

func (p *program) register(ctx context.Context, args []string, f registerFlags) error {
	r, err := p.registration(ctx, args, f)
	if err != nil {
		return err
	}
	phone, err := p.phone()
	if err != nil {
		return err
	}
	defer phone.Close()
	profile, err := phone.Device.Register(ctx, r)
	if err != nil {
		return err
	}
	defer p.logout(ctx, phone, profile.ID)
	p.about = words.About{Profile: profile.Name(), Server: profile.Server}
	p.say(words.T("Registered {profile} at {server}.", "profile", profile.Name(), "server", profile.Server))
	if !f.noEnroll {
		if err := p.enroll(ctx, phone, profile); err != nil {
			return err
		}
	}
	return p.printProfile(phone, profile.ID)
}

// registration settles server and code, and has the person confirm a server
// that a link named.
func (p *program) registration(ctx context.Context, args []string, f registerFlags) (device.Registration, error) {
	r := device.Registration{CreatePIN: p.newPIN(f.pin)}
	var err error
	if f.server != "" {
		if r.Server, err = wire.ParseOrigin(strings.TrimSuffix(f.server, "/")); err != nil {
			return r, usage("--server: %w", err)
		}
	}
	if f.tokenFile != "" {
		if r.InitialToken, err = (secretSource{f.tokenFile, -1}).read(p); err != nil {
			return r, err
		}
	}
	if len(args) == 0 {
		if r.Server.IsZero() {
			return r, usage("give the server's address with --server, or a registration link")
		}
		r.OpenBrowser = p.browser(f, r.Server)
		return r, nil
	}
	item, err := p.registrationLink(ctx, args[0])
	if err != nil {
		return r, err
	}
	if r.Server.IsZero() {
		if err := p.confirmServer(ctx, item.Server); err != nil {
			return r, err
		}
	} else if r.Server != item.Server {
		return r, usage("the link belongs to %s, not to %s", item.Server, r.Server)
	}
	r.Server, r.Code = item.Server, item.Code
	return r, nil
}

func (p *program) registrationLink(ctx context.Context, argument string) (intake.Item, error) {
	got, err := p.readArgument(ctx, argument)
	if err != nil {
		return intake.Item{}, err
	}
	var links []intake.Item
	var options []string
	for _, i := range intake.Candidates(got.items) {
		if i.Kind == intake.KindRegistrationLink {
			links = append(links, i)
			options = append(options, i.Server.String())
		}
	}
	if len(links) == 0 {
		for _, i := range got.items {
			if i.Kind == intake.KindInvalid {
				return intake.Item{}, usageSentence(words.RegistrationLinkRefused(i.Err))
			}
		}
		p.say(words.T("No registration code found."), words.T("Scan the registration code that the server's page shows."))
		return intake.Item{}, errNoCode()
	}
	n, err := p.choose(ctx, []string{words.T("Several registration codes found. Which server?")}, options)
	if err != nil {
		return intake.Item{}, err
	}
	return links[n], nil
}

// confirmServer shows where a link leads before anything is sent there.
func (p *program) confirmServer(ctx context.Context, server wire.Origin) error {
	p.Show(words.ConfirmServer(server)...)
	if p.NoInput {
		return usage("%w: confirm the server with --server %s", console.ErrNobody, server)
	}
	for {
		_, _ = fmt.Fprint(p.Screen(), words.T("Type register or cancel:")+" ")
		text, err := p.Line(ctx)
		switch {
		case err != nil && !errors.Is(err, io.EOF):
			return err
		case err != nil || strings.EqualFold(text, "cancel"):
			return wire.Errorf(wire.CodeCanceled, "the server was not confirmed")
		case strings.EqualFold(text, "register"):
			return nil
		}
	}
}

// browser opens the login page, or says where it is.
func (p *program) browser(f registerFlags, server wire.Origin) func(context.Context, string) error {
	return func(ctx context.Context, page string) error {
		if !strings.HasPrefix(page, server.String()+"/") {
			return wire.Errorf(wire.CodeConfiguration, "the server names a login page somewhere else")
		}
		if !f.noBrowser && p.env.OpenBrowser != nil && p.env.OpenBrowser(ctx, page) == nil {
			p.say(words.T("Your browser opens the server's login page. Log in there, then come back."))
		} else {
			p.say(words.T("Open this address in a browser on this computer, and log in there:"))
			_, _ = fmt.Fprintln(p.loginPageTo(), page)
		}
		p.say(words.T("Waiting for the browser. You can take your time."))
		return nil
	}
}

func (p *program) enrollCommand() *cobra.Command {
	pin := secretSource{fd: -1}
	cmd := &cobra.Command{
		Use:   "enroll [PROFILE]",
		Short: "Let a registered profile answer login requests here",
		Long: `Makes a key for the profile, keeps it in the keyring, and exchanges public keys with
the server. Enrolling again replaces the keys, where the server allows it.`,
		Example: "  understudy enroll\n  understudy enroll Ada",
		Args:    arguments(0, 1, "one profile"),
		RunE: func(cmd *cobra.Command, args []string) error {
			phone, profile, err := p.phoneOf(strings.Join(args, ""))
			if err != nil {
				return err
			}
			defer phone.Close()
			if err := phone.Device.Login(cmd.Context(), profile.ID, p.askPIN(pin)); err != nil {
				return err
			}
			defer p.logout(cmd.Context(), phone, profile.ID)
			if err := p.enroll(cmd.Context(), phone, profile); err != nil {
				return err
			}
			return p.printProfile(phone, profile.ID)
		},
	}
	addPINFlags(cmd, &pin)
	return cmd
}

func (p *program) enroll(ctx context.Context, phone *phone.Phone, profile device.Profile) error {
	p.say(words.EnrollNotice(profile.Name(), phone.Device.KeyStorage())...)
	err := phone.Client.Enroll(ctx, profile.ID, func(s mobileauth.Step) { p.say(words.EnrollStep(s)) })
	if err != nil {
		return err
	}
	if profile, err = phone.Device.Profile(profile.ID); err != nil {
		return err
	}
	p.sayTitled(words.Enrolled(profile))
	return nil
}

// loginPageTo is where the login page's address goes: it is data, unless there
// will be JSON.
func (p *program) loginPageTo() io.Writer {
	if p.json {
		return p.env.Stderr
	}
	return p.env.Stdout
}
