package cli

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/console"
	"github.com/understudy-auth/understudy/app/phone"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// respondFlags are how a request is answered.
type respondFlags struct {
	accept, deny bool
	upTo         string
	profile      string
	pending      bool // what waits at the server, not a code
	screen       screenFlags
	wait         time.Duration
	pin          secretSource
	askPIN       device.AskPIN // from pin, for the login and for a request that takes it
}

func (p *program) respondCommand() *cobra.Command {
	f := respondFlags{pin: secretSource{fd: -1}}
	cmd := &cobra.Command{
		Use:   "respond IMAGE | LINK | CODE | -\n  understudy respond --screen\n  understudy respond --pending [NUMBER]",
		Short: "Answer a login request: accept or deny",
		Long: `Reads the login code from a picture, a link or a copied code (- takes a picture or
text from standard input, which keeps the code off the command line), asks for the PIN of the
profile, tells who asks for what, and sends your answer.

With --screen it looks at all monitors, or with --monitor at one, and with --watch until a
login code of a server appears at which you have a profile.

With --pending it answers a request that was sent to you and waits at the server: the one with
this number (see the command pending), or the one that waits; --wait waits until there is one.
Some take the PIN once more to be accepted.

--accept and --deny answer without asking. --accept takes calm requests only; one with a
warning (another server, a look-alike address, a request after a denial, one that came by
itself and takes no PIN, ...) is left unanswered unless --up-to ask or --up-to stop says so.

Exit codes: 0 accepted, 3 denied, 4 expired, 5 no login code found or no request waiting,
1 no answer.`,
		Example: `  understudy respond screenshot.png
  wl-paste | understudy respond -
  understudy respond --screen
  understudy respond page.png --accept --pin-file pin --json
  understudy respond --pending --wait 30s --accept --up-to ask --pin-file pin`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case f.pending:
				return arguments(0, 1, "one request by its number")(cmd, args)
			case f.screen.on:
				return noArguments(cmd, args)
			}
			return arguments(1, 1, "a picture, a link, a code, or - for standard input")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.checkRespond(f); err != nil {
				return err
			}
			f.askPIN = p.askPIN(f.pin)
			if f.pending {
				return p.respondPending(cmd.Context(), strings.Join(args, ""), f)
			}
			return p.respond(cmd.Context(), strings.Join(args, ""), f)
		},
	}
	cmd.Flags().BoolVar(&f.accept, "accept", false, "accept without asking")
	cmd.Flags().BoolVar(&f.deny, "deny", false, "deny without asking")
	cmd.Flags().StringVar(&f.upTo, "up-to", "calm", "the highest level that --accept takes: calm, ask or stop")
	addScreenFlags(cmd, &f.screen)
	cmd.Flags().BoolVar(&f.pending, "pending", false, "answer a request that waits at the server")
	addWaitFlag(cmd, &f.wait)
	cmd.Flags().StringVar(&f.profile, "profile", "", "profile that answers: its id or name")
	addPINFlags(cmd, &f.pin)
	return cmd
}

func addPINFlags(cmd *cobra.Command, pin *secretSource) {
	addSecretFlags(cmd.Flags(), pin, "pin", "the PIN")
}

// checkRespond finds flags that do not go together, before anything is done.
func (p *program) checkRespond(f respondFlags) error {
	switch {
	case f.upTo != "calm" && f.upTo != "ask" && f.upTo != "stop":
		return usage("--up-to is calm, ask or stop, not %q", f.upTo)
	case f.accept && f.deny:
		return usage("choose one of --accept and --deny")
	case p.NoInput && !f.accept && !f.deny:
		return usage("%w: add --accept or --deny", console.ErrNobody)
	case f.wait != 0 && !f.pending:
		return usage("--wait goes with --pending")
	case f.pending && f.screen.on:
		return usage("choose one of --pending and --screen")
	case f.screen.watch && (f.accept || f.deny):
		return usage("--watch asks you about what appears; it goes with neither --accept nor --deny")
	}
	if err := f.screen.check(); err != nil {
		return err
	}
	return checkWait(f.wait)
}

