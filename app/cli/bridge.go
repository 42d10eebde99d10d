package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/bridging"
	"github.com/understudy-auth/understudy/app/display"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

func (p *program) bridgeCommand() *cobra.Command {
	cmd := bridging.Command(p.bridgeComputer)
	run := cmd.RunE
	cmd.Args = noArguments
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		err := run(cmd, args)
		if wrong, ok := errors.AsType[*bridging.WrongUse](err); ok {
			return usage("%w", wrong.Err)
		}
		return err
	}
	return cmd
}

func (p *program) bridgeComputer() bridging.Computer {
	var showPanel func(context.Context, bridging.Panel) error
	if p.env.Panel != nil {
		showPanel = func(ctx context.Context, panel bridging.Panel) error {
			panel.Settings = p.store.Current()
			return p.env.Panel(ctx, panel)
		}
	}
	return bridging.Computer{
		ShowPanel: showPanel, HasDisplay: func() bool { return display.Find(context.Background(), p.env.Getenv) == nil },
		Console: p.Console, Pages: p.loginPageTo(), OpenBrowser: p.env.OpenBrowser, Tell: p.tellBridge,
		Log: p.env.Stderr, Verbose: p.verbose, HTTP: p.env.HTTP, Now: p.env.Now, Version: p.env.Version, DataDir: p.dataDir,
		Vault: func() (vault.Vault, error) {
			files, err := p.files()
			if err != nil {
				return nil, err
			}
			return p.vault(files), nil
		},
		ReadToken: func(file string) (wire.Secret, error) { return secretSource{file, -1}.read(p) },
	}
}

// tellBridge prints the address for pages.
func (p *program) tellBridge(at bridging.At) (err error) {
	if at.Schema = schema; p.json {
		err = p.printJSON(at)
	} else {
		p.print(at.Address)
	}
	p.say(at.Sentences()...)
	return err
}
