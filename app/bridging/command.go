package bridging

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/core/bridge"
)

const (
	defaultListen = "127.0.0.1:8710"
	defaultOrigin = "http://localhost:8000" // of cordova run browser
)

// flags are those of the command.
type flags struct {
	server, listen, publicURL, browser, sensor, redirect string
	origins, share, standsFor                            []string
	tokenFile                                            string
	keep, panel                                          bool
}

// Command is the command bridge. On is asked when it runs.
func Command(on func() Computer) *cobra.Command {
	var f flags
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
ask (you, here), or none (the phone has no sensor). With --panel a window for each app has
all of that to press instead, airplane mode too, and shows what the app asks.`,
		Example: `  understudy bridge --server http://127.0.0.1:8700
  understudy bridge --server https://id.example.com --origin http://localhost:8100 --keep --sensor ask`,
		RunE: func(cmd *cobra.Command, _ []string) error { return run(cmd.Context(), f, on()) },
	}
	cmd.Flags().StringVar(&f.server, "server", "", "address of the Token Server, such as https://id.example.com")
	cmd.Flags().StringVar(&f.listen, "listen", defaultListen, "address to listen on (port 0: a free one)")
	cmd.Flags().StringVar(&f.publicURL, "public-url", "", "the bridge's address where another program stands before it; needed beyond this computer")
	cmd.Flags().StringArrayVar(&f.origins, "origin", []string{defaultOrigin}, "origin of pages that may connect; may be given several times")
	cmd.Flags().StringArrayVar(&f.share, "share", nil, "name of a device that all origins have together; may be given several times")
	cmd.Flags().StringArrayVar(&f.standsFor, "stands-for", nil, "address of a server that the app has built in: what it fetches there comes from --server")
	cmd.Flags().StringVar(&f.tokenFile, "token-file", "", "file with the token of pages (default: made once, in the data folder)")
	cmd.Flags().BoolVar(&f.keep, "keep", false, "keep the devices in the data folder and the vault")
	cmd.Flags().BoolVar(&f.panel, "panel", false, "show the phone's side in a window for each app (in place of --sensor and --browser)")
	cmd.Flags().StringVar(&f.browser, "browser", "open", "registration pages: open, print, or none (the app opens them)")
	cmd.Flags().StringVar(&f.redirect, "redirect", "", "redirect address of the app's own scheme, for --browser none")
	cmd.Flags().StringVar(&f.sensor, "sensor", "match", "finger on the sensor: match, fail:N, a list, lockout, removed, ask or none")
	return cmd
}

// run runs a bridge until ctx ends.
func run(ctx context.Context, f flags, on Computer) error {
	o, err := on.options(f)
	if err != nil {
		return err
	}
	if f.panel {
		return on.ShowPanel(ctx, Panel{OpenBrowser: on.OpenBrowser, Serve: func(ctx context.Context, phone bridge.Phone, listens func(Running)) error {
			o.Phone = phone
			return on.serve(ctx, f, o, listens)
		}})
	}
	return on.serve(ctx, f, o, func(Running) {})
}
