// Package reading is what the window has seen: the codes in pictures, and what
// was around them.
package reading

import (
	"context"
	"image"

	"golang.org/x/image/draw"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/capture/screen"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/scan"
)

// smallWidth is how wide a picture is kept that only shows what was looked at.
const smallWidth = 640

// Found is what pictures or a text turned out to hold.
type Found struct {
	Source intake.Source
	Codes  []Code
	// Small are the screens that were looked at, made small, where none of them had a
	// code: one that did is forgotten but for what is around its codes.
	Small []image.Image
	// Missed are codes that were seen and could not be read.
	Missed []Missed
}

// Missed is a code that was seen and could not be read.
type Missed struct {
	Reason scan.Reason
	Seen   image.Image // the code and what was around it
	Place  string
}

// Code is one code.
type Code struct {
	intake.Item
	Seen  image.Image // what was around it; nil where there was no picture
	Place string      // where it was, in words
}

// Text is what a text holds.
func Text(text string, source intake.Source) Found {
	return Found{Source: source, Codes: []Code{{Item: intake.Parse(text)}}}
}

// Picture is what a picture holds.
func Picture(ctx context.Context, source intake.Source, picture image.Image) (Found, error) {
	result, err := scan.New().Read(ctx, picture)
	if err != nil {
		return Found{}, err
	}
	return Found{Source: source, Codes: Codes(picture, result), Missed: missed(picture, result)}, nil
}

// Screens is what the screens hold.
func Screens(ctx context.Context, shots []screen.Shot) (Found, error) {
	f := Found{Source: intake.SourceScreen}
	reader := scan.New()
	for _, s := range shots {
		result, err := reader.Read(ctx, s.Image)
		if err != nil {
			return Found{}, err
		}
		f.Missed = append(f.Missed, missed(s.Image, result)...)
		for i, c := range Codes(s.Image, result) {
			if len(shots) > 1 {
				c.Place = words.OnMonitor(s.Number, result.Codes[i].Corners, s.Image.Bounds())
			}
			f.Codes = append(f.Codes, c)
		}
	}
	if len(f.Codes) == 0 {
		for _, s := range shots {
			f.Small = append(f.Small, small(s.Image))
		}
	}
	return f, nil
}

// Codes are what was read in one picture.
func Codes(picture image.Image, result scan.Result) []Code {
	codes := make([]Code, len(result.Codes))
	for i, c := range result.Codes {
		codes[i] = Code{intake.Parse(c.Text), capture.Around(picture, c.Corners), words.Place(c.Corners, picture.Bounds())}
	}
	return codes
}

func missed(picture image.Image, result scan.Result) []Missed {
	list := make([]Missed, len(result.Seen))
	for i, c := range result.Seen {
		list[i] = Missed{c.Reason, capture.Around(picture, c.Corners), words.Place(c.Corners, picture.Bounds())}
	}
	return list
}

func small(picture image.Image) image.Image {
	b := picture.Bounds()
	width := min(smallWidth, b.Dx())
	out := image.NewRGBA(image.Rect(0, 0, width, max(1, b.Dy()*width/max(1, b.Dx()))))
	draw.ApproxBiLinear.Scale(out, out.Rect, picture, b, draw.Src, nil)
	return out
}

// Items are what the codes hold.
func (f Found) Items() []intake.Item {
	var items []intake.Item
	for _, c := range f.Codes {
		items = append(items, c.Item)
	}
	return items
}

// Of is the code that holds an item.
func (f Found) Of(item intake.Item) Code {
	for _, c := range f.Codes {
		if c.OTP == item.OTP && c.Server == item.Server {
			return c
		}
	}
	return Code{Item: item}
}
