//go:build linux

package cli_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"github.com/understudy-auth/understudy/app/cli"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

// person sits at a pseudo-terminal: reads what the program shows, and types.
type person struct {
	t    testing.TB
	w    *world
	keys *os.File // the master's side
	stop context.CancelCauseFunc
	exit chan int

	mu    sync.Mutex
	news  chan struct{} // closed when more was shown
	shown string
	read  int // how much of shown was looked at
}

// sit starts the program with args on a terminal.
func (w *world) sit(args ...string) *person {
	w.t.Helper()
	keys, terminal, err := pty.Open()
	if err != nil {
		w.t.Fatal(err)
	}
	p := &person{t: w.t, w: w, keys: keys, exit: make(chan int, 1), news: make(chan struct{})}
	go p.watch()
	ctx, stop := context.WithCancelCause(context.Background())
	p.stop = stop
	env := w.env()
	env.Stdin, env.Stdout, env.Stderr = terminal, terminal, terminal
	// The program's side stays open: whoever was interrupted while reading from it
	// still does, until the keys are gone.
	go func() { p.exit <- cli.Run(ctx, args, env) }()
	w.t.Cleanup(func() { stop(cli.ErrInterrupted); keys.Close() })
	return p
}

func (p *person) watch() {
	buffer := make([]byte, 4096)
	for {
		n, err := p.keys.Read(buffer)
		p.mu.Lock()
		p.shown += strings.ReplaceAll(string(buffer[:n]), "\r\n", "\n")
		close(p.news)
		p.news = make(chan struct{})
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// sees waits until text is shown, after what was seen before.
func (p *person) sees(texts ...string) {
	p.t.Helper()
	limit := time.After(20 * time.Second)
	for _, text := range texts {
		for !p.seen(text) {
			p.mu.Lock()
			news := p.news
			p.mu.Unlock()
			if p.seen(text) {
				break
			}
			select {
			case <-news:
			case <-limit:
				p.t.Fatalf("never saw %q; the terminal shows:\n%s", text, p.all())
			}
		}
	}
}

func (p *person) seen(text string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := strings.Index(p.shown[p.read:], text)
	if i >= 0 {
		p.read += i + len(text)
	}
	return i >= 0
}

func (p *person) all() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.shown
}

// types types text as it is.
func (p *person) types(text string) {
	p.t.Helper()
	if _, err := p.keys.WriteString(text); err != nil {
		p.t.Fatal(err)
	}
}

// settles lets the first second of a question pass, in which nothing counts.
func (p *person) settles() {
	p.t.Helper()
	p.w.bed.Clock.Move(1100 * time.Millisecond)
	p.mu.Lock()
	p.read = len(p.shown)
	p.mu.Unlock()
	// What is typed may still be thrown away: an empty line, which only repeats
	// the question, tells when it no longer is.
	for i := 0; !p.seen("Time left: "); i++ {
		if i > 1000 {
			p.t.Fatalf("an empty line does not repeat the question; the terminal shows:\n%s", p.all())
		}
		p.types("\n")
		select {
		case <-p.next():
		case <-time.After(50 * time.Millisecond):
		}
	}
	p.sees("details or later: ")
}

func (p *person) next() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.news
}

// ends waits for the program's end.
func (p *person) ends(want int) {
	p.t.Helper()
	select {
	case got := <-p.exit:
		if got != want {
			p.t.Errorf("exit code %d, want %d; the terminal shows:\n%s", got, want, p.all())
		}
	case <-time.After(20 * time.Second):
		p.t.Fatalf("the program does not end; the terminal shows:\n%s", p.all())
	}
}

