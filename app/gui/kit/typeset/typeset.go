// Package typeset breaks text into lines. Fyne's RichText could do most of that, but it breaks addresses in the middle of a
// word, tells its height only once it has been resized, and knows no boxes.
package typeset

import (
	"sort"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
)

// Piece is text in one style. Pieces follow each other without a space.
type Piece struct {
	Text    string
	Size    float32
	Style   fyne.TextStyle
	Address bool // breaks before dots and slashes instead of after spaces
	Whole   bool // never breaks
	Boxed   bool // stands in a box
}

// Text is pieces broken into lines.
type Text struct {
	Lines  []Line
	Height float32
	Width  float32 // of the widest line
}

// Line is what stands beside each other.
type Line struct {
	Runs   []Run
	Width  float32
	Height float32
	Ascent float32 // from the top to the base line of plain text
}

// Run is a part of a piece on one line.
type Run struct {
	Piece    int // the number of the piece
	Text     string
	X, Width float32

	piece *Piece
}

// In a box: room left and right of the text, and outside.
const (
	BoxPad = 3
	BoxAir = 1.5
)

// Compose breaks pieces into lines of a width. One line means that what is too long for it is cut with an ellipsis.
func Compose(pieces []Piece, width float32, oneLine bool) Text {
	b := lineBreaker{width: width}
	for _, w := range split(pieces, oneLine) {
		b.add(w)
	}
	b.end()
	if oneLine && len(b.lines) > 1 {
		b.shorten(&b.lines[0])
		b.lines = b.lines[:1]
	}
	t := Text{Lines: b.lines}
	for i := range t.Lines {
		t.Lines[i].measure(pieces)
		t.Height += t.Lines[i].Height
		t.Width = max(t.Width, t.Lines[i].Width)
	}
	return t
}

// word is what stays together when there is room: parts of one or several pieces without a place to break, and the space
// after it.
type word struct {
	pieces []Run
	hard   bool // the line ends after it
}

