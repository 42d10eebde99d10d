package lum

import (
	"image"
	"testing"
)

func BenchmarkFrom(b *testing.B) {
	img := image.NewRGBA(image.Rect(0, 0, 1920, 1080))
	for i := range img.Pix {
		img.Pix[i] = byte(i*7) | 255*byte(i%4/3)
	}
	b.SetBytes(int64(len(img.Pix)))
	for b.Loop() {
		_, _ = From(b.Context(), img)
	}
}

func BenchmarkBlocks(b *testing.B) {
	g := New(1920, 1080)
	for i := range g.Pix {
		g.Pix[i] = byte(i * i)
	}
	b.SetBytes(int64(len(g.Pix)))
	for b.Loop() {
		_, _ = g.Blocks(b.Context())
	}
}

func BenchmarkHalved(b *testing.B) {
	g := New(1920, 1080)
	b.SetBytes(int64(len(g.Pix)))
	for b.Loop() {
		_, _ = g.Halved(b.Context())
	}
}

func BenchmarkEdges(b *testing.B) {
	g := New(1920, 1080)
	for i := range g.Pix {
		g.Pix[i] = byte(i * i)
	}
	blocks, _ := g.Blocks(b.Context())
	t, _ := blocks.Narrow(b.Context())
	b.SetBytes(int64(len(g.Pix)))
	var e []int
	for b.Loop() {
		for y := range g.Height {
			e = t.Edges(y, e)
		}
	}
}
