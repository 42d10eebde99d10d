package words

import "strings"

// Spaced writes a fingerprint in groups of four, which an eye can compare.
func Spaced(hex string) string {
	var parts []string
	for len(hex) > 4 {
		parts, hex = append(parts, hex[:4]), hex[4:]
	}
	return strings.Join(append(parts, hex), " ")
}