// split cuts pieces into words.
func split(pieces []Piece, oneLine bool) []word {
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
	for n := range pieces {
		piece := &pieces[n]
		start := 0
		text := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ").Replace(piece.Text)
		if oneLine {
			text = strings.ReplaceAll(text, "\n", " ")
		}
		cut := func(i int) {
			if i > start {
				w.pieces = append(w.pieces, Run{Piece: n, piece: piece, Text: text[start:i]})
			}
			start = i
		}
		for i, r := range text {
			switch {
			case r == '\n':
				cut(i)
				end(true)
				start = i + 1
			case !piece.Whole && breaks(before, r, piece.Address):
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
	line     Line
	lines    []Line
}

func (b *lineBreaker) end() {
	b.lines = append(b.lines, b.line)
	b.line, b.x = Line{}, 0
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
	b.line.Runs = append(b.line.Runs, w.pieces...)
	b.x += full
	if w.hard {
		b.end()
	}
}

// chop breaks a word that is wider than a line, after a hyphen where it has one and otherwise between characters, and
// returns what is left for the last line.
func (b *lineBreaker) chop(w word) word {
	rest := word{hard: w.hard}
	for _, piece := range w.pieces {
		if piece.piece.Whole { // a box stays whole
			if b.x > 0 && b.x+piece.measured() > b.width {
				b.flush(&rest)
			}
			rest.pieces = append(rest.pieces, piece)
			b.x += piece.measured()
			continue
		}
		for ends := clusters(piece.Text); len(ends) > 0; {
			n := fitting(piece, ends, b.width-b.x)
			if n == 0 && b.x > 0 {
				b.flush(&rest)
				continue
			}
			n = max(n, 1) // no room even for one: it stands out at the right
			hyphen := 0
			if n < len(ends) && !piece.piece.Address {
				if hyphen = lastHyphen(piece.Text, ends[:n]); hyphen > 0 {
					n = hyphen
				}
			}
			head, cut := piece, ends[n-1]
			head.Text, piece.Text = piece.Text[:cut], piece.Text[cut:]
			rest.pieces = append(rest.pieces, head)
			b.x += head.measured()
			ends = ends[n:]
			for i := range ends {
				ends[i] -= cut
			}
			if hyphen > 0 {
				b.flush(&rest)
			}
		}
	}
	full, _ := rest.widths()
	b.x -= full // add counts it
	return rest
}

// lastHyphen is how many characters end with the last hyphen inside of a word, given where they end; 0: there is none.
func lastHyphen(text string, ends []int) int {
	for n := len(ends); n > 1; n-- {
		if text[ends[n-2]:ends[n-1]] == "-" {
			return n
		}
	}
	return 0
}

func (b *lineBreaker) flush(w *word) {
	b.line.Runs = append(b.line.Runs, w.pieces...)
	w.pieces = nil
	b.end()
}

// clusters are where the characters of a text end, each with its accents and what is joined to it.
func clusters(text string) []int {
	var ends []int
	joined := true
	for i, r := range text {
		mark := unicode.Is(unicode.M, r) || r == zeroWidthJoiner
		if !mark && !joined {
			ends = append(ends, i)
		}
		joined = r == zeroWidthJoiner
	}
	if text != "" {
		ends = append(ends, len(text))
	}
	return ends
}

const zeroWidthJoiner = '\u200d'

// fitting is how many characters of a run fit into a width, given where they end. It tries more and more of them, since
// to measure all of a long text for each of its lines would take too long.
func fitting(r Run, ends []int, width float32) int {
	text := r.Text
	fits := func(n int) bool {
		r.Text = text[:ends[n-1]]
		return r.measured() <= width
	}
	some, next := 0, 1
	for next <= len(ends) && fits(next) {
		some, next = next, 2*next
	}
	most := min(next-1, len(ends))
	return some + sort.Search(most-some, func(i int) bool { return !fits(some + i + 1) })
}

// shorten cuts a line and puts an ellipsis at its end.
func (b *lineBreaker) shorten(l *Line) {
	dots := l.Runs[len(l.Runs)-1]
	dots.Text = "…"
	room := b.width - dots.measured()
	for i := range l.Runs {
		if w := l.Runs[i].measured(); w > room {
			ends := append([]int{0}, clusters(l.Runs[i].Text)...)
			l.Runs[i].Text = strings.TrimRight(l.Runs[i].Text[:ends[fitting(l.Runs[i], ends[1:], room)]], " ")
			l.Runs = l.Runs[:i+1]
			break
		} else {
			room -= w
		}
	}
	last := &l.Runs[len(l.Runs)-1]
	last.Text = strings.TrimRight(last.Text, " ") + dots.Text
}

// widths are the width of a word with and without the space at its end.
func (w word) widths() (full, bare float32) {
	for i, p := range w.pieces {
		full += p.measured()
		if i == len(w.pieces)-1 {
			bare = full - p.measured()
			p.Text = strings.TrimRight(p.Text, " ")
			bare += p.measured()
		}
	}
	return full, bare
}

func (r Run) measured() float32 {
	w := fyne.MeasureText(r.Text, r.piece.Size, r.piece.Style).Width
	if r.piece.Boxed {
		w += 2 * (BoxPad + BoxAir)
	}
	return w
}

// measure joins the runs of one piece, puts them in their places, and finds the height of the line. Every line is as high
// as the plain font says, so that an address or a strange character does not make lines uneven.
func (l *Line) measure(pieces []Piece) {
	var joined []Run
	for _, r := range l.Runs {
		if n := len(joined); n > 0 && joined[n-1].Piece == r.Piece {
			joined[n-1].Text += r.Text
		} else {
			joined = append(joined, r)
		}
	}
	if n := len(joined); n > 0 {
		joined[n-1].Text = strings.TrimRight(joined[n-1].Text, " ")
	} else if len(pieces) > 0 { // an empty line
		joined = []Run{{piece: &pieces[0]}}
	}
	for i := range joined {
		r := &joined[i]
		r.X, r.Width = l.Width, r.measured()
		l.Width += r.Width
		height, ascent := strut(r.piece.Size)
		l.Height, l.Ascent = max(l.Height, height), max(l.Ascent, ascent)
	}
	l.Runs = joined
}

// strut is the height and the ascent of a line of plain text.
func strut(size float32) (height, ascent float32) {
	s, base := fyne.CurrentApp().Driver().RenderedTextSize("x", size, fyne.TextStyle{}, nil)
	return s.Height, base
}
