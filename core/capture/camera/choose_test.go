package camera

import (
	"errors"
	"image"
	"testing"
)

func TestChoose(t *testing.T) {
	// As most webcams are: large pictures are slow unless they are JPEG.
	usual := []Mode{
		{FormatYUYV, image.Pt(640, 480), 30},
		{FormatYUYV, image.Pt(1280, 720), 10},
		{FormatYUYV, image.Pt(1920, 1080), 5},
		{FormatMJPEG, image.Pt(640, 480), 30},
		{FormatMJPEG, image.Pt(1280, 720), 30},
		{FormatMJPEG, image.Pt(1920, 1080), 30},
		{"H264", image.Pt(1280, 720), 60},
	}
	only := func(m ...Mode) []Mode { return m }
	for _, c := range []struct {
		name  string
		modes []Mode
		o     Options
		want  string
	}{
		{"nothing said", usual, Options{}, "1280x720 MJPG 30/s"},
		{"small", usual, Options{Size: image.Pt(640, 480)}, "640x480 YUYV 30/s"},
		{"the nearest", usual, Options{Size: image.Pt(2000, 1000)}, "1920x1080 MJPG 30/s"},
		{"a format", usual, Options{Format: FormatYUYV}, "1280x720 YUYV 10/s"},
		{"a format that it has not", usual, Options{Format: FormatJPEG}, "1280x720 MJPG 30/s"},
		{"one that does not tell its rate", only(Mode{FormatMJPEG, image.Pt(640, 480), 0}, Mode{FormatYUYV, image.Pt(640, 480), 0}), Options{}, "640x480 YUYV"},
		{"too large", only(Mode{FormatYUYV, image.Pt(20000, 20000), 1}, Mode{FormatYUYV, image.Pt(320, 240), 1}), Options{Size: image.Pt(20000, 20000)}, "320x240 YUYV 1/s"},
	} {
		got, err := choose(c.modes, c.o)
		if err != nil || got.String() != c.want {
			t.Errorf("%s: %v %v, want %s", c.name, got, err, c.want)
		}
	}
	for _, none := range [][]Mode{nil, usual[6:], {{FormatYUYV, image.Pt(0, 480), 30}}} {
		if _, err := choose(none, Options{}); !errors.Is(err, ErrFormat) {
			t.Errorf("%v: %v", none, err)
		}
	}
}
