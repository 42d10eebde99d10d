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
	"github.com/understudy-auth/understudy/core/mobileauth"
)

// pendingEvery is how often a command that waits asks the server. It waits for a
// person or a test that is waiting too, so it asks more often than a program in
// the background does.
const pendingEvery = time.Second

// maxWait bounds --wait: a test that waits for longer has forgotten to start
// anything.
const maxWait = 10 * time.Minute

// errNothingWaits is the end of a command for which no request was there; it has
// been told.
var errNothingWaits = errors.New("no request waits")

func (p *program) nothingWaits() error {
	p.sayTitled(words.NothingWaits())
	return &exit{code: exitNoCode, told: errNothingWaits}
}

func addWaitFlag(cmd *cobra.Command, wait *time.Duration) {
	cmd.Flags().DurationVar(wait, "wait", 0, "wait until a request is there, at most so long, such as 30s")
	cmd.Flags().Lookup("wait").DefValue = "0" // no default is worth telling
}

func checkWait(wait time.Duration) error {
	if wait < 0 || wait > maxWait {
		return usage("--wait is between 0s and %s", maxWait)
	}
	return nil
}

// listedRequest is a waiting request as --json prints it.
type listedRequest struct {
	TransactionID string    `json:"transaction_id"`
	Portal        string    `json:"portal"`
	PortalID      string    `json:"portal_id"`
	Message       string    `json:"message"` // its beginning
	Type          string    `json:"type"`
	Method        string    `json:"method"` // push, push_with_pin, push_with_fingerprint
	Profile       string    `json:"profile"`
	IssuedAt      time.Time `json:"issued_at"` // by the server's clock
	TimeLeftMS    int64     `json:"time_left_ms"`
	Quiet         bool      `json:"quiet"`
}

func (p *program) pendingCommand() *cobra.Command {
	pin := secretSource{fd: -1}
	var wait time.Duration
	cmd := &cobra.Command{
		Use:   "pending [PROFILE]",
		Short: "List the requests that wait for you at the server; never answers",
		Long: `Asks for the PIN of the profile, and lists the requests that a website has sent to its
user and that nobody has answered yet, the oldest first. respond --pending answers them.

With --json one object:
{"schema":1,"requests":[{"transaction_id":"…","portal":"…","method":"push_with_pin","time_left_ms":90000,…}]}

Exit code 5 when --wait is given and none came.`,
		Example: "  understudy pending\n  understudy pending Ada --wait 30s --pin-file pin --json",
		Args:    arguments(0, 1, "one profile"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkWait(wait); err != nil {
				return err
			}
			return p.pending(cmd.Context(), strings.Join(args, ""), wait, p.askPIN(pin))
		},
	}
	addWaitFlag(cmd, &wait)
	addPINFlags(cmd, &pin)
	return cmd
}

func (p *program) pending(ctx context.Context, name string, wait time.Duration, pin device.AskPIN) error {
	phone, profile, logout, err := p.phoneToAnswer(ctx, name, pin)
	if err != nil {
		return err
	}
	defer logout()
	waiting, err := p.waiting(ctx, phone, profile, wait)
	if err != nil {
		return err
	}
	list := []listedRequest{}
	for _, w := range waiting {
		list = append(list, listedRequest{
			TransactionID: w.TransactionID, Portal: w.Portal, PortalID: w.PortalID, Message: w.Message, Type: w.Type, Method: w.Method,
			Profile: w.Profile.ID, IssuedAt: w.IssuedAt.UTC(), TimeLeftMS: w.TimeLeft(p.env.Now()).Milliseconds(), Quiet: w.Quiet,
		})
		if p.json {
			continue
		}
		p.print(words.WaitingRequest(w, p.env.Now()))
		if w.Quiet {
			p.print(words.Quiet(w.Portal))
		}
	}
	if p.json {
		if err := p.printJSON(struct {
			Schema   int             `json:"schema"`
			Requests []listedRequest `json:"requests"`
		}{schema, list}); err != nil {
			return err
		}
	}
	if len(list) > 0 {
		return nil
	}
	if nothing := p.nothingWaits(); wait > 0 {
		return nothing
	}
	return nil
}

// phoneToAnswer opens the phone and logs a profile in. What goes wrong from then
// on is about a request that came by itself. logout closes the phone as well.
func (p *program) phoneToAnswer(ctx context.Context, name string, pin device.AskPIN) (*phone.Phone, device.Profile, func(), error) {
	phone, profile, err := p.phoneOf(name)
	if err != nil {
		return nil, device.Profile{}, nil, err
	}
	p.about.Pushed = true
	logout, err := p.loginToAnswer(ctx, phone, profile, pin)
	if err != nil {
		phone.Close()
		return nil, device.Profile{}, nil, err
	}
	return phone, profile, func() { logout(); phone.Close() }, nil
}

// waiting lists what waits, or waits until there is something.
func (p *program) waiting(ctx context.Context, phone *phone.Phone, profile device.Profile, wait time.Duration) ([]mobileauth.Waiting, error) {
	most := time.After(wait)
	for {
		list, err := phone.Client.Pending(ctx, profile.ID)
		if err != nil || len(list) > 0 {
			return list, err
		}
		select {
		case <-most:
			return nil, nil
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(pendingEvery):
		}
	}
}

// respondPending answers a request that waits at the server.
func (p *program) respondPending(ctx context.Context, id string, f respondFlags) error {
	phone, profile, logout, err := p.phoneToAnswer(ctx, f.profile, f.askPIN)
	if err != nil {
		return err
	}
	defer logout()
	if id == "" {
		if id, err = p.chooseWaiting(ctx, phone, profile, f.wait); err != nil {
			return err
		}
	}
	return p.handle(f, func(notify func(mobileauth.Sending), ask mobileauth.Ask) (mobileauth.Result, error) {
		return phone.Client.HandlePending(ctx, profile.ID, id, notify, ask)
	})
}

// chooseWaiting picks the request that waits, or lets the person choose.
func (p *program) chooseWaiting(ctx context.Context, phone *phone.Phone, profile device.Profile, wait time.Duration) (string, error) {
	list, err := p.waiting(ctx, phone, profile, wait)
	switch {
	case err != nil:
		return "", err
	case len(list) == 0:
		return "", p.nothingWaits()
	case len(list) > 1 && p.NoInput:
		return "", usage("%w: several requests wait; name one by its number", console.ErrNobody)
	}
	var options []string
	for _, w := range list {
		options = append(options, words.WaitingRequest(w, p.env.Now()))
	}
	n, err := p.choose(ctx, words.WhichRequest(len(options)), options)
	if err != nil {
		return "", err
	}
	return list[n].TransactionID, nil
}
