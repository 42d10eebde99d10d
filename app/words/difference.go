package words

import (
	"unicode"
	"unicode/utf8"

	"github.com/understudy-auth/understudy/core/wire"
)

// Difference says in what two addresses differ; "" where nothing can be named.
// How a character is called is a value of the sentence, as a day is.
func Difference(d wire.HostDifference) string {
	own, other := character(d.Own, d.OwnScript), character(d.Other, d.OtherScript)
	switch {
	case d.IsZero():
		return ""
	case d.Own == "":
		return T("One character was added: {character}.", "character", other)
	case d.Other == "":
		return T("One character is missing: {character}.", "character", own)
	}
	return T("One character is different: {other} instead of {own}.", "other", other, "own", own)
}

// character is how one character is called, or two letters that stand for one.
func character(text, script string) string {
	r, size := utf8.DecodeRuneInString(text)
	switch {
	case size < len(text):
		return T("the letters {letters}", "letters", text)
	case script != "":
		return letterOf(script, text)
	case r == '.':
		return T("a dot")
	case r == '-':
		return T("a hyphen")
	case unicode.IsDigit(r):
		return T("the digit {digit}", "digit", text)
	case unicode.IsLetter(r):
		return T("the letter {letter}", "letter", text)
	}
	return T("the character {character}", "character", text)
}

// letterOf is how a letter is called whose script matters. Scripts have names of
// their own in every language; the rare ones keep Unicode's.
func letterOf(script, letter string) string {
	switch script {
	case "Latin":
		return T("the Latin letter {letter}", "letter", letter)
	case "Cyrillic":
		return T("the Cyrillic letter {letter}", "letter", letter)
	case "Greek":
		return T("the Greek letter {letter}", "letter", letter)
	case "Armenian":
		return T("the Armenian letter {letter}", "letter", letter)
	}
	return T("the {script} letter {letter}", "script", script, "letter", letter)
}
