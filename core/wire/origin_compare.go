package wire

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Relation says how an origin relates to the one that a person knows.
type Relation string

// What Compare finds.
const (
	RelationSame           Relation = "same"
	RelationDifferent      Relation = "different"
	RelationLookAlike      Relation = "look-alike"      // made, or bound, to be taken for the own one
	RelationMixedAlphabets Relation = "mixed-alphabets" // letters of several scripts in one label
)

// longHost is the length in letters above which two mistakes in a host still
// look like none.
const longHost = 12

// Compare says how other relates to own, which is the profile's. What it finds
// chooses a warning; no finding makes an origin trustworthy.
//
// A host is a look-alike of another host if
//   - both are the same after letters that look alike were replaced (see
//     skeleton), Cyrillic, Greek and accented ones among them; or
//   - one character was added, left out, replaced, or swapped with its neighbour,
//     two if the own host has more than 12 characters; or
//   - it holds the own host as labels before its end, also with hyphens for dots:
//     id.example.com.evil.test, id-example-com.evil.test.
//
// If it is none of these but a label mixes alphabets, it is mixed-alphabets. A
// look-alike that mixes alphabets is a look-alike, as that names the trick. Two
// names below the same domain (qa1.example.com, qa2.example.com) are look-alikes
// too: who owns both, we cannot know. Two IP addresses are never, as their
// neighbours have nothing to do with them. The same host with another scheme or
// port is different, and so is everything from the zero value.
func Compare(own, other Origin) Relation {
	switch {
	case own.IsZero() || other.IsZero():
		return RelationDifferent
	case own == other:
		return RelationSame
	case own.host == other.host, isIP(own.host) && isIP(other.host):
		return RelationDifferent
	case looksAlike(unicodeHost(own), unicodeHost(other)):
		return RelationLookAlike
	case mixesAlphabets(unicodeHost(other)):
		return RelationMixedAlphabets
	}
	return RelationDifferent
}

// HostDifference is in what two hosts differ. The zero value stands for hosts
// that are the same or differ in more than can be named.
type HostDifference struct {
	// Own stands in the own host where Other stands in the other's: one character,
	// two letters that look like the one of the other side, or nothing.
	Own, Other string
	// The script of Own and Other where it is worth naming, as Unicode names it: of
	// a letter that is not Latin, or that stands in place of one of another script.
	OwnScript, OtherScript string
}

// IsZero reports whether there is nothing to name.
func (d HostDifference) IsZero() bool { return d == HostDifference{} }

// Difference is in what other's host differs from own's, if it is one character,
// or one that was replaced by two that look like it (rn for m) or the other way
// round. It looks at hosts only.
//
//	login.test  1ogin.test   {Own: "l", Other: "1"}
//	login.test  logi.test    {Own: "n"}
//	login.test  log-in.test  {Other: "-"}
func Difference(own, other Origin) HostDifference {
	if own.IsZero() || other.IsZero() {
		return HostDifference{}
	}
	a, b := []rune(unicodeHost(own)), []rune(unicodeHost(other))
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	var foreign bool
	switch {
	case len(a)+len(b) == 1:
	case len(a) == 1 && len(b) == 1,
		len(a)+len(b) == 3 && len(a) > 0 && len(b) > 0 && skeleton(string(a)) == skeleton(string(b)):
		// A Cyrillic a is no news beside an a: say that this one is Latin.
		foreign = scriptOf(a[0]) != scriptOf(b[0]) && unicode.IsLetter(a[0]) && unicode.IsLetter(b[0])
	default:
		return HostDifference{}
	}
	return HostDifference{string(a), string(b), scriptToName(a, foreign), scriptToName(b, foreign)}
}

// scriptToName is the script of a single letter that is not Latin, or of any if
// Latin is to be named.
func scriptToName(rs []rune, nameLatin bool) string {
	if len(rs) != 1 || !unicode.IsLetter(rs[0]) {
		return ""
	}
	script := scriptOf(rs[0])
	if script == "Latin" && !nameLatin {
		return ""
	}
	return script
}

// unicodeHost is the host as its letters were meant: IDNA's ASCII form hides what
// a person would see in a browser or on the page that shows the code.
func unicodeHost(o Origin) string {
	host, err := idna.Punycode.ToUnicode(o.host)
	if err != nil {
		return o.host
	}
	return host
}

