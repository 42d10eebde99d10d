package cli

import (
	"context"

	"github.com/understudy-auth/understudy/app/sight"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/intake"
)

// scanCamera looks through a camera and prints the codes that it sees first.
func (p *program) scanCamera(ctx context.Context, look *sight.Flags) error {
	seen, err := look.Look(ctx, p.say)
	if err != nil {
		return err
	}
	if p.verbose {
		p.say(words.CameraMode(seen.About.Mode), words.CameraTotals(seen.Totals))
	}
	if len(seen.Codes) == 0 {
		p.sayTitled(words.NoCodeInCamera())
		return errNoCode()
	}
	got := readFrom(intake.SourceCamera, seen.Frame, seen.Codes)
	if p.json {
		out := scannedFile{Schema: schema, Camera: seen.About.Device.Name, Codes: []scannedCode{}}
		out.add(got)
		return p.printJSON(out)
	}
	for _, i := range got.items {
		p.print(words.T("{camera}: {what}", "camera", seen.About.Device.Name, "what", words.Code(i)))
	}
	return nil
}

// listCameras prints the cameras of this computer.
func (p *program) listCameras() error {
	devices, lines, err := sight.List()
	if err != nil {
		return err
	}
	if p.json {
		return p.printJSON(struct {
			Schema  int            `json:"schema"`
			Cameras []sight.Device `json:"cameras"`
		}{schema, devices})
	}
	p.print(lines...)
	return nil
}
