package kit

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// CodePicture is what was seen around a code: as large as fits into its limits with its sides in proportion, framed, with
// round corners. Return, Space or a click enlarge it.
type CodePicture struct {
	control
	name        string
	limit       fyne.Size
	proportion  float32 // height by width
	picture     *canvas.Image
	frame, ring *plate
}

// NewCodePicture returns a picture of at most 184 x 115; name is what a reader says about it. Without enlarge it does not
// take a press.
func NewCodePicture(picture image.Image, name string, enlarge func()) *CodePicture {
	p := &CodePicture{
		name:    name,
		limit:   fyne.NewSize(184, 115),
		picture: &canvas.Image{FillMode: canvas.ImageFillStretch, CornerRadius: look.RadiusSmall, ScaleMode: canvas.ImageScaleSmooth},
		frame:   newPlate(None, look.Border, 1, look.RadiusSmall),
		ring:    newRing(look.RadiusSmall),
	}
	p.press = enlarge
	p.init(p)
	p.SetPicture(picture)
	return p
}

// Within sets other limits, in pixels whatever the size of the text, and returns the picture.
func (p *CodePicture) Within(width, height float32) *CodePicture {
	p.limit = fyne.NewSize(width, height)
	p.Refresh()
	return p
}

// SetPicture shows another picture; nil shows an empty frame.
func (p *CodePicture) SetPicture(picture image.Image) {
	if picture == nil || picture.Bounds().Empty() {
		picture = image.NewUniform(color.Transparent)
		p.proportion = p.limit.Height / p.limit.Width
	} else {
		b := picture.Bounds()
		p.proportion = float32(b.Dy()) / float32(b.Dx())
	}
	p.picture.Image = picture
	p.Refresh()
}

// AccessibilityLabel is the name.
func (p *CodePicture) AccessibilityLabel() string { return p.name }

// AccessibilityRole says that the picture acts like a button.
func (p *CodePicture) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// fit is the size of the picture in a width.
func (p *CodePicture) fit(width float32) fyne.Size {
	w := max(min(p.limit.Width, p.limit.Height/p.proportion, width), 1)
	return fyne.NewSize(w, w*p.proportion)
}

func (p *CodePicture) NaturalWidth() float32 { return p.fit(lay.Unlimited).Width }

// HeightAt returns the height of the picture in a width.
func (p *CodePicture) HeightAt(width float32) float32 { return p.fit(width).Height }

// MinSize is the size of the picture where there is room for it.
func (p *CodePicture) MinSize() fyne.Size { return p.fit(lay.Unlimited) }

// CreateRenderer makes what draws the picture.
func (p *CodePicture) CreateRenderer() fyne.WidgetRenderer { return newPainter(p) }

func (p *CodePicture) parts() []fyne.CanvasObject {
	return []fyne.CanvasObject{p.ring, p.picture, p.frame}
}

func (p *CodePicture) paint() {
	p.picture.Refresh()
	p.frame.Refresh()
	drawRing(p.ring, p.focused)
}

func (p *CodePicture) lay(size fyne.Size) {
	s := p.fit(size.Width)
	layRing(p.ring, s)
	lay.Place(p.picture, 0, 0, s.Width, s.Height)
	lay.Place(p.frame, 0, 0, s.Width, s.Height)
}
