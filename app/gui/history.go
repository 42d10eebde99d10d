package gui

import (
	"bytes"
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/facts"
	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/gui/panel"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/journal"
)

// rowsAtOnce is how many past requests are drawn at first, and how many more each
// time.
const rowsAtOnce = 50

// historyState is what the person looks for in the history; it stays while the
// window is open.
type historyState struct {
	search string
	result journal.Result
	shown  int
}

// historyFilters are the results that can be chosen, "" for all.
var historyFilters = []journal.Result{"", journal.Accepted, journal.Denied, journal.Expired, journal.Unanswered, journal.Failed}

// historyScreen lists past requests, newest first.
func (d *desk) historyScreen() *screen {
	h := &d.history
	h.shown = max(h.shown, rowsAtOnce)
	s := &screen{Page: words.Page{Title: words.T("History")}, Place: frame.History, Back: d.stop}
	search := kit.NewEntry(words.T("Search requests"), words.T("Search requests")).WithIcon(look.Search)
	search.Fill(h.search)
	s.Focus, s.Search = search, search
	list := kit.Flow(16, 0)
	count := kit.Text(kit.Caption, "")
	draw := func() { s.Page.Facts, s.Page.Sentences = d.drawHistory(list, count) }

	names := make([]string, len(historyFilters))
	chosen := 0
	for i, r := range historyFilters {
		if names[i] = words.T("All results"); r != "" {
			names[i] = words.ResultTitle(r)
		}
		if r == h.result {
			chosen = i
		}
	}
	filter := kit.NewSelect(words.T("Results"), names, nil)
	filter.SetSelectedIndex(chosen)
	filter.OnChanged = func(string) {
		h.result, h.shown = historyFilters[max(0, filter.SelectedIndex())], rowsAtOnce
		draw()
	}
	search.OnChanged = func(text string) {
		h.search, h.shown = text, rowsAtOnce
		draw()
	}
	export := kit.NewButton(kit.Plain, look.Export, words.T("Export"), func() { d.show(d.exportScreen()) })
	draw()
	s.Page.Actions = []string{words.T("Export")}
	s.Content = kit.Sheet(kit.Pad(28, 32, kit.Flow(20, panel.PageWidth,
		kit.Row(12, kit.Text(kit.Title, words.T("History")).OneLine(), kit.Spring(), export),
		kit.Columns(260, 2, 12, search, filter),
		list, count,
		kit.Text(kit.Caption, words.N(d.opt.Settings.Current().KeepHistory,
			"Kept for {n} day, on this computer only. No codes, keys or PINs are stored here.",
			"Kept for {n} days, on this computer only. No codes, keys or PINs are stored here.")),
	)), nil)
	return s
}

// drawHistory fills the list, and gives the screen's words.
func (d *desk) drawHistory(list *fyne.Container, count *kit.Paragraph) ([]words.Fact, []string) {
	d.touch()
	h := &d.history
	entries, err := d.phone.Journal.Entries(d.ctx, journal.Filter{Search: h.search, Result: h.result})
	list.Objects = nil
	defer list.Refresh()
	switch {
	case err != nil:
		_, sentences := words.Error(err, words.About{})
		title := words.T("The history cannot be read")
		list.Objects = []fyne.CanvasObject{panel.Notice(kit.KindBad, title, sentences)}
		count.SetText("")
		return nil, append([]string{words.T("{title}.", "title", title)}, sentences...)
	case len(entries) == 0 && h.search == "" && h.result == "":
		text := words.T("Every request that you answer is listed here, on this computer only.")
		list.Objects = []fyne.CanvasObject{kit.Text(kit.Sub, words.T("No requests yet")), kit.Text(kit.Body, text)}
		count.SetText("")
		return nil, []string{words.T("No requests yet."), text}
	case len(entries) == 0:
		text := words.T("No request matches '{search}'.", "search", h.search)
		clear := kit.NewButton(kit.Plain, look.Cross, words.T("Clear search"), func() {
			d.history = historyState{}
			d.show(d.historyScreen())
		})
		list.Objects = []fyne.CanvasObject{kit.Text(kit.Body, text), kit.Row(0, clear)}
		count.SetText("")
		return nil, []string{text}
	}
	list.Objects = d.historyDays(entries[:min(len(entries), h.shown)])
	if len(entries) > h.shown {
		list.Add(kit.Row(0, kit.NewButton(kit.Plain, look.Next, words.T("Show more"), func() {
			h.shown += rowsAtOnce
			d.drawHistory(list, count)
		})))
	}
	how := words.N(len(entries), "{n} request.", "{n} requests.")
	count.SetText(how)
	return []words.Fact{{Label: words.T("Newest"), Value: words.History(entries[0], d.now())}}, []string{how}
}

