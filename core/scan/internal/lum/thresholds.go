package lum

import (
	"context"
	"encoding/binary"
	"math/bits"
)

// Thresholds tell dark from light: a pixel is dark if its level is not above
// its block's.
type Thresholds struct {
	picture Grey
	across  int
	level   []byte
}

// minContrast is the range of levels in a block that is more than noise.
const minContrast = 24

// Narrow has thresholds that follow the light closely: the mean of five blocks
// by five. Where nothing is to be seen, what is there is light, unless the
// blocks before it were lighter still: that is how ZXing does it, and it keeps
// the quiet zone light and the inside of a large dark module dark.
func (b Blocks) Narrow(ctx context.Context) (Thresholds, error) {
	level := make([]byte, len(b.mean))
	for i := range level {
		level[i] = b.mean[i]
		if b.lights[i]-b.darkest[i] > minContrast {
			continue
		}
		level[i] = b.darkest[i] / 2
		if i > b.across && i%b.across > 0 {
			before := byte((int(level[i-b.across]) + 2*int(level[i-1]) + int(level[i-b.across-1])) / 4)
			if b.darkest[i] < before {
				level[i] = before
			}
		}
	}
	return b.smoothed(ctx, level, 2)
}

// Wide has thresholds from a window of about a sixth of the picture: large
// modules, whose inside a narrow window takes for a page, keep their level.
func (b Blocks) Wide(ctx context.Context) (Thresholds, error) {
	return b.middle(ctx, max(4, max(b.across, b.down)/12))
}

// Medium is between them.
func (b Blocks) Medium(ctx context.Context) (Thresholds, error) { return b.middle(ctx, 5) }

// middle takes the mean of a block and the middle of its range together: with
// few dark pixels on a light page the mean alone is close to the page's level.
func (b Blocks) middle(ctx context.Context, radius int) (Thresholds, error) {
	level := make([]byte, len(b.mean))
	for i := range level {
		level[i] = byte((2*int(b.mean[i]) + int(b.darkest[i]) + int(b.lights[i])) / 4)
	}
	return b.smoothed(ctx, level, radius)
}

// smoothed takes the mean of the levels in a window around each block. At the
// edge the window stays inside of the picture.
func (b Blocks) smoothed(ctx context.Context, level []byte, radius int) (Thresholds, error) {
	// sums has the sum of all that is above and left of a block.
	stride := b.across + 1
	sums := make([]int32, stride*(b.down+1))
	for y := range b.down {
		row := int32(0)
		for x := range b.across {
			row += int32(level[y*b.across+x])
			sums[(y+1)*stride+x+1] = sums[y*stride+x+1] + row
		}
	}
	t := Thresholds{picture: b.picture, across: b.across, level: make([]byte, len(level))}
	err := Bands(ctx, b.across, b.down, func(from, to int) {
		for y := from; y < to; y++ {
			top, bottom := window(y, radius, b.down)
			for x := range b.across {
				left, right := window(x, radius, b.across)
				sum := sums[bottom*stride+right] - sums[top*stride+right] - sums[bottom*stride+left] + sums[top*stride+left]
				t.level[y*b.across+x] = byte(sum / int32((bottom-top)*(right-left)))
			}
		}
	})
	return t, err
}

// window is the part of 0 to n that is around a place.
func window(at, radius, n int) (from, to int) {
	from = max(0, min(at-radius, n-2*radius-1))
	return from, min(n, from+2*radius+1)
}

// Width and Height are the picture's.
func (t *Thresholds) Width() int  { return t.picture.Width }
func (t *Thresholds) Height() int { return t.picture.Height }

// Dark reports whether a pixel of the picture is.
func (t *Thresholds) Dark(x, y int) bool {
	return t.picture.Pix[y*t.picture.Width+x] <= t.level[y/side*t.across+x/side]
}

// Edges gives, in place of what is in edges, where the runs of a row begin: a
// light one at 0, which may be empty, then dark and light in turn; at the end
// stands the row's length.
func (t *Thresholds) Edges(y int, edges []int) []int {
	edges = append(edges[:0], 0)
	row := t.picture.Row(y)
	levels := t.level[y/side*t.across:][:t.across]
	before := uint64(0) // 1: the pixel before is dark
	for x := 0; x < len(row); x += side {
		level := levels[x/side]
		var dark uint64 // a bit for each pixel
		if x+side <= len(row) {
			lighter := notBelow(uint64(level)*everyByte, binary.LittleEndian.Uint64(row[x:])) & everyByte
			dark = lighter * 0x0102040810204080 >> 56
		} else {
			for i, v := range row[x:] {
				if v <= level {
					dark |= 1 << i
				}
			}
		}
		turns := (dark<<1 | before) ^ dark
		for turns &= 0xFF; turns != 0; turns &= turns - 1 {
			edges = append(edges, x+bits.TrailingZeros64(turns))
		}
		before = dark >> 7
	}
	if edges[len(edges)-1] != len(row) || len(edges) == 1 {
		edges = append(edges, len(row))
	}
	return edges
}
