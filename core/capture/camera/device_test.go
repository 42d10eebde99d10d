package camera

import (
	"errors"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	devices := []Device{
		newDevice("Integrated Camera: Integrated C\n", "1-1:1.0", "/dev/video0"),
		newDevice("USB Camera", "1-2:1.0", "/dev/video2"),
		newDevice("USB Camera", "1-3:1.0", "/dev/video4"),
		newDevice("USB Camera 4K", "1-4:1.0", "/dev/video6"),
	}
	for want, path := range map[string]string{
		"":                          "/dev/video0",
		"Integrated Camera":         "/dev/video0",
		"integrated":                "/dev/video0",
		"4k":                        "/dev/video6",
		"/dev/video4":               "/dev/video4",
		"USB Camera@1-3:1.0":        "/dev/video4",
		"USB Camera 4K@2-1:1.0":     "/dev/video6", // it was in another socket
		"Integrated Camera@2-1:1.0": "/dev/video0",
	} {
		if d, err := Find(devices, want); err != nil || d.Path != path {
			t.Errorf("%q: %v %v, want %s", want, d, err, path)
		}
	}
	for want, is := range map[string]error{
		"USB Camera": ErrSeveral, "usb": ErrSeveral, "USB Camera@2-1:1.0": ErrSeveral, "Other": ErrNoSuch, "/dev/video1": ErrNoSuch, "@": ErrNoSuch,
	} {
		if d, err := Find(devices, want); !errors.Is(err, is) {
			t.Errorf("%q: %v %v, want %v", want, d, err, is)
		}
	}
	if _, err := Find(nil, ""); !errors.Is(err, ErrNone) {
		t.Error(err)
	}
}

// A camera's name is text from outside.
func TestDeviceName(t *testing.T) {
	for name, want := range map[string]string{
		"HD Webcam":                       "HD Webcam",
		"Integrated Camera: Integrated C": "Integrated Camera",
		"Logitech: BRIO":                  "Logitech: BRIO",
		"Logitech: ":                      "Logitech:",
		"":                                "Camera",
		"\x1b[31mred\x00":                 "<U+001B>[31mred<U+0000>",
	} {
		if d := newDevice(name, "1-1:1.0", "/dev/video0"); d.Name != want || d.ID != want+"@1-1:1.0" {
			t.Errorf("%q: %+v", name, d)
		}
	}
}

// A camera that was named by its path is found again under another one.
func TestFindAgain(t *testing.T) {
	before := []Device{newDevice("One", "1-1:1.0", "/dev/video0"), newDevice("Two", "1-2:1.0", "/dev/video2")}
	after := []Device{newDevice("Two", "1-2:1.0", "/dev/video0"), newDevice("One", "1-1:1.0", "/dev/video2")}
	c := New(Options{Device: "/dev/video2"})
	for _, devices := range [][]Device{before, after} {
		d, err := c.find(devices)
		if err != nil || d.Name != "Two" {
			t.Errorf("%+v %v", d, err)
		}
	}
	if d, err := New(Options{}).find(after); err != nil || d.Name != "Two" {
		t.Errorf("the first one: %+v %v", d, err)
	}
}

// The first camera is the first that can be read; one that is busy is not passed
// over.
func TestOpenFirst(t *testing.T) {
	devices := []Device{newDevice("Codec", "", "/dev/video0"), newDevice("Infrared", "1-1:1.2", "/dev/video2"), newDevice("HD Webcam", "1-1:1.0", "/dev/video4")}
	for _, c := range []struct {
		device string
		fails  error // of the last one
		tried  string
		want   error
	}{
		{"", nil, "Codec Infrared HD Webcam", nil},
		{"", ErrBusy, "Codec Infrared HD Webcam", ErrBusy},
		{"", ErrFormat, "Codec Infrared HD Webcam", ErrFormat},
		{"Infrared", nil, "Infrared", ErrFormat},
		{"webcam", nil, "HD Webcam", nil},
		{"Other", nil, "", ErrNoSuch},
	} {
		var tried []string
		_, err := New(Options{Device: c.device}).open(t.Context(), devices, func(d Device, _ Options) (Stream, error) {
			tried = append(tried, d.Name)
			if d.Name == "HD Webcam" {
				return nil, c.fails
			}
			return nil, ErrFormat
		})
		if got := strings.Join(tried, " "); got != c.tried || !errors.Is(err, c.want) {
			t.Errorf("%q: tried %q, %v", c.device, got, err)
		}
	}
}
