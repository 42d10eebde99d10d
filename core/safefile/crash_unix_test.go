//go:build unix

package safefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The environment of the child that dies: "<call> <step> <directory>".
const childEnv = "SAFEFILE_TEST_CHILD"

func TestMain(m *testing.M) {
	if spec := os.Getenv(childEnv); spec != "" {
		os.Exit(child(spec))
	}
	os.Exit(m.Run())
}

// child writes to a directory and kills itself at one step, as kill -9 would.
func child(spec string) int {
	part := strings.SplitN(spec, " ", 3)
	if part[0] == "diskfull" {
		return diskFullChild(part[2])
	}
	d, err := Open(part[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	d.step = func(step string) {
		if step == part[1] {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	write := d.WriteFile
	if part[0] == "append" {
		write = d.Append
	}
	if err := write("file", []byte(newContent)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

const (
	oldContent = "the old content"
	newContent = "the new content, which is longer"
)

// killAt runs the child and makes sure that it was killed.
func killAt(t *testing.T, call, step, dir string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+call+" "+step+" "+dir)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("child was not killed at %q: %v\n%s", step, err, out)
	}
}

func TestKilledWriteLeavesOldOrNew(t *testing.T) {
	for step, want := range map[string]string{
		"created": oldContent, "half": oldContent, "written": oldContent, "synced": oldContent, "renamed": newContent,
	} {
		for _, existed := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, existed %v", step, existed), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "data")
				d := openAt(t, path)
				if existed {
					if err := d.WriteFile("file", []byte(oldContent)); err != nil {
						t.Fatal(err)
					}
				}
				killAt(t, "write", step, path)
				if step != "renamed" && len(visible(t, path)) == 0 {
					t.Fatal("the child left no temporary file; this test shows nothing")
				}
				d = openAt(t, path)
				if want == oldContent && !existed {
					if _, err := d.ReadFile("file", 100); !errors.Is(err, fs.ErrNotExist) {
						t.Errorf("a file that never was complete: %v", err)
					}
				} else {
					wantContent(t, d, "file", want)
				}
				for _, name := range visible(t, path) {
					if name != "file" {
						t.Errorf("left over: %s", name)
					}
				}
				// Neither the dead process's locks nor its leftovers are in the way.
				if err := d.WriteFile("file", []byte("afterwards")); err != nil {
					t.Fatal(err)
				}
				wantContent(t, d, "file", "afterwards")
			})
		}
	}
}

func TestKilledAppendLosesNothingOld(t *testing.T) {
	for step, want := range map[string]string{
		"half":    oldContent + newContent[:len(newContent)/2],
		"written": oldContent + newContent,
		"synced":  oldContent + newContent,
	} {
		t.Run(step, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "data")
			d := openAt(t, path)
			if err := d.Append("file", []byte(oldContent)); err != nil {
				t.Fatal(err)
			}
			killAt(t, "append", step, path)
			wantContent(t, openAt(t, path), "file", want)
		})
	}
}
