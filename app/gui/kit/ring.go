package kit

import (
	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// The ring around what has the focus: 3 wide, 2 outside the edge of a control.
const (
	ringWidth = 3
	ringAir   = 2
	ringOut   = ringWidth + ringAir
	cardRing  = 2.5 // in place of the border of a card
)

// newRing returns the ring of a control whose corners have a radius.
func newRing(radius float32) *plate { return newPlate(None, None, ringWidth, radius+ringOut) }

// layRing lays the ring around a control of a size.
func layRing(ring *plate, size fyne.Size) {
	lay.Place(ring, -ringOut, -ringOut, size.Width+2*ringOut, size.Height+2*ringOut)
}

// drawRing shows the ring or takes it away.
func drawRing(ring *plate, focused bool) {
	if focused {
		ring.paint(None, look.Ring, ringWidth)
	} else {
		ring.paint(None, None, 0)
	}
}
