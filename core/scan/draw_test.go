package scan

import (
	"image"
	"image/color"
	"image/draw"
	"math/rand/v2"
	"testing"

	"rsc.io/qr"
)

// login is what a login page shows.
const login = "understudy://otp?server=https://id.example.com&otp=eyJ0cmFuc2FjdGlvbl9pZCI6IkFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaIiwib3RwIjoiQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoifQ=="

// quiet is the width of the light border around a drawn code, in modules.
const quiet = 4

// drawn is a QR code with its quiet zone, each module scale pixels wide.
func drawn(t testing.TB, text string, scale int) *image.Gray {
	t.Helper()
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	return painted(code.Size, scale, code.Black)
}

// painted is drawn for modules that are there already.
func painted(size, scale int, black func(x, y int) bool) *image.Gray {
	side := (size + 2*quiet) * scale
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			if !black(x/scale-quiet, y/scale-quiet) {
				img.SetGray(x, y, color.Gray{255})
			}
		}
	}
	return img
}

// outline is where the code of a drawn picture is.
func outline(img image.Image, scale int) image.Rectangle { return img.Bounds().Inset(quiet * scale) }

// moved gives every pixel the one at another place of a square picture.
func moved(img *image.Gray, from func(x, y, last int) (int, int)) *image.Gray {
	out := image.NewGray(img.Rect)
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			fx, fy := from(x, y, img.Rect.Dx()-1)
			out.SetGray(x, y, img.GrayAt(fx, fy))
		}
	}
	return out
}

func quarter(x, y, last int) (int, int)       { return y, last - x } // to the right
func half(x, y, last int) (int, int)          { return last - x, last - y }
func threeQuarters(x, y, last int) (int, int) { return last - y, x }
func mirrored(x, y, last int) (int, int)      { return last - x, y }

func negative(img *image.Gray) *image.Gray {
	out := image.NewGray(img.Rect)
	for i, v := range img.Pix {
		out.Pix[i] = 255 - v
	}
	return out
}

// page is a desktop with lines of noise that look like text, and pictures on
// it.
func page(width, height int, pictures map[image.Point]image.Image) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.RGBA{250, 250, 248, 255}), image.Point{}, draw.Src)
	random := rand.New(rand.NewPCG(1, 2))
	for y := 20; y < height-20; y += 22 {
		for x := 30; x < width-30; x += 2 + random.IntN(9) {
			if h := 3 + random.IntN(9); random.IntN(6) > 0 {
				draw.Draw(img, image.Rect(x, y, x+1+random.IntN(3), y+h), image.NewUniform(color.RGBA{40, 40, 60, 255}), image.Point{}, draw.Src)
			}
		}
	}
	for at, picture := range pictures {
		draw.Draw(img, picture.Bounds().Add(at), picture, picture.Bounds().Min, draw.Src)
	}
	return img
}

// finderPatterns is a picture with nothing but finder patterns, a pixel a
// module.
func finderPatterns(side int) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			// Nine pixels a pattern: seven, and two light ones between.
			if ring := max(x%9-3, 3-x%9, y%9-3, 3-y%9); ring == 2 || ring > 3 {
				img.SetGray(x, y, color.Gray{255})
			}
		}
	}
	return img
}

// stripes is the row of a finder pattern, all the way down.
func stripes(side int) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			if at := x % 9; at == 1 || at == 5 || at > 6 {
				img.SetGray(x, y, color.Gray{255})
			}
		}
	}
	return img
}
