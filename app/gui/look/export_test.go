package look

// Drawings are the files of all icons.
var Drawings = drawings

// Tokens says how many colours a palette has.
func Tokens(p Palette) int { return len(tokens[p]) }
