package capture

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff" // whose registration must not matter
)

// sample is a small picture of which every format keeps what is tested.
func sample() *image.Paletted {
	img := image.NewPaletted(image.Rect(0, 0, 48, 32), color.Palette{color.Black, color.White})
	for i := range img.Pix {
		img.Pix[i] = byte(i / 8 % 2) // stripes of eight pixels
	}
	return img
}

func encoded(t testing.TB, encode func(io.Writer, image.Image) error) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := encode(&buf, sample()); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func asJPEG(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) }
func asGIF(w io.Writer, m image.Image) error  { return gif.Encode(w, m, nil) }

// webP is the sample as libwebp writes it: without loss, and with.
func webP(t testing.TB, text string) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

const (
	webPLossless = "UklGRiwAAABXRUJQVlA4TCAAAAAvL8AHAA8w//M///MfeBALJvlLz6A7ov8EkzTVdkzmHw=="
	webPLossy    = "UklGRj4AAABXRUJQVlA4IDIAAABwAwCdASowACAAPrVCrVanIqSkkrDgFolpA5wD8AAANmwOdQAA+zZXTPAtt+0phMAAAA=="
)

func files(t testing.TB) map[string][]byte {
	return map[string][]byte{
		"PNG": encoded(t, png.Encode), "JPEG": encoded(t, asJPEG), "GIF": encoded(t, asGIF), "BMP": encoded(t, bmp.Encode),
		"WebP, lossless": webP(t, webPLossless), "WebP, lossy": webP(t, webPLossy),
	}
}

