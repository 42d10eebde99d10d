package lay_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// block is a fixed object.
func block(w, h float32) *canvas.Rectangle {
	r := canvas.NewRectangle(nil)
	r.SetMinSize(fyne.NewSize(w, h))
	return r
}

// text stands for wrapped text: so much area, whatever its width; its lines are 10 high.
type text struct {
	canvas.Rectangle
	area float32
}

func wrapping(area float32) *text { return &text{area: area} }

func (t *text) HeightAt(w float32) float32 { return float32(int(t.area/w/10)+1) * 10 }
func (t *text) NaturalWidth() float32      { return t.area/10 - 1 }
func (t *text) FirstLine(float32) float32  { return 10 }
func (t *text) MinSize() fyne.Size         { return fyne.NewSize(0, t.HeightAt(max(t.Size().Width, 1))) }

type rect [4]float32

func at(o fyne.CanvasObject) rect {
	return rect{o.Position().X, o.Position().Y, o.Size().Width, o.Size().Height}
}

func setText(t *testing.T, factor float32) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(look.New(look.Light, factor))
}

// check lays a container out at a width and the height that it asks for, and compares the places of its objects.
func check(t *testing.T, c *fyne.Container, width, height float32, want ...rect) {
	t.Helper()
	if got := lay.HeightAt(c, width); got != height {
		t.Errorf("at %v it is %v high, want %v", width, got, height)
	}
	c.Resize(fyne.NewSize(width, height))
	if got := c.MinSize().Height; got != height {
		t.Errorf("once laid out at %v it asks for %v, want %v", width, got, height)
	}
	for i, o := range c.Objects {
		if got := at(o); got != want[i] {
			t.Errorf("object %d is at %v, want %v", i, got, want[i])
		}
	}
}

func TestFlow(t *testing.T) {
	setText(t, 1)
	hidden := block(50, 50)
	hidden.Hide()
	check(t, lay.Flow(8, 0, block(20, 10), hidden, wrapping(3000)), 100, 58, rect{0, 0, 100, 10}, rect{0, 0, 0, 0}, rect{0, 18, 100, 40})
	check(t, lay.Flow(8, 200, block(20, 10)), 300, 10, rect{50, 0, 200, 10})
	setText(t, 2)
	check(t, lay.Flow(8, 100, block(20, 10)), 300, 10, rect{70, 0, 160, 10}) // 160 %, not 200
}

func TestPair(t *testing.T) {
	setText(t, 1)
	build := func() *fyne.Container { return lay.Pair(100, 80, block(20, 10), wrapping(1950)) }
	check(t, build(), 200, 20, rect{0, 0, 100, 10}, rect{100, 0, 100, 20})
	check(t, build(), 170, 34, rect{0, 0, 170, 10}, rect{0, 14, 170, 20})
	setText(t, 1.5)
	check(t, build(), 900, 24, rect{0, 0, 900, 10}, rect{0, 14, 900, 10})
}

func TestBeside(t *testing.T) {
	setText(t, 1)
	check(t, lay.Beside(10, block(20, 20), wrapping(3900)), 130, 45, rect{0, 0, 20, 20}, rect{30, 5, 100, 40})
	check(t, lay.Beside(10, block(20, 30), wrapping(3900)), 130, 40, rect{0, 0, 20, 30}, rect{30, 0, 100, 40}) // a picture
	check(t, lay.Beside(10, block(20, 4), wrapping(3900)), 130, 40, rect{0, 3, 20, 4}, rect{30, 0, 100, 40})
	check(t, lay.Beside(10, block(80, 20), wrapping(3900)), 200, 44, rect{0, 0, 80, 20}, rect{0, 24, 200, 20}) // 110 are too few
	check(t, lay.Beside(10, block(80, 20), wrapping(500)), 150, 20, rect{0, 0, 80, 20}, rect{90, 5, 60, 10})   // but enough for a word
	check(t, lay.Middle(10, block(20, 30), wrapping(1900)), 130, 30, rect{0, 0, 20, 30}, rect{30, 5, 100, 20})
}

func TestEnds(t *testing.T) {
	setText(t, 1)
	check(t, lay.Ends(10, wrapping(3900), block(80, 30)), 400, 30, rect{0, 5, 310, 20}, rect{320, 0, 80, 30})
	check(t, lay.Ends(10, wrapping(3900), block(80, 30)), 300, 58, rect{0, 0, 300, 20}, rect{0, 28, 300, 30})
	setText(t, 2)
	check(t, lay.Ends(10, wrapping(3900), block(100, 30)), 900, 48, rect{0, 0, 900, 10}, rect{0, 18, 900, 30})
	check(t, lay.Ends(10, wrapping(3900), block(80, 30)), 480, 30, rect{0, 5, 390, 20}, rect{400, 0, 80, 30}) // no wider than an icon
}

