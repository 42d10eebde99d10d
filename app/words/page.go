package words

// Page is what a screen says, so that a window shows and a reader or a line of
// the terminal tells the very same. Only what a screen draws beyond it (fields,
// pictures) is its own affair.
type Page struct {
	Above     string   // one line over the title: which step, how a request came
	Title     string   // names the state, never the program
	Sentences []string // what it means, what to do next
	Facts     []Fact
	Actions   []string // the words on its buttons, the main one first
}

// Fact is a label and its value.
type Fact struct{ Label, Value string }

// Lines gives the page line by line: title, sentences, facts as "Label: value.",
// then what can be done.
func (p Page) Lines() []string {
	var lines []string
	if p.Above != "" {
		lines = append(lines, p.Above+".")
	}
	lines = append(lines, ended(p.Title))
	lines = append(lines, p.Sentences...)
	for _, f := range p.Facts {
		lines = append(lines, T("{label}: {value}.", "label", f.Label, "value", f.Value))
	}
	for _, a := range p.Actions {
		lines = append(lines, T("{action}, button.", "action", a))
	}
	return lines
}

// ended gives a title the full stop that a reader pauses at.
func ended(title string) string {
	if title == "" || title[len(title)-1] == '?' || title[len(title)-1] == '.' {
		return title
	}
	return title + "."
}

// ErrorPage is an error as a screen of its own.
func ErrorPage(err error, about About, actions ...string) Page {
	title, sentences := Error(err, about)
	return Page{Title: title, Sentences: sentences, Actions: actions}
}
