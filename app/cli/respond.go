package cli

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/spf13/cobra"

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
	pin          secretSource
}

func (p *program) respondCommand() *cobra.Command {
	f := respondFlags{pin: secretSource{fd: -1}}
	cmd := &cobra.Command{
		Use:   "respond IMAGE | LINK | CODE | -",
		Short: "Answer a login request: accept or deny",
		Long: `Reads the login code from a picture, a link or a copied code (- takes a picture or
text from standard input, which keeps the code off the command line), asks for the PIN of the
profile, tells who asks for what, and sends your answer.

--accept and --deny answer without asking. --accept takes calm requests only; one with a
warning (another server, a look-alike address, a request after a denial, ...) is left
unanswered unless --up-to ask or --up-to stop says so.

Exit codes: 0 accepted, 3 denied, 4 expired, 5 no login code found, 1 no answer.`,
		Example: "  understudy respond screenshot.png\n  wl-paste | understudy respond -\n  understudy respond page.png --accept --pin-file pin --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.respond(cmd.Context(), args[0], f)
		},
	}
	cmd.Flags().BoolVar(&f.accept, "accept", false, "accept without asking")
	cmd.Flags().BoolVar(&f.deny, "deny", false, "deny without asking")
	cmd.Flags().StringVar(&f.upTo, "up-to", "calm", "the highest level that --accept takes: calm, ask or stop")
	cmd.Flags().StringVar(&f.profile, "profile", "", "profile that answers: its id or name")
	addPINFlags(cmd, &f.pin)
	cmd.MarkFlagsMutuallyExclusive("accept", "deny")
	return cmd
}

func addPINFlags(cmd *cobra.Command, pin *secretSource) {
	cmd.Flags().StringVar(&pin.file, "pin-file", "", "file with the PIN")
	cmd.Flags().IntVar(&pin.fd, "pin-fd", -1, "file descriptor that gives the PIN")
}

func (p *program) respond(ctx context.Context, argument string, f respondFlags) error {
	if f.upTo != "calm" && f.upTo != "ask" && f.upTo != "stop" {
		return usage("--up-to is calm, ask or stop, not %q", f.upTo)
	}
	got, err := p.readArgument(ctx, argument)
	if err != nil {
		return err
	}
	phone, err := p.phone(ctx)
	if err != nil {
		return err
	}
	defer phone.close()
	item, err := p.chooseCode(ctx, phone, got)
	if err != nil {
		return err
	}
	profile, err := p.answeringProfile(ctx, phone, item, f.profile)
	if err != nil {
		return err
	}
	if !profile.Enrolled() {
		return wire.Errorf(wire.CodeNotEnrolled, "")
	}
	if err := phone.device.Login(ctx, profile.ID, p.askPIN(f.pin)); err != nil {
		return err
	}
	defer p.logout(ctx, phone, profile.ID)
	if err := p.resume(ctx, phone, profile); err != nil {
		return err
	}
	return p.handle(ctx, phone, profile, item, got, f)
}

// logout ends the session; if the server does not hear of it, its tokens run
// out by themselves.
func (p *program) logout(ctx context.Context, phone *phone, profileID string) {
	if phone.device.LoggedIn(profileID) {
		_ = phone.device.Logout(context.WithoutCancel(ctx), profileID)
	}
}

// chooseCode picks the login code, or tells what there is instead.
func (p *program) chooseCode(ctx context.Context, phone *phone, got read) (intake.Item, error) {
	var logins []intake.Item
	for _, i := range intake.Candidates(got.items) {
		if i.Kind == intake.KindRegistrationLink {
			p.say(words.T("The code registers a device at {server}. The command register takes it.", "server", i.Server.String()))
			continue
		}
		logins = append(logins, i)
	}
	if len(logins) == 0 {
		return intake.Item{}, p.noLoginCode(got)
	}
	var options []string
	for _, i := range logins {
		options = append(options, codeOption(phone.device.Profiles(), i))
	}
	n, err := p.choose(ctx, "Several login codes found. Which one? Choosing does not accept anything.", options)
	if err != nil {
		return intake.Item{}, err
	}
	return logins[n], nil
}

func codeOption(profiles []device.Profile, i intake.Item) string {
	if i.Server.IsZero() {
		return "a code that does not name its server"
	}
	for _, q := range profiles {
		if q.Server == i.Server {
			return words.T("{server}, your profile {name}", "server", i.Server.String(), "name", q.Name())
		}
	}
	return words.T("{server}, no profile here", "server", i.Server.String())
}

// answeringProfile finds who answers: the profile that was named, else the one
// at the code's server, else for a code without a server the only enrolled one.
// Nothing is sent to a server where there is no profile.
func (p *program) answeringProfile(ctx context.Context, phone *phone, item intake.Item, name string) (device.Profile, error) {
	profiles := phone.device.Profiles()
	if name != "" || len(profiles) == 0 {
		return p.profile(profiles, name)
	}
	var fit []device.Profile
	for _, q := range profiles {
		if q.Server == item.Server || (item.Server.IsZero() && q.Enrolled()) {
			fit = append(fit, q)
		}
	}
	if len(fit) == 0 && !item.Server.IsZero() {
		return device.Profile{}, p.noProfileFor(profiles, item.Server)
	}
	if len(fit) == 0 {
		return device.Profile{}, wire.Errorf(wire.CodeNotEnrolled, "")
	}
	var options []string
	for _, q := range fit {
		options = append(options, words.T("{name}, {server}", "name", q.Name(), "server", q.Server.String()))
	}
	n, err := p.choose(ctx, "Several profiles could answer. Which one? Choosing does not accept anything.", options)
	if err != nil {
		return device.Profile{}, err
	}
	return fit[n], nil
}

