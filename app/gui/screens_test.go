package gui

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"github.com/understudy-auth/understudy/app/gui/golden"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// views are the sizes in which every screen has to be whole: the first is that of
// the golden files.
var views = []struct {
	name          string
	text          float32
	width, height float32
}{
	{"usual", 1, 900, 720},
	{"wide", 1, 1600, 900},
	{"smallest window", 1, 360, 480},
	{"narrow with large text", 2, 360, 640},
	{"wide with large text", 2, 1600, 900},
}

// TestScreens visits every screen in every state.
func TestScreens(t *testing.T) {
	for _, s := range append(states(), questionStates()...) {
		t.Run(s.name, func(t *testing.T) {
			p := s.visit(t)
			file := strings.NewReplacer(", ", "-", " ", "-").Replace(s.name)
			told := strings.Join(p.now().Lines(), "\n") + "\n"
			golden.Text(t, "lines/"+file, p.anonymous(told))
			golden.Text(t, "markup/"+file, p.anonymous(markup(p.w.frame.Canvas())))
			p.checkLines()
			p.checkNames()
			for _, v := range views {
				p.views(look.Light, v.text, v.width, v.height)
				p.checkFocus(v.name)
				p.checkPlaces(v.name)
			}
			p.checkEscape(s.stays)
		})
	}
}

// visit opens the window and brings it into the state.
func (s state) visit(t testing.TB) *person {
	world := s.world
	if world == nil {
		world = adasComputer
	}
	p := world(t).start()
	p.views(look.Light, 1, 900, 720)
	if s.show != nil {
		p.draws()
		s.show(p)
	}
	p.draws()
	return p
}

// views sets colours, text size and the window's size.
func (p *person) views(c look.Palette, text, width, height float32) {
	if now := look.Current(); now.Palette() != c || now.TextFactor() != text { // Fyne reads all fonts anew
		p.w.frame.Wear(look.New(c, text))
	}
	p.w.frame.Resize(fyne.NewSize(width, height))
	p.draws()
}

// anonymous takes out of a text what is different each time.
func (p *person) anonymous(text string) string {
	return strings.ReplaceAll(text, p.dir, "/home/ada")
}

// checkLines looks at what a reader tells.
func (p *person) checkLines() {
	p.t.Helper()
	s := p.now()
	lines := s.Lines()
	if len(lines) == 0 {
		p.t.Error("a reader tells nothing")
		return
	}
	head := strings.Join(lines[:min(2, len(lines))], " ")
	if !strings.Contains(head, s.Page.Title) || s.Page.Title == "" {
		p.t.Errorf("the title %q is not told first, but %q", s.Page.Title, head)
	}
	for _, l := range lines {
		if strings.TrimSpace(l) == "" || strings.ContainsAny(l, "{}") || strings.Contains(l, "..") || strings.Contains(l, "?.") {
			p.t.Errorf("a reader tells %q", l)
		}
		if i := strings.IndexFunc(l, unseen); i >= 0 {
			p.t.Errorf("%q holds %U", l, []rune(l[i:])[0])
		}
	}
}

