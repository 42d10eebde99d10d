package words

import "image"

// NoCodeOnScreen is said of a screen without any code, of so many monitors.
func NoCodeOnScreen(monitors int) (title string, sentences []string) {
	first := N(monitors, "Understudy looked at the screen and saw no QR code.", "Understudy looked at all {n} screens and saw no QR code.")
	if monitors == 2 {
		first = T("Understudy looked at both screens and saw no QR code.")
	}
	return T("No login code found"), []string{first, noCodeHelp()}
}

// NoCodeOnMonitor is said of one of several monitors.
func NoCodeOnMonitor(n int) string { return T("Screen {n}: no code here", "n", n) }

// Helps are the ways that usually help where no code was found on the screen.
func Helps() [][]Span {
	return [][]Span{
		Spans("**Show the whole code.** Scroll until all of it is visible, and move other windows away."),
		Spans("**Make it larger.** Press Ctrl and + in the browser. Each small square needs a few pixels."),
		Spans("**Get a new code.** The page may have hidden a code that ran out."),
	}
}

// OnMonitor says where a code is: on which monitor, and where there. Monitors are
// counted from 1.
func OnMonitor(monitor int, corners [4]image.Point, picture image.Rectangle) string {
	return T("screen {n}, {place}", "n", monitor, "place", Place(corners, picture))
}

// ScreenAsked is said while the desktop has not answered yet: it may be asking the
// person.
func ScreenAsked() []string {
	return []string{
		T("The desktop has not answered yet."),
		T("If it asks whether screenshots may be taken, allow it there."),
	}
}

// WatchedInWindow is said as long as the window watches the screen.
func WatchedInWindow(flashes bool) Page {
	p := Page{
		Title:     T("Watching the screen"),
		Sentences: []string{T("Understudy looks until a login code of one of your profiles appears. Then it asks you here: nothing is answered without you.")},
	}
	if flashes {
		p.Sentences = append(p.Sentences, screenFlashes())
	}
	return p
}

func screenFlashes() string {
	return T("Your desktop flashes the screen at each look, every 5 seconds.")
}

// Watching is said when a terminal begins to watch the screen. Some desktops flash
// at each look.
func Watching(flashes bool) []string {
	lines := []string{
		T("Watching the screen until a login code appears. Press Ctrl+C to stop."),
		T("Nothing is answered without you."),
	}
	if flashes {
		lines = append(lines, screenFlashes())
	}
	return lines
}
