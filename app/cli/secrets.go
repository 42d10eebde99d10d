package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/wire"
)

const maxSecret = 4 << 10

// secretSource is where a secret comes from: a file, a descriptor, or a prompt.
type secretSource struct {
	file string
	fd   int
}

func (s secretSource) given() bool { return s.file != "" || s.fd >= 0 }

// read takes the first line.
func (s secretSource) read(p *program) (wire.Secret, error) {
	var in io.Reader
	if s.file != "" {
		f, err := os.Open(s.file)
		if err != nil {
			return wire.Secret{}, fmt.Errorf("the file with the secret cannot be read: %w", err)
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.Mode().Perm()&0o077 != 0 {
			p.say(words.T("Warning: other users can read {file}. Restrict it: chmod 600.", "file", s.file))
		}
		in = f
	} else {
		f := os.NewFile(uintptr(s.fd), "secret")
		if f == nil {
			return wire.Secret{}, usage("there is no file descriptor %d", s.fd)
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, maxSecret))
	if err != nil {
		return wire.Secret{}, fmt.Errorf("the secret cannot be read: %w", err)
	}
	first, _, _ := bytes.Cut(data, []byte("\n"))
	first = bytes.TrimRight(first, "\r")
	if len(first) == 0 {
		return wire.Secret{}, usage("the file or descriptor for the secret is empty")
	}
	return wire.NewSecret(first), nil
}

var errNoPrompt = errors.New("an answer is needed, but there is nobody to ask")

// prompt asks for a secret without showing it. Without a terminal it takes a
// line of the input.
func (p *program) prompt(ctx context.Context, question string) (wire.Secret, error) {
	if p.noInput {
		return wire.Secret{}, usage("%w: %s", errNoPrompt, question)
	}
	_, _ = fmt.Fprint(p.env.Stderr, question+" ")
	terminal, ok := p.env.terminal()
	if !ok {
		text, err := p.lines.read(ctx)
		p.say("")
		if errors.Is(err, io.EOF) {
			err = usage("%w: %s", errNoPrompt, question)
		}
		return wire.SecretString(text), err
	}
	type result struct {
		text []byte
		err  error
	}
	done := make(chan result, 1)
	state, stateErr := term.GetState(int(terminal.Fd()))
	go func() {
		text, err := term.ReadPassword(int(terminal.Fd()))
		done <- result{text, err}
	}()
	select {
	case <-ctx.Done():
		if stateErr == nil {
			_ = term.Restore(int(terminal.Fd()), state)
		}
		return wire.Secret{}, context.Cause(ctx)
	case r := <-done:
		p.say("")
		if errors.Is(r.err, io.EOF) {
			return wire.Secret{}, wire.Errorf(wire.CodeCanceled, "end of input")
		}
		return wire.NewSecret(r.text), r.err
	}
}

// askPIN gives the PIN of a profile: from its source once, or by asking, with
// the tries that are left.
func (p *program) askPIN(from secretSource) device.AskPIN {
	return func(ctx context.Context, r device.PINRequest) (wire.Secret, error) {
		if r.Err != nil {
			p.say(words.WrongPIN(r.Remaining(), r.Profile.Name()))
			if from.given() {
				return wire.Secret{}, r.Err // the same PIN again would only use up the tries
			}
		}
		if from.given() {
			return from.read(p)
		}
		return p.prompt(ctx, words.T("PIN for {name}:", "name", r.Profile.Name()))
	}
}

// newPIN lets a person create a PIN, twice the same.
func (p *program) newPIN(from secretSource) device.CreatePIN {
	return func(ctx context.Context, r device.NewPINRequest) (wire.Secret, error) {
		if r.Err != nil {
			p.say(words.RefusedPIN(r.Err, r.Policy.Length))
		}
		if from.given() {
			if r.Err != nil {
				return wire.Secret{}, r.Err
			}
			return from.read(p)
		}
		for {
			first, err := p.prompt(ctx, words.T("New PIN for {name}, {n} digits:", "name", r.Profile.Name(), "n", fmt.Sprint(r.Policy.Length)))
			if err != nil || r.Policy.Check(first) != nil {
				return first, err // what the policy refuses need not be typed twice
			}
			again, err := p.prompt(ctx, "The same PIN again:")
			if err != nil {
				return wire.Secret{}, err
			}
			if first.Equal(again) {
				return first, nil
			}
			p.say("Both entries must be the same. Once more.")
		}
	}
}
