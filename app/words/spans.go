package words

import "strings"

// Span is a part of a sentence in one style.
type Span struct {
	Text  string
	Bold  bool
	Muted bool
}

// Spans is T for a sentence that has a part between two pairs of asterisks,
// which is to stand out. Only the sentence itself can have such parts, never a
// value that is put in.
func Spans(sentence string, pairs ...any) []Span {
	var spans []Span
	for i, part := range strings.Split(sentence, "**") {
		if part != "" {
			spans = append(spans, Span{Text: put(part, pairs...), Bold: i%2 == 1})
		}
	}
	return spans
}

// Plain joins the spans to the sentence that they are.
func Plain(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}
