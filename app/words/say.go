package words

import (
	"fmt"
	"strings"
	"time"
)

// T gives the sentence with its places, such as {portal}, filled in from pairs
// of name and value. Values are text of others: they are never looked at for
// places themselves.
func T(sentence string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		pairs[i] = "{" + pairs[i] + "}"
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}

// TimeLeft says a duration in words: "1 minute 42 seconds". Parts of a second
// count as a whole one, so that zero is really zero.
func TimeLeft(d time.Duration) string {
	seconds := int((d + time.Second - 1) / time.Second)
	minutes, rest := seconds/60, seconds%60
	switch {
	case minutes == 0:
		return count(rest, "1 second", "{n} seconds")
	case rest == 0:
		return count(minutes, "1 minute", "{n} minutes")
	}
	return T("{minutes} {seconds}", "minutes", count(minutes, "1 minute", "{n} minutes"), "seconds", count(rest, "1 second", "{n} seconds"))
}

func count(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return T(many, "n", fmt.Sprint(n))
}

// times says how often.
func times(n int) string { return count(n, "once", "{n} times") }

// Day says when, seen from now: "today, 14:02", "yesterday, 14:02", "on 3
// March" or "on 3 March 2024".
func Day(at, now time.Time) string {
	at, now = at.Local(), now.Local()
	switch {
	case sameDay(at, now):
		return T("today, {time}", "time", at.Format("15:04"))
	case sameDay(at, now.AddDate(0, 0, -1)):
		return T("yesterday, {time}", "time", at.Format("15:04"))
	case at.Year() == now.Year():
		return T("on {day}", "day", at.Format("2 January"))
	}
	return T("on {day}", "day", at.Format("2 January 2006"))
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}
