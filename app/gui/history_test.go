package gui

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/journal"
)

// inHistory opens the history.
func (p *person) inHistory() {
	p.t.Helper()
	p.start()
	p.looks("Home")
	p.ctrl(fyne.Key2)
	p.looks("History")
}

// named are the things that can have the focus and whose name begins so.
func (p *person) named(begin string) []string {
	var names []string
	for _, n := range focusable(p.w.frame.Canvas()) {
		if name := labelOf(n.CanvasObject); strings.HasPrefix(name, begin) {
			names = append(names, name)
		}
	}
	return names
}

// The history is searched, filtered, opened and left by the keyboard.
func TestHistory(t *testing.T) {
	p := adasComputer(t)
	p.inHistory()
	p.types("rent")
	if got := p.now().Lines()[1]; got != "1 request." {
		t.Errorf("a reader tells %q", got)
	}
	p.press(fyne.KeyF1)
	p.looks("Keys")
	p.press(fyne.KeyEscape)
	p.looks("History") // and the search is still there
	p.ctrl(fyne.KeyF)
	if got := p.focused(); got != "Search requests: rent" {
		t.Errorf("the focus is on %q", got)
	}
	p.types("x")
	p.chooses("Clear search")
	p.looks("History")
	if got := p.now().Lines()[1]; got != "5 requests." {
		t.Errorf("a reader tells %q", got)
	}
	p.selects("Results: All results", 2)
	if got := p.focused(); got != "Results: Denied" {
		t.Errorf("the focus is on %q", got)
	}
	rows := p.named("Yesterday")
	if len(rows) != 1 {
		t.Fatalf("%q", rows)
	}
	p.chooses(rows[0])
	s := p.looks("Example Bank")
	if want := "Denied, yesterday, 14:02."; s.Lines()[0] != want {
		t.Errorf("%q, want %q", s.Lines()[0], want)
	}
	p.press(fyne.KeyEscape)
	p.looks("History")
	p.selects("Results: Denied", -2)
	if rows := p.named("Today"); len(rows) != 1 {
		t.Errorf("%q", rows)
	}
}

// selects opens a choice and takes the option that many further down.
func (p *person) selects(name string, down int) {
	p.t.Helper()
	p.tabTo(name)
	key := fyne.KeyRight
	if down < 0 {
		key, down = fyne.KeyLeft, -down
	}
	for range down {
		p.press(key)
	}
}

// A choice opens as a list as well, from which Escape leads back.
func TestChoiceAsList(t *testing.T) {
	p := adasComputer(t)
	p.inHistory()
	p.tabTo("Results: All results")
	p.press(fyne.KeySpace)
	p.press(fyne.KeyDown)
	p.press(fyne.KeyDown)
	p.press(fyne.KeyReturn)
	if got := p.focused(); got != "Results: Accepted" {
		t.Errorf("the focus is on %q", got)
	}
	p.press(fyne.KeyReturn)
	p.press(fyne.KeyEscape)
	if got := p.focused(); got != "Results: Accepted" {
		t.Errorf("after Escape the focus is on %q", got)
	}
}

// Both forms are exported; what goes wrong is told, and can be tried again.
func TestExport(t *testing.T) {
	p := adasComputer(t)
	full := true
	p.edit = func(o *Options) {
		write := o.Export
		o.Export = func(name string, data []byte) (string, error) {
			if full {
				return "", errors.New("no space left on device")
			}
			return write(name, data)
		}
	}
	p.inHistory()
	p.chooses("Export")
	p.looks("Export the history")
	p.chooses("JSON for programs")
	p.looks("This did not work")
	full = false
	p.chooses("Try again")
	p.looks("Exported")
	p.chooses("Done")
	p.looks("History")
	p.chooses("Export")
	p.chooses("CSV for a spreadsheet")
	p.looks("Exported")
	data, err := os.ReadFile(filepath.Join(p.dir, "understudy-history-2026-05-04-143100.json"))
	if err != nil || !json.Valid(data) || strings.Count(string(data), "TRANSACTION") != 5 {
		t.Errorf("%s, %v", data, err)
	}
	if _, err := os.Stat(filepath.Join(p.dir, "understudy-history-2026-05-04-143100.csv")); err != nil {
		t.Error(err)
	}
}

// Ten thousand requests: the screen opens and searches at once, and draws no more
// than a few of them.
func TestLongHistory(t *testing.T) {
	var long []journal.Entry
	for i := range 10_000 {
		long = append(long, entry(i/200, journal.Accepted, func(e *journal.Entry) {
			e.TransactionID, e.Message = fmt.Sprint("T", i), fmt.Sprintf("Log in, number %d", i)
		}))
	}
	p := still(t, []device.Profile{ada(t)}, long...)
	p.inHistory()
	if got := p.now().Lines()[1]; got != "10000 requests." {
		t.Errorf("a reader tells %q", got)
	}
	p.few(2000)
	if rows := len(p.named("Today")); rows != rowsAtOnce {
		t.Errorf("%d rows", rows)
	}
	p.chooses("Show more")
	if rows := len(p.named("Today")); rows != 2*rowsAtOnce {
		t.Errorf("%d rows", rows)
	}
	p.ctrl(fyne.KeyF)
	p.types("number 777")
	if got := p.now().Lines()[1]; got != "11 requests." {
		t.Errorf("a reader tells %q", got)
	}
	p.few(800)
}

// few checks that no more objects are drawn than that.
func (p *person) few(most int) {
	p.t.Helper()
	n := 0
	walk(p.w.frame.Canvas(), func(node) bool { n++; return true })
	if n > most {
		p.t.Errorf("%d objects are drawn", n)
	}
}

// A thousand profiles: so do the home screen and the lock.
func TestManyProfiles(t *testing.T) {
	p := still(t, crowd(t, 1000)).start()
	p.looks("Home")
	p.few(2000)
	if cards := len(p.named("Person")); cards != cardsAtOnce {
		t.Errorf("%d cards", cards)
	}
	p.ctrl(fyne.KeyF)
	p.types("person 999")
	if got := p.named("Person"); !slices.Equal(got, []string{"Person 999, " + bank + ", PIN needed"}) {
		t.Errorf("%q", got)
	}
	p.ctrl(fyne.KeyL)
	p.looks("Locked")
	p.few(300)
	p.chooses("Another profile")
	p.few(600)
	p.types("person 999")
	p.draws()
	p.chooses("Person 999. " + bank)
	if got := p.focused(); got != "PIN for Person 999, 5 digits, empty" {
		t.Errorf("the focus is on %q", got)
	}
}

// Among a thousand profiles at one server, too, one is chosen.
func TestManyProfilesAtOneServer(t *testing.T) {
	p := still(t, crowd(t, 1000)).start()
	p.looks("Home")
	p.w.show(p.w.whichProfileScreen(crowd(t, 1000), answer[device.Profile](p)))
	p.draws()
	p.few(600)
	p.types("person 999")
	p.draws()
	p.chooses("Person 999. " + bank)
	if !slices.Equal(p.answers, []string{"answered"}) {
		t.Errorf("%q", p.answers)
	}
}