// historyDays draws entries, a card for each day.
func (d *desk) historyDays(entries []journal.Entry) []fyne.CanvasObject {
	var days []fyne.CanvasObject
	var rows []fyne.CanvasObject
	day := ""
	end := func() {
		if len(rows) > 0 {
			days = append(days, kit.Card(kit.Flow(0, 0, rows...)))
		}
		rows = nil
	}
	for _, e := range entries {
		if name := words.DayTitle(e.At, d.now()); name != day {
			end()
			day = name
			rows = append(rows, kit.Pad(12, 20, kit.Text(kit.Bold, day)))
		}
		rows = append(rows, kit.Divider(), d.historyRow(e))
	}
	end()
	return days
}

func (d *desk) historyRow(e journal.Entry) fyne.CanvasObject {
	kind, icon := resultSign(e.Result)
	when := kit.Row(14, kit.Text(kit.Muted, words.Clock(e.At, d.now())).OneLine(), kit.NewChip(kind, icon, words.ResultTitle(e.Result)))
	who := kit.Flow(0, 0, kit.Text(kit.Bold, e.Portal), kit.Text(kit.Muted, firstLine(e.Message)).OneLine(), kit.Text(kit.Caption, e.Profile))
	return kit.NewListRow(words.History(e, d.now()), kit.Pair(220, 260, when, who), func() { d.show(d.entryScreen(e)) })
}

func resultSign(r journal.Result) (kit.Kind, look.Icon) {
	switch r {
	case journal.Accepted:
		return kit.KindOK, look.Check
	case journal.Denied:
		return kit.KindBad, look.Cross
	case journal.Expired:
		return kit.KindInfo, look.Time
	case journal.Failed:
		return kit.KindWarn, look.Warning
	}
	return kit.KindInfo, look.Minus
}

func firstLine(message string) string {
	if i := bytes.IndexByte([]byte(message), '\n'); i >= 0 {
		return message[:i] + " …"
	}
	return message
}

// entryScreen shows all that is known of a past request.
func (d *desk) entryScreen(e journal.Entry) *screen {
	page := words.Page{
		Above: words.T("{result}, {when}", "result", words.ResultTitle(e.Result), "when", words.When(e.At, d.now())),
		Title: e.Portal,
		Facts: words.EntryFacts(e),
	}
	message := kit.Pair(facts.LabelWidth, facts.LeastValue, kit.Text(kit.Muted, words.T("Message")), facts.Quote(e.Message, kit.Body))
	return d.pageWith(page, message, action{Word: words.T("Done"), Main: true, Do: d.goBack})
}

// exportScreen offers the two forms of an export.
func (d *desk) exportScreen() *screen {
	return d.pageScreen(words.Page{
		Title: words.T("Export the history"),
		Sentences: []string{
			words.T("All requests are written to a new file in your home folder. It holds no codes, keys or PINs."),
		},
	},
		action{Word: words.T("CSV for a spreadsheet"), Icon: look.Export, Main: true, Do: func() { d.export("csv") }},
		action{Word: words.T("JSON for programs"), Icon: look.Export, Do: func() { d.export("json") }},
		d.backAction())
}

func (d *desk) export(form string) {
	entries, err := d.phone.Journal.Entries(d.ctx, journal.Filter{})
	var text bytes.Buffer
	if err == nil && form == "csv" {
		err = journal.WriteCSV(&text, entries)
	} else if err == nil {
		err = journal.WriteJSON(&text, entries)
	}
	var where string
	if err == nil {
		where, err = d.opt.Export("understudy-history-"+d.now().Format("2006-01-02-150405")+"."+form, text.Bytes())
	}
	if err != nil {
		d.show(d.errorScreen(err, words.About{}, func() { d.export(form) }))
		return
	}
	d.show(d.pageScreen(words.Page{
		Title:     words.T("Exported"),
		Sentences: []string{words.N(len(entries), "Saved {n} request to {file}.", "Saved {n} requests to {file}.", "file", where)},
	}, action{Word: words.T("Done"), Main: true, Do: d.goBack}))
}

// prune drops what is older than the person wants to keep.
func (d *desk) prune() {
	keep := time.Duration(d.opt.Settings.Current().KeepHistory) * 24 * time.Hour
	_, _ = d.phone.Journal.Prune(d.ctx, d.now().Add(-keep)) // tried again at the next start
}
