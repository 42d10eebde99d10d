package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/understudy-auth/understudy/app/console"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/scan"
	"github.com/understudy-auth/understudy/core/wire"
)

// read is what an argument turned out to hold.
type read struct {
	items  []intake.Item
	places []string // of codes in pictures, as many as items
	looked int      // at how many pictures; 0: it was a text
	source intake.Source
}

// readArgument reads a picture file, a link, a code, or standard input (-).
func (p *program) readArgument(ctx context.Context, argument string) (read, error) {
	if argument == "-" {
		data, picture, err := p.readInput(ctx)
		if data == nil {
			return read{}, err
		}
		p.UseTerminal()
		if errors.Is(err, capture.ErrNotPicture) && bytes.IndexByte(data, 0) < 0 && len(data) <= 16<<10 {
			return read{items: []intake.Item{intake.Parse(string(data))}, source: intake.SourcePaste}, nil
		}
		if err != nil {
			return read{}, err
		}
		return scanned(ctx, picture)
	}
	if item := intake.Parse(argument); item.Login() || item.Kind == intake.KindInvalid {
		return read{items: []intake.Item{item}, source: intake.SourcePaste}, nil
	} else if _, err := os.Lstat(argument); errors.Is(err, fs.ErrNotExist) && item.Kind != intake.KindText {
		return read{items: []intake.Item{item}, source: intake.SourcePaste}, nil
	}
	picture, err := capture.File(ctx, argument)
	if err != nil {
		return read{}, err
	}
	return scanned(ctx, picture)
}

// readInput reads a picture from standard input, also one that is written as an
// address. The data is there too; nil: nothing could be read.
func (p *program) readInput(ctx context.Context) (data []byte, picture image.Image, err error) {
	if data, err = io.ReadAll(io.LimitReader(p.Lines.In, capture.MaxBytes+1)); err != nil {
		return nil, nil, fmt.Errorf("standard input cannot be read: %w", err)
	}
	if picture, err = capture.DataURL(ctx, string(data)); errors.Is(err, capture.ErrNotDataURL) {
		picture, err = capture.DecodeBytes(ctx, data)
	}
	return data, picture, err
}

func scanned(ctx context.Context, picture image.Image) (read, error) {
	result, err := scan.New().Read(ctx, picture)
	if err != nil {
		return read{}, err
	}
	out := read{looked: 1, source: intake.SourceFile}
	for _, c := range result.Codes {
		out.items = append(out.items, intake.Parse(c.Text))
		out.places = append(out.places, words.Place(c.Corners, picture.Bounds()))
	}
	return out, nil
}

// errNoCode is the end of a command that found no code that it can use; what
// was found instead has been told.
func errNoCode() error { return &exit{code: exitNoCode} }

// noLoginCode tells what was seen in place of a login code.
func (p *program) noLoginCode(r read) error {
	switch {
	case len(r.items) == 0 && r.source == intake.SourceScreen:
		p.sayTitled(words.NoCodeOnScreen(r.looked))
		return errNoCode()
	case len(r.items) == 0:
		p.sayTitled(words.NoCode())
		return errNoCode()
	}
	var lines []string
	for _, i := range r.items {
		if i.Kind == intake.KindInvalid && r.looked == 0 {
			return usageSentence(words.Code(i))
		}
		lines = append(lines, words.Code(i))
	}
	p.sayTitled(words.NotLogin(len(lines)), lines)
	return errNoCode()
}

// choose lets the person choose where several things could be meant.
func (p *program) choose(ctx context.Context, title, options []string) (int, error) {
	if len(options) == 1 {
		return 0, nil
	}
	numbered := slices.Clone(title)
	for i, o := range options {
		numbered = append(numbered, words.T("{n}: {what}", "n", i+1, "what", o))
	}
	p.Show(numbered...)
	if p.NoInput {
		return 0, usage("%w: name the profile with --profile, or give a picture with one code", console.ErrNobody)
	}
	for {
		_, _ = fmt.Fprint(p.Screen(), words.T("Type a number from 1 to {n}, or cancel:", "n", len(options))+" ")
		text, err := p.Line(ctx)
		if err == nil && strings.EqualFold(text, words.T("cancel")) || errors.Is(err, io.EOF) {
			return 0, wire.Errorf(wire.CodeCanceled, "nothing was chosen")
		}
		if err != nil {
			return 0, err
		}
		for i := range options {
			if text == fmt.Sprint(i+1) {
				return i, nil
			}
		}
		p.Show(words.T("This is not one of the numbers."))
	}
}
