package lum

import (
	"context"
	"encoding/binary"
)

// side is that of a block, in pixels. Thresholds for each block instead of each
// pixel are as good and take a tenth of the time.
const side = 8

// Blocks are the levels of each 8 x 8 pixels of a picture, row by row. At the
// right and lower edge blocks lie on each other, so that each is whole.
type Blocks struct {
	picture               Grey
	across, down          int
	mean, darkest, lights []byte
}

// Blocks measures the picture, which has at least 8 rows and columns.
func (g Grey) Blocks(ctx context.Context) (Blocks, error) {
	b := Blocks{picture: g, across: (g.Width + side - 1) / side, down: (g.Height + side - 1) / side}
	levels := make([]byte, 3*b.across*b.down)
	n := b.across * b.down
	b.mean, b.darkest, b.lights = levels[:n], levels[n:2*n], levels[2*n:]
	err := Bands(ctx, g.Width*side, b.down, func(from, to int) {
		for y := from; y < to; y++ {
			top := min(y*side, g.Height-side)
			for x := range b.across {
				i := y*b.across + x
				b.mean[i], b.darkest[i], b.lights[i] = g.block(min(x*side, g.Width-side), top)
			}
		}
	})
	return b, err
}

const (
	everyByte = 0x0101010101010101
	highBits  = 0x80 * everyByte
	evenBytes = 0x00FF00FF00FF00FF
	evenWords = 0x0000FFFF0000FFFF
)

// block measures the block with this corner, eight pixels at a time in a word.
func (g Grey) block(left, top int) (mean, darkest, lightest byte) {
	at := top*g.Width + left
	first := binary.LittleEndian.Uint64(g.Pix[at:])
	dark, light := first, first
	var sum uint64 // of four pairs of columns
	for range side {
		row := binary.LittleEndian.Uint64(g.Pix[at:])
		sum += row&evenBytes + row>>8&evenBytes
		lighter, darker := notBelow(row, light), notBelow(dark, row)
		light = row&lighter | light&^lighter
		dark = row&darker | dark&^darker
		at += g.Width
	}
	sum = sum&evenWords + sum>>16&evenWords
	for _, half := range [3]int{32, 16, 8} {
		lighter, darker := notBelow(light>>half, light), notBelow(dark, dark>>half)
		light = light>>half&lighter | light&^lighter
		dark = dark>>half&darker | dark&^darker
	}
	return byte((sum + sum>>32) & 0xFFFF / (side * side)), byte(dark), byte(light)
}

// notBelow has all bits of each byte set where a's byte is at least b's.
func notBelow(a, b uint64) uint64 {
	low := (a | highBits) - b&^highBits // the high bit of each: the lower seven of a are not below b's
	high := (a&^b | ^(a^b)&low) & highBits
	return high >> 7 * 0xFF
}

// Empty reports whether nothing was measured yet.
func (b Blocks) Empty() bool { return b.mean == nil }
