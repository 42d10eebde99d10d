package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
	"github.com/understudy-auth/understudy/app/gui/kit/typeset"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// CreateRenderer makes what draws the text.
func (p *Paragraph) CreateRenderer() fyne.WidgetRenderer {
	r := &paragraphRenderer{p: p}
	r.Refresh()
	return r
}

// paragraphRenderer draws each run as one canvas text, so that the letters of a run are shaped together.
type paragraphRenderer struct {
	p       *Paragraph
	objects []fyne.CanvasObject
	drawn   *look.Theme
	width   float32
}

func (r *paragraphRenderer) Destroy()                     {}
func (r *paragraphRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *paragraphRenderer) MinSize() fyne.Size           { return r.p.MinSize() }

func (r *paragraphRenderer) Layout(size fyne.Size) {
	if size.Width != r.width || r.drawn != look.Current() {
		r.Refresh()
	}
}

func (r *paragraphRenderer) Refresh() {
	r.drawn, r.width, r.objects = look.Current(), r.p.Size().Width, nil
	var y float32
	for _, l := range r.p.at(widthNow(r.p)).Lines {
		var x float32
		if r.p.align == fyne.TextAlignCenter {
			x = max(r.width-l.Width, 0) / 2
		}
		for _, run := range l.Runs {
			r.draw(run, x+run.X, y, l)
		}
		y += l.Height
	}
	canvas.Refresh(r.p)
}

func (r *paragraphRenderer) draw(run typeset.Run, x, y float32, l typeset.Line) {
	if run.Text == "" {
		return
	}
	span := r.p.spans[run.Piece]
	f := span.face()
	t := canvas.NewText(run.Text, look.Color(f.color))
	t.TextSize, t.TextStyle = look.Size(f.size), f.style
	size, ascent := fyne.CurrentApp().Driver().RenderedTextSize(t.Text, t.TextSize, t.TextStyle, nil)
	top := y + l.Ascent - ascent
	switch span.Mark {
	case Boxed:
		box := canvas.NewRectangle(color.Transparent)
		box.StrokeColor, box.StrokeWidth, box.CornerRadius = themed(boxColor(span)), look.Current().Stroke(), 3
		lay.Place(box, x+typeset.BoxAir, y, run.Width-2*typeset.BoxAir, l.Height)
		r.objects = append(r.objects, box)
		x += typeset.BoxPad + typeset.BoxAir
	case Underlined:
		line := canvas.NewRectangle(t.Color)
		lay.Place(line, x, y+l.Ascent+3, run.Width, 2)
		r.objects = append(r.objects, line)
	}
	lay.Place(t, x, top, size.Width, size.Height)
	r.objects = append(r.objects, t)
}

// boxColor is the colour of a box's line: that of its text, unless that has none of its own.
func boxColor(s Span) fyne.ThemeColorName {
	if s.Color == None {
		return look.Border
	}
	return s.Color
}