func TestTwins(t *testing.T) {
	setText(t, 1)
	check(t, lay.Twins(10, block(40, 20), block(60, 30)), 200, 30, rect{0, 0, 95, 30}, rect{105, 0, 95, 30})
	check(t, lay.Twins(10, block(40, 20), block(60, 30)), 120, 70, rect{0, 0, 120, 30}, rect{0, 40, 120, 30})
}

func TestColumns(t *testing.T) {
	setText(t, 1)
	build := func() *fyne.Container {
		return lay.Columns(100, 2, 10, block(10, 20), wrapping(3900), block(10, 20))
	}
	check(t, build(), 210, 70, rect{0, 0, 100, 40}, rect{110, 0, 100, 40}, rect{0, 50, 100, 20})
	check(t, build(), 500, 50, rect{0, 0, 245, 20}, rect{255, 0, 245, 20}, rect{0, 30, 245, 20})
	check(t, build(), 209, 80, rect{0, 0, 209, 20}, rect{0, 30, 209, 20}, rect{0, 60, 209, 20})
	setText(t, 2)
	check(t, build(), 210, 80, rect{0, 0, 210, 20}, rect{0, 30, 210, 20}, rect{0, 60, 210, 20})
}

func TestRow(t *testing.T) {
	setText(t, 1)
	check(t, lay.Row(10, block(40, 20), block(40, 10)), 200, 20, rect{0, 0, 40, 20}, rect{50, 5, 40, 10})
	check(t, lay.Row(10, block(40, 20), block(40, 10)), 80, 40, rect{0, 0, 40, 20}, rect{0, 30, 40, 10})
	check(t, lay.Row(10, block(40, 20), wrapping(3900)), 80, 80, rect{0, 0, 40, 20}, rect{0, 30, 80, 50}) // wider than a line
	row := lay.Row(10, block(40, 20), lay.Spring(), block(40, 20))
	row.Resize(fyne.NewSize(200, 20))
	if got := at(row.Objects[2]); got != (rect{160, 0, 40, 20}) {
		t.Errorf("after a spring: %v", got)
	}
}

func TestPadAndStack(t *testing.T) {
	setText(t, 1)
	check(t, lay.Pad(5, 10, wrapping(1900)), 120, 30, rect{10, 5, 100, 20})
	check(t, container.New(lay.Stack{}, block(10, 5), wrapping(1900)), 100, 20, rect{0, 0, 100, 20}, rect{0, 0, 100, 20})
	if got := lay.WidthOf(lay.Pad(5, 10, wrapping(1900))); got != 209 {
		t.Errorf("natural width %v", got)
	}
}

// Heights go through containers and, by resizing, through Fyne's own widgets.
func TestHeightAtOfOthers(t *testing.T) {
	setText(t, 1)
	label := widget.NewLabel("some words that have to wrap at so small a width as this")
	label.Wrapping = fyne.TextWrapWord
	if narrow, wide := lay.HeightAt(label, 100), lay.HeightAt(label, 1000); narrow < 3*wide/2 {
		t.Errorf("a label is %v high at 100 and %v at 1000", narrow, wide)
	}
	nested := lay.Flow(0, 0, lay.Pad(5, 10, lay.Flow(8, 0, wrapping(1900), block(10, 10))))
	if got := lay.HeightAt(nested, 120); got != 48 {
		t.Errorf("nested: %v, want 48", got)
	}
	if nested.Size() != (fyne.Size{}) {
		t.Error("asking for a height has resized something")
	}
}

// With less room than the gaps alone need nothing gets a size below nothing.
func TestNoRoom(t *testing.T) {
	setText(t, 2)
	for _, c := range []*fyne.Container{
		lay.Flow(8, 0, wrapping(3900)), lay.Pair(100, 80, block(20, 10), wrapping(1950)), lay.Beside(10, block(80, 30), wrapping(3900)),
		lay.Ends(10, wrapping(3900), block(20, 30)), lay.Twins(10, block(40, 20), block(60, 30)), lay.Columns(100, 2, 10, block(10, 20)),
		lay.Row(10, block(40, 20), lay.Spring(), wrapping(3900)), lay.Pad(50, 50, wrapping(1900)),
	} {
		for _, s := range []fyne.Size{{}, fyne.NewSize(1, 1), fyne.NewSize(15, 3)} {
			c.Resize(s)
			for _, o := range c.Objects {
				if o.Size().Width < 0 || o.Size().Height < 0 {
					t.Errorf("%T at %v: %v", c.Layout, s, o.Size())
				}
			}
			c.Resize(fyne.NewSize(500, 500))
		}
	}
}
