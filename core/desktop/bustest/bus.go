// Package bustest starts message buses (D-Bus) for tests, on which nothing runs
// but what a test puts there: no service starts by itself.
package bustest

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// Config is the configuration of a bus that can start no service.
const Config = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

// patience is for a bus on a busy machine; it answers within milliseconds.
const patience = 10 * time.Second

// Need skips the test where a program is missing, or fails it where the
// environment promises that everything is installed.
func Need(t *testing.T, program, debianPackage string) {
	t.Helper()
	if _, err := exec.LookPath(program); err == nil {
		return
	}
	if os.Getenv("UNDERSTUDY_REQUIRE_ALL") == "1" {
		t.Fatalf("%s is missing: install %s", program, debianPackage)
	}
	t.Skipf("%s is missing: install %s", program, debianPackage)
}

// Bus is a message bus.
type Bus struct {
	Address string
	daemon  *exec.Cmd
	stop    sync.Once
}

// Start starts a bus, which ends with the test.
func Start(t *testing.T) *Bus {
	t.Helper()
	Need(t, "dbus-daemon", "dbus")
	config := filepath.Join(t.TempDir(), "bus.conf")
	if err := os.WriteFile(config, []byte(Config), 0o600); err != nil {
		t.Fatal(err)
	}
	b := &Bus{daemon: exec.Command("dbus-daemon", "--config-file="+config, "--nofork", "--print-address")}
	out, err := b.daemon.StdoutPipe()
	if err == nil {
		err = b.daemon.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Stop)
	address := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(out).ReadString('\n')
		address <- strings.TrimSpace(line)
	}()
	select {
	case b.Address = <-address:
	case <-time.After(patience):
	}
	if b.Address == "" {
		t.Fatal("the bus did not start")
	}
	return b
}

// Stop ends the bus, as a logout does: whoever is connected loses the connection.
func (b *Bus) Stop() {
	b.stop.Do(func() {
		_ = b.daemon.Process.Kill()
		_ = b.daemon.Wait()
	})
}

// Connect connects to the bus, under the names if there are any.
func (b *Bus) Connect(t *testing.T, names ...string) *dbus.Conn {
	t.Helper()
	conn, err := dbus.Connect(b.Address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	for _, name := range names {
		reply, err := conn.RequestName(name, dbus.NameFlagDoNotQueue)
		if err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
			t.Fatalf("cannot stand in for %s: %v, %v", name, reply, err)
		}
	}
	return conn
}

// Listeners gives the rules by which programs ask the bus for signals, from now
// on: what is emitted after a rule came is delivered.
func (b *Bus) Listeners(t *testing.T) (rules <-chan string) {
	t.Helper()
	conn := b.Connect(t)
	const calls = "type='method_call',member='AddMatch'"
	if err := conn.BusObject().Call("org.freedesktop.DBus.Monitoring.BecomeMonitor", 0, []string{calls}, uint32(0)).Err; err != nil {
		t.Fatal(err)
	}
	messages := make(chan *dbus.Message, 100)
	conn.Eavesdrop(messages)
	got := make(chan string, cap(messages))
	go func() {
		for m := range messages {
			if member, _ := m.Headers[dbus.FieldMember].Value().(string); member != "AddMatch" || len(m.Body) == 0 {
				continue
			}
			rule, _ := m.Body[0].(string)
			got <- rule
		}
	}()
	return got
}
