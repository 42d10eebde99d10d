package confirm

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
)

// time is the time that is left and, where the server gives more, the button for it.
// That is there from the beginning: nothing may move under a hand that is about to
// answer.
func (c *Confirmation) time() fyne.CanvasObject {
	if c.request.Extend == nil {
		return c.left
	}
	c.more = kit.NewButton(kit.Plain, look.Time, words.T("More time"), c.askForMore).Small()
	c.more.Shut(words.MoreTimeLater())
	return kit.Ends(12, c.left, c.more)
}

// offerMore opens the button when it is time for it.
func (c *Confirmation) offerMore(left time.Duration) {
	if c.more != nil && c.more.IsShut() && c.request.Extend != nil && left > 0 && left <= words.MoreTimeUnder && !c.decided {
		c.more.Open()
	}
}

// askForMore asks the server for more time, once; where it did not come, it can be
// asked again.
func (c *Confirmation) askForMore() {
	extend := c.request.Extend
	if extend == nil || c.more.IsShut() || c.decided || c.finished {
		return
	}
	c.request.Extend = nil
	c.more.Shut(words.T("The server is asked for more time."))
	var until time.Time
	var err error
	c.world.Beside(func(ctx context.Context) { until, err = extend(ctx) }, func() {
		switch {
		case c.decided || c.finished:
			return
		case err != nil:
			c.request.Extend = extend
			c.tell(words.NoMoreTime(err))
		default:
			c.request.ExpiresAt = until
			left := c.request.TimeLeft(c.world.Now())
			c.whole = max(c.whole, left)
			c.more.Shut(words.T("More time is given once."))
			c.tell(words.Extended(left))
		}
		c.tick(c.world.Now())
	})
}
