package words

import (
	"bytes"

	"github.com/understudy-auth/understudy/core/wire"
)

// PINRule is one of a server's rules for new PINs.
type PINRule struct {
	Text string
	// Met reports whether a PIN follows the rule.
	Met func(digits []byte) bool
}

// PINRules are a policy's rules, each to be ticked by itself. The judgement is
// the policy's own.
func PINRules(p wire.PINPolicy) []PINRule {
	allows := func(one wire.PINPolicy) func([]byte) bool {
		return func(digits []byte) bool {
			one.Length = len(digits)
			return one.Check(wire.NewSecret(digits)) == nil
		}
	}
	rules := []PINRule{{
		N(p.Length, "{n} digit", "{n} digits"),
		func(digits []byte) bool {
			return len(digits) == p.Length && len(bytes.Trim(digits, "0123456789")) == 0
		},
	}}
	if p.MaxSimilar > 0 {
		rules = append(rules, PINRule{
			N(p.MaxSimilar, "No digit twice", "No digit more than {n} times, like 11111"),
			allows(wire.PINPolicy{AllowSequences: true, MaxSimilar: p.MaxSimilar}),
		})
	}
	if !p.AllowSequences {
		rules = append(rules, PINRule{T("Not in a row, like 12345"), allows(wire.PINPolicy{})})
	}
	if len(p.BlacklistedPINs) > 0 {
		rules = append(rules, PINRule{T("Not one that is easy to guess"), allows(wire.PINPolicy{AllowSequences: true, BlacklistedPINs: p.BlacklistedPINs})})
	}
	return rules
}

// AddressProblem says what is wrong with a typed server address. Its reason is a
// sentence of package wire.
func AddressProblem(err error) []string {
	return []string{T("This is not an address that can be used."), Sentence(err.Error())}
}
