package lum

import (
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
)

// luminance weighs red, green and blue 1 : 2 : 1. That is not what the eye sees
// (ITU-R BT.601: 3 : 6 : 1), but a tenth faster, and blue on black and yellow on white
// keep twice the contrast.
func luminance(r, g, b uint32) byte { return byte((r + 2*g + b + 2) / 4) }

// onWhite lays a level with alpha on white paper: a picture of a code without a
// background is black on nothing.
func onWhite(level, alpha uint32) uint32 { return (level*alpha + 255*(255-alpha) + 127) / 255 }

// From reads the pixels from the buffers of the types that decoders and
// screenshots make; asking for them one by one through At takes ten times as
// long. Other types are converted by draw, which knows most of them. It panics
// where a buffer is shorter than the picture says.
func From(ctx context.Context, picture image.Image) (out Grey, err error) {
	b := picture.Bounds()
	out = New(b.Dx(), b.Dy())
	// each calls read with every row, and the picture's coordinates of its start.
	each := func(read func(row []byte, x, y int)) {
		err = Bands(ctx, out.Width, out.Height, func(from, to int) {
			for y := from; y < to; y++ {
				read(out.Row(y), b.Min.X, b.Min.Y+y)
			}
		})
	}
	switch p := picture.(type) {
	case *image.Gray:
		each(func(row []byte, x, y int) { copy(row, p.Pix[p.PixOffset(x, y):][:len(row)]) })
	case *image.YCbCr:
		each(func(row []byte, x, y int) { copy(row, p.Y[p.YOffset(x, y):][:len(row)]) })
	case *image.NYCbCrA:
		each(func(row []byte, x, y int) { fromNYCbCrA(row, p.Y[p.YOffset(x, y):], p.A[p.AOffset(x, y):]) })
	case *image.RGBA:
		each(func(row []byte, x, y int) { fromRGBA(row, p.Pix[p.PixOffset(x, y):]) })
	case *image.NRGBA:
		each(func(row []byte, x, y int) { fromNRGBA(row, p.Pix[p.PixOffset(x, y):]) })
	case *image.Paletted:
		levels := paletteLevels(p.Palette)
		each(func(row []byte, x, y int) { fromPaletted(row, p.Pix[p.PixOffset(x, y):], &levels) })
	default:
		err = fromDrawn(ctx, out, picture)
	}
	return out, err
}

func fromNYCbCrA(row, level, alpha []byte) {
	for x := range row {
		row[x] = byte(onWhite(uint32(level[x]), uint32(alpha[x])))
	}
}

// fromRGBA takes four pixels at a time where all are opaque, two in a word, side by
// side in 32 bits: it is a third of the time for a screenshot with a plain code.
func fromRGBA(row, pix []byte) {
	for len(row) >= 4 && len(pix) >= 16 {
		a, b := binary.LittleEndian.Uint64(pix), binary.LittleEndian.Uint64(pix[8:])
		if a&b&opaque == opaque {
			a, b = fourfold(a), fourfold(b)
			binary.LittleEndian.PutUint32(row, uint32(a>>2&0xFF|a>>26&0xFF00|b<<14&0xFF0000|b>>10&0xFF000000))
		} else {
			for i := range 4 {
				row[i] = fromPremultiplied(pix[4*i:])
			}
		}
		row, pix = row[4:], pix[16:]
	}
	for x := range row {
		row[x] = fromPremultiplied(pix[4*x:])
	}
}

const opaque = 0xFF000000_FF000000 // the alpha of two pixels

// fourfold has four times the luminance of two pixels, in ten bits of 32 each.
func fourfold(p uint64) uint64 {
	const redBlue, green, half = 0x00FF00FF_00FF00FF, 0x1FE_000001FE, 0x2_00000002
	both := p & redBlue
	return (both+both>>16)&0x1FF_000001FF + p>>7&green + half
}

// fromPremultiplied is a pixel's level on white.
func fromPremultiplied(p []byte) byte {
	white := 255 - uint32(p[3])
	return luminance(min(uint32(p[0])+white, 255), min(uint32(p[1])+white, 255), min(uint32(p[2])+white, 255))
}

func fromNRGBA(row, pix []byte) {
	for len(row) >= 4 && len(pix) >= 16 {
		a, b := binary.LittleEndian.Uint64(pix), binary.LittleEndian.Uint64(pix[8:])
		if a&b&opaque == opaque {
			fromRGBA(row[:4], pix[:16])
		} else {
			for i := range 4 {
				row[i] = fromStraight(pix[4*i:])
			}
		}
		row, pix = row[4:], pix[16:]
	}
	for x := range row {
		row[x] = fromStraight(pix[4*x:])
	}
}

// fromStraight is a pixel's level on white, whose colours are as if it were opaque.
func fromStraight(p []byte) byte {
	return byte(onWhite(uint32(luminance(uint32(p[0]), uint32(p[1]), uint32(p[2]))), uint32(p[3])))
}

func fromPaletted(row, pix []byte, levels *[256]byte) {
	for x := range row {
		row[x] = levels[pix[x]]
	}
}

// paletteLevels is the luminance of each colour; what is beyond the palette is
// white, as nothing is painted there.
func paletteLevels(palette color.Palette) (levels [256]byte) {
	for i := range levels {
		levels[i] = 255
	}
	for i, c := range palette[:min(len(palette), len(levels))] {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		fromNRGBA(levels[i:i+1], []byte{n.R, n.G, n.B, n.A})
	}
	return levels
}

// fromDrawn converts other types, some rows at a time: all of a large picture
// would need four times its pixels in memory once more.
func fromDrawn(ctx context.Context, out Grey, picture image.Image) error {
	rows := max(1, chunk/4/max(out.Width, 1))
	strip := image.NewRGBA(image.Rect(0, 0, out.Width, rows))
	for top := 0; top < out.Height; top += rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		draw.Draw(strip, strip.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(strip, strip.Rect, picture, picture.Bounds().Min.Add(image.Pt(0, top)), draw.Over)
		for y := top; y < min(top+rows, out.Height); y++ {
			fromRGBA(out.Row(y), strip.Pix[strip.PixOffset(0, y-top):])
		}
	}
	return nil
}

// FromLuma takes levels from a buffer as they are, from a plane without a copy.
// It is false where the buffer is too short.
func FromLuma(pix []byte, width, height, stride, step int) (Grey, bool) {
	last := (width-1)*step + 1
	if step < 1 || step > 8 || stride < last || (len(pix)-last)/stride < height-1 || len(pix) < last {
		return Grey{}, false
	}
	if step == 1 && stride == width {
		return Grey{width, height, pix[:width*height]}, true
	}
	out := New(width, height)
	for y := range height {
		row := out.Row(y)
		from := pix[y*stride:][:last]
		if step == 1 {
			copy(row, from)
			continue
		}
		for x := range row {
			row[x] = from[x*step]
		}
	}
	return out, true
}
