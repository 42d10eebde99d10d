package gui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2/container"

	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// Nothing scrolls while there is room in the window: what comes later is in sight.
func TestGrowingContentUsesTheWindow(t *testing.T) {
	for _, c := range []struct {
		name string
		grow func(*person)
	}{
		{"technical details", func(p *person) {
			p.ends(p.w.failed(wire.Errorf(wire.CodeServerNotReachable, "dial tcp: refused"), words.About{}, nil))
			p.draws()
			p.chooses("Technical details")
		}},
		{"a request that waits", func(p *person) {
			p.w.setWaiting([]mobileauth.Waiting{{TransactionID: "1", Profile: ada(p.t), Portal: "Example Bank", ExpiresAt: noon.Add(100 * time.Second)}})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := state{}.visit(t)
			p.views(look.Light, 1, 900, 1400)
			c.grow(p)
			p.draws()
			walk(p.w.frame.Canvas(), func(n node) bool {
				if s, ok := n.CanvasObject.(*container.Scroll); ok && s.Content.Size().Height > s.Size().Height+1 {
					t.Errorf("%v of %v are in sight", s.Size(), s.Content.Size())
				}
				return true
			})
		})
	}
}
