package words

import (
	"fmt"
	"strings"
)

// T is the one door through which sentences go to people. The pairs are the
// placeholders' names and values: T("Profile: {profile}.", "profile", name).
// A value is never searched for placeholders.
func T(sentence string, pairs ...any) string { return put(sentence, pairs...) }

// put puts the values into their places.
func put(sentence string, pairs ...any) string {
	if len(pairs) == 0 {
		return sentence
	}
	replace := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		replace = append(replace, "{"+fmt.Sprint(pairs[i])+"}", fmt.Sprint(pairs[i+1]))
	}
	return strings.NewReplacer(replace...).Replace(sentence)
}

// N is T with a number, {n}, that decides between two sentences.
func N(n int, one, many string, pairs ...any) string {
	if n == 1 {
		return T(one, append(pairs, "n", n)...)
	}
	return T(many, append(pairs, "n", n)...)
}
