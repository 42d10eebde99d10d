package grid

import "context"

// Effort is what may still be spent on a picture, counted in samples: the same
// picture gets the same effort however busy the machine is.
type Effort struct {
	ctx       context.Context
	left      int
	unchecked int
	err       error
}

// checkEvery is the number of samples between two looks at the context: less
// than a millisecond.
const checkEvery = 20_000

// Spend takes samples from what is left. It is false, now and from now on, if
// there is nothing left or the context has ended.
func (e *Effort) Spend(samples int) bool {
	e.left -= samples
	if e.unchecked += samples; e.unchecked >= checkEvery && e.err == nil {
		e.unchecked = 0
		e.err = e.ctx.Err()
	}
	return e.left > 0 && e.err == nil
}

// Left is how many samples may still be spent.
func (e *Effort) Left() int { return max(0, e.left) }

// Over reports whether nothing is left.
func (e *Effort) Over() bool { return e.left <= 0 || e.err != nil }

// Err is the context's.
func (e *Effort) Err() error { return e.err }
