//go:build unix && !darwin && !ios

package capture

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// clipOf reads the clipboard with an owner that gives these answers.
func clipOf(t *testing.T, ctx context.Context, display string, answers map[string]answer) (Clip, error) {
	t.Helper()
	t.Setenv("WAYLAND_DISPLAY", "")
	t.Setenv("DISPLAY", display)
	own(t, display, answers)
	return Clipboard(ctx)
}

// large is a picture of more than 12 MB, as noise cannot be made smaller.
func large(t *testing.T) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 2100, 2000))
	noise := rand.NewChaCha8([32]byte{})
	_, _ = noise.Read(img.Pix)
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 255 // a picture without holes has three bytes a pixel
	}
	img.Set(2099, 1999, color.NRGBA{1, 2, 3, 255})
	var buf bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&buf, img); err != nil || buf.Len() < 12_000_000 {
		t.Fatal(buf.Len(), err)
	}
	return buf.Bytes()
}

func TestX11Clipboard(t *testing.T) {
	display, _ := xServer(t)
	file := filepath.Join(t.TempDir(), "qr.png")
	picture := encoded(t, png.Encode)
	if err := os.WriteFile(file, picture, 0o600); err != nil {
		t.Fatal(err)
	}
	most := bytes.Repeat([]byte("x"), MaxText)
	huge := uint32(1<<32 - 1)
	for name, c := range map[string]struct {
		answers map[string]answer
		text    string
		err     error
	}{
		"picture":                {answers: map[string]answer{"image/png": {data: picture}, "UTF8_STRING": {data: most}}},
		"in pieces":              {answers: map[string]answer{"image/png": {data: picture, piece: 7}}},
		"in pieces, says huge":   {answers: map[string]answer{"image/png": {data: picture, piece: 50, announced: &huge}}},
		"in pieces, says none":   {answers: map[string]answer{"image/png": {data: picture, piece: 50, announced: new(uint32)}}},
		"in pieces, two at once": {answers: map[string]answer{"image/png": {data: picture, piece: 50, double: true}}},
		"copied file":            {answers: map[string]answer{"text/uri-list": {data: []byte("file://" + file + "\r\n")}}},
		"text":                   {answers: map[string]answer{"UTF8_STRING": {data: []byte("ü")}}, text: "ü"},
		"longest text":           {answers: map[string]answer{"UTF8_STRING": {data: most}}, text: string(most)},
		"longer text":            {answers: map[string]answer{"UTF8_STRING": {data: append(most, 'x')}}, err: ErrClipboardLong},
		"text without end":       {answers: map[string]answer{"UTF8_STRING": {data: most, piece: 5000, endless: true}}, err: ErrClipboardLong},
		"knows no lists":         {answers: map[string]answer{"TARGETS": {refuse: true}, "STRING": {data: []byte("\xfc")}}, text: "ü"},
		"a list of bytes":        {answers: map[string]answer{"TARGETS": {data: []byte("image/png")}, "STRING": {data: []byte("x")}}, text: "x"},
		"an odd list":            {answers: map[string]answer{"TARGETS": {data: make([]byte, 4), format: 32}, "image/png": {}}, err: ErrClipboardOther},
		"a list without end":     {answers: map[string]answer{"TARGETS": {data: most, format: 32, piece: 4000, endless: true}, "STRING": {}}, err: ErrClipboardEmpty},
		"refuses PNG":            {answers: map[string]answer{"image/png": {refuse: true}, "image/jpeg": {data: encoded(t, asJPEG)}}},
		"refuses all":            {answers: map[string]answer{"image/png": {refuse: true}, "UTF8_STRING": {refuse: true}}, err: ErrClipboardOther},
		"gives nothing":          {answers: map[string]answer{"image/png": {nothing: true}}, err: ErrClipboardOther},
		"in another place":       {answers: map[string]answer{"image/png": {elsewhere: true}}, err: ErrClipboardOther},
		"numbers":                {answers: map[string]answer{"image/png": {data: picture[:64], format: 32}}, err: ErrClipboardOther},
		"numbers in pieces":      {answers: map[string]answer{"image/png": {data: picture[:64], format: 32, piece: 32}}, err: ErrClipboardOther},
		"not a picture":          {answers: map[string]answer{"image/png": {data: []byte("x")}}, err: ErrNotPicture},
		"junk before":            {answers: map[string]answer{"image/png": {data: picture, junk: 6000}}},
		"junk between":           {answers: map[string]answer{"image/png": {data: picture, piece: 40, junk: 300}}},
	} {
		t.Run(name, func(t *testing.T) {
			clip, err := clipOf(t, longer(t), display, c.answers)
			switch {
			case !errors.Is(err, c.err) || clip.Text != c.text:
				t.Errorf("%.40q, %v", clip.Text, err)
			case err == nil && c.text == "":
				sameStripes(t, clip.Picture)
			}
		})
	}
	t.Run("nothing", func(t *testing.T) {
		t.Setenv("WAYLAND_DISPLAY", "")
		t.Setenv("DISPLAY", display)
		if _, err := Clipboard(t.Context()); !errors.Is(err, ErrClipboardEmpty) {
			t.Errorf("err = %v", err)
		}
	})
	t.Run("12 MB", func(t *testing.T) {
		data := large(t)
		for name, a := range map[string]answer{"pieces": {data: data, piece: 200_000}, "one property": {data: data}} {
			clip, err := clipOf(t, longer(t), display, map[string]answer{"image/png": a})
			if err != nil {
				t.Fatal(name, err)
			}
			if got := color.NRGBAModel.Convert(clip.Picture.At(2099, 1999)); got != (color.NRGBA{1, 2, 3, 255}) {
				t.Errorf("%s: the last pixel is %v", name, got)
			}
		}
	})
	t.Run("without end", func(t *testing.T) {
		_, err := clipOf(t, longer(t), display, map[string]answer{"image/png": {data: make([]byte, 1<<20), piece: 200_000, endless: true}})
		if _, ok := errors.AsType[*TooLargeError](err); !ok {
			t.Errorf("err = %v", err)
		}
	})
}

