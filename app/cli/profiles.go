package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/console"
	"github.com/understudy-auth/understudy/app/phone"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/wire"
)

// listedProfile is a profile as --json prints it.
type listedProfile struct {
	ID         string      `json:"profile_id"`
	Name       string      `json:"name"`
	UserID     string      `json:"user_id"`
	Server     wire.Origin `json:"server"`
	ServerName string      `json:"server_name"`
	Registered time.Time   `json:"registered_at"`
	Enrolled   bool        `json:"enrolled"`
	EnrolledAt time.Time   `json:"enrolled_at,omitzero"`
	OwnKey     string      `json:"own_key,omitempty"`    // fingerprints
	ServerKey  string      `json:"server_key,omitempty"` //
}

func listed(q device.Profile) listedProfile {
	l := listedProfile{
		ID: q.ID, Name: q.Name(), UserID: q.UserID, Server: q.Server, ServerName: q.ServerName, Registered: q.RegisteredAt,
		Enrolled: q.Enrolled(), EnrolledAt: q.EnrolledAt, OwnKey: q.OwnKey,
	}
	if key, err := wire.ParsePublicKey(q.ServerKey); err == nil {
		l.ServerKey = key.Fingerprint()
	}
	return l
}

func (p *program) profilesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "profiles",
		Short: "List the profiles on this computer; remove one, change its PIN",
		Long: `Lists the profiles on this computer, one on each line: name, id, server, and whether it
can answer requests. Commands that take a PROFILE take its id or its name.`,
		Example: "  understudy profiles\n  understudy profiles change-pin Ada\n  understudy profiles remove Ada",
		Args:    unknownCommand,
		RunE: func(*cobra.Command, []string) error {
			phone, err := p.phone()
			if err != nil {
				return err
			}
			defer phone.Close()
			list := []listedProfile{}
			for _, q := range phone.Device.Profiles() {
				list = append(list, listed(q))
				if !p.json {
					p.print(words.Profile(q, p.env.Now()))
				}
			}
			if p.json {
				return p.printJSON(struct {
					Schema   int             `json:"schema"`
					Profiles []listedProfile `json:"profiles"`
				}{schema, list})
			}
			if len(list) == 0 {
				p.sayTitled(words.NoProfiles())
			}
			return nil
		},
	}
	cmd.AddCommand(p.removeCommand(), p.changePINCommand())
	return cmd
}

// printProfile prints the profile that a command made or changed.
func (p *program) printProfile(phone *phone.Phone, id string) error {
	q, err := phone.Device.Profile(id)
	switch {
	case err != nil:
		return err
	case p.json:
		return p.printJSON(struct {
			Schema  int           `json:"schema"`
			Profile listedProfile `json:"profile"`
		}{schema, listed(q)})
	}
	p.print(words.Profile(q, p.env.Now()))
	return nil
}

func (p *program) removeCommand() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "remove PROFILE",
		Short: "Remove a profile from this computer; the account itself stays",
		Long: `Removes a profile from this computer: its data and keys here, and its tokens, PIN and
enrollment at the server. The account itself stays. Asks before it does so.`,
		Example: "  understudy profiles remove Ada\n  understudy profiles remove W8DUJ2 --yes",
		Args:    arguments(1, 1, "a profile"),
		RunE: func(cmd *cobra.Command, args []string) error {
			phone, profile, err := p.phoneOf(args[0])
			if err != nil {
				return err
			}
			defer phone.Close()
			if !yes {
				if err := p.confirmRemoval(cmd.Context(), profile); err != nil {
					return err
				}
			}
			return p.remove(cmd.Context(), phone, profile)
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "remove without asking")
	return cmd
}

func (p *program) confirmRemoval(ctx context.Context, profile device.Profile) error {
	p.Show(words.T("This removes {profile} of {server} from this computer. The account itself stays.", "profile", profile.Name(), "server", profile.Server))
	if p.NoInput {
		return usage("%w: add --yes", console.ErrNobody)
	}
	_, _ = fmt.Fprint(p.Screen(), words.T("Type remove or keep:")+" ")
	text, err := p.Line(ctx)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err != nil || !strings.EqualFold(text, "remove") {
		return wire.Errorf(wire.CodeCanceled, "the profile was kept")
	}
	return nil
}

func (p *program) remove(ctx context.Context, phone *phone.Phone, profile device.Profile) error {
	err := phone.Device.Deregister(ctx, profile.ID)
	if phone.Device.IsUserRegistered(profile.ID) {
		return err
	}
	p.say(words.Removed(profile, err == nil)...)
	if p.json {
		return p.printJSON(struct {
			Schema  int    `json:"schema"`
			Removed string `json:"removed"`
			Told    bool   `json:"server_told"`
		}{schema, profile.ID, err == nil})
	}
	return nil
}

func (p *program) changePINCommand() *cobra.Command {
	pin, next := secretSource{fd: -1}, secretSource{fd: -1}
	cmd := &cobra.Command{
		Use:     "change-pin [PROFILE]",
		Short:   "Change the PIN of a profile",
		Long:    "Asks for the PIN of the profile, then for a new one, by the server's rules.",
		Example: "  understudy profiles change-pin\n  understudy profiles change-pin Ada --pin-file old --new-pin-file new",
		Args:    arguments(0, 1, "one profile"),
		RunE: func(cmd *cobra.Command, args []string) error {
			phone, profile, err := p.phoneOf(strings.Join(args, ""))
			if err != nil {
				return err
			}
			defer phone.Close()
			return p.changePIN(cmd.Context(), phone, profile, pin, next)
		},
	}
	addPINFlags(cmd, &pin)
	addSecretFlags(cmd.Flags(), &next, "new-pin", "the new PIN")
	return cmd
}

// changePIN logs in, and lets the same PIN count for the change: it is asked
// for once.
func (p *program) changePIN(ctx context.Context, phone *phone.Phone, profile device.Profile, from, next secretSource) error {
	var given wire.Secret
	defer func() { given.Clear() }()
	ask := p.askPIN(from)
	err := phone.Device.Login(ctx, profile.ID, func(ctx context.Context, r device.PINRequest) (wire.Secret, error) {
		pin, err := ask(ctx, r)
		given.Clear()
		given = wire.NewSecret(slices.Clone(pin.Bytes()))
		return pin, err
	})
	if err != nil {
		return err
	}
	defer p.logout(ctx, phone, profile.ID)
	again := func(ctx context.Context, r device.PINRequest) (wire.Secret, error) {
		if r.Err != nil {
			return wire.Secret{}, r.Err
		}
		return wire.NewSecret(slices.Clone(given.Bytes())), nil
	}
	if err := phone.Device.ChangePIN(ctx, profile.ID, again, p.newPIN(next)); err != nil {
		return err
	}
	p.say(words.T("The PIN of {profile} was changed.", "profile", profile.Name()))
	return p.printProfile(phone, profile.ID)
}
