package capture

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/image/bmp"
)

func encoded(t testing.TB, encode func(io.Writer, image.Image) error) []byte {
	t.Helper()
	img := image.NewPaletted(image.Rect(0, 0, 40, 30), color.Palette{color.Black, color.White})
	for i := range img.Pix {
		img.Pix[i] = byte(i % 2)
	}
	var buf bytes.Buffer
	if err := encode(&buf, img); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// pngHeader is a picture that says how large it is and has no pixels.
func pngHeader(width, height uint32) []byte {
	data := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	data = binary.BigEndian.AppendUint32(data, width)
	data = binary.BigEndian.AppendUint32(data, height)
	data = append(data, 8, 0, 0, 0, 0)
	return binary.BigEndian.AppendUint32(data, crc32.ChecksumIEEE(data[12:]))
}

// webP is one pixel, lossless.
var webP = []byte("RIFF\x1a\x00\x00\x00WEBPVP8L\r\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00")

func TestDecode(t *testing.T) {
	for name, data := range map[string][]byte{
		"PNG":  encoded(t, png.Encode),
		"JPEG": encoded(t, func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) }),
		"GIF":  encoded(t, func(w io.Writer, m image.Image) error { return gif.Encode(w, m, nil) }),
		"BMP":  encoded(t, bmp.Encode),
		"WebP": webP,
	} {
		t.Run(name, func(t *testing.T) {
			img, err := Decode(t.Context(), bytes.NewReader(data))
			if err != nil || img.Bounds().Empty() {
				t.Fatalf("%v, %v", img, err)
			}
			// Cut anywhere, it is an error and no panic.
			for cut := range len(data) - 1 {
				if _, err := Decode(t.Context(), bytes.NewReader(data[:cut])); err != nil && !errors.Is(err, ErrCutOff) && !errors.Is(err, ErrNotPicture) {
					t.Fatalf("cut at %d: %v", cut, err)
				}
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	good := encoded(t, png.Encode)
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"text":           {[]byte("hello, world"), ErrNotPicture},
		"nothing":        {nil, ErrNotPicture},
		"TIFF":           {[]byte("II*\x00\x08\x00\x00\x00\x00\x00"), ErrNotPicture},
		"truncated":      {good[:len(good)/2], ErrCutOff},
		"zero width":     {pngHeader(0, 10), ErrCutOff},
		"negative BMP":   {append([]byte("BM\xff\xff\xff\xff\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00"), bytes.Repeat([]byte{0xFF}, 60)...), ErrCutOff},
		"endless GIF":    {append([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00"), bytes.Repeat([]byte{0x21, 0xFE, 1, 'x', 0}, 1000)...), ErrCutOff},
		"20,000 squared": {pngHeader(20_000, 20_000), &TooLargeError{Pixels: 400_000_000}},
		"four billion":   {pngHeader(0x7FFFFFFF, 0x7FFFFFFF), ErrCutOff}, // the decoder finds it impossible
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Decode(t.Context(), bytes.NewReader(c.data))
			if large, ok := errors.AsType[*TooLargeError](c.want); ok {
				got, ok := errors.AsType[*TooLargeError](err)
				if !ok || (large.Pixels != 0 && got.Pixels != large.Pixels) {
					t.Errorf("err = %v", err)
				}
				return
			}
			if !errors.Is(err, c.want) {
				t.Errorf("err = %v, want %v", err, c.want)
			}
		})
	}
	if _, err := Decode(t.Context(), io.LimitReader(zeros{}, MaxBytes+10)); err == nil || err.Error() != (&TooLargeError{}).Error() {
		t.Errorf("an endless file: %v", err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Decode(stopped, bytes.NewReader(good)); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile("--accept.png", encoded(t, png.Encode), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := File(t.Context(), "--accept.png"); err != nil {
		t.Errorf("a name that looks like an option: %v", err)
	}
	if _, err := File(t.Context(), "missing.png"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	if _, err := File(t.Context(), dir); !errors.Is(err, ErrNotPicture) {
		t.Errorf("folder: %v", err)
	}
	before, _ := filepath.Glob("*")
	if len(before) != 1 {
		t.Errorf("files appeared: %v", before)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func FuzzDecode(f *testing.F) {
	f.Add(encoded(f, png.Encode))
	f.Add(encoded(f, bmp.Encode))
	f.Add(webP)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 64 || binary.LittleEndian.Uint32(data[18:]) > 4096 { // keeps the fuzzer's memory small
			return
		}
		_, _ = Decode(t.Context(), bytes.NewReader(data))
	})
}
