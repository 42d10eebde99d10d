package camera

import (
	"bytes"
	"errors"
	"image"
	"reflect"
	"runtime"
	"testing"
)

// The tables that were typed in are those that Go's encoder writes, which are
// the standard's.
func TestStandardTables(t *testing.T) {
	data := encoded(t, plain(image.Pt(16, 16), 90))
	from, to := segment(t, data, markerDHT)
	if string(data[from:to]) != standardTables {
		t.Error("they differ")
	}
}

func TestDecodeJPEG(t *testing.T) {
	data := encoded(t, page(t, "https://one.example"))
	want, err := decodeJPEG(data)
	if err != nil {
		t.Fatal(err)
	}
	bare := withoutTables(t, data)
	if got, err := decodeJPEG(bare); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("without tables: %v", err)
	}
	from, _ := segment(t, bare, markerSOS)
	filled := append(append(bytes.Clone(bare[:from]), 0xff, 0xff), bare[from:]...)
	if got, err := decodeJPEG(filled); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("filled up before the pixels: %v", err)
	}
	if got, err := decodeJPEG(append(bytes.Clone(bare), 0, 0, 0)); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("with something behind its end: %v", err)
	}
	for name, bad := range map[string][]byte{
		"nothing":        {},
		"no JPEG":        []byte("GIF89a, a frame of another camera"),
		"cut":            data[:len(data)/2],
		"cut, bare":      bare[:len(bare)/2],
		"without pixels": data[:300],
		"a wrong length": []byte("\xff\xd8\xff\xe0\xff\xff"),
	} {
		if _, err := decodeJPEG(bad); !errors.Is(err, errDamagedFrame) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A frame that says that it is huge costs nothing.
func TestDecodeBomb(t *testing.T) {
	bomb := encoded(t, plain(image.Pt(16, 16), 10))
	at, _ := segment(t, bomb, 0xc0)
	copy(bomb[at+5:], "\x40\x00\x40\x00") // its height and width
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := decodeJPEG(bomb)
	runtime.ReadMemStats(&after)
	if spent := after.TotalAlloc - before.TotalAlloc; !errors.Is(err, errDamagedFrame) || spent > 10<<20 {
		t.Errorf("%d MiB, %v", spent>>20, err)
	}
}

// FuzzDecodeJPEG: a camera can send anything.
func FuzzDecodeJPEG(f *testing.F) {
	data := encoded(f, plain(image.Pt(32, 16), 90))
	f.Add(data)
	f.Add(withoutTables(f, data))
	f.Add(data[:len(data)-9])
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		picture, err := decodeJPEG(data)
		if (err == nil) == (picture == nil) {
			t.Error(picture, err)
		}
		if !bytes.Equal(data, before) {
			t.Error("the frame was changed")
		}
	})
}

func TestDecodeYUYV(t *testing.T) {
	// Two rows of four pixels, each row with two bytes more than it needs.
	const rows = "aUbVcwdx--" + "eyfzgYhZ--"
	got, err := decodeYUYV([]byte(rows[:18]), image.Pt(4, 2), 10)
	if err != nil || string(got.Y) != "abcdefgh" || string(got.Cb) != "UwyY" || string(got.Cr) != "VxzZ" {
		t.Errorf("%q %q %q %v", got.Y, got.Cb, got.Cr, err)
	}
	for _, c := range []struct {
		size     image.Point
		stride   int
		received string
	}{{image.Pt(4, 2), 10, rows[:17]}, {image.Pt(4, 2), 7, rows}, {image.Pt(3, 2), 8, rows}} {
		if _, err := decodeYUYV([]byte(c.received), c.size, c.stride); !errors.Is(err, errDamagedFrame) {
			t.Errorf("%v: %v", c, err)
		}
	}
}
