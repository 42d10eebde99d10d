package kit

import (
	"regexp"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/wire"
)

// longestQuote is more than any message has; a quote is whole.
const longestQuote = 1 << 20

// Quote is somebody else's text: whole, in quotation marks, on a ground of its own, its line breaks kept. Characters that
// cannot be seen stand in it as words in boxes, such as U+202E.
func Quote(style Style, text string) *fyne.Container {
	text = wire.CleanMessage(text, longestQuote) // changes nothing of a text that came in the usual way
	return Box(look.Sunken, None, look.RadiusSmall, Pad(9, 14, Rich(boxHidden(style, words.T("“{text}”", "text", text))...)))
}

// hiddenWord is what cleaning makes of a character that cannot be seen.
var hiddenWord = regexp.MustCompile(`<(U\+[0-9A-F]{4,6})>`)

// boxHidden makes spans of a text in which hidden characters are boxed.
func boxHidden(style Style, text string) []Span {
	var spans []Span
	plain := func(s string) {
		if s != "" {
			spans = append(spans, Span{Style: style, Text: s})
		}
	}
	end := 0
	for _, at := range hiddenWord.FindAllStringSubmatchIndex(text, -1) {
		plain(text[end:at[0]])
		spans = append(spans, Span{Style: style, Text: text[at[2]:at[3]], Mark: Boxed})
		end = at[1]
	}
	plain(text[end:])
	return spans
}
