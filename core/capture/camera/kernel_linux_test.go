//go:build amd64 || arm64 || riscv64 || loong64

package camera

import (
	"image"
	"slices"
	"sync"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// kernel is a node whose camera a test holds in its hand.
type kernel struct {
	caps   uint32
	modes  []Mode
	answer func(*v4l2PixFormat) // changes what was asked for
	fails  map[uintptr]error    // requests that fail

	changed chan struct{} // has a value when there is something to dequeue
	woken   chan struct{}

	mu        sync.Mutex
	length    int
	memory    [][]byte
	mapped    int
	requested uint32
	queued    []uint32
	filled    []v4l2Buffer
	gone      error
	on        bool
	closed    bool
}

func newKernel(modes ...Mode) *kernel {
	return &kernel{
		caps: capVideoCapture | capStreaming, modes: modes, fails: map[uintptr]error{},
		changed: make(chan struct{}, 1), woken: make(chan struct{}, 1),
	}
}

// send is a frame of the camera's; false if the program gave no buffer back.
func (k *kernel) send(data []byte, flags uint32) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.queued) == 0 || !k.on {
		return false
	}
	b := v4l2Buffer{index: k.queued[0], bytesUsed: uint32(len(data)), flags: flags}
	k.queued = k.queued[1:]
	copy(k.memory[b.index], data)
	k.filled = append(k.filled, b)
	k.signal()
	return true
}

// unplug pulls the camera out.
func (k *kernel) unplug() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.gone = unix.ENODEV
	k.signal()
}

func (k *kernel) signal() {
	select {
	case k.changed <- struct{}{}:
	default:
	}
}

func (k *kernel) wait(atMost time.Duration) error {
	for {
		k.mu.Lock()
		there := len(k.filled) > 0 || k.gone != nil
		k.mu.Unlock()
		if there {
			return nil
		}
		select {
		case <-k.changed:
		case <-k.woken:
			return errWoken
		case <-time.After(atMost):
			return errNoFrame
		}
	}
}

func (k *kernel) wake() { k.woken <- struct{}{} }

func (k *kernel) close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.closed = true
	return nil
}

func (k *kernel) mmap(offset int64, length int) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.mapped++
	return k.memory[offset][:length], nil
}

func (k *kernel) munmap([]byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.mapped--
	return nil
}

func (k *kernel) ioctl(request uintptr, arg unsafe.Pointer) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.fails[request]; err != nil {
		return err
	}
	switch request {
	case queryCapability:
		(*v4l2Capability)(arg).deviceCaps = k.caps
	case enumFormats, enumSizes, enumIntervals:
		return k.enumerate(request, arg)
	case setFormat:
		f := &(*v4l2Format)(arg).pix
		f.bytesPerLine = 0
		if fourCC(f.pixelFormat) == FormatYUYV {
			f.bytesPerLine = 2 * f.width
		}
		if k.answer != nil {
			k.answer(f)
		}
		k.length = int(f.width * f.height * 2)
		if f.bytesPerLine > 0 {
			k.length = int(f.bytesPerLine * f.height)
		}
	case setParameters:
		return unix.ENOTTY // as cameras that cannot choose
	case requestBuffers:
		k.requested = (*v4l2RequestBuffers)(arg).count
		k.memory, k.queued = nil, nil
		for range k.requested {
			k.memory = append(k.memory, make([]byte, k.length))
		}
	case queryBuffer:
		b := (*v4l2Buffer)(arg)
		b.offset, b.length = uint64(b.index), uint32(k.length)
	case queueBuffer:
		if k.gone != nil {
			return k.gone
		}
		k.queued = append(k.queued, (*v4l2Buffer)(arg).index)
	case dequeueBuffer:
		switch {
		case k.gone != nil:
			return k.gone
		case len(k.filled) == 0:
			return unix.EAGAIN
		}
		*(*v4l2Buffer)(arg) = k.filled[0]
		k.filled = k.filled[1:]
	case streamOn, streamOff:
		k.on = request == streamOn
	default:
		return unix.ENOTTY
	}
	return nil
}

func (k *kernel) enumerate(request uintptr, arg unsafe.Pointer) error {
	var formats []string
	for _, m := range k.modes {
		if !slices.Contains(formats, m.Format) {
			formats = append(formats, m.Format)
		}
	}
	sizes := func(format uint32) (out []Mode) {
		for _, m := range k.modes {
			if m.Format == fourCC(format) {
				out = append(out, m)
			}
		}
		return out
	}
	switch request {
	case enumFormats:
		f := (*v4l2FormatDescription)(arg)
		if int(f.index) >= len(formats) {
			return unix.EINVAL
		}
		f.pixelFormat = fourCCNumber(formats[f.index])
	case enumSizes:
		s := (*v4l2FrameSize)(arg)
		if of := sizes(s.pixelFormat); int(s.index) < len(of) {
			s.kind, s.size = frameSizeOne, [6]uint32{uint32(of[s.index].Size.X), uint32(of[s.index].Size.Y)}
			return nil
		}
		return unix.EINVAL
	case enumIntervals:
		v := (*v4l2FrameInterval)(arg)
		for _, m := range sizes(v.pixelFormat) {
			if m.Size == image.Pt(int(v.width), int(v.height)) && v.index == 0 && m.FPS > 0 {
				v.kind, v.interval = frameIntervalOne, [6]uint32{1, uint32(m.FPS)}
				return nil
			}
		}
		return unix.EINVAL
	}
	return nil
}

// released fails if something of the camera is still held.
func (k *kernel) released(t *testing.T) {
	t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.on || k.mapped != 0 || k.requested != 0 || !k.closed {
		t.Errorf("still held: streaming %v, %d mapped, %d buffers, closed %v", k.on, k.mapped, k.requested, k.closed)
	}
}
