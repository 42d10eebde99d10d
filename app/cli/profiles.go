package cli

import (
	"encoding/json"
	"time"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/wire"
)

// listedProfile is an entry of profiles --json.
type listedProfile struct {
	ID         string      `json:"profile_id"`
	Name       string      `json:"name"`
	UserID     string      `json:"user_id"`
	Server     wire.Origin `json:"server"`
	ServerName string      `json:"server_name"`
	Registered time.Time   `json:"registered_at"`
	Enrolled   bool        `json:"enrolled"`
}

func (p *program) profilesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "profiles",
		Short:   "List the profiles on this computer; remove one, change its PIN",
		Example: "  understudy profiles\n  understudy profiles change-pin Ada\n  understudy profiles remove Ada",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			phone, err := p.phone(cmd.Context())
			if err != nil {
				return err
			}
			defer phone.close()
			list := []listedProfile{}
			for _, q := range phone.device.Profiles() {
				list = append(list, listedProfile{q.ID, q.Name(), q.UserID, q.Server, q.ServerName, q.RegisteredAt, q.Enrolled()})
			}
			if p.json {
				data, err := json.Marshal(struct {
					Schema   int             `json:"schema"`
					Profiles []listedProfile `json:"profiles"`
				}{1, list})
				p.print(string(data))
				return err
			}
			if len(list) == 0 {
				p.say("No profile yet. The command register adds one; the command demo tries it.")
			}
			for _, q := range list {
				state := "ready"
				if !q.Enrolled {
					state = "not enrolled"
				}
				p.print(words.T("{id}: {name}, {server}, {state}", "id", q.ID, "name", q.Name, "server", q.Server.String(), "state", state))
			}
			return nil
		},
	}
	cmd.AddCommand(p.removeCommand(), p.changePINCommand())
	return cmd
}

func (p *program) removeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "remove PROFILE",
		Short: "Remove a profile from this computer; the account itself stays",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			phone, err := p.phone(cmd.Context())
			if err != nil {
				return err
			}
			defer phone.close()
			profile, err := p.profile(phone.device.Profiles(), args[0])
			if err != nil {
				return err
			}
			err = phone.device.Deregister(cmd.Context(), profile.ID)
			if phone.device.IsUserRegistered(profile.ID) {
				return err
			}
			p.say(words.T("{name} was removed from this computer. The account at {server} still exists.", "name", profile.Name(), "server", profile.Server.String()))
			if err != nil {
				p.say("The server could not be told. Ask its people to remove this computer there.")
			}
			return err
		},
	}
}

func (p *program) changePINCommand() *cobra.Command {
	pin, next := secretSource{fd: -1}, secretSource{fd: -1}
	cmd := &cobra.Command{
		Use:   "change-pin [PROFILE]",
		Short: "Change the PIN of a profile",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			phone, err := p.phone(ctx)
			if err != nil {
				return err
			}
			defer phone.close()
			name := ""
			if len(args) == 1 {
				name = args[0]
			}
			profile, err := p.profile(phone.device.Profiles(), name)
			if err != nil {
				return err
			}
			if err := phone.device.ChangePIN(ctx, profile.ID, p.askPIN(pin), p.newPIN(next)); err != nil {
				return err
			}
			p.logout(ctx, phone, profile.ID)
			p.say(words.T("The PIN of {name} was changed.", "name", profile.Name()))
			return nil
		},
	}
	addPINFlags(cmd, &pin)
	cmd.Flags().StringVar(&next.file, "new-pin-file", "", "file with the new PIN")
	cmd.Flags().IntVar(&next.fd, "new-pin-fd", -1, "file descriptor that gives the new PIN")
	return cmd
}
