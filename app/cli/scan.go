package cli

import (
	"context"
	"errors"
	"io/fs"
	"math"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/sight"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/wire"
)

// scannedFile is one line of scan --json.
type scannedFile struct {
	Schema int           `json:"schema"`
	File   string        `json:"file,omitempty"`
	Camera string        `json:"camera,omitempty"`
	Codes  []scannedCode `json:"codes"`
	Error  *scanError    `json:"error,omitempty"`
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
	var look sight.Flags
	cmd := &cobra.Command{
		Use:   "scan FILE... | - | --camera",
		Short: "Read the QR codes of pictures or before a camera; never answers",
		Long: `Reads every QR code in the pictures (PNG, JPEG, GIF, WebP, BMP; - is standard
input) and says what each is. It only reads: nothing is sent, opened or answered.

With --json one object for each file, on a line of its own:
{"schema":1,"file":"page.png","codes":[{"text":"…","kind":"otp-link","corners":[[x,y],…]}]}
The text of a login code is good for one answer: do not keep it in logs.

With --camera it looks until the camera sees a code, and says so when the camera is
unplugged or stops; with --wait it gives up after that time. JSON has "camera" in
place of "file". Pictures stay in memory and are forgotten. Cameras: on Linux so far.

Exit code 5 when no picture holds a code.`,
		Example: "  understudy scan page.png\n  understudy scan --json *.png\n  understudy scan -- --odd-name.png\n" +
			"  understudy scan --camera --device Integrated --wait 1m\n  understudy scan --list-cameras",
		Args: func(cmd *cobra.Command, args []string) error {
			if err := look.Check(cmd.Flags(), args); err != nil || look.Camera || look.List {
				return err
			}
			return arguments(1, math.MaxInt, "a picture, or - for standard input")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, files []string) error {
			switch {
			case look.List:
				return p.listCameras()
			case look.Camera:
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
	look.Add(cmd.Flags())
	return cmd
}

// scanFile reads one picture and prints what it holds.
func (p *program) scanFile(ctx context.Context, name string) (scannedFile, error) {
	out := scannedFile{Schema: schema, File: wire.CleanText(name, 0), Codes: []scannedCode{}}
	got, err := p.readPicture(ctx, name)
	title, sentences := "", []string(nil)
	if err != nil {
		title, sentences = words.Error(err, words.About{})
		out.Error = &scanError{scanErrorName(err), title}
	}
	out.add(got)
	if p.json {
		return out, errors.Join(err, p.printJSON(out))
	}
	switch {
	case err != nil:
		p.say(words.T("{file}: {problem}.", "file", out.File, "problem", title))
		p.say(sentences...)
	case len(got.items) == 0:
		p.say(words.T("{file}: no QR code found.", "file", out.File))
	}
	for _, i := range got.items {
		p.print(words.T("{file}: {what}", "file", out.File, "what", words.Code(i)))
	}
	return out, err
}

// add adds the codes.
func (s *scannedFile) add(got read) {
	for i, c := range got.codes {
		code := scannedCode{Text: wire.CleanMessage(c.Text, 8000), Kind: got.items[i].Kind}
		for j, corner := range c.Corners {
			code.Corners[j] = [2]int{corner.X, corner.Y}
		}
		s.Codes = append(s.Codes, code)
	}
}

func (p *program) readPicture(ctx context.Context, name string) (read, error) {
	if name == "-" {
		got, err := p.readArgument(ctx, name)
		if err == nil && got.picture == nil {
			return read{}, capture.ErrNotPicture
		}
		return got, err
	}
	picture, err := capture.File(ctx, name)
	if err != nil {
		return read{}, err
	}
	return scanned(ctx, picture)
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
