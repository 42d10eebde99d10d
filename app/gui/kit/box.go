package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// None is no colour: no fill, or no line.
const None fyne.ThemeColorName = ""

// plate is a rectangle with rounded corners whose colours follow the theme.
type plate struct {
	widget.BaseWidget
	fill, stroke  fyne.ThemeColorName
	width, radius float32 // of the line: 0 is none; of the corners
	shadow, bare  bool    // bare: no line in high contrast either
	rect          *canvas.Rectangle
}

func newPlate(fill, stroke fyne.ThemeColorName, width, radius float32) *plate {
	p := &plate{fill: fill, stroke: stroke, width: width, radius: radius, rect: canvas.NewRectangle(color.Transparent)}
	p.ExtendBaseWidget(p)
	return p
}

// outlines are the lines that show in high contrast what is a fill elsewhere.
var outlines = map[fyne.ThemeColorName]fyne.ThemeColorName{
	look.Surface:    look.Border,
	look.Sunken:     look.Border,
	look.AccentSoft: look.Accent,
	look.OKSoft:     look.OK,
	look.WarnSoft:   look.Warn,
	look.BadSoft:    look.Bad,
	look.InfoSoft:   look.Info,
}

func themed(n fyne.ThemeColorName) color.Color {
	if n == None {
		return color.Transparent
	}
	return look.Color(n)
}

func (p *plate) apply() {
	t := look.Current()
	stroke, width := p.stroke, p.width
	if line, ok := outlines[p.fill]; ok && t.HighContrast() && !p.bare {
		if stroke == None || stroke == look.Line {
			stroke = line
		}
		width = max(width, t.Stroke())
	}
	if stroke == None {
		width = 0
	}
	p.rect.FillColor, p.rect.StrokeColor, p.rect.StrokeWidth = themed(p.fill), themed(stroke), width
	p.rect.CornerRadius = p.radius
	p.rect.Shadow = canvas.Shadow{}
	if p.shadow && t.Palette() == look.Light {
		shade := color.NRGBAModel.Convert(look.Color(look.Text)).(color.NRGBA)
		shade.A = 0xFF * 8 / 100
		p.rect.Shadow = canvas.Shadow{Color: shade, BlurRadius: 12, Offset: fyne.NewPos(0, 4)}
	}
}

// paint takes new colours and draws.
func (p *plate) paint(fill, stroke fyne.ThemeColorName, width float32) {
	p.fill, p.stroke, p.width = fill, stroke, width
	p.Refresh()
}

func (p *plate) Refresh() {
	p.apply()
	p.rect.Refresh()
}

func (p *plate) MinSize() fyne.Size { return fyne.Size{} }

func (p *plate) CreateRenderer() fyne.WidgetRenderer {
	p.apply()
	return widget.NewSimpleRenderer(p.rect)
}

// Box puts an object on a filled, outlined ground with rounded corners; fill and stroke may be None. The line is as wide
// as that around controls. In high contrast, where nothing is filled, a fill becomes a line of its own colour.
func Box(fill, stroke fyne.ThemeColorName, radius float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(lay.Stack{}, newPlate(fill, stroke, 1.5, radius), o)
}

// Card puts an object on a card: Surface with a thin line, and in the light palette a shadow.
func Card(o fyne.CanvasObject) *fyne.Container {
	p := newPlate(look.Surface, look.Line, 1, look.RadiusCard)
	p.shadow = true
	return container.New(lay.Stack{}, p, o)
}

// Divider is a thin line between what stands above and below it. It means nothing by itself.
func Divider() fyne.CanvasObject {
	return container.New(rule{}, newPlate(look.Line, None, 0, 0))
}

type rule struct{}

func (rule) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 1) }

func (rule) Layout(o []fyne.CanvasObject, size fyne.Size) { lay.Place(o[0], 0, 0, size.Width, 1) }
