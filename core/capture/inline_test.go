package capture

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/png"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestDataURL(t *testing.T) {
	data := encoded(t, png.Encode)
	standard, small := base64.StdEncoding.EncodeToString(data), base64.RawURLEncoding.EncodeToString(data)
	for name, c := range map[string]struct {
		text string
		err  error
	}{
		"usual":            {"data:image/png;base64," + standard, nil},
		"in other letters": {" DATA:Image/PNG;Base64," + standard + "\r\n", nil},
		"with parameters":  {"data:image/png;charset=x;base64," + standard, nil},
		"other alphabet":   {"data:image/png;base64," + small, nil},
		"percent signs":    {"data:image/png;base64," + url.QueryEscape(standard), nil},
		"line breaks":      {"data:image/png;base64," + standard[:20] + "\r\n " + standard[20:], nil},
		"no base64":        {"data:image/png," + url.PathEscape(string(data)), nil},
		"another type":     {"data:image/webp;base64," + standard, nil}, // is not believed
		"cut off":          {"data:image/png;base64," + standard[:80], ErrCutOff},
		"not base64":       {"data:image/png;base64,*", ErrDamaged},
		"percent sign":     {"data:image/png,%", ErrDamaged},
		"drawn in lines":   {"data:image/svg+xml,<svg/>", ErrNotPicture},
		"a text":           {"data:text/plain,x", ErrNotDataURL},
		"no type":          {"data:,x", ErrNotDataURL},
		"no comma":         {"data:image/png;base64" + standard, ErrNotDataURL},
		"another scheme":   {"https://x.example/data:image/png", ErrNotDataURL},
		"nothing":          {"", ErrNotDataURL},
	} {
		picture, err := DataURL(t.Context(), c.text)
		if !errors.Is(err, c.err) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			sameStripes(t, picture)
		}
	}
	_, err := DataURL(t.Context(), "data:image/png;base64,"+strings.Repeat("A", MaxInline))
	if _, ok := errors.AsType[*TooLargeError](err); !ok {
		t.Errorf("err = %v", err)
	}
}

// Several pictures of a page are one.
func TestPicturesOfAPage(t *testing.T) {
	inline := "data:image/png;base64," + base64.StdEncoding.EncodeToString(encoded(t, png.Encode))
	other := strings.Replace(inline, "image/png", "image/gif", 1) // the same under another address
	single, _, err := htmlPicture(t.Context(), fmt.Appendf(nil, `<IMG SRC='%s'/><img src="%[1]s"><img><img src="">`, inline))
	if err != nil {
		t.Fatal(err)
	}
	sameStripes(t, single)
	page := fmt.Sprintf(`<div><img src="%s"><img src="https://x.example/%%"><img src="%s"><img src="data:image/png,x"><!-- <img src="%s" -->`, inline, other, inline)
	both, remote, err := htmlPicture(t.Context(), []byte(page))
	if err != nil || !remote {
		t.Fatal(remote, err)
	}
	size := single.Bounds().Size()
	if want := image.Pt(size.X+32, 2*size.Y+64); both.Bounds().Size() != want {
		t.Fatalf("%v, want %v", both.Bounds().Size(), want)
	}
	part := both.(*image.RGBA).SubImage(image.Rectangle{Max: size}.Add(image.Pt(16, size.Y+48))).(*image.RGBA)
	part.Rect = image.Rectangle{Max: size}
	sameStripes(t, part)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := htmlPicture(ctx, []byte(page)); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
	huge := image.NewGray(image.Rect(0, 0, 8000, 5000))
	if fit, size := stack([]image.Image{huge, huge}); fit != 1 || size != image.Pt(8032, 5032) {
		t.Errorf("%d of 40 megapixels fit into %v", fit, size)
	}
}

// A page with many large pictures (THREATS T10): those that do not fit into one are
// not even decoded.
func TestManyLargePicturesOfAPage(t *testing.T) {
	var large bytes.Buffer
	if err := png.Encode(&large, image.NewGray(image.Rect(0, 0, 8000, 5000))); err != nil {
		t.Fatal(err)
	}
	encoded := base64.StdEncoding.EncodeToString(large.Bytes())
	var page strings.Builder
	for n := range 8 {
		fmt.Fprintf(&page, `<img src="data:image/png;n=%d;base64,%s">`, n, encoded)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	picture, _, err := htmlPicture(t.Context(), []byte(page.String()))
	runtime.ReadMemStats(&after)
	if err != nil || picture.Bounds().Size() != image.Pt(8000, 5000) {
		t.Fatal(picture, err)
	}
	if grown := (after.TotalAlloc - before.TotalAlloc) >> 20; grown > 150 {
		t.Errorf("%d MiB for pictures of 38", grown)
	}
}

func TestDropped(t *testing.T) {
	data := encoded(t, png.Encode)
	inline := "data:image/png;base64," + base64.StdEncoding.EncodeToString(data)
	file := filepath.Join(t.TempDir(), "https:", "x.png") // a file all the same
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, data, 0o600)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]error{
		file:                                    nil,
		file + "x":                              ErrDroppedAddress,
		"/home/ada/https:/x.example/y.png":      ErrDroppedAddress,
		"/home/ada/" + inline:                   nil,
		"/home/ada/" + inline[:len(inline)-9]:   ErrDroppedAddress,
		"/home/" + strings.Repeat("a/b", 10000): ErrDroppedAddress,
		t.TempDir():                             errors.ErrUnsupported,
	} {
		picture, err := Dropped(t.Context(), name)
		switch {
		case want == errors.ErrUnsupported: // a folder: whatever File says
			if err == nil || errors.Is(err, ErrDroppedAddress) {
				t.Errorf("%.60s: %v", name, err)
			}
		case !errors.Is(err, want):
			t.Errorf("%.60s: %v", name, err)
		case err == nil:
			sameStripes(t, picture)
		}
	}
}

func FuzzPage(f *testing.F) {
	f.Add([]byte(`<img src="data:image/png;base64,iVBORw0KGgo="><img src=file:///dev/null>`))
	f.Add([]byte("\xff\xfe<\x00i\x00m\x00g\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, address := range imageAddresses(data) {
			if picture, err := DataURL(t.Context(), address); (picture == nil) == (err == nil) {
				t.Errorf("%v, %v", picture, err)
			}
		}
	})
}
