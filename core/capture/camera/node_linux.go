//go:build amd64 || arm64 || riscv64 || loong64

package camera

import (
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// node is the open file of a camera: the system calls, so that a test can be the
// kernel.
type node interface {
	ioctl(request uintptr, arg unsafe.Pointer) error
	mmap(offset int64, length int) ([]byte, error)
	munmap(memory []byte) error
	// wait returns when there is a frame, or the camera is gone; errNoFrame after the
	// time; errWoken after wake.
	wait(atMost time.Duration) error
	wake()
	close() error
}

var (
	errNoFrame = errors.New("no frame in time")
	errWoken   = errors.New("woken")
)

// call is ioctl with a typed argument.
func call[T any](n node, request uintptr, arg *T) error { return n.ioctl(request, unsafe.Pointer(arg)) }

// file is a node of the kernel's. Closing a file wakes nobody who waits for it,
// so an eventfd is waited for as well.
type file struct{ fd, event int }

func openNode(path string) (node, error) {
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	event, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	return &file{fd, event}, nil
}

func (f *file) ioctl(request uintptr, arg unsafe.Pointer) error {
	for {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(f.fd), request, uintptr(arg))
		runtime.KeepAlive(arg)
		switch errno {
		case 0:
			return nil
		case unix.EINTR:
		default:
			return errno
		}
	}
}

func (f *file) mmap(offset int64, length int) ([]byte, error) {
	return unix.Mmap(f.fd, offset, length, unix.PROT_READ, unix.MAP_SHARED)
}

func (*file) munmap(memory []byte) error { return unix.Munmap(memory) }

func (f *file) wait(atMost time.Duration) error {
	fds := []unix.PollFd{{Fd: int32(f.fd), Events: unix.POLLIN}, {Fd: int32(f.event), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, int(atMost.Milliseconds()))
	switch {
	case errors.Is(err, unix.EINTR):
		return nil // dequeueing tells that there is nothing
	case err != nil:
		return err
	case fds[1].Revents != 0:
		return errWoken
	case n == 0:
		return errNoFrame
	}
	return nil // what is wrong, if anything, dequeueing tells
}

func (f *file) wake() {
	_, _ = unix.Write(f.event, binary.NativeEndian.AppendUint64(nil, 1))
}

func (f *file) close() error { return errors.Join(unix.Close(f.fd), unix.Close(f.event)) }

// explained makes an error of this package of the system's.
func explained(err error) error {
	var why error
	switch {
	case errors.Is(err, unix.EACCES), errors.Is(err, unix.EPERM):
		why = ErrDenied
	case errors.Is(err, unix.EBUSY):
		why = ErrBusy
	case errors.Is(err, unix.ENODEV), errors.Is(err, unix.ENXIO), errors.Is(err, unix.ENOENT):
		why = ErrUnplugged
	default:
		why = ErrFailed
	}
	return fmt.Errorf("%w: %w", why, err)
}
