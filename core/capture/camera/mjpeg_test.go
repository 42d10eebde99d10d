package camera

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// split tells the frames of a stream by their level of grey; the damaged ones by
// an x.
func split(t testing.TB, in io.Reader) (out string) {
	t.Helper()
	s := newSplitter(in)
	for {
		data, err := s.next()
		if errors.Is(err, io.EOF) {
			return strings.TrimSpace(out)
		}
		var picture image.Image
		if err == nil {
			picture, err = decodeJPEG(data)
		}
		switch {
		case err == nil:
			out += fmt.Sprint(" ", level(t, picture))
		case errors.Is(err, errDamagedFrame):
			out += " x"
		default:
			t.Fatal(err)
		}
	}
}

func TestSplitter(t *testing.T) {
	one, two := encoded(t, plain(image.Pt(64, 32), 10)), encoded(t, plain(image.Pt(64, 32), 200))
	bare := withoutTables(t, two)
	from, _ := segment(t, two, markerSOS)
	for _, c := range []struct {
		name string
		in   []string
		want string
	}{
		{"nothing", nil, ""},
		{"no frames", []string{"--boundary\r\n\xff"}, ""},
		{"two frames", []string{string(one), string(two)}, "10 200"},
		{"with headers between them", []string{"--b\r\n\r\n", string(one), "\r\n--b\r\nContent-Length: 700\r\n\r\n", string(bare), "\r\n--b--"}, "10 200"},
		{"cut in the pixels", []string{string(two[:len(two)-6]), string(one)}, "x 10"},
		{"cut before the pixels", []string{string(two[:from]), string(one)}, "x 10"},
		{"cut at the end", []string{string(one), string(two[:len(two)-6])}, "10 x"},
		{"filled up", []string{string(one[:len(one)-2]), "\xff\xff\xff\xd9", string(two)}, "10 200"},
		{"one alone", []string{"\xff", string(one)}, "10"},
		{"a length of nothing", []string{"\xff\xd8\xff\xe0\x00\x00", string(one)}, "x 10"},
	} {
		in := strings.Join(c.in, "")
		if got := split(t, strings.NewReader(in)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if got := split(t, iotest.OneByteReader(strings.NewReader(in))); got != c.want {
			t.Errorf("%s, byte by byte: %q", c.name, got)
		}
	}
}

// zeros is an endless stream.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// A frame without an end is given up.
func TestSplitterLimit(t *testing.T) {
	endless := io.MultiReader(strings.NewReader("\xff\xd8\xff\xda\x00\x02"), zeros{})
	s := newSplitter(endless)
	if _, err := s.next(); !errors.Is(err, errDamagedFrame) {
		t.Fatal(err)
	}
	if len(s.frame) > maxFrameBytes {
		t.Error(len(s.frame), "bytes kept")
	}
}

// What is wrong with the file is told.
func TestSplitterError(t *testing.T) {
	broken := errors.New("the disk is gone")
	s := newSplitter(io.MultiReader(strings.NewReader("\xff\xd8\xff\xe0\x00"), iotest.ErrReader(broken)))
	if _, err := s.next(); !errors.Is(err, broken) {
		t.Error(err)
	}
}

// FuzzSplitter: the frames are parts of the file, in its order, and each begins
// and ends as a JPEG.
func FuzzSplitter(f *testing.F) {
	one := encoded(f, plain(image.Pt(16, 16), 10))
	f.Add(append(bytes.Clone(one), one...))
	f.Add(append(one[:len(one)-3], one...))
	f.Add([]byte("\xff\xd8\xff\x01\xff\xff\xff\xda\x00\x03z\xff\x00\xff\xd0\xff\xd9"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rest := data
		s := newSplitter(bytes.NewReader(data))
		for calls := 0; ; calls++ {
			frame, err := s.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if calls > len(data) {
				t.Fatal("it does not end")
			}
			if errors.Is(err, errDamagedFrame) {
				continue
			}
			at := bytes.Index(rest, frame)
			if err != nil || at < 0 || !bytes.HasPrefix(frame, []byte{0xff, markerSOI}) || !bytes.HasSuffix(frame, []byte{0xff, markerEOI}) {
				t.Fatalf("%q is not in %q: %v", frame, rest, err)
			}
			rest = rest[at+len(frame):]
		}
	})
}