func TestDecode(t *testing.T) {
	for name, data := range files(t) {
		t.Run(name, func(t *testing.T) {
			img, err := Decode(t.Context(), bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			sameStripes(t, img)
		})
	}
}

// sameStripes fails if a picture is not the sample.
func sameStripes(t *testing.T, img image.Image) {
	t.Helper()
	if img.Bounds() != sample().Rect {
		t.Fatalf("bounds %v", img.Bounds())
	}
	for x := 4; x < 48; x += 8 {
		got, want := color.GrayModel.Convert(img.At(x, 16)).(color.Gray).Y, byte(x/8%2*255)
		if max(got, want)-min(got, want) > 40 {
			t.Errorf("level %d at %d, want %d", got, x, want)
		}
	}
}

// A file that ends early is cut off, wherever it ends, or all of its pixels are
// there.
func TestDecodeCutOff(t *testing.T) {
	for name, data := range files(t) {
		t.Run(name, func(t *testing.T) {
			for cut := range len(data) {
				img, err := DecodeBytes(t.Context(), data[:cut])
				switch {
				case err == nil && cut > len(data)-4:
					sameStripes(t, img)
				case cut >= 16 && !errors.Is(err, ErrCutOff), cut < 16 && !errors.Is(err, ErrCutOff) && !errors.Is(err, ErrNotPicture):
					t.Errorf("cut at %d of %d: %v", cut, len(data), err)
				}
			}
		})
	}
}

func TestDecodeFirstFrame(t *testing.T) {
	second := sample()
	second.Palette = color.Palette{color.White, color.Black}
	var buf bytes.Buffer
	if err := gif.EncodeAll(&buf, &gif.GIF{Image: []*image.Paletted{sample(), second}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	img, err := DecodeBytes(t.Context(), buf.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	sameStripes(t, img)
}

// pngHeader is a picture that says how large it is and has no pixels.
func pngHeader(width, height uint32) []byte {
	data := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	data = binary.BigEndian.AppendUint32(data, width)
	data = binary.BigEndian.AppendUint32(data, height)
	data = append(data, 8, 0, 0, 0, 0)
	return binary.BigEndian.AppendUint32(data, crc32.ChecksumIEEE(data[12:]))
}

func bmpHeader(width, height int32) []byte {
	data := []byte("BM\x00\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00")
	data = binary.LittleEndian.AppendUint32(data, uint32(width))
	data = binary.LittleEndian.AppendUint32(data, uint32(height))
	return append(append(data, 1, 0, 24, 0), make([]byte, 24)...)
}

func TestDecodeRefuses(t *testing.T) {
	good := encoded(t, png.Encode)
	damaged := bytes.Clone(good)
	damaged[len(damaged)/2] ^= 0xFF
	// A file that an encoder of this kind would need seconds to write.
	bomb := encoded(t, func(w io.Writer, _ image.Image) error {
		return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(w, image.NewPaletted(image.Rect(0, 0, 9_000, 8_000), palette.Plan9[:2]))
	})
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"text":              {[]byte("hello, world"), ErrNotPicture},
		"nothing":           {nil, ErrNotPicture},
		"NUL":               {make([]byte, 100), ErrNotPicture},
		"TIFF":              {encoded(t, func(w io.Writer, m image.Image) error { return tiff.Encode(w, m, nil) }), ErrNotPicture},
		"SVG":               {[]byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), ErrNotPicture},
		"truncated":         {good[:len(good)/2], ErrCutOff},
		"only its start":    {good[:8], ErrCutOff},
		"damaged":           {damaged, ErrDamaged},
		"zero width":        {pngHeader(0, 10), ErrDamaged},
		"four billion wide": {pngHeader(0x7FFFFFFF, 0x7FFFFFFF), ErrDamaged}, // more than the decoder thinks possible
		"negative width":    {bmpHeader(-10, 10), ErrDamaged},
		"negative BMP":      {bmpHeader(-0x80000000, -0x80000000), ErrDamaged},
		"empty BMP":         {bmpHeader(0, 0), ErrDamaged},
		"endless GIF":       {append([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00"), bytes.Repeat([]byte{0x21, 0xFE, 1, 'x', 0}, 1000)...), ErrCutOff},
		"20,000 squared":    {pngHeader(20_000, 20_000), &TooLargeError{Pixels: 400_000_000}},
		"a pixel too large": {pngHeader(64_000_001, 1), &TooLargeError{Pixels: 64_000_001}},
		"large BMP":         {bmpHeader(0x7FFFFFF, -0x7FFFFFF), &TooLargeError{Pixels: 0x7FFFFFF * 0x7FFFFFF}},
		"bomb":              {bomb, &TooLargeError{Pixels: 72_000_000}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := DecodeBytes(t.Context(), c.data)
			if large, ok := errors.AsType[*TooLargeError](c.want); ok {
				if got, ok := errors.AsType[*TooLargeError](err); !ok || *got != *large {
					t.Errorf("err = %v", err)
				}
			} else if !errors.Is(err, c.want) {
				t.Errorf("err = %v, want %v", err, c.want)
			}
		})
	}
}

func TestTooLargeInWords(t *testing.T) {
	for pixels, want := range map[int64]string{
		400_000_000: "this picture is too large (400 megapixels; 64 can be read)",
		64_000_001:  "this picture is too large (65 megapixels; 64 can be read)",
		0:           "this file is too large for a picture (64 MB can be read)",
	} {
		if got := (&TooLargeError{pixels}).Error(); !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestDecodeEndless(t *testing.T) {
	var want *TooLargeError
	if _, err := Decode(t.Context(), zeros{}); !errors.As(err, &want) || want.Pixels != 0 {
		t.Errorf("from a reader: %v", err)
	}
	if _, err := DecodeBytes(t.Context(), make([]byte, MaxBytes+1)); !errors.As(err, &want) || want.Pixels != 0 {
		t.Errorf("from memory: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestDecodeReadError(t *testing.T) {
	broken := errors.New("the stick was pulled out")
	_, err := Decode(t.Context(), io.MultiReader(bytes.NewReader(encoded(t, png.Encode)[:20]), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Errorf("err = %v", err)
	}
}

func TestDecodeStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	silent, w := io.Pipe()
	defer w.Close()
	// The read is under way when the context ends: it is what cancels.
	_, err := Decode(ctx, readerFunc(func(p []byte) (int, error) {
		cancel()
		return silent.Read(p)
	}))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a silent reader: %v", err)
	}
	if _, err := DecodeBytes(ctx, encoded(t, png.Encode)); !errors.Is(err, context.Canceled) {
		t.Errorf("in memory: %v", err)
	}
	// A decoder that is at work gets no more to read.
	in := &reader{ctx: ctx, r: zeros{}}
	if n, err := in.Read(make([]byte, 1)); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("read %d, %v", n, err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestDecoderPanics(t *testing.T) {
	bad := []format{{
		"X",
		func(io.Reader) (image.Config, error) { return image.Config{Width: 1, Height: 1}, nil },
		func(io.Reader) (image.Image, error) { panic("index out of range") },
	}}
	if img, err := decode(t.Context(), []byte("X"), bad); img != nil || !errors.Is(err, ErrDamaged) {
		t.Errorf("%v, %v", img, err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, data := range files(f) {
		f.Add(data)
	}
	f.Add(pngHeader(20_000, 20_000))
	f.Add(bmpHeader(-1, -1))
	f.Fuzz(func(t *testing.T, data []byte) {
		// Large pictures are refused by other tests; here they would only take time.
		for _, format := range formats {
			if config, err := format.size(bytes.NewReader(data)); err == nil && config.Width*config.Height > 1<<20 {
				return
			}
		}
		img, err := DecodeBytes(t.Context(), data)
		if (img == nil) == (err == nil) || img != nil && img.Bounds().Empty() {
			t.Errorf("%v, %v", img, err)
		}
	})
}