// isIP relies on ParseOrigin: what ends in a digit-only label is an IPv4 address.
func isIP(host string) bool {
	return host[0] == '[' || endsInNumber(host[strings.LastIndexByte(host, '.')+1:])
}

func looksAlike(own, other string) bool {
	a, b := skeleton(own), skeleton(other)
	allowed := 1
	if utf8.RuneCountInString(own) > longHost {
		allowed = 2
	}
	return a == b || embeds(a, b) || editDistance([]rune(own), []rune(other)) <= allowed
}

// embeds reports whether host pretends to be own by its first or inner labels.
// A host below own is not one: only the owner of own can make it.
func embeds(own, host string) bool {
	if !strings.Contains(own, ".") {
		return strings.HasPrefix(host, own+".")
	}
	own, host = strings.ReplaceAll(own, "-", "."), strings.ReplaceAll(host, "-", ".")
	return strings.Contains("."+host, "."+own+".")
}

// skeleton replaces what looks alike by one of the forms, so that hosts which
// look alike have the same skeleton. It is a small version of the one in Unicode
// TR 39, with the pairs that are used to deceive: digits for letters, accents,
// Cyrillic, Greek and Armenian for Latin letters, and pairs of letters for one.
func skeleton(host string) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToLower(host)))
	return alikePairs.Replace(alikeLetters.Replace(plain))
}

var (
	alikeLetters = strings.NewReplacer(
		"1", "l", "i", "l", "0", "o", "5", "s", "2", "z", "8", "b", "9", "g", "q", "g",
		// Latin letters that do not decompose.
		"ı", "l", "ł", "l", "ɩ", "l", "ɑ", "a", "ɡ", "g", "đ", "d", "ø", "o", "ħ", "h", "ŧ", "t", "æ", "ae", "œ", "oe",
		// Cyrillic; и with its breve, й, is и by now.
		"а", "a", "ь", "b", "в", "b", "с", "c", "ԁ", "d", "е", "e", "ҽ", "e", "ԍ", "g", "һ", "h", "н", "h",
		"і", "l", "ӏ", "l", "ј", "j", "к", "k", "м", "m", "п", "n", "о", "o", "р", "p", "ԛ", "g", "г", "r",
		"ѕ", "s", "т", "t", "ѵ", "v", "ԝ", "w", "ѡ", "w", "х", "x", "у", "y", "ү", "y", "ӕ", "ae", "з", "3",
		// Greek.
		"α", "a", "β", "b", "ϲ", "c", "ε", "e", "ι", "l", "ϳ", "j", "κ", "k", "η", "n", "ο", "o", "σ", "o",
		"ρ", "p", "τ", "t", "υ", "u", "μ", "u", "ν", "v", "ω", "w", "χ", "x", "γ", "y",
		// Armenian.
		"օ", "o", "ս", "u", "հ", "h", "ո", "n", "ց", "g", "զ", "g", "յ", "j",
		// East Asian signs that look like a slash or a dash beside Latin letters.
		"ノ", "-", "ー", "-", "一", "-", "丶", "-",
	)
	// alikePairs comes second, so that c1 and ci count as cl.
	alikePairs = strings.NewReplacer("rn", "m", "vv", "w", "cl", "d")
)

// editDistance counts the characters that were added, left out, replaced, or
// swapped with their neighbour (optimal string alignment).
func editDistance(a, b []rune) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// mixesAlphabets reports whether a label has letters of scripts that no language
// writes together: the "highly restrictive" level of Unicode TR 39, 5.2.
func mixesAlphabets(host string) bool {
	for label := range strings.SplitSeq(host, ".") {
		found := map[string]bool{}
		for _, r := range label {
			if script := scriptOf(r); script != "" {
				found[script] = true
			}
		}
		if len(found) > 1 && !within(found, "Latin", "Han", "Hiragana", "Katakana") &&
			!within(found, "Latin", "Han", "Bopomofo") && !within(found, "Latin", "Han", "Hangul") {
			return true
		}
	}
	return false
}

func within(found map[string]bool, scripts ...string) bool {
	n := 0
	for _, s := range scripts {
		if found[s] {
			n++
		}
	}
	return n == len(found)
}

// scriptOf names the script of a letter, "" for what all scripts share: digits,
// the hyphen, accents.
func scriptOf(r rune) string {
	for name, table := range unicode.Scripts {
		if name != "Common" && name != "Inherited" && unicode.Is(table, r) {
			return name
		}
	}
	return ""
}
