//go:build unix && !darwin && !ios

package capture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// waylandClipboard asks wl-paste: Wayland gives the clipboard to programs with a
// focused window and to those that know the extensions of the compositors, which
// differ.
type waylandClipboard struct {
	ctx     context.Context
	program string
}

func openWayland(ctx context.Context) (clipboard, error) {
	program, err := exec.LookPath("wl-paste")
	if err != nil {
		return nil, ErrClipboardTool
	}
	return waylandClipboard{ctx, program}, nil
}

func (waylandClipboard) close() {}

func (w waylandClipboard) types() ([]string, error) {
	list, said, err := w.run(MaxText, "--list-types")
	if err != nil {
		// It ends as it does for a compositor that it cannot use; before 2.0 it said
		// "No selection".
		if strings.Contains(said, "Nothing is copied") || strings.Contains(said, "No selection") {
			return nil, ErrClipboardEmpty
		}
		return nil, fmt.Errorf("%w (wl-paste: %w: %s)", ErrNoClipboard, err, strings.TrimSpace(said))
	}
	return strings.Fields(string(list)), nil
}

func (w waylandClipboard) get(kind string, most int) ([]byte, error) {
	data, _, err := w.run(most, "--no-newline", "--type", kind)
	if _, failed := errors.AsType[*exec.ExitError](err); failed {
		return nil, errRefused
	}
	return data, err
}

func (w waylandClipboard) run(most int, args ...string) (out []byte, said string, err error) {
	stdout, stderr := &capped{most: most}, &capped{most: 4096}
	cmd := exec.CommandContext(w.ctx, w.program, args...)
	cmd.Stdout, cmd.Stderr = stdout, stderr
	// It leaves the copying to a cat, which must not stay behind.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	if stdout.full {
		err = errTooMuch
	}
	return stdout.kept.Bytes(), stderr.kept.String(), err
}

// capped keeps what is written up to a limit, and fails beyond it, which ends
// the program that writes. The buffer is a field, as its ReadFrom has no limit.
type capped struct {
	kept bytes.Buffer
	most int
	full bool
}

func (c *capped) Write(p []byte) (int, error) {
	if c.kept.Len()+len(p) > c.most {
		c.full = true
		return 0, errTooMuch
	}
	return c.kept.Write(p)
}
