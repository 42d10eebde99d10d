package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/beside"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/bridge"
	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

const (
	bridgeListen = "127.0.0.1:8710"
	bridgeOrigin = "http://localhost:8000" // of cordova run browser
)

type bridgeFlags struct {
	server, listen, publicURL, browser, sensor, redirect string
	origins, share                                       []string
	tokenFile                                            string
	keep                                                 bool
}

func (p *program) bridgeCommand() *cobra.Command {
	var f bridgeFlags
	cmd := &cobra.Command{
		Use:   "bridge",
		Short: "Be the phone beneath apps that run in a desktop browser",
		Long: `Lets apps that are built on the Onegini Cordova plugin run in a desktop browser,
unchanged. Prints the address that the page needs as window.UNDERSTUDY_URL, with the token
that keeps other pages out; the token stays the same from one start to the next.

Each page has the device of its origin and its name (?device=NAME in the page's address, else
"default"). Devices are in memory and gone when the bridge ends, unless --keep is given: then
they lie in the data folder and the vault, apart from your own profiles.

The bridge plays what a phone shows beside the app: it opens registration pages (--browser;
with none the app does, and --redirect names its own redirect address), and has a finger for
the sensor: --sensor match (always the right one), fail:2 (two wrong ones, then the right one,
and again), right,wrong,… (these, then nobody touches it), lockout (no more tries), removed,
ask (you, here), or none (the phone has no sensor).`,
		Example: `  understudy bridge --server http://127.0.0.1:8700
  understudy bridge --server https://id.example.com --origin http://localhost:8100 --keep --sensor ask`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.bridge(cmd.Context(), f) },
	}
	cmd.Flags().StringVar(&f.server, "server", "", "address of the Token Server, such as https://id.example.com")
	cmd.Flags().StringVar(&f.listen, "listen", bridgeListen, "address to listen on (port 0: a free one)")
	cmd.Flags().StringVar(&f.publicURL, "public-url", "", "the bridge's address where another program stands before it; needed beyond this computer")
	cmd.Flags().StringArrayVar(&f.origins, "origin", []string{bridgeOrigin}, "origin of pages that may connect; may be given several times")
	cmd.Flags().StringArrayVar(&f.share, "share", nil, "name of a device that all origins have together; may be given several times")
	cmd.Flags().StringVar(&f.tokenFile, "token-file", "", "file with the token of pages (default: made once, in the data folder)")
	cmd.Flags().BoolVar(&f.keep, "keep", false, "keep the devices in the data folder and the vault")
	cmd.Flags().StringVar(&f.browser, "browser", "open", "registration pages: open, print, or none (the app opens them)")
	cmd.Flags().StringVar(&f.redirect, "redirect", "", "redirect address of the app's own scheme, for --browser none")
	cmd.Flags().StringVar(&f.sensor, "sensor", "match", "finger on the sensor: match, fail:N, a list, lockout, removed, ask or none")
	return cmd
}

func (p *program) bridge(ctx context.Context, f bridgeFlags) error {
	o, err := p.bridgeOptions(f)
	if err != nil {
		return err
	}
	listener, err := netsafe.Listen(ctx, f.listen)
	if err != nil {
		return usage("%w", err)
	}
	defer listener.Close()
	o.Own = ownAddresses(f, listener.Addr())
	b, err := bridge.New(o)
	if err != nil {
		return usage("%w", err)
	}
	server := netsafe.NewServer(b, o.Log)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	if err := p.tellBridge(o, f); err != nil {
		return err
	}
	select {
	case err = <-ended:
	case <-ctx.Done():
		p.say(words.T("The bridge ends."))
	}
	_ = server.Close()
	b.Close()
	return err
}

