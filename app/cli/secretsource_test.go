//go:build unix

package cli_test

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

// A secret may come through a descriptor; one that is not there is told.
func TestPINFromDescriptor(t *testing.T) {
	w := newWorld(t)
	r, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.WriteString(testPIN + "\r\nrest"); err != nil {
		t.Fatal(err)
	}
	in.Close()
	fd, err := syscall.Dup(int(r.Fd())) // the program closes what it was given
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	link := wire.RegistrationLink(w.bed.Origin, w.bed.RegistrationCode("anna"))
	code, stdout, stderr := w.run("", "register", link, "--server", w.bed.Origin.String(), "--pin-fd", strconv.Itoa(fd))
	if code != 0 || !strings.Contains(stdout, "ready") {
		t.Errorf("%d %s %s", code, stdout, stderr)
	}
	otp, _ := w.bed.Start("x")
	if code, _, stderr := w.run("", "respond", otp, "--accept", "--pin-fd", "987"); code == 0 {
		t.Errorf("%d %s", code, stderr)
	}
	if code, _, stderr := w.run("", "respond", otp, "--accept", "--pin-file", w.pinFile); code != 0 {
		t.Errorf("%d %s", code, stderr)
	}
}

// A descriptor can be read once, and the PIN is needed twice: to log in, and to
// accept a request that takes it.
func TestPINFromDescriptorTwice(t *testing.T) {
	w := registered(t)
	_, id := w.bed.Start("x", "type", tokenserver.DemoPushPIN, "user_id", "anna")
	r, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.WriteString(testPIN); err != nil {
		t.Fatal(err)
	}
	in.Close()
	fd, err := syscall.Dup(int(r.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	code, _, stderr := w.run("", "respond", "--pending", "--accept", "--pin-fd", strconv.Itoa(fd))
	if code != 0 || w.bed.State(id) != wire.StateAccepted {
		t.Errorf("%d %s", code, stderr)
	}
}
