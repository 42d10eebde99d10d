// Command benchscan measures the reader on folders of pictures, alone or beside
// other readers:
//
//	go run ./core/scan/benchscan [-v] [-cpu] [-quick] [-n TIMES] [-peer NAME=COMMAND]… DIR…
//
// Beside a picture lies a .txt file with the texts of its codes, one a line, or
// one that has several lines. In a folder with such files, pictures without one may
// hold any code; in a folder without them no picture has a code. White space,
// control characters and what is not ASCII do not count in comparing.
//
// It prints for each folder how many codes were found; how many texts were wrong,
// being those that the text file does not have in a picture where a code is missing
// or none is; how many were not listed, in pictures where all that is listed was
// found; median and 95th percentile of the time; and what was allocated for a
// picture. The time is from image.Image to text. Set GOMAXPROCS=1 for figures of
// one thread.
//
// A peer is a command that reads names of PGM files from its input, one a line, and
// answers each with a line {"ms": …, "texts": […]}; see peers. With peers the
// result is a table in Markdown, and all, this reader as well, get the same grey
// picture.
package main

import (
	"context"
	"flag"
	"fmt"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"os"
	"strings"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/webp"
)

func main() {
	own := &ownReader{}
	flag.IntVar(&own.repeat, "n", 1, "read each picture so often, and take the median time")
	flag.BoolVar(&own.cpu, "cpu", false, "measure the processor's time instead of the clock's: for a busy machine (not on Windows)")
	flag.BoolVar(&own.quick, "quick", false, "measure the reader for the frames of a camera")
	verbose := flag.Bool("v", false, "name every code that is missing, and every text that is not listed")
	var peers []*peer
	flag.Func("peer", "compare with this reader: NAME=COMMAND", func(s string) error {
		name, command, ok := strings.Cut(s, "=")
		if !ok {
			return fmt.Errorf("a peer is NAME=COMMAND")
		}
		peers = append(peers, &peer{name: name, command: command})
		return nil
	})
	flag.Parse()
	if flag.NArg() == 0 || own.repeat < 1 {
		fmt.Fprintln(os.Stderr, "usage: benchscan [-v] [-cpu] [-quick] [-n TIMES] [-peer NAME=COMMAND]… DIR…: name a folder of pictures")
		os.Exit(2)
	}
	if err := run(context.Background(), flag.Args(), own, peers, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "benchscan:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dirs []string, own *ownReader, peers []*peer, verbose bool) error {
	if len(peers) > 0 {
		return compareReaders(ctx, dirs, own, peers)
	}
	fmt.Printf("%-28s %8s %12s %6s %9s %10s %10s %8s %9s\n", "folder", "pictures", "found", "wrong", "unlisted", "median ms", "p95 ms", "allocs", "KiB")
	for _, dir := range dirs {
		pictures, err := list(dir)
		if err != nil {
			return err
		}
		sum := totals{name: dir}
		for _, p := range pictures {
			if err := sum.read(ctx, p, own, verbose); err != nil {
				return fmt.Errorf("%s: %w", p.path, err)
			}
		}
		fmt.Println(sum)
	}
	return nil
}
