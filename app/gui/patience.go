package gui

import (
	"time"

	"github.com/understudy-auth/understudy/app/words"
)

// patience is how long a flow may wait for something outside before the window
// says so.
const patience = time.Second

// patient shows that a flow is under way where it has shown nothing else for a
// while.
func (d *desk) patient() {
	s := d.frame.Current()
	time.AfterFunc(patience, func() {
		d.do(func() {
			// A question tells by itself how its answer fares.
			if d.ctx.Err() == nil && d.busy() && d.frame.Current() == s && !s.AsksBeforeClosing {
				d.show(d.workingScreen())
			}
		})
	})
}

func (d *desk) workingScreen() *screen {
	return d.pageScreen(words.Page{
		Title:     words.T("This takes a moment"),
		Sentences: []string{words.T("Understudy waits for the server, a file or the clipboard.")},
	}, action{Word: words.T("Cancel"), Do: d.goBack})
}
