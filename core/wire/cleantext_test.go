package wire

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestCleanText(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain", "Example Bank", "Example Bank"},
		{"other scripts", "Банк 銀行 بنك ธนาคาร", "Банк 銀行 بنك ธนาคาร"},
		{"HTML and templates are text", `<b>x</b>{{7*7}}$(id)%s`, `<b>x</b>{{7*7}}$(id)%s`},
		{"not UTF-8", "a\xffb\xc3", "a\ufffdb\ufffd"},
		{"surrogate", "a\xed\xa0\x80b", "a\ufffd\ufffd\ufffdb"},
		{"NUL", "a\x00b", "a<U+0000>b"},
		{"colour", "\x1b[31mred", "<U+001B>[31mred"},
		{"clipboard through the terminal", "\x1b]52;c;eA==\x07", "<U+001B>]52;c;eA==<U+0007>"},
		{"C1 terminal escape", "a\u009b31m", "a<U+009B>31m"},
		{"backspace and delete", "a\b\x7f", "a<U+0008><U+007F>"},
		{"right-to-left override", "a\u202ecod.exe", "a<U+202E>cod.exe"},
		{"isolates", "\u2066a\u2069", "<U+2066>a<U+2069>"},
		{"direction marks", "a\u200e\u200f\u061c", "a<U+200E><U+200F><U+061C>"},
		{"zero width space", "pay\u200bpal", "pay<U+200B>pal"},
		{"byte order mark", "\ufeffa", "<U+FEFF>a"},
		{"soft hyphen", "a\u00adb", "a<U+00AD>b"},
		{"letters that nobody sees", "a\u3164\u115f\u1160\uffa0b", "a<U+3164><U+115F><U+1160><U+FFA0>b"},
		{"grapheme joiner", "a\u034fb", "a<U+034F>b"},
		{"tag characters", "a\U000e0041", "a<U+E0041>"},
		{"private use", "a\ue000", "a<U+E000>"},
		{"unassigned", "a\u0378", "a<U+0378>"},
		{"blanks", "a\tb\u00a0c\u3000d\u2800e\u2003f", "a b c d e f"},
		{"runs of blanks", "  a \t\u00a0  b  ", "a b"},
		{"line breaks", "a\r\nb\nc\rd\u2028e\u0085f\vg", "a b c d e f g"},
		{"only blanks", " \n\t\u2800", ""},
		{"three accents", "e\u0301\u0302\u0303x", "e\u0301\u0302\u0303x"},
		{"a stack of accents", "e" + strings.Repeat("\u0301", 500) + "x", "e\u0301\u0301\u0301x"},
		{"accent on our own words", "\u0338a", "<U+0338>a"},
		{"accent on a blank", "a \u0338", "a <U+0338>"},
		{"joiner in Persian", "می\u200cخواهم", "می\u200cخواهم"},
		{"joiner after a mark, in Devanagari", "क\u094d\u200dष", "क\u094d\u200dष"},
		{"joiner in emoji", "👩🏽\u200d💻 ❤\ufe0f\u200d🔥 🙂\u200d\u2194\ufe0f", "👩🏽\u200d💻 ❤\ufe0f\u200d🔥 🙂\u200d\u2194\ufe0f"},
		{"joiner at the start", "\u200da", "<U+200D>a"},
		{"joiner at the end", "a\u200c", "a<U+200C>"},
		{"joiner before a blank", "a\u200c b", "a<U+200C> b"},
		{"joiner after a blank", "a \u200cb", "a <U+200C>b"},
		{"joiner between digits", "1\u200d2", "1<U+200D>2"},
		{"two joiners", "a\u200d\u200db", "a<U+200D><U+200D>b"},
		{"joiner before a filler", "a\u200d\u3164", "a<U+200D><U+3164>"},
		{"variation selectors", "☎\ufe0e\ufe0e葛\U000e0100 \ufe0f", "☎\ufe0e<U+FE0E>葛\U000e0100 <U+FE0F>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := CleanText(tt.in, 0); got != tt.want {
				t.Errorf("CleanText(%+q)\n got %+q\nwant %+q", tt.in, got, tt.want)
			}
		})
	}
}

