//go:build amd64 || arm64 || riscv64 || loong64

package camera

import (
	"context"
	"errors"
	"image"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// A camera that wakes up takes its time for the first frame.
	firstFrameIn = 10 * time.Second
	nextFrameIn  = 3 * time.Second

	// manyDamaged frames in a row are no accident.
	manyDamaged = 60
)

// stream is a camera that runs. A goroutine copies each frame, as it was sent,
// out of the driver's buffers; Next decodes the newest.
type stream struct {
	node    node
	device  Device
	mode    Mode
	stride  int
	buffers [][]byte

	ready chan struct{} // has one value while there is a frame, or an end
	done  chan struct{} // closed when the goroutine has ended

	mu      sync.Mutex
	newest  []byte // not taken yet, if full
	spare   []byte
	full    bool
	damaged int   // since a frame was taken
	ended   error // why there are no more frames

	decoding sync.Mutex // over taken
	taken    []byte     // decoded by Next
	number   int
	inARow   int // damaged frames
	closing  sync.Once
}

// startNode starts a camera. It closes the node when it fails.
func startNode(n node, d Device, o Options) (_ Stream, err error) {
	defer func() {
		if err != nil {
			_ = n.close()
		}
	}()
	mode, pix, err := negotiate(n, o)
	if err != nil {
		return nil, err
	}
	buffers, err := mapBuffers(n)
	if err != nil {
		return nil, err
	}
	if err := streaming(n, streamOn); err != nil {
		unmapBuffers(n, buffers)
		return nil, explained(err)
	}
	s := &stream{
		node: n, device: d, mode: mode, stride: int(pix.bytesPerLine), buffers: buffers,
		ready: make(chan struct{}, 1), done: make(chan struct{}),
	}
	go s.copyFrames()
	return s, nil
}

func (s *stream) About() About { return About{Device: s.device, Mode: s.mode, Live: true} }

// copyFrames copies frames until the camera ends or Close wakes it.
func (s *stream) copyFrames() {
	defer close(s.done)
	patience := firstFrameIn
	for {
		err := s.node.wait(patience)
		if err == nil {
			err = s.copyFrame()
		}
		switch {
		case err == nil:
			patience = nextFrameIn
		case errors.Is(err, unix.EAGAIN):
		case errors.Is(err, errNoFrame):
			s.end(ErrFrozen)
			return
		case errors.Is(err, errWoken):
			return
		default:
			s.end(explained(err))
			return
		}
	}
}

// copyFrame takes one buffer from the driver and gives it back.
func (s *stream) copyFrame() error {
	b := v4l2Buffer{kind: bufVideoCapture, memory: memoryMmap}
	if err := call(s.node, dequeueBuffer, &b); err != nil {
		return err
	}
	if int(b.index) < len(s.buffers) {
		memory := s.buffers[b.index]
		good := b.flags&bufferError == 0 && b.bytesUsed > 0 && int64(b.bytesUsed) <= int64(len(memory))
		s.put(memory[:min(int64(b.bytesUsed), int64(len(memory)))], good)
	}
	return call(s.node, queueBuffer, &b)
}

// put makes data the newest frame, or counts it as damaged.
func (s *stream) put(data []byte, good bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !good {
		s.damaged++
	} else {
		s.spare = append(s.spare[:0], data...)
		s.newest, s.spare, s.full = s.spare, s.newest, true
	}
	s.signal()
}

func (s *stream) end(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = err
	s.signal()
}

func (s *stream) signal() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

func (s *stream) Next(ctx context.Context) (Frame, error) {
	damaged := 0
	for {
		select {
		case <-ctx.Done():
			return Frame{}, ctx.Err()
		case <-s.done:
			if err := s.why(); err != nil {
				return Frame{}, err
			}
			return Frame{}, context.Canceled // closed
		case <-s.ready:
		}
		picture, skipped := s.take()
		damaged += skipped
		s.inARow += skipped
		if picture != nil {
			s.number++
			s.inARow = 0
			return Frame{Image: picture, Number: s.number, Damaged: damaged}, nil
		}
		if s.inARow >= manyDamaged {
			return Frame{}, ErrDamaged
		}
	}
}

// take decodes the newest frame, if there is one, and tells how many were
// damaged.
func (s *stream) take() (picture image.Image, damaged int) {
	s.decoding.Lock()
	defer s.decoding.Unlock()
	s.mu.Lock()
	full := s.full
	damaged, s.damaged = s.damaged, 0
	if full {
		s.taken, s.newest, s.full = s.newest, s.taken, false
	}
	s.mu.Unlock()
	if !full {
		return nil, damaged
	}
	picture, err := s.decode(s.taken)
	if err != nil {
		return nil, damaged + 1
	}
	return picture, damaged
}

func (s *stream) why() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}

func (s *stream) decode(data []byte) (image.Image, error) {
	if s.mode.Format == FormatYUYV {
		return decodeYUYV(data, s.mode.Size, s.stride)
	}
	return decodeJPEG(data)
}

// Close turns the camera off and clears what it sent.
func (s *stream) Close() error {
	var err error
	s.closing.Do(func() {
		s.node.wake()
		<-s.done
		_ = streaming(s.node, streamOff) // fails only where the camera is gone
		unmapBuffers(s.node, s.buffers)
		err = s.node.close()
		s.decoding.Lock()
		defer s.decoding.Unlock()
		for _, b := range [][]byte{s.newest, s.spare, s.taken} {
			clear(b[:cap(b)])
		}
	})
	return err
}
