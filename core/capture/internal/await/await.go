// Package await gives up on what cannot be stopped.
package await

import "context"

// Do runs get until the context ends. When that comes first, get is left to
// itself, and what it gives is dropped.
func Do[T any](ctx context.Context, get func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	got := make(chan result, 1)
	go func() {
		value, err := get()
		got <- result{value, err}
	}()
	var none T
	select {
	case <-ctx.Done():
		return none, ctx.Err()
	case r := <-got:
		if ctx.Err() != nil {
			return none, ctx.Err()
		}
		return r.value, r.err
	}
}
