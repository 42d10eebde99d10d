package settings

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// The environment of the child that has a small disk of its own: where it is.
const childEnv = "SETTINGS_TEST_CHILD"

const exitNoMount = 77

func TestMain(m *testing.M) {
	if base := os.Getenv(childEnv); base != "" {
		os.Exit(child(base))
	}
	os.Exit(m.Run())
}

// TestDisk fills and closes a file system that only a child process sees, in a
// mount namespace of its own, so that nothing stays mounted.
func TestDisk(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	exit, exited := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil:
	case exited && exit.ExitCode() == exitNoMount:
		t.Skipf("cannot mount a small file system here: %s", out)
	case !exited:
		t.Skipf("cannot start a process with its own mounts here: %v", err)
	default:
		t.Fatalf("%v\n%s", err, out)
	}
}

func child(base string) int {
	// Keep the mount from spreading to the rest of the system.
	err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, "")
	if err == nil {
		err = syscall.Mount("tmpfs", base, "tmpfs", 0, "size=64k,mode=0700")
	}
	if err != nil {
		fmt.Println(err)
		return exitNoMount
	}
	if err := onSmallDisk(base); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

func onSmallDisk(base string) error {
	ctx := context.Background()
	s := Open(filepath.Join(base, "understudy"))
	refused := func(err error, want Reason) error {
		if e, ok := errors.AsType[*NotSavedError](err); !ok || e.Reason != want {
			return fmt.Errorf("%w, want reason %d", errors.Join(errors.New("not refused so"), err), want)
		}
		return nil
	}
	if err := s.Save(ctx, dark); err != nil {
		return err
	}
	filler := filepath.Join(base, "filler")
	if err := os.WriteFile(filler, make([]byte, 1<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("the disk did not fill: %w", err)
	}
	if err := refused(s.Save(ctx, func(c *Settings) { c.Text = 200 }), ReasonFull); err != nil {
		return err
	}
	again := Open(s.folder)
	if err := again.Load(); err != nil || again.Current().Text != 100 || again.Current().Look != LookDark || s.Current().Text != 200 {
		return fmt.Errorf("after a full disk: %+v and %+v, %w", again.Current(), s.Current(), err)
	}
	if err := brokenOnFullDisk(base, s.folder, refused); err != nil {
		return err
	}
	if err := syscall.Mount("", base, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		return err
	}
	if err := refused(s.Save(ctx, func(c *Settings) { c.Motion = false }), ReasonProtected); err != nil {
		return err
	}
	if err := syscall.Mount("", base, "", syscall.MS_REMOUNT, ""); err != nil {
		return err
	}
	// With room again, the next change brings the others along.
	if err := errors.Join(os.Remove(filler), s.Save(ctx, func(c *Settings) { c.LockAfter = 1 }), again.Load()); err != nil {
		return err
	}
	want := Default()
	want.Look, want.Text, want.Motion, want.LockAfter = LookDark, 200, false, 1
	if again.Current() != want {
		return fmt.Errorf("with room again: %+v, want %+v", again.Current(), want)
	}
	return nil
}

// brokenOnFullDisk: a broken file that cannot be replaced stays where it is.
func brokenOnFullDisk(base, folder string, refused func(error, Reason) error) error {
	path, kept := filepath.Join(folder, fileName), filepath.Join(base, "kept")
	if err := os.Rename(path, kept); err != nil {
		return err
	}
	if err := os.Symlink("/dev/null", path); err != nil { // broken, and takes no room
		return err
	}
	_, err := Open(folder).Replace(context.Background())
	if err := refused(err, ReasonFull); err != nil {
		return err
	}
	if target, err := os.Readlink(path); err != nil || target != "/dev/null" {
		return fmt.Errorf("the broken file was lost: %q, %w", target, err)
	}
	return os.Rename(kept, path)
}