func (p *program) noProfileFor(profiles []device.Profile, server wire.Origin) error {
	p.say("No profile for this server.", words.T("The code belongs to {server}. You have no profile there. Nothing was sent.", "server", server.String()))
	for _, q := range profiles {
		if relation := wire.Compare(q.Server, server); relation == wire.RelationLookAlike || relation == wire.RelationMixedAlphabets {
			p.say(words.T("Warning: this address only looks like {name}'s server, {server}. Addresses that look alike are a common trick.", "name", q.Name(), "server", q.Server.String()))
			if difference := wire.Difference(q.Server, server); difference != "" {
				p.say(difference)
			}
		}
	}
	return &exit{code: exitError}
}

// resume sends what an earlier run could not.
func (p *program) resume(ctx context.Context, phone *phone, profile device.Profile) error {
	results, err := phone.client.Resume(ctx, profile.ID)
	for _, r := range results {
		p.say(words.T("An earlier answer was sent now. {result}", "result", words.Result(r)))
	}
	if code := wire.CodeOf(err); code == wire.CodeOTPExpired || code == wire.CodeAlreadyAnswered || code == wire.CodeMessageNotAuthentic {
		p.say(words.T("An earlier answer could not be sent any more. {why}", "why", words.Error(err)))
		return nil
	}
	return err
}

func (p *program) handle(ctx context.Context, phone *phone, profile device.Profile, item intake.Item, got read, f respondFlags) error {
	var asked mobileauth.Request
	told := false
	result, err := phone.client.HandleOTP(ctx, mobileauth.Incoming{
		ProfileID: profile.ID, OTP: item.OTP, Claimed: item.Server, Source: got.source, Picture: got.picture,
		Notify: func(s mobileauth.Sending) {
			if !told {
				p.say(words.NoAnswerOfServer(s.TimeLeft))
				told = true
			}
		},
	}, func(ctx context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		asked = r
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
	case errors.Is(err, errNoAnswer):
		return &exit{code: exitError}
	case err != nil:
		return err
	}
	p.say(words.Result(result))
	if result.NotRecorded != nil {
		p.say(words.T("Note: the history could not be saved. {why}", "why", words.Error(result.NotRecorded)))
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
		return wire.Accept, nil
	case f.accept:
		p.say(words.Warning(r)...)
		return "", usage("this request is at the level %s (%s), which --accept does not take; look at it, or add --up-to %s", r.Level, reasons(r), r.Level)
	case p.noInput:
		return "", usage("%w: add --accept or --deny", errNoPrompt)
	}
	return p.ask(ctx, r)
}

func reasons(r mobileauth.Request) string {
	var list []string
	for _, reason := range r.Reasons {
		list = append(list, string(reason))
	}
	return strings.Join(list, ", ")
}

// respondResult is what respond --json prints.
type respondResult struct {
	Schema        int                 `json:"schema"`
	Result        string              `json:"result"` // accepted, denied, expired, unanswered, failed
	TransactionID string              `json:"transaction_id"`
	Portal        string              `json:"portal"`
	Message       string              `json:"message"`
	Profile       string              `json:"profile_id"`
	Server        respondServer       `json:"server"`
	Source        intake.Source       `json:"source"`
	Level         mobileauth.Level    `json:"level"`
	Reasons       []mobileauth.Reason `json:"reasons"`
	Network       wire.Network        `json:"network,omitempty"`
	TookMS        int64               `json:"took_ms"`
	Error         *respondError       `json:"error,omitempty"`
}

type respondServer struct {
	Own      string        `json:"own"`
	Claimed  string        `json:"claimed"`
	Relation wire.Relation `json:"relation"`
}

type respondError struct {
	Code int    `json:"code"`
	Name string `json:"name"`
}

func (p *program) printResult(r mobileauth.Request, result mobileauth.Result, err error) error {
	out := respondResult{
		Schema: 1, Result: string(result.State), TransactionID: r.TransactionID, Portal: r.Portal, Message: r.Message, Profile: r.Profile.ID,
		Server: respondServer{r.Server.Own.String(), r.Server.Claimed.String(), r.Server.Relation},
		Source: r.Source, Level: r.Level, Reasons: r.Reasons, Network: r.Network, TookMS: result.Took.Milliseconds(),
	}
	if err != nil {
		out.Result = "failed"
		switch code := wire.CodeOf(err); {
		case code == wire.CodeOTPExpired:
			out.Result = "expired"
		case code == wire.CodeCanceled:
			out.Result = "unanswered"
		}
		if e, ok := errors.AsType[*wire.Error](err); ok {
			out.Error = &respondError{e.Code, e.Name}
		}
	}
	data, err := json.Marshal(out)
	if err != nil {
		return err
	}
	p.print(string(data))
	return nil
}
