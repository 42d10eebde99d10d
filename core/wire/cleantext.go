package wire

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

const (
	defaultTextLimit = 2000 // runes that CleanText and CleanMessage keep when told 0
	maxMarks         = 3    // accents in a row; more of them paint over the lines around
	maxBreaks        = 2    // line breaks in a row: one empty line

	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
	brailleBlank       = '\u2800' // a symbol for Unicode, a blank for the eye
)

// CleanText makes foreign text (a portal's name, an error text, a QR code's
// content) safe to show on one line of a window, page, terminal, log or table.
// Call it once, where the text enters the program. It does not escape for HTML
// or CSV and does not make the text trustworthy: it only makes it visible.
//
//   - Bytes that are not UTF-8 become U+FFFD.
//   - What cannot be seen, or turns the direction of what follows, becomes
//     visible as <U+202E>: control characters (terminal escapes among them),
//     bidirectional controls, zero-width and other ignorable characters, private
//     and unassigned ones.
//   - The joiners U+200C and U+200D stay between letters or emoji, where scripts
//     and emoji need them.
//   - Blanks of every kind and line breaks become a space, several in a row one
//     space, none at either end: blanks cannot push text out of sight.
//   - Of the marks (accents) in a row the first three stay. A mark with nothing
//     to sit on would change our own words before it, so it becomes visible, and
//     so does a variation selector that does not follow its character directly.
//   - A text of more than limit runes is cut and ends with "…", within the limit.
//     0 stands for 2,000.
//
// Cleaning a cleaned text changes nothing.
func CleanText(s string, limit int) string { return clean(s, limit, false) }

// CleanMessage is CleanText for a text that may have several lines, such as a
// request's message. Every kind of line break becomes "\n"; of several in a row
// two stay, which is one empty line.
func CleanMessage(s string, limit int) string { return clean(s, limit, true) }

func clean(s string, limit int, lines bool) string {
	if limit <= 0 {
		limit = defaultTextLimit
	}
	c := cleaner{limit: limit}
	for i, width := 0, 0; i < len(s) && !c.full(); i += width {
		var r rune
		r, width = utf8.DecodeRuneInString(s[i:])
		switch {
		case lines && isLineBreak(r):
			if r == '\r' && i+1 < len(s) && s[i+1] == '\n' {
				width = 2
			}
			c.breaks++
		case isBlank(r):
			c.blank = true
		case r == zeroWidthJoiner || r == zeroWidthNonJoiner:
			next, _ := utf8.DecodeRuneInString(s[i+width:])
			c.joiner(r, next)
		case isHidden(r):
			c.visible(r)
		case unicode.IsMark(r):
			c.mark(r)
		default:
			c.keep(r)
		}
	}
	return c.String()
}

// cleaner collects the cleaned text. Blanks and breaks wait until something
// follows them, so that there are none at the ends.
type cleaner struct {
	out    []rune
	limit  int
	cut    int // the last place before limit where the text may end
	blank  bool
	breaks int
	marks  int // in a row, at the end of out
}

func (c *cleaner) full() bool { return len(c.out) > c.limit }

// keep appends runes that belong together: all of them stay or none.
func (c *cleaner) keep(rs ...rune) {
	if len(c.out) > 0 {
		switch {
		case c.breaks > 0:
			for range min(c.breaks, maxBreaks) {
				c.out = append(c.out, '\n')
			}
		case c.blank:
			c.out = append(c.out, ' ')
		}
	}
	c.blank, c.breaks, c.marks = false, 0, 0
	c.out = append(c.out, rs...)
	if len(c.out) < c.limit {
		c.cut = len(c.out)
	}
}

func (c *cleaner) visible(r rune) { c.keep([]rune(fmt.Sprintf("<U+%04X>", r))...) }

// sits reports whether the next rune follows another one directly.
func (c *cleaner) sits() bool { return len(c.out) > 0 && !c.blank && c.breaks == 0 }

func (c *cleaner) mark(r rune) {
	marks := c.marks
	selector := unicode.Is(unicode.Variation_Selector, r)
	switch {
	case !c.sits(), selector && marks > 0:
		c.visible(r)
	case marks < maxMarks:
		c.keep(r)
		c.marks = marks + 1
	}
}

func (c *cleaner) joiner(r, next rune) {
	if !c.sits() || !joins(next) {
		c.visible(r)
		return
	}
	base := len(c.out) - 1
	for base > 0 && unicode.IsMark(c.out[base]) {
		base--
	}
	if !joins(c.out[base]) {
		c.visible(r)
		return
	}
	cut := c.cut // not here: a joiner at the end would join nothing
	c.keep(r)
	c.cut = cut
}

func (c *cleaner) String() string {
	if c.full() {
		return string(c.out[:c.cut]) + "…"
	}
	return string(c.out)
}

func isLineBreak(r rune) bool {
	switch r {
	case '\n', '\v', '\f', '\r', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

func isBlank(r rune) bool { return unicode.IsSpace(r) || r == brailleBlank }

// isHidden covers more than unicode.IsPrint, which refuses controls of every kind,
// the bidirectional ones too, but lets the Hangul fillers, the grapheme joiner and
// their like pass: letters that nobody sees.
func isHidden(r rune) bool {
	return !unicode.IsPrint(r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// joins reports whether a joiner makes sense next to r: a letter, or an emoji,
// which are symbols, skin tones and one arrow.
func joins(r rune) bool {
	switch {
	case isBlank(r) || isHidden(r) || r == utf8.RuneError: // which is a symbol, and what follows the end
		return false
	case unicode.IsLetter(r) || unicode.Is(unicode.So, r):
		return true
	}
	return r == '\u2194' || r >= 0x1F3FB && r <= 0x1F3FF
}
