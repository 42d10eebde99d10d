package cli

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/config"
	"github.com/understudy-auth/understudy/core/tokenserver/host"
	"github.com/understudy-auth/understudy/core/wire"
)

func (p *program) serveCommand() *cobra.Command {
	var listen, file, data, example string
	var write, allowTest bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the simulated Token Server",
		Long: `Runs the Token Server and prints its address. Without --config it has demo values: a
client, types of every method and two users, all in memory.

It is made for development and tests. Beyond this machine it needs an https public_url
and a registration token, and refuses switches for tests.`,
		Example: "  understudy serve --write-example >tokenserver.toml\n  understudy serve --listen 127.0.0.1:8700 --config tokenserver.toml\n" +
			"  understudy serve --listen 127.0.0.1:8700 --example cordova-suite",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := serverConfig(file, example)
			if err != nil {
				return usage("%w", err)
			}
			if write {
				return host.WriteExample(p.env.Stdout, example)
			}
			if file == "" && example == "" {
				p.say(words.T("Demo values: log in as {user} with the password {password}. For a portal of your own, write a configuration with --write-example.",
					"user", tokenserver.DemoUser, "password", tokenserver.DemoUserPassword))
			}
			if listen != "" {
				c.Listen = listen
			}
			if data != "" {
				c.Database, c.KeyFile = filepath.Join(data, "server.db"), filepath.Join(data, "key", "server.key")
			}
			if err := c.CheckListen(c.Listen, allowTest); err != nil {
				return usage("%w", err)
			}
			return p.serve(cmd.Context(), c, listen != "")
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "", "address to listen on, such as 127.0.0.1:8700 (port 0: a free one)")
	cmd.Flags().StringVar(&file, "config", "", "configuration file (TOML)")
	cmd.Flags().StringVar(&data, "data", "", "folder for database and key (default: all in memory)")
	cmd.Flags().StringVar(&example, "example", "", "use a configuration that comes with the program: "+strings.Join(host.ExampleNames(), ", "))
	cmd.Flags().BoolVar(&write, "write-example", false, "print a commented configuration file, or the one of --example, and end")
	cmd.Flags().BoolVar(&allowTest, "allow-test-features", false, "allow test switches where other machines can reach the server")
	return cmd
}

// serverConfig reads the configuration that is asked for, the demo's where none is.
func serverConfig(file, example string) (tokenserver.Config, error) {
	switch {
	case file != "" && example != "":
		return tokenserver.Config{}, errors.New("give one of --config and --example")
	case file != "":
		return config.Load(file)
	case example != "":
		return host.Example(example)
	}
	return tokenserver.DefaultConfig(), nil
}

// serve runs the server until ctx ends.
func (p *program) serve(ctx context.Context, c tokenserver.Config, listenGiven bool) error {
	log := slog.New(slog.NewTextHandler(p.env.Stderr, nil))
	testMode := c.Test != (tokenserver.TestConfig{})
	if testMode {
		p.say(words.T("TEST MODE: this server has switches for tests on. Do not use it for anything else."))
	}
	running, err := host.Start(ctx, c, log, listenGiven)
	if err != nil {
		return hostError(err)
	}
	if p.json {
		err := p.printJSON(struct {
			Schema   int         `json:"schema"`
			Address  wire.Origin `json:"address"`
			TestMode bool        `json:"test_mode"`
		}{schema, running.Origin, testMode})
		if err != nil {
			running.Stop()
			return err
		}
	} else {
		p.print(running.Origin.String())
	}
	if c.Database == "" {
		p.say(words.T("Everything is in memory and gone when the server ends."))
	}
	<-ctx.Done()
	p.say(words.T("Stopping the server at {address}.", "address", running.Origin.String()))
	running.Stop()
	return nil
}

// hostError is a mistake of the one who typed the address or wrote the
// configuration, unless it is the server's own.
func hostError(err error) error {
	if wrong, ok := errors.AsType[*host.AddressError](err); ok {
		return usage("%w", wrong.Err)
	}
	return err
}
