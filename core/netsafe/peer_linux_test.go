package netsafe_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/understudy-auth/understudy/core/netsafe"
)

// TestMain lets this binary be another user's program: it gets an address and
// prints what it was told.
func TestMain(m *testing.M) {
	if address := os.Getenv("NETSAFE_GET"); address != "" {
		resp, err := http.Get(address)
		if err != nil {
			os.Stdout.WriteString(err.Error())
			os.Exit(1)
		}
		body, _ := io.ReadAll(resp.Body)
		os.Stdout.WriteString(resp.Status + " " + string(body))
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func peerGuarded(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(netsafe.GuardPeer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "welcome")
	})))
	t.Cleanup(server.Close)
	return server
}

func get(t *testing.T, address string, as *syscall.Credential) string {
	t.Helper()
	self, err := os.Open("/proc/self/exe") // which another user need not be able to reach by name
	if err != nil {
		t.Fatal(err)
	}
	defer self.Close()
	cmd := exec.Command("/proc/self/fd/3")
	cmd.ExtraFiles = []*os.File{self}
	cmd.Dir = "/"
	cmd.Env = []string{"NETSAFE_GET=" + address}
	if as != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func TestGuardPeerLetsOurOwnProgramsIn(t *testing.T) {
	if got := get(t, peerGuarded(t).URL, nil); got != "200 OK welcome" {
		t.Errorf("our own program was told %q", got)
	}
}

// THREATS A12.
func TestGuardPeerRefusesAnotherUser(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can be another user")
	}
	if got := get(t, peerGuarded(t).URL, &syscall.Credential{Uid: 65534, Gid: 65534}); !strings.HasPrefix(got, "403 ") || !strings.Contains(got, "another user") {
		t.Errorf("another user's program was told %q", got)
	}
}
