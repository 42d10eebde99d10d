package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

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
	width := r.width
	if width <= 0 {
		width = unknown
	}
	set := r.p.at(width)
	var y float32
	for _, l := range set.lines {
		var x float32
		if r.p.align == fyne.TextAlignCenter && width < unknown {
			x = (width - l.width) / 2
		}
		for _, run := range l.runs {
			r.draw(run, x+run.x, y, l)
		}
		y += l.height
	}
	canvas.Refresh(r.p)
}

func (r *paragraphRenderer) draw(run run, x, y float32, l textLine) {
	if run.text == "" {
		return
	}
	f := run.span.face()
	t := canvas.NewText(run.text, theme.Color(f.color))
	t.TextSize, t.TextStyle = theme.Size(f.size), f.style
	size, ascent := fyne.CurrentApp().Driver().RenderedTextSize(t.Text, t.TextSize, t.TextStyle, nil)
	top := y + l.ascent - ascent
	switch run.span.Mark {
	case Boxed:
		box := canvas.NewRectangle(color.Transparent)
		box.StrokeColor, box.StrokeWidth, box.CornerRadius = themed(boxColor(run.span)), look.Current().Stroke(), 3
		place(box, x+0.5, y, run.width-1, l.height)
		r.objects = append(r.objects, box)
		x += boxPad
	case Underlined:
		line := canvas.NewRectangle(t.Color)
		place(line, x, y+l.ascent+3, run.width, 2)
		r.objects = append(r.objects, line)
	}
	place(t, x, top, size.Width, size.Height)
	r.objects = append(r.objects, t)
}

// boxColor is the colour of a box's line: that of its text, unless that has none of its own.
func boxColor(s Span) fyne.ThemeColorName {
	if s.Color == None {
		return look.Border
	}
	return s.Color
}
