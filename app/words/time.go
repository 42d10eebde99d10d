package words

import (
	"time"
)

// TimeLeft is a duration in words: "1 minute 42 seconds". It counts whole
// seconds and rounds up, so that "1 second" is there until the end.
func TimeLeft(d time.Duration) string {
	all := int((max(0, d) + time.Second - 1) / time.Second)
	minutes, seconds := all/60, all%60
	switch {
	case minutes == 0:
		return N(seconds, "{n} second", "{n} seconds")
	case seconds == 0:
		return N(minutes, "{n} minute", "{n} minutes")
	case minutes == 1:
		return N(seconds, "1 minute {n} second", "1 minute {n} seconds")
	}
	return N(seconds, "{minutes} minutes {n} second", "{minutes} minutes {n} seconds", "minutes", minutes)
}

// Day names the day of t as seen from now: "today", "yesterday", "on 3 March",
// "on 3 March 2025". The day is that of now's time zone.
func Day(t, now time.Time) string {
	t = t.In(now.Location())
	switch days := daysBetween(t, now); {
	case days == 0:
		return T("today")
	case days == 1:
		return T("yesterday")
	case t.Year() == now.Year():
		return T("on {date}", "date", t.Format("2 January"))
	}
	return T("on {date}", "date", t.Format("2 January 2006"))
}

// When is Day with the time: "yesterday, 14:02".
func When(t, now time.Time) string {
	return T("{day}, {time}", "day", Day(t, now), "time", t.In(now.Location()).Format("15:04"))
}

// DayTitle is Day where it stands alone: "Today", "3 March".
func DayTitle(t, now time.Time) string {
	t = t.In(now.Location())
	switch days := daysBetween(t, now); {
	case days == 0:
		return T("Today")
	case days == 1:
		return T("Yesterday")
	case t.Year() == now.Year():
		return t.Format("2 January")
	}
	return t.Format("2 January 2006")
}

// Clock is the time of a day in now's time zone.
func Clock(t, now time.Time) string { return t.In(now.Location()).Format("15:04") }

func daysBetween(t, now time.Time) int {
	y, m, d := t.Date()
	a := time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
	y, m, d = now.Date()
	b := time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
	return int(b.Sub(a).Hours() / 24)
}