// bridgeOptions settles all but where the bridge listens.
func (p *program) bridgeOptions(f bridgeFlags) (bridge.Options, error) {
	o := bridge.Options{
		Origins: f.origins, Share: f.share, HTTP: p.env.HTTP, Now: p.env.Now, AppVersion: p.env.Version,
		Log: slog.New(slog.NewTextHandler(p.env.Stderr, &slog.HandlerOptions{Level: p.bridgeLevel()})),
	}
	var err error
	if f.server == "" {
		return o, usage("give the address of the Token Server with --server; understudy serve runs one")
	}
	if o.Server, err = wire.ParseOrigin(strings.TrimSuffix(f.server, "/")); err != nil {
		return o, usage("--server: %w", err)
	}
	if !netsafe.IsLoopback(f.listen) && f.publicURL == "" {
		return o, usage("other machines can reach %s; name the address that pages use with --public-url", f.listen)
	}
	phone := beside.Options{Console: p.Console, Pages: p.loginPageTo(), Sensor: f.sensor}
	switch f.browser {
	case "open":
		phone.OpenBrowser = p.env.OpenBrowser
	case "print":
	case "none":
		if o.AppRedirect = f.redirect; f.redirect == "" {
			return o, usage("--browser none goes with --redirect, the redirect address of the app's own scheme")
		}
	default:
		return o, usage("--browser is open, print or none, not %q", f.browser)
	}
	if f.redirect != "" && f.browser != "none" {
		return o, usage("--redirect goes with --browser none")
	}
	if o.Phone, err = beside.New(phone); err != nil {
		return o, usage("--sensor: %w", err)
	}
	if o.Token, err = p.bridgeToken(f); err != nil {
		return o, err
	}
	if f.keep {
		o.Store = p.bridgeStore()
	}
	return o, nil
}

func (p *program) bridgeLevel() slog.Level {
	if p.verbose {
		return slog.LevelDebug
	}
	return slog.LevelWarn
}

const bridgeTokenFile = "token"

// bridgeToken is read from the file that was named, or made once and kept, so that
// pages which name it need not change.
func (p *program) bridgeToken(f bridgeFlags) (wire.Secret, error) {
	if f.tokenFile != "" {
		return (secretSource{f.tokenFile, -1}).read(p)
	}
	if p.dataDir == "" {
		return wire.SecretString(rand.Text()), nil
	}
	files, err := safefile.Open(filepath.Join(p.dataDir, "bridge"))
	if err != nil {
		return wire.Secret{}, err
	}
	defer files.Close()
	kept, err := files.ReadFile(bridgeTokenFile, maxSecret)
	if err == nil {
		return wire.SecretString(strings.TrimSpace(string(kept))), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return wire.Secret{}, err
	}
	token := rand.Text()
	return wire.SecretString(token), files.WriteFile(bridgeTokenFile, []byte(token+"\n"))
}

// bridgeStore gives each device a folder and a part of the vault of its own.
func (p *program) bridgeStore() func(string) (vault.Vault, *safefile.Dir, error) {
	var whole vault.Vault
	return func(id string) (vault.Vault, *safefile.Dir, error) {
		if whole == nil {
			files, err := p.files()
			if err != nil {
				return nil, nil, err
			}
			whole = p.vault(files)
		}
		files, err := safefile.Open(filepath.Join(p.dataDir, "bridge", id))
		return vault.Namespace(whole, "bridge/"+id+"/"), files, err
	}
}

// ownAddresses are those by which pages may call the bridge.
func ownAddresses(f bridgeFlags, at net.Addr) []string {
	own := []string{"http://" + at.String()}
	if host, _, err := net.SplitHostPort(f.listen); err == nil && host == "localhost" {
		_, port, _ := net.SplitHostPort(at.String())
		own = append(own, "http://localhost:"+port, "http://127.0.0.1:"+port, "http://[::1]:"+port)
	}
	if f.publicURL != "" {
		own = []string{strings.TrimSuffix(f.publicURL, "/")}
	}
	return own
}

// tellBridge prints the address for pages. The token is behind the #, which
// browsers keep to themselves.
func (p *program) tellBridge(o bridge.Options, f bridgeFlags) error {
	address := o.Own[0] + "/#token=" + string(o.Token.Bytes())
	if p.json {
		err := p.printJSON(struct {
			Schema  int         `json:"schema"`
			Address string      `json:"address"`
			Server  wire.Origin `json:"server"`
		}{schema, address, o.Server})
		if err != nil {
			return err
		}
	} else {
		p.print(address)
	}
	p.say(words.T("Pages of {origins} may use devices of {server}.", "origins", strings.Join(f.origins, ", "), "server", o.Server),
		words.T("With Cordova: cordova plugin add the folder assets/cordova, and set window.UNDERSTUDY_URL to this address."),
		words.T("Without: <script src=\"{address}\"></script>", "address", o.Own[0]+"/onegini.js#token="+string(o.Token.Bytes())))
	if !f.keep {
		p.say(words.T("The devices are in memory and gone when the bridge ends; --keep keeps them."))
	}
	return nil
}
