package bridging

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/understudy-auth/understudy/app/beside"
	"github.com/understudy-auth/understudy/app/console"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/bridge"
	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/settings"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// Computer is where a bridge runs.
type Computer struct {
	Console *console.Console // tells the person what goes on, and asks for a finger
	// Pages takes the addresses of login pages that are printed; OpenBrowser shows
	// them otherwise.
	Pages       io.Writer
	OpenBrowser func(ctx context.Context, url string) error
	// Tell says where the bridge listens.
	Tell    func(At) error
	Log     io.Writer
	Verbose bool
	HTTP    *http.Client // nil: the bridge's own
	Now     func() time.Time
	Version string
	// DataDir is where the token and kept devices lie; "" keeps nothing.
	DataDir string
	// ShowPanel shows the phone's side in windows until they are closed, and runs what
	// it is given; nil in a program without a window. HasDisplay tells, when it is wanted,
	// whether there is a display to show it on.
	ShowPanel  func(ctx context.Context, p Panel) error
	HasDisplay func() bool
	// Vault opens the vault for kept devices, ReadToken a file with a token.
	Vault     func() (vault.Vault, error)
	ReadToken func(file string) (wire.Secret, error)
}

// Panel is what the windows of the phone's side are given.
type Panel struct {
	Settings    settings.Settings // whose colours and text size they have
	OpenBrowser func(ctx context.Context, page string) error
	// Serve runs the bridge until ctx ends, and tells when it listens.
	Serve func(ctx context.Context, phone bridge.Phone, listens func(Running)) error
}

// Running is a bridge that listens, for a panel.
type Running struct {
	Address  string
	Airplane func(on bridge.Info, off bool) bool // see bridge.Bridge
}

// At is a bridge that listens.
type At struct {
	Schema  int         `json:"schema"`  // of the program's JSON
	Address string      `json:"address"` // for pages, with the token behind the #, which browsers keep to themselves
	Server  wire.Origin `json:"server"`
	Origins []string    `json:"-"`
	Script  string      `json:"-"` // the address of the script for pages without Cordova
	Kept    bool        `json:"-"`
}

// Sentences tell a person what to do with it.
func (at At) Sentences() []string {
	list := []string{
		words.T("Pages of {origins} may use devices of {server}.", "origins", strings.Join(at.Origins, ", "), "server", at.Server),
		words.T("With Cordova: cordova plugin add the folder assets/cordova, and set window.UNDERSTUDY_URL to this address."),
		words.T("Without: <script src=\"{address}\"></script>", "address", at.Script),
	}
	if !at.Kept {
		list = append(list, words.T("The devices are in memory and gone when the bridge ends; --keep keeps them."))
	}
	return list
}

// WrongUse is a mistake of the one who typed the command.
type WrongUse struct{ Err error }

func (e *WrongUse) Error() string { return e.Err.Error() }
func (e *WrongUse) Unwrap() error { return e.Err }

func wrongUse(format string, a ...any) error { return &WrongUse{fmt.Errorf(format, a...)} }

