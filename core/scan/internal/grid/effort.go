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

// NewEffort is for this many samples.
func NewEffort(ctx context.Context, samples int) *Effort { return &Effort{ctx: ctx, left: samples} }

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

// Over reports whether nothing is left.
func (e *Effort) Over() bool { return e.left <= 0 || e.err != nil }

// Err is the context's.
func (e *Effort) Err() error { return e.err }

// Left is how many samples are.
func (e *Effort) Left() int { return e.left }

// Part is an effort of at most so many samples, taken from this one.
func (e *Effort) Part(samples int) *Effort {
	return &Effort{ctx: e.ctx, left: min(samples, e.left), err: e.err}
}
