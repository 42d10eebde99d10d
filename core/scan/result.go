package scan

import "image"

// Outline is where a code is, without its quiet zone, in the picture's
// coordinates: top left, top right, bottom right and bottom left of the code
// itself. In a code that is upside down the first one is at the bottom right.
// Corners can lie outside of the picture: by a pixel or two, or by much where the
// code is cut by its edge.
type Outline = [4]image.Point

// Code is one QR code.
type Code struct {
	// Text is the content as text, never empty. It is hostile until it is parsed:
	// it may hold control characters.
	Text string
	// Bytes is what the code's byte segments hold, unchanged, one after the other;
	// nil where it has none, as in a code of digits only.
	Bytes   []byte
	Corners Outline
	// Certainty is the share of the error correction that was not needed, in the
	// block that needed most: 1 is a perfect picture of a perfect code, 0 one that
	// would not have been read with one more error. The text is right in any case.
	Certainty float64
}

// Part is a code that is one of several that make one text (structured append).
// Its text is not the whole.
type Part struct {
	Code
	Index, Of int // Index from 0
	// Parity is the same in all parts of one text: the exclusive or of all its bytes.
	Parity byte
}

// Reason is why a code was seen but not read.
type Reason int

// Reasons, by what helps: a cleaner picture, a closer one, all of the code. The
// content of the last is intact, but is no text, or in a character set that is not
// known.
const (
	Damaged Reason = iota
	TooSmall
	Cut
	NoText
)

// Seen is a code that was seen but not read.
type Seen struct {
	Corners Outline // as far as can be told from what is there
	Reason  Reason
}

// Result is what was seen in a picture. All lists are ordered from top to bottom,
// then from left to right. A code that stands at two places is two codes.
type Result struct {
	Codes []Code
	Parts []Part
	Seen  []Seen
}
