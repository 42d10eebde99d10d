package cli

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/wire"
)

// scannedFile is one line of scan --json.
type scannedFile struct {
	Schema int           `json:"schema"`
	File   string        `json:"file"`
	Codes  []scannedCode `json:"codes"`
	Error  string        `json:"error,omitempty"`
}

type scannedCode struct {
	Text    string      `json:"text"`
	Kind    intake.Kind `json:"kind"`
	Corners [4][2]int   `json:"corners"` // pixels: top left, top right, bottom right, bottom left
}

func (p *program) scanCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "scan FILE... | -",
		Short: "Read the QR codes of pictures; never answers",
		Long: `Reads every QR code in the pictures (PNG, JPEG, GIF, WebP, BMP; - is standard
input) and says what each is. It only reads: nothing is sent, opened or answered.

With --json one object for each file, on a line of its own:
{"schema":1,"file":"page.png","codes":[{"text":"…","kind":"otp-link","corners":[[x,y],…]}]}
The text of a login code is good for one answer: do not keep it in logs.

Exit code 5 when no picture holds a code.`,
		Example: "  understudy scan page.png\n  understudy scan --json *.png\n  understudy scan -- --odd-name.png",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
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
}

// scanFile reads one picture and prints what it holds.
func (p *program) scanFile(ctx context.Context, name string) (scannedFile, error) {
	out := scannedFile{Schema: 1, File: wire.CleanText(name, 0), Codes: []scannedCode{}}
	got, err := p.readPicture(ctx, name)
	if err != nil {
		out.Error = wire.CleanText(words.Error(err), 0)
	}
	for i, c := range got.codes {
		s := scannedCode{Text: wire.CleanMessage(c.Text, 8000), Kind: got.items[i].Kind}
		for j, corner := range c.Corners {
			s.Corners[j] = [2]int{corner.X, corner.Y}
		}
		out.Codes = append(out.Codes, s)
	}
	if p.json {
		data, err := json.Marshal(out)
		if err != nil {
			return out, err
		}
		p.print(string(data))
		return out, err
	}
	switch {
	case err != nil:
		p.say(words.T("{file}: {problem}", "file", out.File, "problem", words.Error(err)))
	case len(got.items) == 0:
		p.say(words.T("{file}: no QR code found.", "file", out.File))
	}
	for _, i := range got.items {
		p.print(words.T("{file}: {what}", "file", out.File, "what", intake.Describe(i)))
	}
	return out, err
}

func (p *program) readPicture(ctx context.Context, name string) (read, error) {
	if name == "-" {
		got, err := p.readArgument(ctx, name)
		if err == nil && got.picture == nil {
			return read{}, errors.New("standard input holds no picture")
		}
		return got, err
	}
	picture, err := capture.File(ctx, name)
	if err != nil {
		return read{}, err
	}
	return scanned(ctx, picture)
}
