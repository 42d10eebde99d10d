package cli

import (
	"context"

	"github.com/understudy-auth/understudy/app/sight"
	"github.com/understudy-auth/understudy/app/words"
)

// scanCamera looks through a camera and prints the codes that it sees first, or
// lists the cameras.
func (p *program) scanCamera(ctx context.Context, look *sight.Flags) error {
	if look.List() {
		return p.listCameras()
	}
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
	name := seen.About.Device.Name
	return p.tellScanned(&scannedFile{Schema: schema, Camera: name}, name, seen.Codes, nil)
}

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
