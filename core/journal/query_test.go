package journal

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFilter(t *testing.T) {
	bothKinds(t, func(t *testing.T, j *Journal) {
		other := entry(3, Denied)
		other.ProfileID, other.Profile, other.Portal, other.Server = "b81", "Bob", "Über Shop", "https://shop.example.org"
		add(t, j, entry(1, Accepted), entry(2, Denied), other, entry(4, Expired))
		for name, test := range map[string]struct {
			filter Filter
			want   []int
		}{
			"all":              {Filter{}, []int{4, 3, 2, 1}},
			"profile":          {Filter{ProfileID: "h7zk2"}, []int{4, 2, 1}},
			"no such profile":  {Filter{ProfileID: "h7"}, nil},
			"portal":           {Filter{Portal: "Über Shop"}, []int{3}},
			"part of a portal": {Filter{Portal: "Über"}, nil},
			"result":           {Filter{Result: Denied}, []int{3, 2}},
			"since":            {Filter{Since: entry(3, "").At}, []int{4, 3}},
			"limit":            {Filter{Limit: 2}, []int{4, 3}},
			"limit of chosen":  {Filter{Limit: 2, ProfileID: "h7zk2"}, []int{4, 2}},
			"search portal":    {Filter{Search: " über "}, []int{3}},
			"search message":   {Filter{Search: "TRANSFER 2"}, []int{2}},
			"search server":    {Filter{Search: "shop.example"}, []int{3}},
			"search profile":   {Filter{Search: "ada"}, []int{4, 2, 1}},
			"search id":        {Filter{Search: "transaction-4"}, []int{4}},
			"search nothing":   {Filter{Search: "h7zk2"}, nil},
			"everything":       {Filter{ProfileID: "h7zk2", Portal: "Example Bank", Result: Denied, Since: start, Search: "bob", Limit: 5}, []int{2}},
		} {
			t.Run(name, func(t *testing.T) { want(t, j, test.filter, test.want...) })
		}
	})
}

func TestBefore(t *testing.T) {
	now := entry(60, "").At
	elsewhere := entry(58, Denied)
	elsewhere.Portal = "Other Bank"
	someoneElse := entry(58, Denied)
	someoneElse.ProfileID = "b81"
	noise := []Entry{elsewhere, someoneElse}
	for name, test := range map[string]struct {
		entries []Entry
		want    Before
	}{
		"first": {noise, Before{First: true}},
		"accepted before": {
			append([]Entry{entry(1, Accepted), entry(9, Accepted), entry(12, Denied)}, noise...),
			Before{Accepted: 2, Denied: 1, LastAccepted: entry(9, "").At},
		},
		"an expired one is no first": {[]Entry{entry(1, Expired)}, Before{}},
		"third in ten minutes": {
			[]Entry{entry(1, Accepted), entry(51, Denied), entry(55, Denied), entry(56, Unanswered), entry(57, Failed)},
			Before{Accepted: 1, Denied: 2, LastAccepted: entry(1, "").At, RecentRequests: 4, RecentDenied: 2},
		},
		"ten minutes are over":     {[]Entry{entry(50, Denied)}, Before{Denied: 1}},
		"clock was set back":       {[]Entry{entry(99, Denied)}, Before{Denied: 1, RecentRequests: 1, RecentDenied: 1}},
		"last accepted, any order": {[]Entry{entry(9, Accepted), entry(3, Accepted)}, Before{Accepted: 2, LastAccepted: entry(9, "").At}},
	} {
		t.Run(name, func(t *testing.T) {
			bothKinds(t, func(t *testing.T, j *Journal) {
				add(t, j, test.entries...)
				got, err := j.Before(t.Context(), "h7zk2", " Example  Bank", now)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		})
	}
}

// Two requests that came by themselves, denied within ten minutes, and more of
// that portal are quiet for half an hour; entry counts the time in minutes.
func TestQuietUntil(t *testing.T) {
	pushed := func(minute int, r Result) Entry {
		e := entry(minute, r)
		e.Source = "server"
		return e
	}
	elsewhere := pushed(55, Denied)
	elsewhere.Portal = "Other Bank"
	for name, c := range map[string]struct {
		entries []Entry
		until   int // minute; 0: not quiet
	}{
		"one denial":              {[]Entry{pushed(59, Denied)}, 0},
		"two":                     {[]Entry{pushed(50, Denied), pushed(59, Denied)}, 89},
		"ten minutes apart":       {[]Entry{pushed(49, Denied), pushed(59, Denied)}, 0},
		"over":                    {[]Entry{pushed(25, Denied), pushed(30, Denied)}, 0},
		"nearly over":             {[]Entry{pushed(25, Denied), pushed(31, Denied)}, 61},
		"another in between":      {[]Entry{pushed(50, Denied), pushed(52, Expired), pushed(59, Denied)}, 89},
		"a third, later":          {[]Entry{pushed(35, Denied), pushed(40, Denied), pushed(59, Denied)}, 70},
		"scanned and denied":      {[]Entry{entry(55, Denied), entry(59, Denied)}, 0},
		"accepted in between":     {[]Entry{pushed(50, Denied), pushed(55, Accepted), pushed(59, Denied)}, 0},
		"accepted since":          {[]Entry{pushed(50, Denied), pushed(55, Denied), entry(59, Accepted)}, 0},
		"two portals":             {[]Entry{elsewhere, pushed(59, Denied)}, 0},
		"the clock was set back":  {[]Entry{pushed(500, Denied), pushed(501, Denied)}, 90},
		"unanswered is no denial": {[]Entry{pushed(58, Unanswered), pushed(59, Unanswered)}, 0},
	} {
		j := NewMemory()
		add(t, j, c.entries...)
		var want time.Time
		if c.until > 0 {
			want = entry(c.until, "").At
		}
		if got, err := j.Before(t.Context(), "h7zk2", "Example Bank", entry(60, "").At); err != nil || !got.QuietUntil.Equal(want) {
			t.Errorf("%s: %v, %v; want %v", name, got.QuietUntil, err, want)
		}
	}
}

func TestBeforeNeedsNoReopening(t *testing.T) {
	dir := tempDir(t)
	window, commandLine := open(t, dir), open(t, dir)
	add(t, commandLine, entry(1, Denied))
	got, err := window.Before(t.Context(), "h7zk2", "Example Bank", start.Add(time.Hour))
	if err != nil || got.First || got.Denied != 1 {
		t.Errorf("%+v, %v; want what the other process added", got, err)
	}
}
