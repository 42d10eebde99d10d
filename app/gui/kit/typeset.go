package kit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"github.com/understudy-auth/understudy/app/gui/look"
)

// typeset is text broken into lines for one width and one theme. Fyne's RichText could do most of that, but it breaks
// addresses in the middle of a word, tells its height only once it has been resized, and knows no boxes.
type typeset struct {
	width   float32
	theme   *look.Theme // nil: nothing is typeset yet
	lines   []textLine
	height  float32
	natural float32 // the width of the widest line
}

type textLine struct {
	runs           []run
	width          float32
	height, ascent float32
}

// run is a piece of a line in one style.
type run struct {
	span     Span
	text     string
	x, width float32
}

const boxPad = 3 // left and right in the box of a Boxed span

// at returns the lines at a width. Two results are kept: the last, and that of unlimited width, which layouts ask for in
// between.
func (p *Paragraph) at(width float32) *typeset {
	kept := &p.set
	if width >= unknown {
		kept = &p.wide
	}
	if now := look.Current(); kept.theme != now || kept.width != width {
		*kept = compose(p.spans, width, p.oneLine)
		kept.theme = now
	}
	return kept
}

func compose(spans []Span, width float32, oneLine bool) typeset {
	b := lineBreaker{width: width}
	for _, w := range split(spans, oneLine) {
		b.add(w)
	}
	b.end()
	t := typeset{width: width, lines: b.lines}
	for i := range t.lines {
		if oneLine && i == 0 && len(t.lines) > 1 {
			b.shorten(&t.lines[0])
			t.lines = t.lines[:1]
		}
		t.lines[i].measure(spans)
		t.height += t.lines[i].height
		t.natural = max(t.natural, t.lines[i].width)
		if oneLine {
			break
		}
	}
	return t
}

// word is what stays together when there is room: pieces of one or several spans without a place to break, and the
// space after it.
type word struct {
	pieces []run
	hard   bool // the line ends after it
}

// split cuts spans into words.
func split(spans []Span, oneLine bool) []word {
	var words []word
	var w word
	var before rune
	end := func(hard bool) {
		if hard || len(w.pieces) > 0 {
			w.hard = hard
			words = append(words, w)
			w = word{}
		}
	}
	for _, span := range spans {
		start := 0
		text := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ").Replace(span.Text)
		if oneLine {
			text = strings.ReplaceAll(text, "\n", " ")
		}
		cut := func(i int) {
			if i > start {
				w.pieces = append(w.pieces, run{span: span, text: text[start:i]})
			}
			start = i
		}
		for i, r := range text {
			switch {
			case r == '\n':
				cut(i)
				end(true)
				start = i + 1
			case span.Mark == Unmarked && breaks(before, r, span.Style == Address):
				cut(i)
				end(false)
			}
			before = r
		}
		cut(len(text))
	}
	end(false)
	return words
}

// breaks says whether a line may end between two characters. An address ends a line before a dot or a slash, so that
// nobody takes half of a name for a whole one.
func breaks(before, r rune, address bool) bool {
	if address {
		return r == '.' || r == '/' && before != '/' && before != ':'
	}
	return before == ' ' && r != ' '
}

// lineBreaker fills lines with words.
type lineBreaker struct {
	width, x float32
	line     textLine
	lines    []textLine
}

func (b *lineBreaker) end() {
	b.lines = append(b.lines, b.line)
	b.line, b.x = textLine{}, 0
}

func (b *lineBreaker) add(w word) {
	full, bare := w.widths()
	if b.x > 0 && b.x+bare > b.width+0.01 {
		b.end()
	}
	if bare > b.width {
		w = b.chop(w)
		full, _ = w.widths()
	}
	b.line.runs = append(b.line.runs, w.pieces...)
	b.x += full
	if w.hard {
		b.end()
	}
}

