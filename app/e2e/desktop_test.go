//go:build e2e

package e2e

import (
	"bufio"
	_ "embed"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// desktop is an X server without a screen, with a window manager: what a person
// with a keyboard sits at.
type desktop struct {
	t       *testing.T
	display string
	home    string
}

func newDesktop(t *testing.T) *desktop {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	d := &desktop{t: t, home: t.TempDir()}
	// The server names the display that it took, once it takes connections.
	server := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1280x1000x24", "-noreset", "-nolisten", "tcp")
	server.ExtraFiles = []*os.File{write}
	d.start(server)
	_ = write.Close()
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb named no display: %v", err)
	}
	d.display = ":" + strings.TrimSpace(number)
	d.start(d.command("openbox"))
	return d
}

func (d *desktop) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+d.display, "WAYLAND_DISPLAY=", "XDG_RUNTIME_DIR="+d.home, "NO_AT_BRIDGE=1")
	return cmd
}

// start runs a program until the test ends.
func (d *desktop) start(cmd *exec.Cmd) {
	d.t.Helper()
	if cmd.Stderr == nil {
		cmd.Stderr = d.t.Output()
	}
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
}

func (d *desktop) xdotool(args ...string) string {
	d.t.Helper()
	out, err := d.command("xdotool", args...).CombinedOutput()
	if err != nil {
		d.t.Fatalf("xdotool %q: %v: %s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// until waits for something to become so.
func (d *desktop) until(what string, so func() bool) {
	d.t.Helper()
	if !d.within(patience, so) {
		d.picture("failed")
		d.t.Fatalf("waited for %s", what)
	}
}

// within reports whether something becomes so in time.
func (d *desktop) within(limit time.Duration, so func() bool) bool {
	for end := time.Now().Add(limit); !so(); {
		if time.Now().After(end) {
			return false
		}
		time.Sleep(50 * time.Millisecond) // between two looks
	}
	return true
}

// picture keeps what the whole screen shows.
func (d *desktop) picture(name string) string {
	d.t.Helper()
	path := filepath.Join(pictures(d.t), name+".png")
	if out, err := d.command("scrot", "--overwrite", path).CombinedOutput(); err != nil {
		d.t.Fatalf("scrot: %v: %s", err, out)
	}
	return path
}

// windowed is a person at the window.
type windowed struct {
	*desktop
	w  *world
	id string
}

// windowCommand is the program with its window as this person starts it.
func (w *world) windowCommand(d *desktop, args ...string) *exec.Cmd {
	cmd := d.command(windowProgram, append([]string{"--passphrase-file", filepath.Join(w.home, "passphrase")}, args...)...)
	cmd.Env = append(cmd.Env, w.own()...)
	cmd.Env = append(cmd.Env, "XDG_CACHE_HOME="+d.home, "DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere")
	return cmd
}

// openWindow opens the program's window for the person of the world.
func (w *world) openWindow(d *desktop, env ...string) *windowed {
	w.t.Helper()
	cmd := w.windowCommand(d)
	cmd.Env = append(cmd.Env, env...)
	d.start(cmd)
	return w.sitAt(d, "Understudy")
}

// sitAt waits for a window and has it take the keys.
func (w *world) sitAt(d *desktop, name string) *windowed {
	w.t.Helper()
	p := &windowed{desktop: d, w: w}
	p.until("the window", func() bool { return d.find(name, &p.id) })
	p.activate()
	return p
}

// activate brings the window to the front, as a click on it does.
func (p *windowed) activate() { p.xdotool("windowactivate", "--sync", p.id) }

// takesKeys waits until what is typed goes to the window.
func (p *windowed) takesKeys() {
	p.t.Helper()
	p.until("the window to take the keys", func() bool {
		out, _ := p.command("xdotool", "getwindowfocus").Output() // fails while nothing has the focus
		return strings.TrimSpace(string(out)) == p.id
	})
}

// shows waits until the window's title names this state.
func (p *windowed) shows(title string) {
	p.t.Helper()
	p.until("the window to show "+strconv.Quote(title), func() bool { return p.title() == title+" - Understudy" })
}

func (p *windowed) title() string {
	out, _ := p.command("xdotool", "getwindowname", p.id).Output()
	return strings.TrimSpace(string(out))
}

func (p *windowed) types(text string) { p.xdotool("type", "--delay", "30", text) }
func (p *windowed) keys(keys ...string) {
	p.xdotool(append([]string{"key", "--delay", "60"}, keys...)...)
}

// reads lets the second pass in which no answer counts, as reading takes longer.
func (p *windowed) reads() { time.Sleep(1200 * time.Millisecond) }

//go:embed testdata/drag.py
var dragSource string

// drop drags a file from another program's window onto ours, and once more where
// nothing comes of it: on a busy machine a hand can be too fast for one of the two.
func (p *windowed) drop(file string) {
	p.t.Helper()
	before := p.title()
	for try := 1; ; try++ {
		p.drag(file)
		if p.within(8*time.Second, func() bool { return p.title() != before }) {
			return
		}
		if try == 4 {
			p.picture("failed")
			p.t.Fatal("nothing comes of the drop")
		}
	}
}

func (p *windowed) drag(file string) {
	p.t.Helper()
	source := p.command("/usr/bin/python3", "-c", dragSource, file)
	out, err := source.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := source.Start(); err != nil {
		p.t.Fatal(err)
	}
	defer func() {
		_ = source.Process.Kill()
		_ = source.Wait()
	}()
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		p.t.Fatalf("the source of the drag does not start: %v", err)
	}
	// Side by side: whatever the window manager thought of.
	var id string
	p.until("the source of the drag", func() bool { return p.find("Drag source", &id) })
	p.xdotool("windowmove", "--sync", id, "10", "30")
	p.xdotool("windowmove", "--sync", p.id, "200", "60")
	var from, to image.Point
	if !p.middleOf(id, &from) || !p.middleOf(p.id, &to) {
		p.t.Fatal("a window is gone")
	}
	// A hand pauses between its movements, and toolkits count on that.
	hand := func(args ...string) {
		p.xdotool(args...)
		time.Sleep(120 * time.Millisecond)
	}
	hand("mousemove", fmt.Sprint(from.X), fmt.Sprint(from.Y))
	hand("mousedown", "1")
	for step := 1; step <= 10; step++ {
		at := from.Add(to.Sub(from).Mul(step).Div(10))
		hand("mousemove", fmt.Sprint(at.X), fmt.Sprint(at.Y))
	}
	hand("mouseup", "1")
}

func (d *desktop) find(name string, id *string) bool {
	out, err := d.command("xdotool", "search", "--onlyvisible", "--name", name).Output()
	*id, _, _ = strings.Cut(strings.TrimSpace(string(out)), "\n")
	return err == nil && *id != ""
}

func (p *windowed) middleOf(id string, at *image.Point) bool {
	out, err := p.command("xdotool", "getwindowgeometry", "--shell", id).Output()
	if err != nil {
		return false
	}
	var x, y, w, h int
	for line := range strings.Lines(string(out)) {
		_, _ = fmt.Sscanf(line, "X=%d", &x)
		_, _ = fmt.Sscanf(line, "Y=%d", &y)
		_, _ = fmt.Sscanf(line, "WIDTH=%d", &w)
		_, _ = fmt.Sscanf(line, "HEIGHT=%d", &h)
	}
	*at = image.Pt(x+w/2, y+h/2)
	return w > 0
}
