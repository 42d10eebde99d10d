package camera

import (
	"bytes"
	"fmt"
	"image"
	"testing"

	"golang.org/x/image/draw"
)

// What each frame costs.
func BenchmarkFrame(b *testing.B) {
	for _, size := range []image.Point{{640, 480}, {1280, 720}, {1920, 1080}} {
		frame := image.NewRGBA(image.Rectangle{Max: size})
		draw.ApproxBiLinear.Scale(frame, frame.Rect, page(b, "https://one.example/0123456789"), image.Rect(0, 0, 640, 480), draw.Src, nil)
		data := encoded(b, frame)
		packed := bytes.Repeat([]byte{100, 128, 200, 128}, size.X*size.Y/2)
		decoded, err := decodeJPEG(data)
		if err != nil {
			b.Fatal(err)
		}
		name := fmt.Sprintf("%dx%d", size.X, size.Y)
		b.Run("MJPEG/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = decodeJPEG(data)
			}
		})
		b.Run("YUYV/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = decodeYUYV(packed, size, 2*size.X)
			}
		})
		b.Run("View/"+name, func(b *testing.B) {
			b.ReportAllocs()
			view := View{Size: image.Pt(640, 360), Mirror: true}
			shown := view.Draw(decoded, nil)
			for b.Loop() {
				shown = view.Draw(decoded, shown)
			}
		})
	}
}
