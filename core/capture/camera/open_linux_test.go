//go:build amd64 || arm64 || riscv64 || loong64

package camera

import (
	"errors"
	"fmt"
	"image"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"golang.org/x/sys/unix"
)

// The numbers are those of linux/videodev2.h on 64 bits: each holds the size of
// its structure.
func TestRequestNumbers(t *testing.T) {
	for name, c := range map[string][2]uintptr{
		"QUERYCAP":            {queryCapability, 0x80685600},
		"ENUM_FMT":            {enumFormats, 0xc0405602},
		"S_FMT":               {setFormat, 0xc0d05605},
		"REQBUFS":             {requestBuffers, 0xc0145608},
		"QUERYBUF":            {queryBuffer, 0xc0585609},
		"QBUF":                {queueBuffer, 0xc058560f},
		"DQBUF":               {dequeueBuffer, 0xc0585611},
		"STREAMON":            {streamOn, 0x40045612},
		"STREAMOFF":           {streamOff, 0x40045613},
		"S_PARM":              {setParameters, 0xc0cc5616},
		"ENUM_FRAMESIZES":     {enumSizes, 0xc02c564a},
		"ENUM_FRAMEINTERVALS": {enumIntervals, 0xc034564b},
	} {
		if c[0] != c[1] {
			t.Errorf("%s is %#x, want %#x", name, c[0], c[1])
		}
	}
	if n := fourCCNumber(FormatMJPEG); n != 0x47504a4d || fourCC(n) != FormatMJPEG {
		t.Errorf("%#x", n)
	}
}

func TestList(t *testing.T) {
	sys := fstest.MapFS{}
	add := func(node, name, index, device string) {
		sys[node+"/name"] = &fstest.MapFile{Data: []byte(name + "\n")}
		sys[node+"/index"] = &fstest.MapFile{Data: []byte(index + "\n")}
		sys[node+"/device"] = &fstest.MapFile{Data: []byte(device), Mode: fs.ModeSymlink}
	}
	add("video10", "Tenth", "0", "../../../1-3:1.0")
	add("video2", "Second", "0", "../../../1-2:1.0")
	add("video3", "Second", "1", "../../../1-2:1.0") // metadata
	add("v4l-subdev0", "sensor", "0", "x")
	sys["video4/name"] = &fstest.MapFile{Data: []byte("pulled out just now")}
	got, err := listIn(sys)
	want := []Device{{"Second@1-2:1.0", "Second", "/dev/video2"}, {"Tenth@1-3:1.0", "Tenth", "/dev/video10"}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v %v", got, err)
	}
	sub, err := fs.Sub(sys, "none")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := listIn(sub); len(got) != 0 || err != nil {
		t.Errorf("without a driver: %v %v", got, err)
	}
}

func TestOpenCamera(t *testing.T) {
	open := func(k *kernel, err error) func(string) (node, error) {
		return func(string) (node, error) { return k, err }
	}
	for cause, want := range map[error]error{
		unix.EACCES: ErrDenied, unix.EPERM: ErrDenied, unix.ENOENT: ErrUnplugged, unix.ENODEV: ErrUnplugged, unix.ENXIO: ErrUnplugged,
		unix.EBUSY: ErrBusy, unix.EIO: ErrFailed,
	} {
		_, err := openCamera("", open(nil, fmt.Errorf("open: %w", cause)))
		if !errors.Is(err, want) || !errors.Is(err, cause) {
			t.Errorf("%v: %v", cause, err)
		}
	}
	metadata := newKernel()
	metadata.caps = 0x00800000 | capStreaming
	if _, err := openCamera("", open(metadata, nil)); !errors.Is(err, ErrFormat) || !metadata.closed {
		t.Errorf("the node of metadata: %v", err)
	}
	file := newKernel()
	file.fails[queryCapability] = unix.ENOTTY
	if _, err := openCamera("", open(file, nil)); !errors.Is(err, ErrFailed) || !file.closed {
		t.Errorf("no camera at all: %v", err)
	}
}

// The kernel's own calls, on files that are none of cameras.
func TestOpenNode(t *testing.T) {
	if _, err := openCamera(filepath.Join(t.TempDir(), "video0"), openNode); !errors.Is(err, ErrUnplugged) {
		t.Error(err)
	}
	if _, err := openCamera("/dev/null", openNode); !errors.Is(err, ErrFailed) {
		t.Error(err)
	}
	n, err := openNode("/dev/null")
	if err != nil {
		t.Fatal(err)
	}
	n.wake()
	if err := n.wait(nextFrameIn); !errors.Is(err, errWoken) {
		t.Error(err)
	}
	if err := n.close(); err != nil {
		t.Error(err)
	}
}

func TestModes(t *testing.T) {
	want := []Mode{{FormatYUYV, image.Pt(640, 480), 30}, {FormatYUYV, image.Pt(1280, 720), 10}, {"H264", image.Pt(640, 480), 0}}
	if got := modesOf(newKernel(want...)); !slices.Equal(got, want) {
		t.Error(got)
	}
	if !within(640, []uint32{160, 1920, 16}) || within(650, []uint32{160, 1920, 16}) || within(2000, []uint32{160, 1920, 0}) || !within(161, []uint32{160, 1920, 0}) {
		t.Error("a range of sizes")
	}
}

func TestNegotiate(t *testing.T) {
	small := Mode{FormatYUYV, image.Pt(640, 480), 30}
	for _, c := range []struct {
		name   string
		answer func(*v4l2PixFormat)
		want   string
		stride uint32
	}{
		{"as asked", nil, "640x480 YUYV 30/s", 1280},
		{"rows with room behind them", func(p *v4l2PixFormat) { p.bytesPerLine = 1536 }, "640x480 YUYV 30/s", 1536},
		{"another size", func(p *v4l2PixFormat) { p.width, p.height, p.bytesPerLine = 320, 240, 640 }, "320x240 YUYV", 640},
		{"no stride told", func(p *v4l2PixFormat) { p.bytesPerLine = 0 }, "640x480 YUYV 30/s", 1280},
		{"another format", func(p *v4l2PixFormat) { p.pixelFormat = fourCCNumber("H264") }, "", 0},
		{"too large", func(p *v4l2PixFormat) { p.width, p.height = 1<<31, 1<<31 }, "", 0},
	} {
		k := newKernel(small)
		k.answer = c.answer
		got, pix, err := negotiate(k, Options{})
		if c.want == "" {
			if !errors.Is(err, ErrFormat) {
				t.Errorf("%s: %v %v", c.name, got, err)
			}
			continue
		}
		if err != nil || got.String() != c.want || pix.bytesPerLine != c.stride {
			t.Errorf("%s: %v, stride %d, %v", c.name, got, pix.bytesPerLine, err)
		}
	}
}

// A camera that cannot be started is let go.
func TestStartFails(t *testing.T) {
	for request, cause := range map[uintptr]error{
		setFormat: unix.EBUSY, requestBuffers: unix.EBUSY, queryBuffer: unix.EINVAL, queueBuffer: unix.ENODEV, streamOn: unix.EBUSY,
	} {
		k := newKernel(Mode{FormatYUYV, image.Pt(640, 480), 30})
		k.fails[request] = cause
		if _, err := startNode(k, Device{}, Options{}); !errors.Is(err, cause) {
			t.Errorf("%#x: %v", request, err)
		}
		if request == requestBuffers {
			k.requested = 0
		}
		k.released(t)
	}
	k := newKernel()
	if _, err := startNode(k, Device{}, Options{}); !errors.Is(err, ErrFormat) || !k.closed {
		t.Error(err)
	}
}