func TestCleanMessage(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"lines", "Pay 10 EUR\nto Ada", "Pay 10 EUR\nto Ada"},
		{"every kind of break", "a\r\nb\rc\vd\fe\u0085f\u2028g\u2029h", "a\nb\nc\nd\ne\nf\ng\nh"},
		{"one empty line stays", "a\r\n\r\nb", "a\n\nb"},
		{"the end is not pushed out of sight", "a" + strings.Repeat("\n", 200) + "b", "a\n\nb"},
		{"blanks round breaks", "a  \n \t b", "a\nb"},
		{"breaks at the ends", "\n\na\n\n", "a"},
		{"accent on a new line", "a\n\u0338b", "a\n<U+0338>b"},
		{"override", "a\n\u202eb", "a\n<U+202E>b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := CleanMessage(tt.in, 0); got != tt.want {
				t.Errorf("CleanMessage(%+q)\n got %+q\nwant %+q", tt.in, got, tt.want)
			}
		})
	}
}

func TestCleanTextLimit(t *testing.T) {
	for _, tt := range []struct {
		in    string
		limit int
		want  string
	}{
		{"abcde", 5, "abcde"},
		{"abcdef", 5, "abcd…"},
		{"abcde  \n", 5, "abcde"},
		{"äöüäöü", 5, "äöüä…"},
		{"abc def", 5, "abc…"},
		{"ab\u202ec", 5, "ab…"}, // never half of <U+202E>
		{"ab\u202e", 10, "ab<U+202E>"},
		{"ab\u200dcdef", 4, "ab…"}, // never a joiner that joins nothing
		{"ab", 1, "…"},
		{"a", 1, "a"},
		{strings.Repeat("a", 1<<20), 0, strings.Repeat("a", 1999) + "…"},
		{strings.Repeat("a", 2000), -1, strings.Repeat("a", 2000)},
	} {
		if got := CleanText(tt.in, tt.limit); got != tt.want {
			t.Errorf("CleanText(%.20q, %d) = %.40q, want %.40q", tt.in, tt.limit, got, tt.want)
		}
	}
}

func FuzzCleanText(f *testing.F) {
	f.Add("a\u202e\x1b[0m e\u0301\u0301\u0301\u0301\u200d👩\u200d💻\xff\r\n\r\n\r\nx", 20)
	f.Add("a\u200d\u3164\ufe0f\ufe0f \u0338\u2800", 3)
	f.Add(strings.Repeat("\u200d\u0301", 30), 0)
	f.Fuzz(func(t *testing.T, in string, limit int) {
		for name, clean := range map[string]func(string, int) string{"CleanText": CleanText, "CleanMessage": CleanMessage} {
			got := clean(in, limit)
			if again := clean(got, limit); again != got {
				t.Errorf("%s is not idempotent: %+q, then %+q", name, got, again)
			}
			if !utf8.ValidString(got) {
				t.Errorf("%s gives invalid UTF-8: %q", name, got)
			}
			most := limit
			if limit <= 0 {
				most = 2000
			}
			if n := utf8.RuneCountInString(got); n > most {
				t.Errorf("%s gives %d runes, limit %d", name, n, most)
			}
			if strings.TrimSpace(got) != got || strings.Contains(got, "  ") || strings.Contains(got, "\n\n\n") {
				t.Errorf("%s leaves blanks: %+q", name, got)
			}
			marks := 0
			for _, r := range got {
				marks++
				if !unicode.Is(unicode.M, r) {
					marks = 0
				}
				allowed := unicode.IsPrint(r) || r == '\u200c' || r == '\u200d' || r == '\n' && name == "CleanMessage"
				if !allowed || marks > 3 || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) && r != '\u200c' {
					t.Errorf("%s lets %U through: %+q", name, r, got)
				}
			}
		}
	})
}
