package journal

import (
	"context"
	"strings"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	// recent is how far back a request counts as one of several in a row.
	recent = 10 * time.Minute
	// quietFor is how long requests of a portal are not announced after two that
	// came by themselves were denied within that time.
	quietFor = 30 * time.Minute
	// bySelf is the source of requests that nobody scanned.
	bySelf = "server"
)

// Filter chooses entries. Empty fields choose all.
type Filter struct {
	ProfileID string
	Portal    string
	Result    Result
	Since     time.Time
	Search    string // in names, server, message and transaction id, whatever the case
	Limit     int    // 0 = all
}

// Entries returns the chosen entries, newest first.
func (j *Journal) Entries(ctx context.Context, f Filter) ([]Entry, error) {
	all, err := j.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	f.ProfileID, f.Portal = wire.CleanText(f.ProfileID, maxText), wire.CleanText(f.Portal, maxText)
	f.Search = strings.ToLower(strings.TrimSpace(f.Search))
	var found []Entry
	for i := len(all) - 1; i >= 0 && (f.Limit <= 0 || len(found) < f.Limit); i-- {
		if f.matches(&all[i]) {
			found = append(found, all[i])
		}
	}
	return found, nil
}

func (f *Filter) matches(e *Entry) bool {
	if f.ProfileID != "" && e.ProfileID != f.ProfileID ||
		f.Portal != "" && e.Portal != f.Portal ||
		f.Result != "" && e.Result != f.Result ||
		e.At.Before(f.Since) {
		return false
	}
	if f.Search == "" {
		return true
	}
	for _, text := range []string{e.Portal, e.Profile, e.Message, e.Server, e.TransactionID} {
		if strings.Contains(strings.ToLower(text), f.Search) {
			return true
		}
	}
	return false
}

// Before is what history says of a portal, for the person who is about to
// decide on a request of it.
type Before struct {
	Accepted     int
	Denied       int
	LastAccepted time.Time // zero: never
	// RecentRequests, RecentAccepted and RecentDenied are of the last ten minutes. Entries
	// from the future, which a clock set back leaves, count as recent: the
	// warning that they lead to is the safe side.
	RecentRequests int
	RecentAccepted int
	RecentDenied   int
	First          bool // no request of this portal for this profile yet
	// QuietUntil is when requests that come by themselves are announced again; zero:
	// they are. Two of them were denied in ten minutes, and none accepted since.
	QuietUntil time.Time
}

// Before tells what happened to earlier requests of the portal for the profile.
func (j *Journal) Before(ctx context.Context, profileID, portal string, now time.Time) (Before, error) {
	all, err := j.snapshot(ctx)
	if err != nil {
		return Before{}, err
	}
	profileID, portal = wire.CleanText(profileID, maxText), wire.CleanText(portal, maxText)
	b := Before{First: true}
	var denied time.Time // the last one that came by itself
	for i := range all {
		e := &all[i]
		if e.ProfileID != profileID || e.Portal != portal {
			continue
		}
		b.First = false
		isRecent := e.At.After(now.Add(-recent))
		if isRecent {
			b.RecentRequests++
		}
		switch e.Result {
		case Accepted:
			b.Accepted++
			b.LastAccepted = e.At // entries are in the order of time
			denied, b.QuietUntil = time.Time{}, time.Time{}
			if isRecent {
				b.RecentAccepted++
			}
		case Denied:
			b.Denied++
			if isRecent {
				b.RecentDenied++
			}
			if e.Source == bySelf {
				if !denied.IsZero() && e.At.Sub(denied) < recent {
					b.QuietUntil = e.At.Add(quietFor)
				}
				denied = e.At
			}
		}
	}
	switch {
	case !b.QuietUntil.After(now):
		b.QuietUntil = time.Time{}
	case b.QuietUntil.After(now.Add(quietFor)): // a clock was set back
		b.QuietUntil = now.Add(quietFor)
	}
	return b, nil
}

// snapshot gives all entries. What is in the slice never changes: entries are
// added behind it, and everything else makes a new one.
func (j *Journal) snapshot(ctx context.Context) ([]Entry, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.refresh(); err != nil {
		return nil, err
	}
	return j.entries, nil
}
