//go:build amd64 || arm64 || riscv64 || loong64

package camera

import "unsafe"

// The structures of linux/videodev2.h on 64 bits; what is not used has no name.
type (
	v4l2Capability struct {
		_          [16 + 32 + 32]byte // driver, card, bus
		_          [2]uint32          // version, capabilities of all nodes
		deviceCaps uint32
		_          [3]uint32
	}
	v4l2PixFormat struct {
		width, height, pixelFormat uint32
		_                          uint32 // field
		bytesPerLine               uint32
		_                          [7]uint32 // size, colours
	}
	v4l2Format struct {
		kind uint32
		_    uint32
		pix  v4l2PixFormat
		_    [200 - 48]byte
	}
	v4l2FormatDescription struct {
		index, kind uint32
		_           uint32   // flags
		_           [32]byte // description
		pixelFormat uint32
		_           [4]uint32
	}
	v4l2FrameSize struct {
		index, pixelFormat, kind uint32
		// discrete: width, height; else least, most and step of the width, then of the
		// height.
		size [6]uint32
		_    [2]uint32
	}
	v4l2FrameInterval struct {
		index, pixelFormat, width, height, kind uint32
		interval                                [6]uint32 // the shortest first: seconds as a fraction
		_                                       [2]uint32
	}
	v4l2StreamParameters struct {
		kind                   uint32
		_                      [2]uint32
		numerator, denominator uint32 // of the seconds between frames
		_                      [200 - 16]byte
	}
	v4l2RequestBuffers struct {
		count, kind, memory uint32
		_                   [2]uint32
	}
	v4l2Buffer struct {
		index, kind, bytesUsed, flags uint32
		_                             [2]uint32 // field
		_                             [2]int64  // time
		_                             [16]byte  // timecode
		_                             uint32    // sequence
		memory                        uint32
		offset                        uint64
		length                        uint32
		_                             [3]uint32
	}
)

const (
	bufVideoCapture  = 1
	memoryMmap       = 1
	capVideoCapture  = 0x00000001
	capStreaming     = 0x04000000
	bufferError      = 0x40
	frameSizeOne     = 1 // the others are ranges
	frameIntervalOne = 1
)

// request is the number of an ioctl: whether the kernel reads (1), writes (2) or
// both (3), its number among those of V4L2, and the size of its structure.
func request(way, number, size uintptr) uintptr { return way<<30 | size<<16 | 'V'<<8 | number }

var (
	queryCapability = request(2, 0, unsafe.Sizeof(v4l2Capability{}))
	enumFormats     = request(3, 2, unsafe.Sizeof(v4l2FormatDescription{}))
	setFormat       = request(3, 5, unsafe.Sizeof(v4l2Format{}))
	requestBuffers  = request(3, 8, unsafe.Sizeof(v4l2RequestBuffers{}))
	queryBuffer     = request(3, 9, unsafe.Sizeof(v4l2Buffer{}))
	queueBuffer     = request(3, 15, unsafe.Sizeof(v4l2Buffer{}))
	dequeueBuffer   = request(3, 17, unsafe.Sizeof(v4l2Buffer{}))
	streamOn        = request(1, 18, 4)
	streamOff       = request(1, 19, 4)
	setParameters   = request(3, 22, unsafe.Sizeof(v4l2StreamParameters{}))
	enumSizes       = request(3, 74, unsafe.Sizeof(v4l2FrameSize{}))
	enumIntervals   = request(3, 75, unsafe.Sizeof(v4l2FrameInterval{}))
)

// fourCC is the name of a pixel format.
func fourCC(n uint32) string {
	return string([]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)})
}

func fourCCNumber(s string) uint32 {
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}
