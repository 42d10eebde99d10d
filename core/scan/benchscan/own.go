package main

import (
	"context"
	"image"
	"runtime"
	"slices"
	"time"

	"github.com/understudy-auth/understudy/core/scan"
)

// ownReader is this project's.
type ownReader struct {
	repeat     int
	cpu, quick bool
}

func (o *ownReader) read(ctx context.Context, picture image.Image) (got reading, err error) {
	var times []time.Duration
	var before, after runtime.MemStats
	var result scan.Result
	reader := scan.New()
	if o.quick {
		reader = scan.Quick()
	}
	for range o.repeat {
		runtime.GC()
		runtime.ReadMemStats(&before)
		start, startCPU := time.Now(), cpuTime()
		result, err = reader.Read(ctx, picture)
		took := time.Since(start)
		if o.cpu {
			took = cpuTime() - startCPU
		}
		times = append(times, took)
		runtime.ReadMemStats(&after)
		if err != nil {
			return got, err
		}
	}
	slices.Sort(times)
	got = reading{took: times[len(times)/2], allocs: after.Mallocs - before.Mallocs, bytes: after.TotalAlloc - before.TotalAlloc}
	for _, c := range result.Codes {
		got.texts = append(got.texts, c.Text)
	}
	return got, nil
}
