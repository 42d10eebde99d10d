package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
	"github.com/understudy-auth/understudy/app/gui/look"
)

const cellGap = 10

// pinCell is one cell: its box, and in it a dot, a digit or the caret.
type pinCell struct {
	box, dot, caret *plate
	digit           *canvas.Text
}

func newPinCell() *pinCell {
	c := &pinCell{
		box:   newPlate(look.Surface, look.Border, 0, look.RadiusButton),
		dot:   newPlate(look.Text, None, 0, 0),
		caret: newPlate(look.Text, None, 0, 1),
		digit: canvas.NewText("", nil),
	}
	c.digit.TextStyle, c.digit.Alignment = bold, fyne.TextAlignCenter
	return c
}

// cell is the size of a cell; it grows half as much as the text, so that five still stand side by side.
func (p *PinField) cell() fyne.Size {
	f := (1 + look.Current().TextFactor()) / 2
	return fyne.NewSize(48*f, 56*f)
}

// perLine is how many cells stand side by side in a width.
func (p *PinField) perLine(width float32) int {
	n := int((width + cellGap + 0.5) / (p.cell().Width + cellGap))
	return min(max(n, 1), p.digits)
}

func (p *PinField) NaturalWidth() float32 {
	return float32(p.digits)*(p.cell().Width+cellGap) - cellGap
}

// HeightAt returns the height at a width; cells that do not fit go on the next line.
func (p *PinField) HeightAt(width float32) float32 {
	n := p.perLine(width)
	lines := (p.digits + n - 1) / n
	return float32(lines)*(p.cell().Height+cellGap) - cellGap
}

// MinSize is a cell's width and the height at the present width.
func (p *PinField) MinSize() fyne.Size {
	return fyne.NewSize(p.cell().Width, p.HeightAt(widthNow(p)))
}

// CreateRenderer makes what draws the cells.
func (p *PinField) CreateRenderer() fyne.WidgetRenderer { return newPainter(p) }

func (p *PinField) parts() []fyne.CanvasObject {
	var o []fyne.CanvasObject
	for _, c := range p.cells {
		o = append(o, c.box, c.dot, c.caret, c.digit)
	}
	return o
}

func (p *PinField) paint() {
	current := min(len(p.value), p.digits-1)
	for i, c := range p.cells {
		here := p.focused && i == current
		if here {
			c.box.paint(look.Surface, look.Ring, ringWidth)
		} else {
			c.box.paint(look.Surface, look.Border, look.Current().Stroke())
		}
		typed := i < len(p.value)
		c.dot.Hidden = !typed || p.shown
		c.caret.Hidden = typed || !here
		c.digit.Hidden = !typed || !p.shown
		c.digit.Text = ""
		if !c.digit.Hidden {
			c.digit.Text = string(rune(p.value[i]))
		}
		c.digit.Color, c.digit.TextSize = themed(look.Text), look.Size(look.Message)
		c.dot.Refresh()
		c.caret.Refresh()
		c.digit.Refresh()
	}
}

func (p *PinField) lay(size fyne.Size) {
	cell, n := p.cell(), p.perLine(size.Width)
	dot := lay.Grown(14)
	for i, c := range p.cells {
		x, y := float32(i%n)*(cell.Width+cellGap), float32(i/n)*(cell.Height+cellGap)
		lay.Place(c.box, x, y, cell.Width, cell.Height)
		c.dot.radius = dot / 2
		lay.Place(c.dot, x+(cell.Width-dot)/2, y+(cell.Height-dot)/2, dot, dot)
		lay.Place(c.caret, x+cell.Width/2-1, y+cell.Height*0.27, 2, cell.Height*0.46)
		h := c.digit.MinSize().Height
		lay.Place(c.digit, x, y+(cell.Height-h)/2, cell.Width, h)
		c.dot.Refresh()
	}
}
