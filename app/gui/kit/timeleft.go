package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// TimeLeft is how long something can still be answered, in words and as a bar. Nothing in it moves by itself and nothing
// turns red: it says, and does not press.
type TimeLeft struct {
	widget.BaseWidget
	part  float32
	first float32 // the width that the words have had: the bar does not jump when they get shorter
	theme *look.Theme

	glyph        *Glyph
	label        *Paragraph
	trough, done *plate
}

const (
	barHeight = 6
	leastBar  = 80 // less is no bar
	barGap    = 16 // between words and bar
)

// NewTimeLeft returns a bar; words are a sentence such as "1 minute 42 seconds left", part is from 0 (ran out) to 1.
func NewTimeLeft(words string, part float32) *TimeLeft {
	t := &TimeLeft{
		glyph:  Icon(look.Time, look.Muted),
		label:  Text(Bold, words),
		trough: newPlate(look.Sunken, look.Border, 1, barHeight/2),
		done:   newPlate(look.Border, None, 0, barHeight/2),
	}
	t.trough.bare = true
	t.ExtendBaseWidget(t)
	t.Set(words, part)
	return t
}

// Set changes the words and the bar together.
func (t *TimeLeft) Set(words string, part float32) {
	t.part = min(max(part, 0), 1)
	if t.label.String() != words {
		t.label.SetText(words)
	}
	t.Refresh()
}

// AccessibilityLabel is the words.
func (t *TimeLeft) AccessibilityLabel() string { return t.label.String() }

// AccessibilityRole says that this is text.
func (t *TimeLeft) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// textX is where the words begin.
func (t *TimeLeft) textX() float32 { return t.glyph.MinSize().Width + 8 }

// barX is where the bar begins.
func (t *TimeLeft) barX() float32 {
	if now := look.Current(); t.theme != now {
		t.theme, t.first = now, 0
	}
	t.first = max(t.first, t.label.NaturalWidth())
	return t.textX() + t.first + barGap
}

// HeightAt returns the height at a width. Where there is no room for the bar beside the words, it stands below.
func (t *TimeLeft) HeightAt(width float32) float32 {
	h := t.label.HeightAt(width - t.textX())
	if width-t.barX() < leastBar {
		h += lay.Gap + barHeight
	}
	return max(h, t.glyph.MinSize().Height)
}

// MinSize is that of the words, which wrap.
func (t *TimeLeft) MinSize() fyne.Size {
	return fyne.NewSize(t.textX()+leastBar, t.HeightAt(widthNow(t)))
}

// CreateRenderer makes what draws the words and the bar.
func (t *TimeLeft) CreateRenderer() fyne.WidgetRenderer { return newPainter(t) }

func (t *TimeLeft) parts() []fyne.CanvasObject {
	return []fyne.CanvasObject{t.glyph, t.label, t.trough, t.done}
}

func (t *TimeLeft) paint() {
	for _, o := range t.parts() {
		o.Refresh()
	}
}

func (t *TimeLeft) lay(size fyne.Size) {
	text := t.label.HeightAt(size.Width - t.textX())
	side := t.glyph.MinSize().Height
	line := t.label.FirstLine(size.Width - t.textX())
	lay.Place(t.glyph, 0, max(line-side, 0)/2, side, side)
	lay.Place(t.label, t.textX(), 0, size.Width-t.textX(), text)
	x, y := t.barX(), (line-barHeight)/2
	if size.Width-x < leastBar {
		x, y = 0, text+lay.Gap
	}
	w := size.Width - x
	lay.Place(t.trough, x, y, w, barHeight)
	t.done.Hidden = t.part == 0
	lay.Place(t.done, x, y, max(w*t.part, barHeight), barHeight)
}
