package gui

import (
	"context"

	"github.com/understudy-auth/understudy/core/wire"
)

// reply answers a prompt, once; what comes after that is ignored.
type reply[T any] func(T, error)

// errBack is what a person says who leaves a screen without an answer.
func errBack() error { return wire.Errorf(wire.CodeCanceled, "left without an answer") }

// prompt shows a screen and waits for its answer. The screen stays: what comes
// next replaces it.
func prompt[T any](ctx context.Context, d *desk, make func(reply[T]) *screen) (T, error) {
	type answer struct {
		value T
		err   error
	}
	got := newOnce[answer]()
	d.do(func() {
		if ctx.Err() == nil {
			d.show(make(func(value T, err error) {
				got.put(answer{value, err})
				d.patient()
			}))
		}
	})
	select {
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	case a := <-got.ch:
		return a.value, a.err
	}
}

// once is a channel that takes one value and drops the rest.
type once[T any] struct{ ch chan T }

func newOnce[T any]() once[T] { return once[T]{make(chan T, 1)} }

func (o once[T]) put(v T) {
	select {
	case o.ch <- v:
	default:
	}
}
