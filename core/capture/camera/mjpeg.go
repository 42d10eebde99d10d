package camera

import (
	"bufio"
	"errors"
	"io"
)

// maxFrameBytes limits a frame as it was sent.
const maxFrameBytes = 16 << 20

// splitter cuts a stream of MJPEG, which is one JPEG after another, into its
// frames. What is between them (the headers of a web camera's stream) is left
// out.
type splitter struct {
	in    *bufio.Reader
	frame []byte
	begun bool // the next frame's first marker has been read
}

func newSplitter(in io.Reader) *splitter { return &splitter{in: bufio.NewReaderSize(in, 64<<10)} }

// next is the next frame, good until the one after. A frame that is cut off or
// too long is errDamagedFrame, and the next call goes on after it. io.EOF is the
// end.
func (s *splitter) next() ([]byte, error) {
	if err := s.start(); err != nil {
		return nil, err
	}
	s.begun = false
	s.frame = append(s.frame[:0], 0xff, markerSOI)
	for {
		marker, err := s.marker()
		switch {
		case err != nil:
			return nil, s.cut(err)
		case marker == markerEOI:
			return s.frame, nil
		case marker == markerSOI: // the one before has no end
			s.begun = true
			return nil, errDamagedFrame
		}
		if err := s.segment(marker); err != nil {
			return nil, s.cut(err)
		}
	}
}

// start goes to the next frame, after its first marker.
func (s *splitter) start() error {
	for before := byte(0); !s.begun; {
		b, err := s.in.ReadByte()
		if err != nil {
			return err
		}
		s.begun = before == 0xff && b == markerSOI
		before = b
	}
	return nil
}

// cut is the error of a frame that ends too early; the end of the stream comes
// with the next call.
func (*splitter) cut(err error) error {
	if errors.Is(err, io.EOF) {
		return errDamagedFrame
	}
	return err
}

// read is the next byte of the frame.
func (s *splitter) read() (byte, error) {
	b, err := s.in.ReadByte()
	if err != nil {
		return 0, err
	}
	if len(s.frame) >= maxFrameBytes {
		return 0, errDamagedFrame
	}
	s.frame = append(s.frame, b)
	return b, nil
}

// marker reads on to the next marker, through pixels, in which 0xff stands
// before 0 or a restart marker.
func (s *splitter) marker() (byte, error) {
	for {
		b, err := s.read()
		for err == nil && b == 0xff {
			b, err = s.read()
			if err == nil && b != 0 && b != 0xff && (b < 0xd0 || b > 0xd7) {
				return b, nil
			}
		}
		if err != nil {
			return 0, err
		}
	}
}

// segment reads what follows a marker up to its end.
func (s *splitter) segment(marker byte) error {
	if marker == 1 { // it stands alone
		return nil
	}
	high, err := s.read()
	if err != nil {
		return err
	}
	low, err := s.read()
	for range int(high)<<8 + int(low) - 2 {
		if err != nil {
			return err
		}
		_, err = s.read()
	}
	return err
}
