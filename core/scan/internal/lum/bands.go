package lum

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// chunk is how many pixels are done between two looks at the context: about a
// millisecond, which is also worth a goroutine.
const chunk = 1 << 18

// Bands calls do for parts of the rows from 0 to n, which are width pixels wide,
// on all processors at the same time until all rows are done or the context
// ends; it gives the context's error. What do writes for one part must not
// depend on another. It panics as do does.
func Bands(ctx context.Context, width, n int, do func(from, to int)) error {
	rows := max(1, chunk/max(width, 1))
	parts := (n + rows - 1) / rows
	var next atomic.Int64
	work := func() {
		for ctx.Err() == nil {
			i := int(next.Add(1)) - 1
			if i >= parts {
				return
			}
			do(i*rows, min((i+1)*rows, n))
		}
	}
	workers := min(runtime.GOMAXPROCS(0), parts)
	if workers <= 1 {
		work()
		return ctx.Err()
	}
	panics := make([]any, workers)
	var group sync.WaitGroup
	for i := range workers {
		group.Go(func() {
			defer func() { panics[i] = recover() }()
			work()
		})
	}
	group.Wait()
	for _, p := range panics {
		if p != nil {
			panic(p)
		}
	}
	return ctx.Err()
}