func (p *program) respond(ctx context.Context, argument string, f respondFlags) error {
	got, err := read{}, error(nil)
	if !f.screen.on {
		if got, err = p.readArgument(ctx, argument); err != nil {
			return err
		}
	}
	phone, err := p.phone()
	if err != nil {
		return err
	}
	defer phone.Close()
	if f.screen.watch && len(phone.Device.Profiles()) == 0 {
		_, err := p.profile(nil, "")
		return err
	}
	if f.screen.on { // now, as the passphrase of an encrypted file has been typed
		if got, err = p.readScreen(ctx, f.screen, phone.Device.Profiles()); err != nil {
			return err
		}
	}
	item, err := p.chooseCode(ctx, phone, got)
	if err != nil {
		return err
	}
	profile, err := p.answeringProfile(ctx, phone, item, f.profile)
	if err != nil {
		return err
	}
	p.about = words.About{Profile: profile.Name(), Server: profile.Server}
	logout, err := p.loginToAnswer(ctx, phone, profile, f.askPIN)
	if err != nil {
		return err
	}
	defer logout()
	return p.handleCode(ctx, phone, profile, item, got, f)
}

// loginToAnswer logs an enrolled profile in, and sends what an earlier run could
// not.
func (p *program) loginToAnswer(ctx context.Context, phone *phone.Phone, profile device.Profile, pin device.AskPIN) (logout func(), err error) {
	if !profile.Enrolled() {
		return nil, wire.Errorf(wire.CodeNotEnrolled, "")
	}
	if err := phone.Device.Login(ctx, profile.ID, pin); err != nil {
		return nil, err
	}
	logout = func() { p.logout(ctx, phone, profile.ID) }
	if err := p.resume(ctx, phone, profile); err != nil {
		logout()
		return nil, err
	}
	return logout, nil
}

// logout ends the session; if the server does not hear of it, its tokens run
// out by themselves.
func (p *program) logout(ctx context.Context, phone *phone.Phone, profileID string) {
	if phone.Device.LoggedIn(profileID) {
		_ = phone.Device.Logout(context.WithoutCancel(ctx), profileID)
	}
}

// chooseCode picks the login code, or tells what there is instead.
func (p *program) chooseCode(ctx context.Context, phone *phone.Phone, got read) (intake.Item, error) {
	var logins []intake.Item
	registrations := false
	for _, i := range intake.Candidates(got.items) {
		if i.Kind == intake.KindRegistrationLink {
			registrations = true
			continue
		}
		logins = append(logins, i)
	}
	if len(logins) == 0 {
		err := p.noLoginCode(got)
		if registrations {
			p.say(words.T("The command register takes it."))
		}
		return intake.Item{}, err
	}
	var options []string
	for _, i := range logins {
		options = append(options, codeOption(phone.Device.Profiles(), got, i))
	}
	n, err := p.choose(ctx, words.WhichCode(len(options)), options)
	if err != nil {
		return intake.Item{}, err
	}
	return logins[n], nil
}

// codeOption describes a login code among several.
func codeOption(profiles []device.Profile, got read, i intake.Item) string {
	name, place := "", ""
	for _, q := range profiles {
		if q.Server == i.Server {
			name = q.Name()
		}
	}
	for n, item := range got.items {
		if item.OTP == i.OTP && item.Server == i.Server && n < len(got.places) {
			place = got.places[n]
		}
	}
	return words.CodeChoice(i.Server, name, place)
}

// answeringProfile finds who answers: the profile that was named, else the one
// at the code's server, else for a code without a server the only enrolled one.
// Nothing is sent to a server where there is no profile.
func (p *program) answeringProfile(ctx context.Context, phone *phone.Phone, item intake.Item, name string) (device.Profile, error) {
	profiles := phone.Device.Profiles()
	if name != "" || len(profiles) == 0 {
		return p.profile(profiles, name)
	}
	fit := mobileauth.Answering(profiles, item.Server)
	if len(fit) == 0 && !item.Server.IsZero() {
		return device.Profile{}, p.noProfileFor(profiles, item.Server)
	}
	if len(fit) == 0 {
		return device.Profile{}, wire.Errorf(wire.CodeNotEnrolled, "")
	}
	var options []string
	for _, q := range fit {
		options = append(options, words.T("{profile}, {server}", "profile", q.Name(), "server", q.Server))
	}
	n, err := p.choose(ctx, words.WhichProfile(), options)
	if err != nil {
		return device.Profile{}, err
	}
	return fit[n], nil
}

