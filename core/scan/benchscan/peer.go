package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/draw"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// peer is another reader: a process that answers as long as it has an input.
type peer struct {
	name, command string

	in  io.WriteCloser
	out *bufio.Reader
	cmd *exec.Cmd
	tmp string // the file for the picture
}

func (p *peer) start(ctx context.Context, tmp string) (err error) {
	p.tmp = filepath.Join(tmp, "picture.pgm")
	p.cmd = exec.CommandContext(ctx, "sh", "-c", "exec "+p.command)
	p.cmd.Stderr = os.Stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	p.out = bufio.NewReaderSize(out, 1<<20)
	return p.cmd.Start()
}

func (p *peer) stop() {
	_ = p.in.Close()
	_ = p.cmd.Wait()
}

func (p *peer) read(_ context.Context, picture image.Image) (got reading, err error) {
	if err := writePGM(p.tmp, grey(picture)); err != nil {
		return got, err
	}
	if _, err := fmt.Fprintln(p.in, p.tmp); err != nil {
		return got, fmt.Errorf("%s has ended: %w", p.name, err)
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return got, fmt.Errorf("%s has ended: %w", p.name, err)
	}
	var answer struct {
		MS    float64  `json:"ms"`
		Texts []string `json:"texts"`
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		return got, fmt.Errorf("%s answers %q: %w", p.name, shortened(string(line)), err)
	}
	return reading{texts: answer.Texts, took: time.Duration(answer.MS * float64(time.Millisecond))}, nil
}

// grey is a picture on white paper.
func grey(picture image.Image) *image.Gray {
	b := picture.Bounds()
	out := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(out, out.Rect, picture, b.Min, draw.Over)
	return out
}

func writePGM(name string, g *image.Gray) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "P5\n%d %d\n255\n", g.Rect.Dx(), g.Rect.Dy())
	b.Write(g.Pix)
	return os.WriteFile(name, b.Bytes(), 0o600)
}

// greyReader reads what the peers do.
type greyReader struct{ *ownReader }

func (g greyReader) read(ctx context.Context, picture image.Image) (reading, error) {
	return g.ownReader.read(ctx, grey(picture))
}

// compareReaders prints a table: what each reader found in each folder, and how
// long it takes, median and 95th percentile.
func compareReaders(ctx context.Context, dirs []string, own *ownReader, peers []*peer) error {
	tmp, err := os.MkdirTemp("", "benchscan")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	names, readers := []string{"this reader"}, []reader{greyReader{own}}
	for _, p := range peers {
		if err := p.start(ctx, tmp); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		defer p.stop()
		names, readers = append(names, p.name), append(readers, p)
	}
	head, rule := "| reader |", "|---|"
	rows := make([]string, len(readers))
	wrong := make([]int, len(readers))
	for _, dir := range dirs {
		pictures, err := list(dir)
		if err != nil {
			return err
		}
		sums := make([]totals, len(readers))
		for _, p := range pictures {
			for i, r := range readers {
				if err := sums[i].read(ctx, p, r, false); err != nil {
					return fmt.Errorf("%s: %s: %w", names[i], p.path, err)
				}
			}
		}
		head += fmt.Sprintf(" %s (%d) | ms |", filepath.Base(dir), sums[0].expected)
		rule += strings.Repeat("---:|", 2)
		for i, s := range sums {
			rows[i] += fmt.Sprintf(" %d | %.1f / %.1f |", s.found, s.milliseconds(0.5), s.milliseconds(0.95))
			wrong[i] += s.wrong
		}
	}
	fmt.Println(head + " wrong |")
	fmt.Println(rule + "---:|")
	for i, name := range names {
		fmt.Printf("| %s |%s %d |\n", name, rows[i], wrong[i])
	}
	return nil
}