// options settles all but where the bridge listens.
func (on Computer) options(f flags) (bridge.Options, error) {
	level := slog.LevelWarn
	if on.Verbose {
		level = slog.LevelDebug
	}
	o := bridge.Options{
		Origins: f.origins, Share: f.share, HTTP: on.HTTP, Now: on.Now, AppVersion: on.Version,
		Log: slog.New(slog.NewTextHandler(on.Log, &slog.HandlerOptions{Level: level})),
	}
	var err error
	if f.server == "" {
		return o, wrongUse("give the address of the Token Server with --server; understudy serve runs one")
	}
	if o.Server, err = wire.ParseOrigin(strings.TrimSuffix(f.server, "/")); err != nil {
		return o, wrongUse("--server: %w", err)
	}
	for _, address := range f.standsFor {
		other, err := wire.ParseOrigin(strings.TrimSuffix(address, "/"))
		if err != nil {
			return o, wrongUse("--stands-for: %w", err)
		}
		o.StandsFor = append(o.StandsFor, other)
	}
	switch public, err := wire.ParseOrigin(strings.TrimSuffix(f.publicURL, "/")); {
	case f.publicURL != "" && err != nil:
		return o, wrongUse("--public-url: %w", err)
	case f.publicURL != "":
		o.Own = []string{public.String()}
	case !netsafe.IsLoopback(f.listen):
		return o, wrongUse("other machines can reach %s; name the address that pages use with --public-url", f.listen)
	}
	phone := beside.Options{Console: on.Console, Pages: on.Pages, Sensor: f.sensor}
	switch f.browser {
	case "open":
		phone.OpenBrowser = on.OpenBrowser
	case "print":
	case "none":
		if o.AppRedirect = f.redirect; f.redirect == "" {
			return o, wrongUse("--browser none goes with --redirect, the redirect address of the app's own scheme")
		}
	default:
		return o, wrongUse("--browser is open, print or none, not %q", f.browser)
	}
	if f.redirect != "" && f.browser != "none" {
		return o, wrongUse("--redirect goes with --browser none")
	}
	if o.Phone, err = beside.New(phone); err != nil {
		return o, wrongUse("--sensor: %w", err)
	}
	if f.panel && (on.ShowPanel == nil || !on.HasDisplay()) {
		return o, wrongUse("--panel needs the program with the window, and a display; --sensor and --browser say how the phone behaves without")
	}
	if o.Token, err = on.token(f.tokenFile); err != nil {
		return o, err
	}
	if f.keep {
		o.Store = on.store()
	}
	return o, nil
}

const tokenFile = "token"

// token is read from the file that was named, or made once and kept, so that
// pages which name it need not change.
func (on Computer) token(named string) (wire.Secret, error) {
	if named != "" {
		return on.ReadToken(named)
	}
	if on.DataDir == "" {
		return wire.SecretString(rand.Text()), nil
	}
	files, err := safefile.Open(filepath.Join(on.DataDir, "bridge"))
	if err != nil {
		return wire.Secret{}, err
	}
	defer files.Close()
	kept, err := files.ReadFile(tokenFile, 4<<10)
	if err == nil {
		return wire.SecretString(strings.TrimSpace(string(kept))), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return wire.Secret{}, err
	}
	token := rand.Text()
	return wire.SecretString(token), files.WriteFile(tokenFile, []byte(token+"\n"))
}

// store gives each device a folder and a part of the vault of its own.
func (on Computer) store() func(string) (vault.Vault, *safefile.Dir, error) {
	var whole vault.Vault
	return func(id string) (vault.Vault, *safefile.Dir, error) {
		if whole == nil {
			var err error
			if whole, err = on.Vault(); err != nil {
				return nil, nil, err
			}
		}
		files, err := safefile.Open(filepath.Join(on.DataDir, "bridge", id))
		return vault.Namespace(whole, "bridge/"+id+"/"), files, err
	}
}

// serve listens until ctx ends.
func (on Computer) serve(ctx context.Context, f flags, o bridge.Options, listens func(Running)) error {
	listener, err := netsafe.Listen(ctx, f.listen)
	if err != nil {
		return &WrongUse{err}
	}
	defer listener.Close()
	if o.Own == nil {
		o.Own = ownAddresses(f, listener.Addr())
	}
	b, err := bridge.New(o)
	if err != nil {
		return &WrongUse{err}
	}
	server := netsafe.NewServer(b, o.Log)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	token := string(o.Token.Bytes())
	listens(Running{Address: o.Own[0] + "/#token=" + token, Airplane: b.Airplane})
	err = on.Tell(At{
		Address: o.Own[0] + "/#token=" + token, Script: o.Own[0] + "/onegini.js#token=" + token, Server: o.Server, Origins: f.origins, Kept: f.keep,
	})
	if err == nil {
		select {
		case err = <-ended:
		case <-ctx.Done():
			on.Console.Show(words.T("The bridge ends."))
		}
	}
	_ = server.Close()
	b.Close()
	return err
}

// ownAddresses are those by which pages may call the bridge, where no other program
// stands before it.
func ownAddresses(f flags, at net.Addr) []string {
	own := []string{"http://" + at.String()}
	if host, _, err := net.SplitHostPort(f.listen); err == nil && host == "localhost" {
		_, port, _ := net.SplitHostPort(at.String())
		own = append(own, "http://localhost:"+port, "http://127.0.0.1:"+port, "http://[::1]:"+port)
	}
	return own
}
