package safefile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestDiskFull fills a 64 KiB file system that only a child process sees, in a
// mount namespace of its own, so that nothing stays mounted.
func TestDiskFull(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"=diskfull - "+t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
	case errors.As(err, &exit) && exit.ExitCode() == exitNoMount:
		t.Skipf("cannot mount a small file system here: %s", out)
	case !errors.As(err, &exit):
		t.Skipf("cannot start a process with its own mounts here: %v", err)
	default:
		t.Fatalf("%v\n%s", err, out)
	}
}

const exitNoMount = 77

func diskFullChild(base string) int {
	// Keep the mount from spreading to the rest of the system.
	err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, "")
	if err == nil {
		err = syscall.Mount("tmpfs", base, "tmpfs", 0, "size=64k,mode=0700")
	}
	if err != nil {
		fmt.Println(err)
		return exitNoMount
	}
	if err := fillAndCheck(filepath.Join(base, "data")); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

func fillAndCheck(path string) error {
	d, err := Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := errors.Join(d.WriteFile("file", []byte(oldContent)), d.Append("log", []byte("old line\n"))); err != nil {
		return err
	}
	big := bytes.Repeat([]byte("x"), 1<<20)
	if err := d.WriteFile("file", big); !errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("WriteFile on a full disk: %v, want ENOSPC", err)
	}
	if got, err := d.ReadFile("file", 100); err != nil || string(got) != oldContent {
		return fmt.Errorf("the old file is %q, %v", got, err)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), tempPrefix) {
			return fmt.Errorf("the failed write left %s", e.Name())
		}
	}
	if err := d.Append("log", big); !errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("Append on a full disk: %v, want ENOSPC", err)
	}
	if got, err := d.ReadFile("log", 1<<20); err != nil || !bytes.HasPrefix(got, []byte("old line\n")) {
		return fmt.Errorf("the old line is gone: %v", err)
	}
	if err := d.Remove("log"); err != nil {
		return err
	}
	if err := d.WriteFile("file", []byte(newContent)); err != nil {
		return fmt.Errorf("after making room: %w", err)
	}
	return nil
}