// echoes reports whether the terminal shows what is typed.
func (p *person) echoes() bool {
	p.t.Helper()
	state, err := unix.IoctlGetTermios(int(p.keys.Fd()), unix.TCGETS)
	if err != nil {
		p.t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

// asked starts a request and brings the person to its question.
func asked(t *testing.T, w *world, args ...string) (p *person, state func() wire.State) {
	t.Helper()
	otp, id := w.bed.Start("Log in to My Example Bank")
	p = w.sit(append(args, "respond", wire.OTPLink(w.bed.Origin, otp))...)
	p.sees("PIN for Anna Example: ")
	p.types(testPIN + "\n")
	p.sees("Log in to Demo portal?\n", "Type accept, deny, details or later: ")
	return p, func() wire.State { return w.bed.State(id) }
}

func wantState(t *testing.T, state func() wire.State, want wire.State) {
	t.Helper()
	if got := state(); got != want {
		t.Errorf("the request is %s at the server, want %s", got, want)
	}
}

func TestAcceptOnATerminal(t *testing.T) {
	p, state := asked(t, registered(t))
	p.settles()
	p.types("accept\n")
	p.sees("Accepted.\n", "Demo portal logs you in now.")
	p.ends(0)
	wantState(t, state, wire.StateAccepted)
	if strings.Contains(p.all(), testPIN) {
		t.Errorf("the PIN was shown:\n%s", p.all())
	}
}

func TestDenyOnATerminal(t *testing.T) {
	p, state := asked(t, registered(t))
	p.settles()
	p.types("DENY \n")
	p.sees("Denied.\n")
	p.ends(3)
	wantState(t, state, wire.StateDenied)
}

// What was typed before the question could be read is for something else.
func TestTypedTooEarly(t *testing.T) {
	w := registered(t)
	otp, id := w.bed.Start("x")
	p := w.sit("respond", otp)
	p.sees("PIN for Anna Example: ")
	p.types(testPIN + "\naccept\naccept\n")
	p.sees("Type accept, deny, details or later: ")
	p.types("accept\n")
	p.sees("What you typed came before you could read the question. It was ignored.\n", "later: ")
	p.types("acc") // still in the terminal's line when the second is over
	p.sees("acc")
	p.settles()
	if strings.Contains(p.all(), "none of the choices") {
		t.Errorf("half a line outlived the first second:\n%s", p.all())
	}
	wantState(t, func() wire.State { return w.bed.State(id) }, wire.StateClaimed)
	p.types("accept\n")
	p.ends(0)
	wantState(t, func() wire.State { return w.bed.State(id) }, wire.StateAccepted)
}

func TestNoAnswerOnATerminal(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*person)
		code int
	}{
		"later":        {func(p *person) { p.types("later\n") }, 1},
		"end of input": {func(p *person) { p.types("\x04") }, 1},
		"interrupted":  {func(p *person) { p.stop(cli.ErrInterrupted) }, 130},
	} {
		t.Run(name, func(t *testing.T) {
			p, state := asked(t, registered(t))
			p.settles()
			c.do(p)
			p.sees("Not answered.\nNobody is logged in.\nIt runs out in 1 minute 59 seconds.\n")
			p.ends(c.code)
			wantState(t, state, wire.StateClaimed)
		})
	}
}

func TestInterruptedAtThePIN(t *testing.T) {
	w := registered(t)
	otp, _ := w.bed.Start("x")
	p := w.sit("respond", otp)
	p.sees("PIN for Anna Example: ")
	p.stop(cli.ErrInterrupted)
	p.sees("Interrupted.\n")
	p.ends(130)
}

func TestTimeIsAnnounced(t *testing.T) {
	w := registered(t)
	p, state := asked(t, w)
	for _, step := range []struct {
		move time.Duration
		text string
	}{
		{61 * time.Second, "\n59 seconds left.\nType accept"},
		{30 * time.Second, "\n29 seconds left.\nType accept"},
		{20 * time.Second, "\n9 seconds left.\nType accept"},
		{10 * time.Second, "This request ran out.\nNobody was logged in.\nGet a new code on the page, then scan again.\n"},
	} {
		w.bed.Clock.Move(step.move)
		p.sees(step.text)
	}
	p.ends(4)
	wantState(t, state, wire.StateExpired)
}

// A code that names another server: the warning first, and accept is shut.
func TestStopOnATerminal(t *testing.T) {
	w := registered(t)
	otp, id := w.bed.Start("x")
	p := w.sit("respond", "--profile", "anna", "understudy://otp?server=https://id.example.com&otp="+otp)
	p.sees("PIN for Anna Example: ")
	p.types(testPIN + "\n")
	p.sees("Log in on a server you do not know?\nWarning: ", "\nhttps://id.example.com\n", `type know. It means: "I know this server, and I opened this page myself."`, "later: ")
	p.settles()
	p.types("accept\n")
	p.sees("Accept is not available yet. Nothing was answered.\n", "later: ")
	p.types("started\n")
	p.sees("That is none of the choices.", "later: ")
	wantState(t, func() wire.State { return w.bed.State(id) }, wire.StateClaimed)
	p.types("know\n")
	p.sees("Noted. Accept is available now.\n", "later: ")
	p.types("accept\n")
	p.sees("Accepted.")
	p.ends(0)
	wantState(t, func() wire.State { return w.bed.State(id) }, wire.StateAccepted)
}

