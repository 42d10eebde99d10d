package words

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"
)

const (
	messageColumns = 66  // of a quoted line: it fits a terminal of 80 with its mark
	shortMessage   = 600 // characters of a message that a question shows
)

// hidden matches what wire.CleanText makes of characters that cannot be seen.
var hidden = regexp.MustCompile(`<U\+[0-9A-F]{4,6}>`)

// Message quotes the portal's message, which is their text and not ours. Only
// a whole one is longer than 600 characters.
func Message(message string, whole bool) []string {
	if message == "" {
		return []string{T("Message: none.")}
	}
	shown, cut := message, false
	if !whole && utf8.RuneCountInString(message) > shortMessage {
		shown, cut = string([]rune(message)[:shortMessage])+"…", true
	}
	var lines []string
	if wrapped := wrap(shown, messageColumns); len(wrapped) == 1 {
		lines = []string{T(`Message: "{message}"`, "message", shown)}
	} else {
		lines = append(lines, T("Message, quote:"))
		for _, l := range wrapped {
			lines = append(lines, "> "+l)
		}
		lines = append(lines, T("End of quote."))
	}
	if cut {
		lines = append(lines, T("The message is longer. The details show all of it."))
	}
	if HasHidden(message) {
		lines = append(lines, T("This message contains hidden characters."))
	}
	return lines
}

// HasHidden reports whether a cleaned text holds characters that could not be
// seen before.
func HasHidden(message string) bool { return hidden.MatchString(message) }

// wrap breaks text into lines of so many columns, between words where it can.
func wrap(text string, columns int) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		line, used := "", 0
		for word := range strings.SplitSeq(paragraph, " ") {
			for _, part := range splitWord(word, columns) {
				w := columnsOf(part)
				switch {
				case line == "":
					line, used = part, w
				case used+1+w <= columns && part == word:
					line, used = line+" "+part, used+1+w
				default:
					lines = append(lines, line)
					line, used = part, w
				}
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func splitWord(word string, columns int) []string {
	var parts []string
	start, used := 0, 0
	for i, r := range word {
		w := runeColumns(r)
		if used+w > columns {
			parts = append(parts, word[start:i])
			start, used = i, 0
		}
		used += w
	}
	return append(parts, word[start:])
}

func columnsOf(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

func runeColumns(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	if r >= 0x1F000 { // emoji
		return 2
	}
	return 1
}
