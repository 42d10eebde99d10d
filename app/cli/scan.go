package cli

import (
	"context"
	"errors"
	"image"
	"io/fs"
	"math"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/sight"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/scan"
	"github.com/understudy-auth/understudy/core/wire"
)

// scannedFile is one line of scan --json: a file, a monitor, or a camera.
type scannedFile struct {
	Schema  int           `json:"schema"`
	File    string        `json:"file,omitempty"`
	Monitor int           `json:"monitor,omitempty"`
	Name    string        `json:"name,omitempty"` // of the monitor
	Camera  string        `json:"camera,omitempty"`
	Codes   []scannedCode `json:"codes"`
	Error   *scanError    `json:"error,omitempty"`
}

type scanError struct {
	Name    string `json:"name"`
	Message string `json:"message"`
}

type scannedCode struct {
	Text    string      `json:"text"`
	Kind    intake.Kind `json:"kind"`
	Corners [4][2]int   `json:"corners"` // pixels: top left, top right, bottom right, bottom left
}

func (p *program) scanCommand() *cobra.Command {
	var f screenFlags
	var look sight.Flags
	cmd := &cobra.Command{
		Use:   "scan FILE... | -\n  understudy scan --screen\n  understudy scan --camera",
		Short: "Read the QR codes of pictures, of the screen or before a camera; never answers by itself",
		Long: `Reads every QR code in the pictures (PNG, JPEG, GIF, WebP, BMP; - is standard
input) and says what each is. It only reads: nothing is sent, opened or answered.

With --screen it looks at all monitors, or with --monitor at one. On a terminal a login code
that is there leads on to the question, as respond --screen has it: you choose where there
are several, and nothing is answered without you. With --watch it keeps looking until a login
code appears.

With --camera it looks until the camera sees a code, and says what that is. It tells when the
camera is unplugged or stops, and goes on when it is back; with --wait it gives up after that
time. Pictures are forgotten. Cameras: on Linux so far.

With --json one object for each file, monitor or camera, on a line of its own:
{"schema":1,"file":"page.png","codes":[{"text":"…","kind":"otp-link","corners":[[x,y],…]}]}
The text of a login code is good for one answer: do not keep it in logs.

Exit code 5 when no picture holds a code.`,
		Example: "  understudy scan page.png\n  understudy scan --json *.png\n  understudy scan -- --odd-name.png\n  understudy scan --screen --watch\n" +
			"  understudy scan --camera --device Integrated --wait 1m\n  understudy scan --list-cameras",
		Args: func(cmd *cobra.Command, args []string) error {
			if err := look.Check(cmd.Flags(), args); err != nil || look.On() {
				return err
			}
			if f.on {
				return noArguments(cmd, args)
			}
			return arguments(1, math.MaxInt, "a picture, or - for standard input")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, files []string) error {
			if err := f.check(); err != nil {
				return err
			}
			if f.on {
				return p.scanScreen(cmd.Context(), f)
			}
			if look.On() {
				return p.scanCamera(cmd.Context(), &look)
			}
			found, failed := false, error(nil)
			for _, name := range files {
				out, err := p.scanFile(cmd.Context(), name)
				found = found || len(out.Codes) > 0
				if err != nil {
					failed = err
				}
				if cmd.Context().Err() != nil {
					return context.Cause(cmd.Context())
				}
			}
			switch {
			case failed != nil:
				return &exit{code: exitError}
			case !found:
				return &exit{code: exitNoCode}
			}
			return nil
		},
	}
	addScreenFlags(cmd, &f)
	look.Add(cmd.Flags())
	return cmd
}

// scanFile reads one picture and prints what it holds.
func (p *program) scanFile(ctx context.Context, name string) (scannedFile, error) {
	out := scannedFile{Schema: schema, File: wire.CleanText(name, 0)}
	codes, err := p.readPicture(ctx, name)
	return out, p.tellScanned(&out, out.File, codes, err)
}

// tellScanned prints what a picture holds, and is the reason why it could not be
// read.
func (p *program) tellScanned(out *scannedFile, of string, codes []scan.Code, err error) error {
	out.Codes = []scannedCode{}
	title, sentences := "", []string(nil)
	if err != nil {
		title, sentences = words.Error(err, words.About{})
		out.Error = &scanError{scanErrorName(err), title}
	}
	var items []intake.Item
	for _, c := range codes {
		item := intake.Parse(c.Text)
		items = append(items, item)
		s := scannedCode{Text: wire.CleanMessage(c.Text, 8000), Kind: item.Kind}
		for j, corner := range c.Corners {
			s.Corners[j] = [2]int{corner.X, corner.Y}
		}
		out.Codes = append(out.Codes, s)
	}
	if p.json {
		return errors.Join(err, p.printJSON(out))
	}
	switch {
	case err != nil:
		p.say(words.T("{file}: {problem}.", "file", of, "problem", title))
		p.say(sentences...)
	case len(items) == 0:
		p.say(words.T("{file}: no QR code found.", "file", of))
	}
	for _, i := range items {
		p.print(words.T("{file}: {what}", "file", of, "what", words.Code(i)))
	}
	return err
}

func (p *program) readPicture(ctx context.Context, name string) ([]scan.Code, error) {
	picture, err := p.openPicture(ctx, name)
	if err != nil {
		return nil, err
	}
	result, err := scan.New().Read(ctx, picture)
	return result.Codes, err
}

func (p *program) openPicture(ctx context.Context, name string) (image.Image, error) {
	if name == "-" {
		_, picture, err := p.readInput(ctx)
		return picture, err
	}
	return capture.File(ctx, name)
}

// scanErrorName is a stable name of what is wrong with a picture.
func scanErrorName(err error) string {
	_, tooLarge := errors.AsType[*capture.TooLargeError](err)
	switch {
	case errors.Is(err, capture.ErrNotPicture):
		return "not_a_picture"
	case errors.Is(err, capture.ErrCutOff):
		return "cut_off"
	case errors.Is(err, capture.ErrDamaged):
		return "damaged"
	case tooLarge:
		return "too_large"
	case errors.Is(err, fs.ErrNotExist):
		return "no_such_file"
	}
	return "unreadable"
}
