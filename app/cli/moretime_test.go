//go:build linux

package cli_test

import (
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

// A person at the terminal gets more time, once, and the announcements follow it.
func TestMoreTimeOnATerminal(t *testing.T) {
	w := registered(t, func(c *tokenserver.Config) { c.Types[0].Extend = 5 * time.Minute })
	p, state := asked(t, w)
	p.settles()
	w.bed.Clock.Move(85 * time.Second)
	p.sees("\n34 seconds left.\nType accept")
	w.bed.Down(true)
	p.types("more\n")
	p.sees("There is no more time: the server did not give it. 34 seconds left.\n", "later: ")
	w.bed.Down(false)
	p.types("more\n")
	p.sees("Extended to 5 minutes.\n", "later: ")
	p.types("more\n")
	p.sees("That is none of the choices. Nothing was answered.\n", "later: ")
	w.bed.Clock.Move(4*time.Minute + time.Second)
	p.sees("\n59 seconds left.\nType accept")
	p.types("accept\n")
	p.sees("Accepted.")
	p.ends(0)
	wantState(t, state, wire.StateAccepted)
}
