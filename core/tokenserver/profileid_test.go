package tokenserver_test

import (
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver"
)

func TestProfileID(t *testing.T) {
	seen, letters := map[string]bool{}, map[rune]int{}
	for range 10_000 {
		id := tokenserver.NewProfileID()
		if len(id) != 6 || seen[id] && len(seen) < 1000 {
			t.Fatalf("%q", id)
		}
		seen[id] = true
		for _, r := range id {
			letters[r]++
		}
	}
	for r, n := range letters {
		if strings.ContainsRune("01OIL", r) || n < 1000 {
			t.Errorf("%c occurs %d times", r, n)
		}
	}
	if len(letters) != 31 {
		t.Errorf("%d letters", len(letters))
	}
}
