//go:build amd64 || arm64 || riscv64 || loong64

package camera

import (
	"cmp"
	"fmt"
	"image"
	"unsafe"
)

// Limits on what a camera says of itself.
const (
	maxFormats   = 64
	maxSizes     = 256 // of a format
	maxIntervals = 64  // of a size
)

func modes(d Device) ([]Mode, error) {
	n, err := openCamera(d.Path, openNode)
	if err != nil {
		return nil, err
	}
	defer n.close()
	return modesOf(n), nil
}

func start(d Device, o Options) (Stream, error) {
	n, err := openCamera(d.Path, openNode)
	if err != nil {
		return nil, err
	}
	return startNode(n, d, o)
}

// openCamera opens a node and makes sure that it gives pictures.
func openCamera(path string, open func(string) (node, error)) (node, error) {
	n, err := open(path)
	if err != nil {
		return nil, explained(err)
	}
	var c v4l2Capability
	if err := call(n, queryCapability, &c); err != nil {
		_ = n.close()
		return nil, explained(err)
	}
	// capabilities are those of all nodes of the camera; the one of metadata has
	// them too.
	if c.deviceCaps&capVideoCapture == 0 || c.deviceCaps&capStreaming == 0 {
		_ = n.close()
		return nil, fmt.Errorf("%w: capabilities %#x", ErrFormat, c.deviceCaps)
	}
	return n, nil
}

// modesOf asks a camera for its modes.
func modesOf(n node) []Mode {
	var modes []Mode
	for i := range uint32(maxFormats) {
		f := v4l2FormatDescription{index: i, kind: bufVideoCapture}
		if call(n, enumFormats, &f) != nil {
			break
		}
		for _, size := range sizesOf(n, f.pixelFormat) {
			modes = append(modes, Mode{fourCC(f.pixelFormat), size, rateOf(n, f.pixelFormat, size)})
		}
	}
	return modes
}

// sizesOf asks for the sizes of a format. Of a range it tells usual sizes in it,
// and the largest.
func sizesOf(n node, format uint32) []image.Point {
	var sizes []image.Point
	for i := range uint32(maxSizes) {
		s := v4l2FrameSize{index: i, pixelFormat: format}
		if call(n, enumSizes, &s) != nil {
			break
		}
		if s.kind == frameSizeOne {
			sizes = append(sizes, image.Pt(int(s.size[0]), int(s.size[1])))
			continue
		}
		for _, usual := range []image.Point{{640, 480}, {1280, 720}, {1920, 1080}} {
			if within(usual.X, s.size[0:3]) && within(usual.Y, s.size[3:6]) {
				sizes = append(sizes, usual)
			}
		}
		return append(sizes, image.Pt(int(s.size[1]), int(s.size[4])))
	}
	return sizes
}

// within reports whether n is in a range of least, most and step.
func within(n int, r []uint32) bool {
	least, most, step := int(r[0]), int(r[1]), int(max(r[2], 1))
	return n >= least && n <= most && (n-least)%step == 0
}

// rateOf asks for the most frames a second of a size; 0 where the camera does
// not tell.
func rateOf(n node, format uint32, size image.Point) (fps float64) {
	for i := range uint32(maxIntervals) {
		v := v4l2FrameInterval{index: i, pixelFormat: format, width: uint32(size.X), height: uint32(size.Y)}
		if call(n, enumIntervals, &v) != nil {
			break
		}
		if seconds := v.interval[0]; seconds > 0 {
			fps = max(fps, float64(v.interval[1])/float64(seconds))
		}
		if v.kind != frameIntervalOne {
			break
		}
	}
	return fps
}

// negotiate sets the mode that was chosen. What the camera then says is what it
// does, which may be something else.
func negotiate(n node, o Options) (Mode, v4l2PixFormat, error) {
	want, err := choose(modesOf(n), o)
	if err != nil {
		return Mode{}, v4l2PixFormat{}, err
	}
	f := v4l2Format{kind: bufVideoCapture, pix: v4l2PixFormat{
		width: uint32(want.Size.X), height: uint32(want.Size.Y), pixelFormat: fourCCNumber(want.Format),
	}}
	if err := call(n, setFormat, &f); err != nil {
		return Mode{}, v4l2PixFormat{}, explained(err)
	}
	got := Mode{fourCC(f.pix.pixelFormat), image.Pt(int(f.pix.width), int(f.pix.height)), want.FPS}
	if !got.spoken() || !bounded(got.Size) {
		return Mode{}, v4l2PixFormat{}, fmt.Errorf("%w: it chose %q, %d x %d", ErrFormat, got.Format, got.Size.X, got.Size.Y)
	}
	if got.Size != want.Size || got.Format != want.Format {
		got.FPS = rateOf(n, f.pix.pixelFormat, got.Size)
	}
	// 30 frames a second, or what is nearest: some cameras begin with 5. Those that
	// cannot choose go on as they do.
	p := v4l2StreamParameters{kind: bufVideoCapture, numerator: 1, denominator: 30}
	_ = call(n, setParameters, &p)
	f.pix.bytesPerLine = cmp.Or(f.pix.bytesPerLine, 2*f.pix.width)
	return got, f.pix, nil
}

// mapBuffers lets the driver make the buffers into which the camera writes, and
// hands them to it.
func mapBuffers(n node) (buffers [][]byte, err error) {
	r := v4l2RequestBuffers{count: 4, kind: bufVideoCapture, memory: memoryMmap}
	if err := call(n, requestBuffers, &r); err != nil {
		return nil, explained(err)
	}
	defer func() {
		if err != nil {
			unmapBuffers(n, buffers)
			buffers = nil
		}
	}()
	for i := range min(r.count, 32) {
		b := v4l2Buffer{index: i, kind: bufVideoCapture, memory: memoryMmap}
		if err := call(n, queryBuffer, &b); err != nil {
			return buffers, explained(err)
		}
		memory, err := n.mmap(int64(uint32(b.offset)), int(b.length))
		if err != nil {
			return buffers, explained(err)
		}
		buffers = append(buffers, memory)
		if err := call(n, queueBuffer, &b); err != nil {
			return buffers, explained(err)
		}
	}
	if len(buffers) == 0 {
		return nil, fmt.Errorf("%w: it has no buffers", ErrFailed)
	}
	return buffers, nil
}

// unmapBuffers gives the buffers back. That goes wrong only where the camera is
// gone, and then nothing is left to do.
func unmapBuffers(n node, buffers [][]byte) {
	for _, b := range buffers {
		_ = n.munmap(b)
	}
	r := v4l2RequestBuffers{kind: bufVideoCapture, memory: memoryMmap}
	_ = call(n, requestBuffers, &r)
}

// streaming turns the stream on or off.
func streaming(n node, request uintptr) error {
	kind := uint32(bufVideoCapture)
	return n.ioctl(request, unsafe.Pointer(&kind))
}
