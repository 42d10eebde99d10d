package cli

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/sealer"
	"github.com/understudy-auth/understudy/core/tokenserver/sqlstore"
	"github.com/understudy-auth/understudy/core/wire"
)

func (p *program) serveCommand() *cobra.Command {
	var listen, config, data string
	var example, allowTest bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the simulated Token Server",
		Long: `Runs the Token Server and prints its address. Without --config it has demo values: a
client, types of every method and two users, all in memory.

It is made for development and tests. Beyond this machine it needs an https public_url
and a registration token, and refuses switches for tests.`,
		Example: "  understudy serve --write-example >tokenserver.toml\n  understudy serve --listen 127.0.0.1:8700 --config tokenserver.toml",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if example {
				return tokenserver.WriteExample(p.env.Stdout)
			}
			c := tokenserver.DefaultConfig()
			if config != "" {
				var err error
				if c, err = tokenserver.LoadConfig(config); err != nil {
					return usage("%w", err)
				}
			} else {
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
	cmd.Flags().StringVar(&config, "config", "", "configuration file (TOML)")
	cmd.Flags().StringVar(&data, "data", "", "folder for database and key (default: all in memory)")
	cmd.Flags().BoolVar(&example, "write-example", false, "print a commented configuration file and end")
	cmd.Flags().BoolVar(&allowTest, "allow-test-features", false, "allow test switches where other machines can reach the server")
	return cmd
}

// serve runs the server until ctx ends.
func (p *program) serve(ctx context.Context, c tokenserver.Config, listenGiven bool) error {
	log := slog.New(slog.NewTextHandler(p.env.Stderr, nil))
	testMode := c.Test != (tokenserver.TestConfig{})
	if testMode {
		p.say(words.T("TEST MODE: this server has switches for tests on. Do not use it for anything else."))
	}
	running, err := startServer(ctx, c, log, listenGiven)
	if err != nil {
		return err
	}
	if p.json {
		err := p.printJSON(struct {
			Schema   int         `json:"schema"`
			Address  wire.Origin `json:"address"`
			TestMode bool        `json:"test_mode"`
		}{schema, running.origin, testMode})
		if err != nil {
			running.stop()
			return err
		}
	} else {
		p.print(running.origin.String())
	}
	if c.Database == "" {
		p.say(words.T("Everything is in memory and gone when the server ends."))
	}
	<-ctx.Done()
	p.say(words.T("Stopping the server at {address}.", "address", running.origin.String()))
	running.stop()
	return nil
}

// runningServer is a Token Server that listens.
type runningServer struct {
	origin wire.Origin
	server *tokenserver.Server
	store  *sqlstore.Store
	stop   func()
}

// startServer starts a Token Server. Its public address is the listener's where
// the configuration names none, or where the listener was chosen by hand.
func startServer(ctx context.Context, c tokenserver.Config, log *slog.Logger, listenGiven bool) (*runningServer, error) {
	listener, err := netsafe.Listen(ctx, c.Listen)
	if err != nil {
		return nil, usage("%w", err)
	}
	if c.PublicURL.IsZero() || (listenGiven && c.PublicURL.IsLoopback()) {
		if c.PublicURL, err = wire.ParseOrigin("http://" + listener.Addr().String()); err != nil {
			_ = listener.Close()
			return nil, usage("set public_url: %w", err)
		}
	}
	store, sealer, err := openStore(ctx, c)
	if err != nil {
		_ = listener.Close()
		return nil, err
	}
	server, err := tokenserver.New(tokenserver.Options{Config: c, Store: store, Sealer: sealer, Logger: log})
	if err != nil {
		return nil, errors.Join(err, listener.Close(), store.Close())
	}
	web := netsafe.NewServer(server.Handler(), log)
	background, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{}, 2)
	go func() { _ = server.Run(background); done <- struct{}{} }()
	go func() {
		if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("the server ended", "error", err)
		}
		done <- struct{}{}
	}()
	stop := func() {
		end, cancelEnd := context.WithTimeout(background, 5*time.Second)
		_ = web.Shutdown(end)
		cancelEnd()
		cancel()
		<-done
		<-done
		_ = store.Close()
	}
	return &runningServer{c.PublicURL, server, store, stop}, nil
}

func openStore(ctx context.Context, c tokenserver.Config) (*sqlstore.Store, *sealer.Sealer, error) {
	if c.Database == "" {
		store, err := sqlstore.OpenMemory()
		return store, sealer.Random(), err
	}
	seal, err := sealer.Load(ctx, c.KeyFile)
	if err != nil {
		return nil, nil, err
	}
	dir, err := safefile.Open(filepath.Dir(c.Database)) // private, whoever made it
	if err != nil {
		return nil, nil, err
	}
	defer dir.Close()
	store, err := sqlstore.Open(c.Database)
	return store, seal, err
}
