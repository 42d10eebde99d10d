package sight

import (
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/capture/camera"
)

// Device is a camera in --list-cameras --json.
type Device struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Path  string `json:"path"`
	Modes []Mode `json:"modes"`
	// Problem says why its modes could not be asked for.
	Problem string `json:"problem,omitempty"`
}

// Mode is a way in which a camera sends pictures.
type Mode struct {
	Format string  `json:"format"`
	Width  int     `json:"width"`
	Height int     `json:"height"`
	FPS    float64 `json:"fps,omitempty"`
}

// List is the cameras of this computer, and the same in lines for people.
func List() (devices []Device, lines []string, err error) {
	found, err := camera.List()
	if err != nil {
		return nil, nil, err
	}
	if len(found) == 0 {
		return nil, nil, camera.ErrNone
	}
	for _, f := range found {
		d := Device{ID: f.ID, Name: f.Name, Path: f.Path, Modes: []Mode{}}
		lines = append(lines, words.T("{name} (id {id}, {path})", "name", d.Name, "id", d.ID, "path", d.Path))
		modes, err := camera.Modes(f)
		if err != nil {
			d.Problem, _ = words.Error(err, words.About{})
			lines = append(lines, words.T("  {problem}.", "problem", d.Problem))
		}
		for _, m := range modes {
			d.Modes = append(d.Modes, Mode{m.Format, m.Size.X, m.Size.Y, m.FPS})
			lines = append(lines, words.T("  {mode}", "mode", words.CameraMode(m)))
		}
		devices = append(devices, d)
	}
	return devices, lines, nil
}