// errNoProfileThere is the end of a command that met a code of another server;
// it has been told.
var errNoProfileThere = errors.New("no profile for this server")

func (p *program) noProfileFor(profiles []device.Profile, server wire.Origin) error {
	p.sayTitled(words.NoProfile(server))
	for _, q := range profiles {
		if relation := wire.Compare(q.Server, server); relation == wire.RelationLookAlike {
			p.say(words.OnlyLooksAlike(q.Name(), q.Server, server)...)
		}
	}
	return &exit{code: exitError, told: errNoProfileThere}
}

// resume sends what an earlier run could not. What cannot be sent any more is
// told and does not stop this run.
func (p *program) resume(ctx context.Context, phone *phone.Phone, profile device.Profile) error {
	for {
		results, err := phone.Client.Resume(ctx, profile.ID)
		for _, r := range results {
			p.say(words.Resumed(r))
		}
		switch wire.CodeOf(err) {
		case wire.CodeOTPExpired:
			p.say(words.NotSent()...)
		case wire.CodeOTPUnknown, wire.CodeAlreadyAnswered, wire.CodeClaimedElsewhere, wire.CodeMessageNotAuthentic:
			p.say(words.NotCounted()...)
		case wire.CodePINChallenge, wire.CodeIncorrectPIN, wire.CodeNoSuchAuthenticator:
			p.say(words.NotProved()...)
		default:
			return err
		}
	}
}

func (p *program) handleCode(ctx context.Context, phone *phone.Phone, profile device.Profile, item intake.Item, got read, f respondFlags) error {
	return p.handle(f, func(notify func(mobileauth.Sending), ask mobileauth.Ask) (mobileauth.Result, error) {
		return phone.Client.HandleOTP(ctx, mobileauth.Incoming{
			ProfileID: profile.ID, OTP: item.OTP, Claimed: item.Server, Source: got.source, Notify: notify,
		}, ask)
	})
}

// handle has a request answered, and tells what became of it.
func (p *program) handle(f respondFlags, do func(func(mobileauth.Sending), mobileauth.Ask) (mobileauth.Result, error)) error {
	var asked mobileauth.Request
	sending := sendingNews{p: p}
	result, err := do(sending.tell, func(ctx context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		asked, p.about.Portal = r, r.Portal
		return p.decide(ctx, r, f)
	})
	if err == nil {
		asked = result.Request
	}
	if p.json {
		if err := p.printResult(asked, result, err); err != nil {
			return err
		}
	}
	switch {
	case errors.Is(err, console.ErrNoAnswer):
		return &exit{code: exitError, told: err}
	case err != nil:
		return err
	}
	title, sentences := words.Result(result)
	if p.json {
		p.sayTitled(title, sentences)
	} else {
		p.print(title + ".")
		p.print(sentences...)
	}
	if result.State == wire.StateDenied {
		return &exit{code: exitDenied}
	}
	return nil
}

// decide answers by the flags, or asks.
func (p *program) decide(ctx context.Context, r mobileauth.Request, f respondFlags) (mobileauth.Decision, error) {
	rank := map[mobileauth.Level]int{mobileauth.LevelCalm: 0, mobileauth.LevelAsk: 1, mobileauth.LevelStop: 2}
	switch {
	case f.deny:
		return wire.Deny, nil
	case f.accept && rank[r.Level] <= rank[mobileauth.Level(f.upTo)]:
		if r.PIN == nil {
			return wire.Accept, nil
		}
		pin, err := f.askPIN(ctx, r.PIN.PINRequest)
		if err != nil {
			return "", err
		}
		r.PIN.Give(pin)
		return wire.Accept, nil
	case f.accept:
		p.say(append(words.Warnings(r), words.Reasons(r)...)...)
		p.say(words.T("Nothing was answered: this request is at the level {level}, as {reasons}.", "level", r.Level, "reasons", reasons(r)),
			words.T("Look at it yourself, or let --accept go further: --up-to {level}.", "level", r.Level))
		return "", console.ErrNoAnswer
	}
	return p.Ask(ctx, r, f.askPIN)
}

func reasons(r mobileauth.Request) string {
	var list []string
	for _, reason := range r.Reasons {
		list = append(list, words.ReasonName(reason))
	}
	return strings.Join(list, "; ")
}