// The server goes away before the answer: it is kept, and sent by itself.
func TestAnswerIsKept(t *testing.T) {
	w := registered(t)
	p, state := asked(t, w)
	p.settles()
	w.bed.Down(true)
	p.types("accept\n")
	p.sees("The server does not answer.\nYour answer is kept and was not sent yet. 1 minute 59 seconds left.\nUnderstudy tries again every 3 seconds.")
	w.bed.Down(false)
	p.sees("Accepted.")
	p.ends(0)
	wantState(t, state, wire.StateAccepted)
}

// The program ends while the answer is kept: the next run sends it.
func TestKeptAnswerIsSentByTheNextRun(t *testing.T) {
	w := registered(t)
	p, state := asked(t, w)
	p.settles()
	w.bed.Down(true)
	p.types("accept\n")
	p.sees("Your answer is kept")
	p.stop(cli.ErrInterrupted)
	p.ends(130)
	w.bed.Down(false)
	wantState(t, state, wire.StateClaimed)
	otp, _ := w.bed.Start("another")
	code, _, stderr := w.run("", "respond", otp, "--deny", "--pin-file", w.pinFile)
	if code != 3 || !strings.Contains(stderr, "An earlier answer was sent now: accepted, Demo portal.\n") {
		t.Errorf("%d %s", code, stderr)
	}
	wantState(t, state, wire.StateAccepted)
}

// A PIN that is wrong is asked for again, with what is left.
func TestWrongPINOnATerminal(t *testing.T) {
	w := registered(t)
	otp, _ := w.bed.Start("x")
	p := w.sit("respond", otp)
	for _, left := range []string{"2 tries left.\n", "1 try left.\nIf it is wrong again, Anna Example is removed from this computer and must be registered again.\n"} {
		p.sees("PIN for Anna Example: ")
		if p.echoes() {
			t.Error("the prompt stands there while what is typed is shown")
		}
		p.types("11111\n")
		p.sees("This PIN is not right.\n" + left)
	}
	p.sees("PIN for Anna Example: ")
	p.types("11111\n")
	p.sees("Anna Example was removed from this computer.\n")
	p.ends(1)
	if !p.echoes() {
		t.Error("the terminal is left without echo")
	}
	if strings.Contains(p.all(), "11111") {
		t.Errorf("a PIN was shown:\n%s", p.all())
	}
}

// Standard input brings the picture, the terminal the answers; and where
// standard error leads elsewhere, the question still stands on the terminal.
func TestQuestionOnTheOpenedTerminal(t *testing.T) {
	w := registered(t)
	otp, id := w.bed.Start("x")
	keys, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	p := &person{t: t, w: w, keys: keys, exit: make(chan int, 1), news: make(chan struct{})}
	go p.watch()
	elsewhere, err := os.Create(w.file("stderr", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer elsewhere.Close()
	env := w.env()
	env.Stdin, env.Stdout, env.Stderr = strings.NewReader(otp+"\n"), elsewhere, elsewhere
	env.OpenTerminal = func() (*os.File, error) { return terminal, nil }
	go func() { p.exit <- cli.Run(context.Background(), []string{"respond", "-"}, env) }()
	p.sees("PIN for Anna Example: ")
	p.types(testPIN + "\n")
	p.sees("Log in to Demo portal?\n", "later: ")
	p.settles()
	p.types("deny\n")
	p.ends(3)
	wantState(t, func() wire.State { return w.bed.State(id) }, wire.StateDenied)
	fmt.Fprint(keys, "\x04")
}

// In the last thirty seconds more time can be asked for, once.
func TestMoreTimeOnATerminal(t *testing.T) {
	w := registered(t, func(c *tokenserver.Config) {
		for i := range c.Types {
			c.Types[i].Extend = 2 * time.Minute
		}
	})
	p, state := asked(t, w)
	p.settles()
	p.types("more\n")
	p.sees("You can ask for more time in the last 30 seconds.\n", "later: ")
	w.bed.Clock.Move(95 * time.Second)
	p.sees("seconds left.\nType more to get more time.\n", "later: ")
	p.types("more\n")
	p.sees("Extended to 2 minutes.\n", "later: ")
	w.bed.Clock.Move(70 * time.Second)
	p.sees("50 seconds left.\nType accept")
	p.types("more\n")
	p.sees("That is none of the choices.", "later: ")
	p.types("accept\n")
	p.sees("Accepted.\n")
	p.ends(0)
	wantState(t, state, wire.StateAccepted)
}