// unseen are characters that do something to the text around them.
func unseen(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// checkNames looks at what a reader calls the things that can have the focus.
func (p *person) checkNames() {
	p.t.Helper()
	seen := map[string]bool{}
	for _, n := range focusable(p.w.frame.Canvas()) {
		name := labelOf(n.CanvasObject)
		_, ok := n.CanvasObject.(fyne.Accessible)
		if !ok || strings.TrimSpace(name) == "" {
			p.t.Errorf("a reader has no name or role for a %s at %v", kindOf(n.CanvasObject), n.box)
		}
		if seen[name] {
			p.t.Errorf("two things are called %q", name)
		}
		seen[name] = true
	}
}

// checkFocus goes round with Tab, and back with Shift+Tab.
func (p *person) checkFocus(view string) {
	p.t.Helper()
	c := p.w.frame.Canvas()
	first := p.now().Focus
	if first == nil {
		p.t.Errorf("%s: nothing has the focus at first", view)
		return
	}
	c.Unfocus()
	if c.Focus(first); c.Focused() != first {
		p.t.Errorf("%s: the first focus cannot have it", view)
		return
	}
	all := focusable(c)
	round := func(step func()) []string {
		var names []string
		for range len(all) + 1 {
			if names = append(names, labelOf(c.Focused())); p.hidden() {
				p.t.Errorf("%s: %q has the focus and is not in sight", view, labelOf(c.Focused()))
			}
			if step(); c.Focused() == first {
				break
			}
		}
		return names
	}
	there, back := round(c.FocusNext), round(c.FocusPrevious)
	var want []string
	at := slices.IndexFunc(all, func(n node) bool { return n.CanvasObject == first.(fyne.CanvasObject) })
	for i := range all {
		want = append(want, labelOf(all[(max(at, 0)+i)%len(all)].CanvasObject))
	}
	if at < 0 || !slices.Equal(there, want) {
		p.t.Errorf("%s: Tab goes through %q, want %q", view, there, want)
	}
	// Fyne goes back to a card before the button in it, so the order is not quite the
	// other one.
	slices.Sort(want)
	slices.Sort(back)
	if !slices.Equal(back, want) {
		p.t.Errorf("%s: Shift+Tab goes through %q, want %q", view, back, want)
	}
}

// hidden reports whether what has the focus cannot be seen: of something higher
// than half of what it scrolls in, the top has to be there.
func (p *person) hidden() bool {
	c := p.w.frame.Canvas()
	hidden := true
	for _, n := range focusable(c) {
		if n.CanvasObject != c.Focused().(fyne.CanvasObject) {
			continue
		}
		seen := n.box
		if height := n.view.bottom - n.view.top; seen.bottom-seen.top > height/2 {
			seen.bottom = min(seen.bottom, seen.top+height/4)
		}
		hidden = !n.view.holds(seen) || seen.right <= seen.left || seen.bottom <= seen.top
	}
	return hidden
}

// checkPlaces looks for what the window's edges cut off, and for things to press
// that lie over each other.
func (p *person) checkPlaces(view string) {
	p.t.Helper()
	c := p.w.frame.Canvas()
	window := boxOf(fyne.Position{}, c.Size())
	walk(c, func(n node) bool {
		switch o := n.CanvasObject.(type) {
		case *kit.Entry: // scrolls its text sideways
			return false
		case *container.Scroll:
			return n.right > n.left && n.bottom > n.top
		case *canvas.Text:
			n.right = max(n.right, n.left+o.MinSize().Width)
			p.inside(view, n, window, o.Text)
		case *canvas.Image, *canvas.Rectangle:
			p.inside(view, n, window, kindOf(n.CanvasObject))
		}
		return true
	})
	all := focusable(c)
	for i, a := range all {
		for _, b := range all[i+1:] {
			if a.meets(b.box) && a.scroll == b.scroll && !slices.Contains(b.within, a.CanvasObject) {
				p.t.Errorf("%s: %q at %v lies over %q at %v", view, labelOf(a.CanvasObject), a.box, labelOf(b.CanvasObject), b.box)
			}
		}
	}
}

func (p *person) inside(view string, n node, window box, what string) {
	p.t.Helper()
	const ring = 1
	if n.left < -ring || n.right > window.right+ring {
		p.t.Errorf("%s: %q is cut off at the side: %v", view, what, n.box)
	}
	if n.scroll == nil && (n.top < -ring || n.bottom > window.bottom+ring) {
		p.t.Errorf("%s: %q is cut off: %v", view, what, n.box)
	}
}

// checkEscape presses Escape wherever the focus can be: it reaches the screen, and
// leads back.
func (p *person) checkEscape(stays bool) {
	p.t.Helper()
	s := p.now()
	back, pressed := s.Back, 0
	s.Back = func() { pressed++ }
	for _, n := range focusable(p.w.frame.Canvas()) {
		pressed = 0
		p.w.frame.Focus(n.CanvasObject.(fyne.Focusable))
		if p.press(fyne.KeyEscape); pressed != 1 {
			p.t.Errorf("Escape on %q does something %d times", labelOf(n.CanvasObject), pressed)
		}
	}
	s.Back = back
	p.w.frame.Focus(s.Focus)
	before, answers := markup(p.w.frame.Canvas()), len(p.answers)
	p.press(fyne.KeyEscape)
	p.waits("the flow to end", func() bool { return !p.w.busy() })
	changed := p.now() != s || len(p.answers) > answers || markup(p.w.frame.Canvas()) != before
	if changed == stays {
		p.t.Errorf("Escape changes something: %v", changed)
	}
	if slices.Contains(p.answers[answers:], "answered") {
		p.t.Error("Escape answers")
	}
}
