// Command benchscan measures the reader on folders of pictures:
//
//	go run ./core/scan/benchscan [-v] [-cpu] [-n TIMES] DIR…
//
// Beside a picture lies a .txt file with the texts of its codes, one a line, or
// one that has several lines. A picture without a text file has no code. White
// space, control characters and what is not ASCII do not count in comparing.
//
// It prints for each folder how many codes were found; how many texts were wrong,
// being those that no text file has in a picture where a code is missing or none
// is; how many were not listed, in pictures where all that is listed was found;
// median and 95th percentile of the time from image.Image to text; and what was
// allocated for a picture. Set GOMAXPROCS=1 for figures of one thread.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/webp"

	"github.com/understudy-auth/understudy/core/scan"
)

func main() {
	verbose := flag.Bool("v", false, "name every code that is missing, and every text that is not listed")
	repeat := flag.Int("n", 1, "read each picture so often, and take the median time")
	cpu := flag.Bool("cpu", false, "measure the processor's time instead of the clock's: for a busy machine (not on Windows)")
	flag.Parse()
	if flag.NArg() == 0 || *repeat < 1 {
		fmt.Fprintln(os.Stderr, "usage: benchscan [-v] [-cpu] [-n TIMES] DIR…: name a folder of pictures")
		os.Exit(2)
	}
	fmt.Printf("%-28s %8s %12s %6s %9s %10s %10s %8s %9s\n", "folder", "pictures", "found", "wrong", "unlisted", "median ms", "p95 ms", "allocs", "KiB")
	for _, dir := range flag.Args() {
		sum, err := measure(dir, options{*repeat, *verbose, *cpu})
		if err != nil {
			fmt.Fprintln(os.Stderr, "benchscan:", err)
			os.Exit(1)
		}
		fmt.Println(sum)
	}
}

type options struct {
	repeat       int
	verbose, cpu bool
}

// totals is a folder's result.
type totals struct {
	dir                              string
	pictures                         int
	expected, found, wrong, unlisted int
	times                            []time.Duration
	allocs, bytes                    uint64
}

func (t totals) String() string {
	n := uint64(max(t.pictures, 1))
	return fmt.Sprintf("%-28s %8d %6d/%-5d %6d %9d %10.1f %10.1f %8d %9d", filepath.Base(t.dir), t.pictures, t.found, t.expected, t.wrong, t.unlisted,
		milliseconds(t.times, 0.5), milliseconds(t.times, 0.95), t.allocs/n, t.bytes/n/1024)
}

func milliseconds(times []time.Duration, share float64) float64 {
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return float64(times[int(share*float64(len(times)-1)+0.5)].Microseconds()) / 1000
}

func measure(dir string, o options) (totals, error) {
	t := totals{dir: dir}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains([]string{".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp"}, strings.ToLower(filepath.Ext(path))) {
			return err
		}
		return t.picture(path, o)
	})
	return t, err
}

// picture reads one picture and compares.
func (t *totals) picture(path string, o options) error {
	picture, err := load(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	expected, err := listed(strings.TrimSuffix(path, filepath.Ext(path)) + ".txt")
	if err != nil {
		return err
	}
	var result scan.Result
	var times []time.Duration
	var before, after runtime.MemStats
	for range o.repeat {
		runtime.GC()
		runtime.ReadMemStats(&before)
		start, startCPU := time.Now(), cpuTime()
		result, err = scan.New().Read(context.Background(), picture)
		took := time.Since(start)
		if o.cpu {
			took = cpuTime() - startCPU
		}
		times = append(times, took)
		runtime.ReadMemStats(&after)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	slices.Sort(times)
	took := times[len(times)/2]
	t.pictures++
	t.times = append(t.times, took)
	t.allocs += after.Mallocs - before.Mallocs
	t.bytes += after.TotalAlloc - before.TotalAlloc

	var texts []string
	for _, c := range result.Codes {
		texts = append(texts, plain(c.Text))
	}
	missing, extra := compare(expected, texts)
	t.expected += len(missing.of)
	t.found += len(missing.of) - len(missing.list)
	if len(missing.list) > 0 || len(missing.of) == 0 {
		t.wrong += len(extra)
	} else {
		t.unlisted += len(extra)
	}
	if o.verbose {
		for _, m := range missing.list {
			fmt.Printf("missing  %s %s %q\n", path, took.Round(time.Millisecond), shortened(m))
		}
		for _, e := range extra {
			fmt.Printf("unlisted %s %q\n", path, shortened(e))
		}
		if len(expected) == 0 && took > 100*time.Millisecond {
			fmt.Printf("slow     %s %s\n", path, took.Round(time.Millisecond))
		}
	}
	return nil
}

func load(path string) (image.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	picture, _, err := image.Decode(f)
	return picture, err
}

// listed is what a text file lists: none without one.
func listed(path string) (string, error) {
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return "", nil
	}
	return string(text), err
}

// absent is the expected texts that were not read.
type absent struct{ of, list []string }

// compare takes a text file as one text if that was read, as one a line
// otherwise.
func compare(listed string, texts []string) (missing absent, extra []string) {
	extra = slices.Clone(texts)
	whole := plain(listed)
	lines := strings.FieldsFunc(listed, func(r rune) bool { return r == '\n' || r == '\r' })
	if slices.Contains(texts, whole) || len(lines) == 1 {
		lines = []string{listed}
	}
	for _, line := range lines {
		line = plain(line)
		if line == "" {
			continue
		}
		missing.of = append(missing.of, line)
		if i := slices.Index(extra, line); i >= 0 {
			extra = slices.Delete(extra, i, i+1)
		} else {
			missing.list = append(missing.list, line)
		}
	}
	// The same code twice is no other text.
	extra = slices.DeleteFunc(extra, func(e string) bool { return slices.Contains(missing.of, e) })
	slices.SortFunc(extra, cmp.Compare[string])
	return missing, extra
}

// plain keeps what every terminal and text file does, if that is anything.
func plain(s string) string {
	kept := strings.Map(func(r rune) rune {
		if r <= ' ' || r >= 0x7F {
			return -1
		}
		return r
	}, s)
	return cmp.Or(kept, strings.TrimSpace(s))
}

func shortened(s string) string { return s[:min(len(s), 60)] }
