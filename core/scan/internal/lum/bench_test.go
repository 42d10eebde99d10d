package lum

import "testing"

func BenchmarkAt(b *testing.B) {
	g := New(1000, 1000)
	s := 0.0
	for i := range b.N {
		s += g.At(float64(i%997)+0.3, float64(i%991)+0.7)
	}
	_ = s
}
