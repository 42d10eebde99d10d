//go:build !darwin && !windows

package display_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/app/display"
)

// listen makes a socket in a folder of a short path, and hands its connections
// to answer.
func listen(t *testing.T, name string, answer func(net.Conn)) (folder string) {
	t.Helper()
	folder, err := os.MkdirTemp("", "display")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	l, err := net.Listen("unix", filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
			go answer(conn)
		}
	}()
	return folder
}

// silent answers nothing.
func silent(net.Conn) {}

// saying reads what an X client says first, and gives an answer.
func saying(answer []byte) func(net.Conn) {
	return func(conn net.Conn) {
		head := make([]byte, 12)
		if _, err := io.ReadFull(conn, head); err != nil {
			return
		}
		pad := func(n uint16) int64 { return (int64(n) + 3) &^ 3 }
		cookie := pad(binary.LittleEndian.Uint16(head[6:])) + pad(binary.LittleEndian.Uint16(head[8:]))
		if _, err := io.CopyN(io.Discard, conn, cookie); err != nil {
			return
		}
		_, _ = conn.Write(answer)
	}
}

// setup is an X server's answer to a client that it lets in, with a number of
// screens.
func setup(screens byte) []byte {
	answer := make([]byte, 40+int(screens)*40)
	answer[0] = 1
	answer[2] = 11 // the version of the protocol
	binary.LittleEndian.PutUint16(answer[6:], uint16(len(answer)-8)/4)
	binary.LittleEndian.PutUint32(answer[12:], 1<<21) // the resource identifiers that are ours
	binary.LittleEndian.PutUint32(answer[16:], 1<<21-1)
	answer[28] = screens
	return answer
}

// refusal is its answer to one that it does not let in.
func refusal(reason string) []byte {
	padded := reason + strings.Repeat("\x00", -len(reason)&3)
	return append([]byte{0, byte(len(reason)), 11, 0, 0, 0, byte(len(padded) / 4), 0}, padded...)
}

func find(ctx context.Context, env map[string]string) error {
	return display.Find(ctx, func(name string) string { return env[name] })
}

func TestWayland(t *testing.T) {
	folder := listen(t, "wayland-7", silent) // taking the connection is enough
	for name, c := range map[string]struct {
		env  map[string]string
		dead string // its name
	}{
		"in the folder":    {env: map[string]string{"XDG_RUNTIME_DIR": folder, "WAYLAND_DISPLAY": "wayland-7"}},
		"whole path":       {env: map[string]string{"WAYLAND_DISPLAY": filepath.Join(folder, "wayland-7")}},
		"wanted":           {env: map[string]string{"XDG_RUNTIME_DIR": folder, "WAYLAND_DISPLAY": "wayland-7", "FYNE_PLATFORM": "wayland"}},
		"another platform": {env: map[string]string{"XDG_RUNTIME_DIR": folder, "WAYLAND_DISPLAY": "wayland-7", "FYNE_PLATFORM": "other"}},
		"no folder":        {env: map[string]string{"WAYLAND_DISPLAY": "wayland-7"}, dead: "wayland-7"},
		"not there":        {env: map[string]string{"XDG_RUNTIME_DIR": folder, "WAYLAND_DISPLAY": "wayland-8"}, dead: "wayland-8"},
		"a folder":         {env: map[string]string{"WAYLAND_DISPLAY": folder}, dead: folder},
	} {
		t.Run(name, func(t *testing.T) {
			err := find(t.Context(), c.env)
			dead, ok := errors.AsType[*display.DeadError](err)
			switch {
			case c.dead == "" && err != nil:
				t.Error(err)
			case c.dead != "" && (!ok || dead.Name != c.dead):
				t.Errorf("err = %v", err)
			}
		})
	}
}

func TestX11(t *testing.T) {
	for name, c := range map[string]struct {
		answer []byte
		says   string // the error holds it
	}{
		"works":              {setup(1), ""},
		"no screen":          {setup(0), "no screen"},
		"refuses":            {refusal("Authorization required, but no authorization protocol specified"), "Authorization required"},
		"refuses at length":  {refusal(strings.Repeat("x", 250)), "not an X server"},
		"cut off":            {setup(1)[:50], "EOF"},
		"another protocol":   {[]byte("HTTP/1.1 400 Bad Request\r\n\r\n"), "version"},
		"lies about lengths": {[]byte{1, 0, 11, 0, 0, 0, 0, 0}, "not an X server"},
		"asks for more":      {[]byte{2, 0, 11, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0}, "not an X server"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := listen(t, "x:3", func(conn net.Conn) {
				saying(c.answer)(conn)
				if name != "works" {
					conn.Close()
				}
			})
			env := map[string]string{"DISPLAY": folder + "/x:3"}
			err := find(t.Context(), env)
			dead, ok := errors.AsType[*display.DeadError](err)
			switch {
			case c.says == "" && err != nil:
				t.Error(err)
			case c.says != "" && (!ok || dead.Name != env["DISPLAY"] || !strings.Contains(err.Error(), c.says)):
				t.Errorf("err = %v", err)
			}
		})
	}
}

func TestX11Silent(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for two seconds")
	}
	env := map[string]string{"DISPLAY": listen(t, "x:3", silent) + "/x:3"}
	start := time.Now()
	if _, ok := errors.AsType[*display.DeadError](find(t.Context(), env)); !ok {
		t.Error("a server that says nothing is a display")
	}
	if took := time.Since(start); took < 2*time.Second {
		t.Errorf("given up after %v", took)
	}
}

func TestCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	env := map[string]string{"DISPLAY": listen(t, "x:3", func(net.Conn) { cancel() }) + "/x:3"}
	if err := find(ctx, env); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

// Wayland goes before X11, and X11 is enough where Wayland is dead.
func TestBoth(t *testing.T) {
	wayland := filepath.Join(listen(t, "w", silent), "w")
	x11 := listen(t, "x:3", saying(setup(1))) + "/x:3"
	for name, c := range map[string]struct {
		wayland, x11, platform string
		err                    string
	}{
		"both":                {wayland, x11, "", ""},
		"X11 is dead":         {wayland, "/dead:0", "", ""},
		"Wayland is dead":     {"/dead", x11, "", ""},
		"both are dead":       {"/dead", "/dead:0", "", "/dead:0"},
		"X11 is wanted":       {wayland, "/dead:0", "x11", "/dead:0"},
		"Wayland is wanted":   {"/dead", x11, "wayland", "/dead"},
		"no name of one":      {"", "nonsense", "", "nonsense"},
		"none":                {"", "", "", "neither"},
		"none that is wanted": {wayland, "", "x11", "neither"},
		"none of Wayland":     {"", x11, "wayland", "neither"},
	} {
		t.Run(name, func(t *testing.T) {
			err := find(t.Context(), map[string]string{"WAYLAND_DISPLAY": c.wayland, "DISPLAY": c.x11, "FYNE_PLATFORM": c.platform})
			switch {
			case c.err == "" && err != nil:
				t.Error(err)
			case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
				t.Errorf("err = %v", err)
			case errors.Is(err, display.ErrNone) != (c.err == "neither"):
				t.Errorf("err = %v", err)
			}
		})
	}
}