// An owner that does not answer, at each step at which it can.
func TestX11ClipboardSilent(t *testing.T) {
	display, _ := xServer(t)
	for name, c := range map[string]struct {
		answers func(pass func()) map[string]answer
		err     error
	}{
		"list": {
			func(pass func()) map[string]answer { return map[string]answer{"TARGETS": {silent: pass}} }, ErrClipboardSilent,
		},
		"text": {
			func(pass func()) map[string]answer { return map[string]answer{"UTF8_STRING": {silent: pass}} }, ErrClipboardSilent,
		},
		"picture": {
			func(pass func()) map[string]answer { return map[string]answer{"image/png": {silent: pass}} }, ErrClipboardTime,
		},
		"second piece": {func(pass func()) map[string]answer {
			return map[string]answer{"image/png": {data: []byte("abc"), piece: 2, stuck: pass}}
		}, ErrClipboardTime},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, pass := newDeadline(t)
			if _, err := clipOf(t, ctx, display, c.answers(pass)); !errors.Is(err, c.err) {
				t.Errorf("err = %v", err)
			}
		})
	}
}

func TestX11ClipboardCanceled(t *testing.T) {
	display, _ := xServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := clipOf(t, ctx, display, map[string]answer{"image/png": {silent: cancel}}); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

// The X server itself goes away; nobody has to wait for the deadline.
func TestX11ClipboardServerGone(t *testing.T) {
	display, kill := xServer(t)
	if _, err := clipOf(t, longer(t), display, map[string]answer{"image/png": {silent: kill}}); !errors.Is(err, ErrNoClipboard) {
		t.Errorf("err = %v", err)
	}
}