// chop breaks a word that is wider than a line between characters, and returns what is left for the last line.
func (b *lineBreaker) chop(w word) word {
	rest := word{hard: w.hard}
	for _, piece := range w.pieces {
		if piece.span.Mark != Unmarked { // a box stays whole
			if b.x > 0 && b.x+piece.measured() > b.width {
				b.flush(&rest)
			}
			rest.pieces = append(rest.pieces, piece)
			b.x += piece.measured()
			continue
		}
		for piece.text != "" {
			n := fitting(piece, b.width-b.x)
			if n == 0 && b.x > 0 {
				b.flush(&rest)
				continue
			}
			head := piece
			head.text, piece.text = piece.text[:max(n, 1)], piece.text[max(n, 1):]
			rest.pieces = append(rest.pieces, head)
			b.x += head.measured()
		}
	}
	full, _ := rest.widths()
	b.x -= full // add counts it
	return rest
}

func (b *lineBreaker) flush(w *word) {
	b.line.runs = append(b.line.runs, w.pieces...)
	w.pieces = nil
	b.end()
}

// fitting is how many bytes of a piece fit into a width; none, or whole characters with their accents.
func fitting(piece run, width float32) int {
	fits := 0
	for i := 0; i < len(piece.text); {
		_, n := utf8.DecodeRuneInString(piece.text[i:])
		for i+n < len(piece.text) {
			r, size := utf8.DecodeRuneInString(piece.text[i+n:])
			if !unicode.Is(unicode.M, r) && r != '\u200d' {
				break
			}
			n += size
		}
		head := piece
		head.text = piece.text[:i+n]
		if head.measured() > width && (fits > 0 || width < 1<<10) {
			break
		}
		i += n
		fits = i
	}
	return fits
}

// shorten cuts a line and puts an ellipsis at its end.
func (b *lineBreaker) shorten(l *textLine) {
	dots := l.runs[len(l.runs)-1]
	dots.text = "…"
	room := b.width - dots.measured()
	for i := range l.runs {
		if w := l.runs[i].measured(); w > room {
			l.runs[i].text = strings.TrimRight(l.runs[i].text[:fitting(l.runs[i], room)], " ")
			l.runs = l.runs[:i+1]
			break
		} else {
			room -= w
		}
	}
	last := &l.runs[len(l.runs)-1]
	last.text = strings.TrimRight(last.text, " ") + dots.text
}

// widths are the width of a word with and without the space at its end.
func (w word) widths() (full, bare float32) {
	for i, p := range w.pieces {
		full += p.measured()
		if i == len(w.pieces)-1 {
			bare = full - p.measured()
			p.text = strings.TrimRight(p.text, " ")
			bare += p.measured()
		}
	}
	return full, bare
}

func (r run) measured() float32 {
	f := r.span.face()
	w := fyne.MeasureText(r.text, theme.Size(f.size), f.style).Width
	if r.span.Mark == Boxed {
		w += 2 * boxPad
	}
	return w
}

// measure joins the runs of one style, puts them in their places, and finds the height of the line. Every line is as
// high as the plain font says, so that an address or a strange character does not make lines uneven.
func (l *textLine) measure(spans []Span) {
	var joined []run
	for _, r := range l.runs {
		if n := len(joined); n > 0 && joined[n-1].span == r.span && r.span.Mark != Boxed {
			joined[n-1].text += r.text
		} else {
			joined = append(joined, r)
		}
	}
	if n := len(joined); n > 0 {
		joined[n-1].text = strings.TrimRight(joined[n-1].text, " ")
	} else {
		joined = []run{{span: spans[0]}}
	}
	for i := range joined {
		r := &joined[i]
		r.x, r.width = l.width, r.measured()
		l.width += r.width
		height, ascent := strut(theme.Size(r.span.face().size))
		l.height, l.ascent = max(l.height, height), max(l.ascent, ascent)
	}
	l.runs = joined
}

// strut is the height and the ascent of a line of plain text.
func strut(size float32) (height, ascent float32) {
	s, base := fyne.CurrentApp().Driver().RenderedTextSize("x", size, fyne.TextStyle{}, nil)
	return s.Height, base
}
