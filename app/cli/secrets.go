package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"

	"github.com/spf13/pflag"

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

// addSecretFlags adds the flags NAME-file and NAME-fd. There is none for the
// secret itself: other users see a program's arguments.
func addSecretFlags(f *pflag.FlagSet, into *secretSource, name, what string) {
	f.StringVar(&into.file, name+"-file", "", "file with "+what)
	f.IntVar(&into.fd, name+"-fd", -1, "file descriptor that gives "+what)
	f.Lookup(name + "-fd").DefValue = "0" // no default is worth telling
}

func (s secretSource) given() bool { return s.file != "" || s.fd >= 0 }

// read takes the first line.
func (s secretSource) read(p *program) (wire.Secret, error) {
	var in io.Reader
	if s.file != "" {
		f, err := os.Open(s.file)
		if err != nil {
			return wire.Secret{}, usage("the file with the secret cannot be read: %w", err)
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && runtime.GOOS != "windows" && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
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

// askPIN gives the PIN of a profile: from its source, or by asking, with the
// tries that are left. A source that can be read only once is remembered for a
// request that takes the PIN after the login.
func (p *program) askPIN(from secretSource) device.AskPIN {
	var read wire.Secret
	return func(ctx context.Context, r device.PINRequest) (wire.Secret, error) {
		before, prompt := words.AskPIN(r)
		switch {
		case !from.given():
			p.Show(before...)
			return p.Prompt(ctx, prompt)
		case r.Err != nil:
			p.about.Profile = r.Profile.Name()
			return wire.Secret{}, r.Err // the same PIN again would only use up the tries
		case !read.IsZero():
			return wire.NewSecret(slices.Clone(read.Bytes())), nil
		}
		pin, err := from.read(p)
		if from.file == "" {
			read = wire.NewSecret(slices.Clone(pin.Bytes()))
		}
		return pin, err
	}
}

// newPIN lets a person create a PIN, twice the same.
func (p *program) newPIN(from secretSource) device.CreatePIN {
	return func(ctx context.Context, r device.NewPINRequest) (wire.Secret, error) {
		before, first, second := words.NewPIN(r)
		if from.given() {
			if r.Err != nil {
				return wire.Secret{}, r.Err
			}
			return from.read(p)
		}
		p.Show(before...)
		return p.PromptTwice(ctx, first, second, r.Policy.Check)
	}
}
