package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/signal"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/understudy-auth/understudy/app/cli"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// TestMain lets scripts and tests run this test binary as the program.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"understudy": func() { os.Exit(program()) }})
}

// program is what main does, with a vault that lasts from one command to the
// next (TEST_VAULT) and a browser that logs in by itself (TEST_BROWSER).
func program() int {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt)
	go func() {
		<-signals
		cancel(cli.ErrInterrupted)
		signal.Stop(signals)
	}()
	env := cli.Env{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Now: time.Now, Version: "1.2.3",
		OpenBrowser: func(ctx context.Context, page string) error {
			if os.Getenv("TEST_BROWSER") == "" {
				return errors.New("no browser")
			}
			go logInByBrowser(ctx, page, os.Getenv("TEST_BROWSER"))
			return nil
		},
	}
	if os.Getenv("TEST_TERMINAL") != "" { // never the developer's own
		env.OpenTerminal = cli.OpenTerminal
	}
	if path := os.Getenv("TEST_VAULT"); path != "" {
		env.Vault = jsonVault(path)
	}
	return cli.Run(ctx, os.Args[1:], env)
}

// jsonVault keeps secrets in a JSON file, in clear: it stands in for the
// keyring, without its daemon, and without the second that the encrypted file
// takes to open.
type jsonVault string

func (v jsonVault) Kind() vault.Kind { return vault.KindKeyring }

func (v jsonVault) read() (map[string][]byte, error) {
	data, err := os.ReadFile(string(v))
	if errors.Is(err, fs.ErrNotExist) {
		return map[string][]byte{}, nil
	}
	entries := map[string][]byte{}
	return entries, errors.Join(err, json.Unmarshal(data, &entries))
}

func (v jsonVault) write(entries map[string][]byte) error {
	data, err := json.Marshal(entries)
	return errors.Join(err, os.WriteFile(string(v), data, 0o600))
}

func (v jsonVault) Get(_ context.Context, name string) (wire.Secret, error) {
	entries, err := v.read()
	if err != nil {
		return wire.Secret{}, err
	}
	value, ok := entries[name]
	if !ok {
		return wire.Secret{}, vault.ErrNotFound
	}
	return wire.NewSecret(value), nil
}

func (v jsonVault) Put(_ context.Context, name string, value wire.Secret) error {
	entries, err := v.read()
	if err != nil {
		return err
	}
	entries[name] = value.Bytes()
	return v.write(entries)
}

func (v jsonVault) Delete(_ context.Context, name string) error {
	entries, err := v.read()
	if err != nil {
		return err
	}
	delete(entries, name)
	return v.write(entries)
}
