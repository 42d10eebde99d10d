package scan

import (
	"slices"
	"testing"

	"rsc.io/qr/coding"
)

// TestContent fixes what becomes of each kind of content. rsc.io/qr writes the
// bytes of a string as they are, so that it can write any character set.
func TestContent(t *testing.T) {
	for name, c := range map[string]struct{ content, text, bytes string }{
		"digits":        {"0123456789", "0123456789", ""},
		"alphanumeric":  {"HTTPS://ID.EXAMPLE/$%*+-. 1", "HTTPS://ID.EXAMPLE/$%*+-. 1", ""},
		"ASCII":         {"hello", "hello", "hello"},
		"UTF-8":         {"Grüße, Ἀθῆναι, 東京 €", "Grüße, Ἀθῆναι, 東京 €", "Grüße, Ἀθῆναι, 東京 €"},
		"ISO 8859-1":    {"Viele Gr\xfc\xdfe aus K\xf6ln", "Viele Grüße aus Köln", "Viele Gr\xfc\xdfe aus K\xf6ln"},
		"Shift JIS":     {"\x93\x8c\x8b\x9e\x82\xcc\x93\x8c\x8b\x9e", "東京の東京", "\x93\x8c\x8b\x9e\x82\xcc\x93\x8c\x8b\x9e"},
		"control":       {"a\x00b\x1b]52;c\x07", "a\x00b\x1b]52;c\x07", "a\x00b\x1b]52;c\x07"},
		"not of a text": {"\xff\xfe\x00\x01\x80\x81", "Ā膀", "\xff\xfe\x00\x01\x80\x81"}, // a mark of UTF-16
	} {
		t.Run(name, func(t *testing.T) {
			got := read(t, drawn(t, c.content, 4))
			if len(got.Codes) != 1 || got.Codes[0].Text != c.text || string(got.Codes[0].Bytes) != c.bytes {
				t.Errorf("read %+v", got.Codes)
			}
		})
	}
}

// segment is a piece of a code, bit by bit, as no encoder here writes it.
type segment []struct {
	value uint
	bits  int
}

func (segment) Check() error { return nil }

func (s segment) Bits(coding.Version) (n int) {
	for _, part := range s {
		n += part.bits
	}
	return n
}

func (s segment) Encode(b *coding.Bits, _ coding.Version) {
	for _, part := range s {
		b.Write(part.value, part.bits)
	}
}

func TestSegments(t *testing.T) {
	for name, c := range map[string]struct {
		segments []coding.Encoding
		want     []string
	}{
		"two modes":          {[]coding.Encoding{coding.Num("123"), coding.String("abc")}, []string{"123abc"}},
		"Greek by its name":  {[]coding.Encoding{segment{{7, 4}, {9, 8}}, coding.String("\xc1\xe8\xde\xed\xe1")}, []string{"Αθήνα"}},
		"unknown set":        {[]coding.Encoding{segment{{7, 4}, {99, 8}}, coding.String("abc")}, nil},
		"Kanji":              {[]coding.Encoding{segment{{8, 4}, {2, 8}, {0xD9F, 13}, {0x1AAA, 13}}}, []string{"点茗"}},
		"empty":              {[]coding.Encoding{coding.String("")}, nil},
		"a part of several":  {[]coding.Encoding{segment{{3, 4}, {0x01, 8}, {0x5A, 8}}, coding.String("half")}, nil},
		"longer than it is":  {[]coding.Encoding{segment{{4, 4}, {250, 8}, {'x', 8}}}, nil},
		"digits over 999":    {[]coding.Encoding{segment{{1, 4}, {3, 10}, {1023, 10}}}, nil},
		"no mode of a code":  {[]coding.Encoding{segment{{15, 4}, {0, 20}}}, nil},
		"the modes of goods": {[]coding.Encoding{segment{{5, 4}}, coding.Alpha("01%10")}, []string{"01\x1d10"}},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := coding.NewPlan(3, coding.M, 2)
			if err != nil {
				t.Fatal(err)
			}
			code, err := plan.Encode(c.segments...)
			if err != nil {
				t.Fatal(err)
			}
			if got := texts(read(t, painted(code.Size, 4, code.Black))); !slices.Equal(got, c.want) {
				t.Errorf("read %q, want %q", got, c.want)
			}
		})
	}
}
