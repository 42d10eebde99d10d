package cli_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// bridge prints its address with the token, lets pages in that know it, and has
// the same token the next time.
func TestBridge(t *testing.T) {
	w := newWorld(t)
	args := []string{"bridge", "--server", w.bed.Origin.String(), "--listen", "127.0.0.1:0", "--browser", "print"}
	b := w.background(args...)
	address, token, ok := strings.Cut(b.first, "/#token=")
	if !ok || len(token) < 20 {
		t.Fatalf("the address is %q", b.first)
	}
	connect := func(token string) int {
		t.Helper()
		conn, resp, err := websocket.Dial(t.Context(), strings.Replace(address, "http", "ws", 1)+"/connect?device=mine", &websocket.DialOptions{
			HTTPHeader: http.Header{"Origin": {"http://localhost:8000"}}, Subprotocols: []string{"understudy.v1", "understudy.token." + token},
		})
		if err != nil && resp == nil {
			t.Fatal(err)
		}
		if conn != nil {
			_ = conn.CloseNow()
		}
		return resp.StatusCode
	}
	if got := connect(token); got != http.StatusSwitchingProtocols {
		t.Errorf("the page gets %d", got)
	}
	if got := connect(token + "x"); got != http.StatusForbidden {
		t.Errorf("another page gets %d", got)
	}
	b.stop()
	code, said := b.ends()
	if code != 0 || !strings.Contains(said, "A page uses the device mine.") || !strings.Contains(said, "onegini.js#token="+token) || !strings.Contains(said, "The bridge ends.") {
		t.Errorf("exit code %d: %s", code, said)
	}
	if again := w.background(args...); !strings.HasSuffix(again.first, "/#token="+token) {
		t.Errorf("the next time it is %q", again.first)
	}
	if info, err := os.Stat(filepath.Join(w.dir, "bridge", "token")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the token's file: %v, %v", info, err)
	}
	if left, err := filepath.Glob(filepath.Join(w.dir, "bridge", "[!.]*")); err != nil || len(left) != 1 {
		t.Errorf("without --keep there are %v, %v", left, err)
	}
}

// An address that pages cannot use is told at once, in words.
func TestBridgePublicURL(t *testing.T) {
	w := newWorld(t)
	for _, address := range []string{"phone.example", "http://phone.example", "https://phone.example/x", "https://a@phone.example", "//"} {
		code, out, said := w.run("", "bridge", "--server", w.bed.Origin.String(), "--listen", "127.0.0.1:0", "--public-url", address)
		if code != 2 || out != "" || !strings.Contains(said, "--public-url") {
			t.Errorf("%s: exit code %d: %s%s", address, code, out, said)
		}
	}
}
