package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/scan"
)

// read is what an argument turned out to hold.
type read struct {
	items   []intake.Item
	codes   []scan.Code // of a picture
	picture image.Image
	source  intake.Source
}

// readArgument reads a picture file, a link, a code, or standard input (-).
func (p *program) readArgument(ctx context.Context, argument string) (read, error) {
	if argument == "-" {
		data, err := io.ReadAll(io.LimitReader(p.lines.in, capture.MaxBytes+1))
		if err != nil {
			return read{}, fmt.Errorf("standard input cannot be read: %w", err)
		}
		picture, err := capture.DecodeBytes(ctx, data)
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
	} else if _, err := os.Lstat(argument); err != nil && item.Kind != intake.KindText {
		return read{items: []intake.Item{item}, source: intake.SourcePaste}, nil
	}
	picture, err := capture.File(ctx, argument)
	if err != nil {
		return read{}, err
	}
	return scanned(ctx, picture)
}

func scanned(ctx context.Context, picture image.Image) (read, error) {
	result, err := scan.New().Read(ctx, picture)
	if err != nil {
		return read{}, err
	}
	out := read{codes: result.Codes, picture: picture, source: intake.SourceFile}
	for _, c := range result.Codes {
		out.items = append(out.items, intake.Parse(c.Text))
	}
	return out, nil
}

// noLoginCode tells what was seen in place of a login code.
func (p *program) noLoginCode(r read) error {
	if len(r.items) == 0 {
		p.say("No login code found.", "Understudy looked at the picture and saw no QR code.",
			"What usually helps: make the page larger, scroll until all of the code is visible, and take the picture again.")
		return &exit{code: exitNoCode}
	}
	for _, i := range r.items {
		if i.Kind == intake.KindInvalid {
			p.say("This login code is not right.", intake.Describe(i))
			return &exit{code: exitUsage}
		}
	}
	p.say("This is not a login code.")
	for _, i := range r.items {
		p.say(intake.Describe(i))
	}
	return &exit{code: exitNoCode}
}

// choose lets the person choose where several things could be meant.
func (p *program) choose(ctx context.Context, title string, options []string) (int, error) {
	if len(options) == 1 {
		return 0, nil
	}
	p.say(title)
	for i, o := range options {
		p.say(words.T("{n}: {what}", "n", fmt.Sprint(i+1), "what", o))
	}
	if p.noInput {
		return 0, usage("%w: name the profile with --profile, or give a picture with one code", errNoPrompt)
	}
	for {
		_, _ = fmt.Fprint(p.env.Stderr, words.T("Type a number from 1 to {n}: ", "n", fmt.Sprint(len(options))))
		text, err := p.lines.read(ctx)
		if err != nil {
			p.say("")
			return 0, err
		}
		for i := range options {
			if text == fmt.Sprint(i+1) {
				return i, nil
			}
		}
		p.say("This is not one of the numbers.")
	}
}
