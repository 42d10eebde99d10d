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

func TestBeforeNeedsNoReopening(t *testing.T) {
	dir := tempDir(t)
	window, commandLine := open(t, dir), open(t, dir)
	add(t, commandLine, entry(1, Denied))
	got, err := window.Before(t.Context(), "h7zk2", "Example Bank", start.Add(time.Hour))
	if err != nil || got.First || got.Denied != 1 {
		t.Errorf("%+v, %v; want what the other process added", got, err)
	}
}
