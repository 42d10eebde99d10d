package lum

import (
	"runtime"
	"sync"
)

// minBand is the number of rows that are worth a goroutine.
const minBand = 64

// Bands calls do for parts of 0 to n that together are all of it, at the same
// time on all processors. What do writes for one part must not depend on
// another. It panics as do does.
func Bands(n int, do func(from, to int)) {
	workers := min(runtime.GOMAXPROCS(0), n/minBand)
	if workers <= 1 {
		do(0, n)
		return
	}
	panics := make([]any, workers)
	var group sync.WaitGroup
	for i := range workers {
		group.Go(func() {
			defer func() { panics[i] = recover() }()
			do(i*n/workers, (i+1)*n/workers)
		})
	}
	group.Wait()
	for _, p := range panics {
		if p != nil {
			panic(p)
		}
	}
}
