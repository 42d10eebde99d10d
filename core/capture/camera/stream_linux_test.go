//go:build amd64 || arm64 || riscv64 || loong64

package camera

import (
	"bytes"
	"context"
	"errors"
	"image"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"
)

var small = image.Pt(64, 48)

// started is a camera that runs.
func started(t *testing.T, format string) (*kernel, *stream) {
	t.Helper()
	k := newKernel(Mode{format, small, 30})
	s, err := startNode(k, Device{Name: "Test"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return k, s.(*stream)
}

func (k *kernel) mustSend(t *testing.T, data []byte, flags uint32) {
	t.Helper()
	if !k.send(data, flags) {
		t.Fatal("there is no buffer")
	}
	synctest.Wait() // until it was copied
}

func TestStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			name, format string
			frame        func(level byte) []byte
		}{
			{"MJPEG", FormatMJPEG, func(l byte) []byte { return encoded(t, plain(small, l)) }},
			{"without tables", FormatMJPEG, func(l byte) []byte { return withoutTables(t, encoded(t, plain(small, l))) }},
			{"YUYV", FormatYUYV, func(l byte) []byte { return bytes.Repeat([]byte{l, 128}, small.X*small.Y) }},
		} {
			k, s := started(t, c.format)
			if a := s.About(); a.Mode.Format != c.format || a.Mode.Size != small || !a.Live || a.Device.Name != "Test" {
				t.Errorf("%s: %+v", c.name, a)
			}
			for l := byte(10); l < 250; l += 40 { // more than there are buffers
				k.mustSend(t, c.frame(l), 0)
				f, err := s.Next(t.Context())
				if err != nil || f.Image.Bounds().Size() != small || level(t, f.Image) != l || f.Number != int(l/40)+1 || f.Damaged != 0 {
					t.Fatalf("%s: %d: %d %d %v", c.name, l, f.Number, f.Damaged, err)
				}
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			k.released(t)
		}
	})
}

// Who comes late gets the newest frame, and the camera never waits.
func TestNewestWins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, s := started(t, FormatMJPEG)
		for l := byte(10); l <= 100; l += 10 {
			k.mustSend(t, encoded(t, plain(small, l)), 0)
		}
		f, err := s.Next(t.Context())
		if err != nil || level(t, f.Image) != 100 || f.Number != 1 {
			t.Error(f.Number, err)
		}
		// It belongs to who got it.
		k.mustSend(t, encoded(t, plain(small, 200)), 0)
		if _, err := s.Next(t.Context()); err != nil || level(t, f.Image) != 100 {
			t.Error("the frame was written again", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Next(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("a frame twice: %v", err)
		}
		sent := [][]byte{s.newest, s.spare, s.taken}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		for _, b := range sent {
			if len(bytes.Trim(b, "\x00")) > 0 {
				t.Error("pixels are left after Close")
			}
		}
		if err := s.Close(); err != nil {
			t.Errorf("closed twice: %v", err)
		}
	})
}

func TestDamagedFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, s := started(t, FormatMJPEG)
		defer s.Close()
		type next struct {
			Frame
			err error
		}
		got := make(chan next, 1)
		take := func() {
			f, err := s.Next(t.Context())
			got <- next{f, err}
		}
		good := encoded(t, plain(small, 70))
		go take()
		k.mustSend(t, good, bufferError)
		k.mustSend(t, nil, 0)
		k.mustSend(t, good[:len(good)/2], 0)
		k.mustSend(t, []byte("no picture"), 0)
		k.mustSend(t, good, 0)
		if f := <-got; f.err != nil || f.Damaged != 4 || level(t, f.Image) != 70 {
			t.Errorf("%d damaged, %v", f.Damaged, f.err)
		}
		go take()
		for range manyDamaged {
			k.mustSend(t, good[:len(good)/2], 0)
		}
		if f := <-got; !errors.Is(f.err, ErrDamaged) {
			t.Error(f.err)
		}
	})
}

func TestStreamEnds(t *testing.T) {
	next := func(t *testing.T, s *stream) chan error {
		failed := make(chan error)
		go func() {
			for {
				if _, err := s.Next(t.Context()); err != nil {
					failed <- err
					return
				}
			}
		}()
		return failed
	}
	t.Run("unplugged while it waits", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			k, s := started(t, FormatMJPEG)
			failed := next(t, s)
			k.unplug()
			if err := <-failed; !errors.Is(err, ErrUnplugged) || !errors.Is(err, unix.ENODEV) {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			k.released(t)
		})
	})
	t.Run("unplugged while it copies", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			k, s := started(t, FormatMJPEG)
			defer s.Close()
			k.mu.Lock()
			k.fails[queueBuffer] = unix.ENODEV
			k.mu.Unlock()
			k.send(encoded(t, plain(small, 70)), 0)
			if err := <-next(t, s); !errors.Is(err, ErrUnplugged) {
				t.Error(err)
			}
		})
	})
	t.Run("frozen", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			k, s := started(t, FormatMJPEG)
			defer s.Close()
			time.Sleep(firstFrameIn - time.Second) // it may take its time to wake up
			k.mustSend(t, encoded(t, plain(small, 70)), 0)
			began := time.Now()
			if err := <-next(t, s); !errors.Is(err, ErrFrozen) || time.Since(began) != nextFrameIn {
				t.Errorf("after %v: %v", time.Since(began), err)
			}
		})
	})
	t.Run("silent from the start", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			_, s := started(t, FormatMJPEG)
			defer s.Close()
			began := time.Now()
			if err := <-next(t, s); !errors.Is(err, ErrFrozen) || time.Since(began) != firstFrameIn {
				t.Errorf("after %v: %v", time.Since(began), err)
			}
		})
	})
	t.Run("closed while a frame is waited for", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			k, s := started(t, FormatMJPEG)
			failed := next(t, s)
			synctest.Wait()
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if err := <-failed; !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			k.released(t)
		})
	})
	t.Run("the context ends", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			_, s := started(t, FormatMJPEG)
			defer s.Close()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			began := time.Now()
			if _, err := s.Next(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
				t.Error(err)
			}
		})
	})
}
