//go:build unix && !darwin && !ios

package capture

import (
	"errors"
	"fmt"
	"image/png"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// wayland makes a compositor that takes connections, and a wl-paste that is a
// shell script: types are what it lists, get what it does when it is asked for
// $kind.
func wayland(t *testing.T, types, get string) {
	t.Helper()
	folder, err := os.MkdirTemp("", "wl") // a short path, for the socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	l, err := net.Listen("unix", filepath.Join(folder, "wayland-0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	script := fmt.Sprintf("#!/bin/sh\nif [ \"$*\" = --list-types ]; then\n%s\nexit\nfi\n"+
		"[ \"$1 $2\" = '--no-newline --type' ] || exit 2\nkind=$3\n%s\n", types, get)
	if err := os.WriteFile(filepath.Join(folder, "wl-paste"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "sample.png"), encoded(t, png.Encode), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_RUNTIME_DIR", folder)
	t.Setenv("WAYLAND_DISPLAY", "wayland-0")
	t.Setenv("DISPLAY", "/dead:0") // which is not asked
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
}

func TestWaylandClipboard(t *testing.T) {
	for name, c := range map[string]struct {
		types, get string
		text       string
		err        error
	}{
		"picture":             {types: "echo text/html; echo image/png", get: "cat $XDG_RUNTIME_DIR/sample.png"},
		"text":                {types: "echo 'text/plain;charset=utf-8'", get: "printf 'a code of %s' \"$kind\"", text: "a code of text/plain;charset=utf-8"},
		"long text":           {types: "echo UTF8_STRING", get: "exec yes", err: ErrClipboardLong},
		"nothing":             {types: "echo 'Nothing is copied' >&2; exit 1", err: ErrClipboardEmpty},
		"nothing, before 2.0": {types: "echo 'No selection' >&2; exit 1", err: ErrClipboardEmpty},
		"another kind":        {types: "echo application/pdf", err: ErrClipboardOther},
		"gone meanwhile":      {types: "echo image/png", get: "exit 1", err: ErrClipboardOther},
		"cannot":              {types: "echo 'Failed to connect' >&2; exit 1", err: ErrNoClipboard},
		"crash":               {types: "kill -SEGV $$", err: ErrNoClipboard},
	} {
		t.Run(name, func(t *testing.T) {
			wayland(t, c.types, c.get)
			clip, err := Clipboard(t.Context())
			switch {
			case !errors.Is(err, c.err) || clip.Text != c.text:
				t.Errorf("%.40q, %v", clip.Text, err)
			case err == nil && c.text == "":
				sameStripes(t, clip.Picture)
			}
			if err != nil && strings.HasSuffix(name, "cannot") && !strings.Contains(err.Error(), "Failed to connect") {
				t.Errorf("what wl-paste said is lost: %v", err)
			}
		})
	}
}

func TestWaylandClipboardTooLarge(t *testing.T) {
	wayland(t, "echo image/png", "exec yes") // without an end
	_, err := Clipboard(longer(t))
	if _, ok := errors.AsType[*TooLargeError](err); !ok {
		t.Errorf("err = %v", err)
	}
}

// A wl-paste that never ends, and is not alone in holding its output.
func TestWaylandClipboardSilent(t *testing.T) {
	silence := "echo > $XDG_RUNTIME_DIR/asked; sleep 60 & sleep 60"
	for want, c := range map[error]struct{ types, get string }{
		ErrClipboardSilent: {types: silence},
		ErrClipboardTime:   {types: "echo image/png", get: silence},
	} {
		t.Run(want.Error(), func(t *testing.T) {
			wayland(t, c.types, c.get)
			asked := filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "asked")
			if err := syscall.Mkfifo(asked, 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, pass := newDeadline(t)
			go func() {
				if f, err := os.Open(asked); err == nil { // once the script writes
					f.Close()
				}
				pass()
			}()
			if _, err := Clipboard(ctx); !errors.Is(err, want) {
				t.Errorf("err = %v", err)
			}
		})
	}
}

func TestWaylandClipboardWithoutProgram(t *testing.T) {
	wayland(t, "", "")
	t.Setenv("PATH", t.TempDir())
	if _, err := Clipboard(t.Context()); !errors.Is(err, ErrClipboardTool) {
		t.Errorf("err = %v", err)
	}
}

func TestNoClipboard(t *testing.T) {
	for name, env := range map[string][2]string{"none is named": {"", ""}, "all are dead": {"/dead", "/dead:0"}} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("WAYLAND_DISPLAY", env[0])
			t.Setenv("DISPLAY", env[1])
			if _, err := Clipboard(t.Context()); !errors.Is(err, ErrNoClipboard) {
				t.Errorf("err = %v", err)
			}
		})
	}
}
