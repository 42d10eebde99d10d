package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// Sides of icons at 100 %.
const (
	iconSide = 20 // beside text
	chipSide = 16
)

// Glyph is an icon in a colour of the theme. A reader passes it by: the word beside it says the same.
type Glyph struct {
	widget.BaseWidget
	icon  look.Icon
	color fyne.ThemeColorName
	side  float32
	image *canvas.Image
}

// Icon returns an icon of the size that goes with text.
func Icon(i look.Icon, c fyne.ThemeColorName) *Glyph {
	g := &Glyph{icon: i, color: c, side: iconSide, image: &canvas.Image{FillMode: canvas.ImageFillContain}}
	g.ExtendBaseWidget(g)
	return g
}

// Sized gives the icon another side, in pixels at 100 %, and returns it.
func (g *Glyph) Sized(side float32) *Glyph {
	g.side = side
	return g
}

// Set shows another icon, or the same in another colour.
func (g *Glyph) Set(i look.Icon, c fyne.ThemeColorName) {
	if g.icon != i || g.color != c {
		g.icon, g.color = i, c
		g.Refresh()
	}
}

// MinSize is the icon's side, which grows with the text.
func (g *Glyph) MinSize() fyne.Size { return fyne.NewSquareSize(lay.Grown(g.side)) }

// Refresh draws the icon in the colour that the theme has for it. Fyne would read the drawing each time, though whatever
// stands around an icon refreshes it: one that is drawn already is left alone, and one without a size is drawn with it.
func (g *Glyph) Refresh() {
	r := look.Resource(g.icon, g.color)
	if r == g.image.Resource && g.image.Image != nil {
		return
	}
	g.image.Resource = r
	if !g.image.Size().IsZero() {
		g.image.Refresh()
	}
}

// CreateRenderer makes what draws the icon.
func (g *Glyph) CreateRenderer() fyne.WidgetRenderer {
	g.image.Resource = look.Resource(g.icon, g.color)
	return widget.NewSimpleRenderer(g.image)
}
