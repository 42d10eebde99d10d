package main

import (
	"context"
	"fmt"
	"image"
	"path/filepath"
	"slices"
	"time"
)

// reading is what a reader makes of a picture.
type reading struct {
	texts         []string
	took          time.Duration
	allocs, bytes uint64
}

type reader interface {
	read(ctx context.Context, picture image.Image) (reading, error)
}

// totals is a reader's result in a folder.
type totals struct {
	name                             string
	pictures                         int
	expected, found, wrong, unlisted int
	times                            []time.Duration
	allocs, bytes                    uint64
}

func (t totals) String() string {
	n := uint64(max(t.pictures, 1))
	return fmt.Sprintf("%-28s %8d %6d/%-5d %6d %9d %10.1f %10.1f %8d %9d", filepath.Base(t.name), t.pictures, t.found, t.expected, t.wrong, t.unlisted,
		t.milliseconds(0.5), t.milliseconds(0.95), t.allocs/n, t.bytes/n/1024)
}

// milliseconds is the time that this share of the pictures takes at most.
func (t totals) milliseconds(share float64) float64 {
	if len(t.times) == 0 {
		return 0
	}
	slices.Sort(t.times)
	return float64(t.times[int(share*float64(len(t.times)-1)+0.5)].Microseconds()) / 1000
}

// read reads a picture and takes in the result.
func (t *totals) read(ctx context.Context, p listed, r reader, verbose bool) error {
	picture, err := p.load()
	if err != nil {
		return err
	}
	got, err := r.read(ctx, picture)
	if err != nil {
		return err
	}
	c := p.compare(got.texts)
	t.add(c, got)
	if verbose {
		for _, m := range c.missing {
			fmt.Printf("missing  %s %s %q\n", p.path, got.took.Round(time.Millisecond), shortened(m))
		}
		for _, e := range c.extra {
			fmt.Printf("unlisted %s %q\n", p.path, shortened(e))
		}
		if len(c.expected) == 0 && got.took > 100*time.Millisecond {
			fmt.Printf("slow     %s %s\n", p.path, got.took.Round(time.Millisecond))
		}
	}
	return nil
}

func (t *totals) add(c comparison, got reading) {
	t.pictures++
	t.times = append(t.times, got.took)
	t.allocs += got.allocs
	t.bytes += got.bytes
	t.expected += len(c.expected)
	t.found += len(c.expected) - len(c.missing)
	if c.closed {
		t.wrong += len(c.extra)
	} else {
		t.unlisted += len(c.extra)
	}
}

func shortened(s string) string { return s[:min(len(s), 60)] }
