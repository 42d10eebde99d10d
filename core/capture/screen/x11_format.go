//go:build unix && !darwin && !ios

package screen

import (
	"encoding/binary"
	"math/bits"

	"github.com/jezek/xgb/xproto"
)

// x11Format is how a screen's pixels lie in memory: numbers of so many bits, in
// which masks tell where the colours are.
type x11Format struct {
	bits             int // of a pixel: 16, 24 or 32
	pad              int // a row's bits are a multiple of it
	order            binary.ByteOrder
	red, green, blue uint32
}

// formatOf finds the format of a screen's own window. It is not known() for one with
// a palette, or with fewer than 15 bits.
func formatOf(setup *xproto.SetupInfo, root xproto.ScreenInfo) x11Format {
	f := x11Format{order: binary.LittleEndian}
	if setup.ImageByteOrder == xproto.ImageOrderMSBFirst {
		f.order = binary.BigEndian
	}
	for _, d := range root.AllowedDepths {
		for _, v := range d.Visuals {
			if v.VisualId == root.RootVisual && (v.Class == xproto.VisualClassTrueColor || v.Class == xproto.VisualClassDirectColor) {
				f.red, f.green, f.blue = v.RedMask, v.GreenMask, v.BlueMask
			}
		}
	}
	for _, p := range setup.PixmapFormats {
		if p.Depth == root.RootDepth {
			f.bits, f.pad = int(p.BitsPerPixel), int(p.ScanlinePad)
		}
	}
	return f
}

func (f x11Format) known() bool {
	return (f.bits == 16 || f.bits == 24 || f.bits == 32) && f.pad >= 8 && f.red != 0 && f.green != 0 && f.blue != 0
}

// stride is the length of a row in bytes.
func (f x11Format) stride(width int) int { return (width*f.bits + f.pad - 1) / f.pad * f.pad / 8 }

// convert makes red, green, blue and an opaque alpha of a row of pixels.
func (f x11Format) convert(to, from []byte) {
	if f.bits == 32 && f.order == binary.LittleEndian && f.red == 0xff0000 && f.green == 0xff00 && f.blue == 0xff { // nearly all there are
		for i := 0; i+4 <= len(to) && i+4 <= len(from); i += 4 {
			pixel := binary.LittleEndian.Uint32(from[i:])
			binary.LittleEndian.PutUint32(to[i:], 0xff000000|pixel&0xff<<16|pixel&0xff00|pixel>>16&0xff)
		}
		return
	}
	step := f.bits / 8
	for i, j := 0, 0; i+4 <= len(to) && j+step <= len(from); i, j = i+4, j+step {
		pixel := f.pixel(from[j : j+step])
		to[i], to[i+1], to[i+2], to[i+3] = colour(pixel, f.red), colour(pixel, f.green), colour(pixel, f.blue), 0xff
	}
}

func (f x11Format) pixel(b []byte) uint32 {
	switch {
	case len(b) == 2:
		return uint32(f.order.Uint16(b))
	case len(b) == 4:
		return f.order.Uint32(b)
	case f.order == binary.BigEndian:
		return uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2])
	}
	return uint32(b[2])<<16 | uint32(b[1])<<8 | uint32(b[0])
}

// colour is the part of a pixel under a mask, stretched to 8 bits.
func colour(pixel, mask uint32) byte {
	shift := bits.TrailingZeros32(mask)
	return byte(uint64(pixel&mask>>shift) * 255 / uint64(mask>>shift))
}
