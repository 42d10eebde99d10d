//go:build e2e

package e2e

import (
	"html"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/understudy-auth/understudy/core/netsafe"
)

const cordovaPlugin = "../../assets/cordova"

// builtApp is the folder of the example app as Apache's Cordova assembles it for
// the browser platform, with our plugin.
var builtApp = sync.OnceValues(func() (string, error) {
	plugin, err := filepath.Abs(cordovaPlugin)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	tools := filepath.Join(cache, "understudy-e2e-cordova")
	script := `set -eu
mkdir -p "$1"
cp testdata/cordova/package.json "$1"
cd "$1"
[ -d node_modules/cordova-browser ] || npm install --silent --no-audit --no-fund
rm -rf app
export CI=1 PATH="$1/node_modules/.bin:$PATH"
cordova create app com.example.app Example
cp -R "$2/example/." app/
cd app
cordova platform add ../node_modules/cordova-browser
cordova plugin add "$2"
cordova build browser`
	out, err := exec.Command("bash", "-c", script, "bash", tools, plugin).CombinedOutput()
	if err != nil {
		return "", &exec.Error{Name: "cordova: " + string(out), Err: err}
	}
	return filepath.Join(tools, "app/platforms/browser/www"), nil
})

// site serves the example app and knows, once it is told, where the bridge is.
type site struct {
	origin string
	folder string
	edit   func(name, text string) string
}

// newSite serves the app in one of two ways: as Cordova assembles it, where
// config.xml names the bridge, or as a plain page with the bridge's script.
func newSite(t *testing.T, withCordova bool, bridge func() string) *site {
	t.Helper()
	s := &site{folder: cordovaPlugin + "/example/www", edit: func(name, text string) string {
		at, hash, _ := strings.Cut(bridge(), "#")
		return strings.Replace(text, `src="cordova.js"`, `src="`+at+`onegini.js#`+html.EscapeString(hash)+`"`, 1)
	}}
	if withCordova {
		var err error
		if s.folder, err = builtApp(); err != nil {
			t.Fatal(err)
		}
		s.edit = func(name, text string) string {
			if name == "/config.xml" {
				return strings.Replace(text, "http://127.0.0.1:8710/", html.EscapeString(bridge()), 1)
			}
			return text
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.origin = "http://" + listener.Addr().String()
	web := netsafe.NewServer(s, nil)
	go func() { _ = web.Serve(listener) }()
	t.Cleanup(func() { _ = web.Close() })
	return s
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := filepath.Clean("/" + r.URL.Path)
	if name == "/" {
		name = "/index.html"
	}
	text, err := os.ReadFile(filepath.Join(s.folder, name))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.ServeContent(w, r, name, timeZero, strings.NewReader(s.edit(name, string(text))))
}
