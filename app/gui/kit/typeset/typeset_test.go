package typeset_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/understudy-auth/understudy/app/gui/kit/typeset"
)

// lines composes pieces in a monospaced font for so many columns, and returns what stands on each line.
func lines(t *testing.T, columns int, oneLine bool, pieces ...typeset.Piece) []string {
	t.Helper()
	column := fyne.MeasureText("x", 15, fyne.TextStyle{Monospace: true}).Width
	for i := range pieces {
		pieces[i].Size, pieces[i].Style.Monospace = 15, true
	}
	set := typeset.Compose(pieces, column*float32(columns)+0.1, oneLine)
	var got []string
	for _, l := range set.Lines {
		var b strings.Builder
		x := float32(0)
		for _, r := range l.Runs {
			if r.X < x-0.01 {
				t.Errorf("runs overlap: %v", l.Runs)
			}
			x = r.X + r.Width
			b.WriteString(r.Text)
		}
		got = append(got, b.String())
	}
	return got
}

func TestCompose(t *testing.T) {
	test.NewTempApp(t)
	for _, c := range []struct {
		name    string
		columns int
		pieces  []typeset.Piece
		want    []string
	}{
		{"fits", 20, []typeset.Piece{{Text: "one two"}}, []string{"one two"}},
		{"after spaces", 8, []typeset.Piece{{Text: "one two  three"}}, []string{"one two", "three"}},
		{"line breaks", 20, []typeset.Piece{{Text: "one\r\n\r\ntwo\tthree"}}, []string{"one", "", "two three"}},
		{"long word", 4, []typeset.Piece{{Text: "a abcdefghij"}}, []string{"a", "abcd", "efgh", "ij"}},
		{"hyphens", 12, []typeset.Piece{{Text: "a Oettingen-Wallerstein-Hohenlohe-Langenburg-X"}}, []string{"a", "Oettingen-", "Wallerstein-", "Hohenlohe-", "Langenburg-X"}},
		{"hyphen at the end", 4, []typeset.Piece{{Text: "abc-de-"}}, []string{"abc-", "de-"}},
		{"hyphens alone", 3, []typeset.Piece{{Text: "-----a"}}, []string{"---", "--a"}},
		{"hyphen in an address", 8, []typeset.Piece{{Text: "example-bank", Address: true}}, []string{"example-", "bank"}},
		{"accents stay", 2, []typeset.Piece{{Text: "e\u0301e\u0301e\u0301"}}, []string{"e\u0301e\u0301", "e\u0301"}},
		{"nothing", 5, []typeset.Piece{{Text: ""}}, []string{""}},
		{"no room at all", 0, []typeset.Piece{{Text: "aé€"}}, []string{"a", "é", "€"}},
		{"joined", 3, []typeset.Piece{{Text: "\u200da\u200db\u0301cdef"}}, []string{"\u200da\u200db\u0301c", "def"}},
		{"address", 14, []typeset.Piece{{Text: "https://id.example.example/x", Address: true}}, []string{"https://id", ".example", ".example/x"}},
		{"address without a dot", 6, []typeset.Piece{{Text: "localhost", Address: true}}, []string{"localh", "ost"}},
		{"word of two pieces", 7, []typeset.Piece{{Text: "one th"}, {Text: "ree"}}, []string{"one", "three"}},
		{"whole", 6, []typeset.Piece{{Text: "abc"}, {Text: "U 202", Whole: true}, {Text: "d"}}, []string{"abc", "U 202d"}},
		{"space between pieces", 5, []typeset.Piece{{Text: "only "}, {Text: "if"}}, []string{"only", "if"}},
	} {
		if got := lines(t, c.columns, false, c.pieces...); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestOneLine(t *testing.T) {
	test.NewTempApp(t)
	for _, c := range []struct {
		columns int
		pieces  []typeset.Piece
		want    string
	}{
		{20, []typeset.Piece{{Text: "Log in\nto a bank"}}, "Log in to a bank"},
		{10, []typeset.Piece{{Text: "Log in to a bank"}}, "Log in to…"},
		{7, []typeset.Piece{{Text: "Abcdefghijkl"}}, "Abcdef…"},
		{8, []typeset.Piece{{Text: "Ada, "}, {Text: "Example Bank"}}, "Ada,…"},
	} {
		if got := lines(t, c.columns, true, c.pieces...); len(got) != 1 || got[0] != c.want {
			t.Errorf("%d columns: %q, want %q", c.columns, got, c.want)
		}
	}
}

// Lines are equally high whatever the font is, and a box makes its text wider.
func TestMeasures(t *testing.T) {
	test.NewTempApp(t)
	plain := typeset.Compose([]typeset.Piece{{Text: "x", Size: 15}}, 100, false)
	mono := typeset.Compose([]typeset.Piece{{Text: "x", Size: 15, Style: fyne.TextStyle{Monospace: true}}}, 100, false)
	if plain.Height != mono.Height || plain.Lines[0].Ascent != mono.Lines[0].Ascent {
		t.Errorf("plain %v, monospaced %v", plain, mono)
	}
	boxed := typeset.Compose([]typeset.Piece{{Text: "x", Size: 15, Boxed: true}}, 100, false)
	if got := boxed.Width - plain.Width; got < 8.99 || got > 9.01 {
		t.Errorf("a box takes %v", got)
	}
	mixed := typeset.Compose([]typeset.Piece{{Text: "x", Size: 15}, {Text: "x", Size: 30}}, 100, false)
	if len(mixed.Lines) != 1 || mixed.Height <= plain.Height*1.9 {
		t.Errorf("a line is not as high as its largest text: %v", mixed)
	}
}

func FuzzCompose(f *testing.F) {
	test.NewApp()
	f.Add("https://id.example\u202e /x e\u0301", uint16(30), true)
	f.Fuzz(func(t *testing.T, text string, width uint16, address bool) {
		text = strings.ToValidUTF8(text, "?")
		set := typeset.Compose([]typeset.Piece{{Text: text, Size: 15, Address: address}}, float32(width), false)
		var b strings.Builder
		for _, l := range set.Lines {
			for _, r := range l.Runs {
				if !utf8.ValidString(r.Text) {
					t.Errorf("%q is cut within a character: %q", text, r.Text)
				}
				b.WriteString(r.Text)
			}
		}
		bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if got := b.String(); bare(got) != bare(text) {
			t.Errorf("%q became %q", text, got)
		}
	})
}
