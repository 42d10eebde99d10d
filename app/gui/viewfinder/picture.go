package viewfinder

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
)

const (
	// width and height are the room for what the camera sees, in pixels at any size of
	// the text; a picture of other proportions leaves some of it empty.
	width, height = 640, 400
	// outlines is how many codes are outlined at most.
	outlines = 4
	lineWide = 4
)

// picture is what the camera sees, with the codes in it outlined.
type picture struct {
	widget.BaseWidget
	ground *canvas.Rectangle
	image  *canvas.Image
	lines  [outlines * 4]*canvas.Line
	codes  [][4]image.Point // in the image's pixels
}

func newPicture() *picture {
	p := &picture{ground: canvas.NewRectangle(color.Black), image: &canvas.Image{FillMode: canvas.ImageFillStretch, ScaleMode: canvas.ImageScaleFastest}}
	p.ground.CornerRadius = look.RadiusSmall
	for i := range p.lines {
		p.lines[i] = canvas.NewLine(color.Transparent)
		p.lines[i].StrokeWidth = lineWide
		p.lines[i].Hide()
	}
	p.image.Hide()
	p.ExtendBaseWidget(p)
	return p
}

// show puts another frame there. The codes of the one before stay outlined until
// outline is called.
func (p *picture) show(frame *image.RGBA) {
	first := p.image.Hidden
	p.image.Image = frame
	p.image.Show()
	p.place(p.Size())
	p.image.Refresh()
	if first {
		p.Refresh() // a window does not know what was hidden when it was drawn last, and would not draw it
	}
}

// outline draws lines around codes.
func (p *picture) outline(codes [][4]image.Point) {
	p.codes = codes[:min(len(codes), outlines)]
	p.place(p.Size())
	p.Refresh() // not each line: see show
}

// place puts everything where it belongs in so much room.
func (p *picture) place(size fyne.Size) {
	p.ground.Resize(size)
	if p.image.Image == nil {
		return
	}
	b := p.image.Image.Bounds()
	scale := min(size.Width/float32(b.Dx()), size.Height/float32(b.Dy()))
	at := fyne.NewPos((size.Width-scale*float32(b.Dx()))/2, (size.Height-scale*float32(b.Dy()))/2)
	p.image.Move(at)
	p.image.Resize(fyne.NewSize(scale*float32(b.Dx()), scale*float32(b.Dy())))
	for i, l := range p.lines {
		if l.Hidden = i/4 >= len(p.codes); l.Hidden {
			continue
		}
		l.StrokeColor = look.Color(look.Ring)
		code := p.codes[i/4]
		spot := func(n int) fyne.Position {
			return at.AddXY(scale*float32(code[n%4].X), scale*float32(code[n%4].Y))
		}
		l.Position1, l.Position2 = spot(i), spot(i+1)
	}
}

// NaturalWidth is the width that the picture would like.
func (p *picture) NaturalWidth() float32 { return width }

// HeightAt returns the height of the picture in a width.
func (p *picture) HeightAt(w float32) float32 { return min(w, width) * height / width }

// MinSize is that of a picture which is still of use.
func (p *picture) MinSize() fyne.Size { return fyne.NewSize(width/4, height/4) }

// AccessibilityLabel is what a reader says of the picture.
func (p *picture) AccessibilityLabel() string { return words.T("What the camera sees") }

// CreateRenderer makes what draws the picture.
func (p *picture) CreateRenderer() fyne.WidgetRenderer {
	parts := []fyne.CanvasObject{p.ground, p.image}
	for _, l := range p.lines {
		parts = append(parts, l)
	}
	return widget.NewSimpleRenderer(container.New(places{p}, parts...))
}

// places lays the parts of a picture out.
type places struct{ p *picture }

func (l places) Layout(_ []fyne.CanvasObject, size fyne.Size) { l.p.place(size) }
func (l places) MinSize([]fyne.CanvasObject) fyne.Size        { return l.p.MinSize() }
