package delivery

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"
)

// Item is a request that waits, as far as it makes a list another one.
type Item struct {
	ID      string
	Expires time.Time
}

// State names what a list holds: it changes when a request comes or goes, and when
// one gets more time.
func State(list []Item) string {
	h := sha256.New()
	for _, x := range list {
		at := binary.BigEndian.AppendUint64(nil, uint64(x.Expires.UnixMilli()))
		h.Write(append([]byte(x.ID), at...))
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}

// Next is when the first of them expires, from now; 0 where there is none.
func Next(list []Item, now time.Time) time.Duration {
	var next time.Duration
	for _, x := range list {
		if left := max(x.Expires.Sub(now), time.Millisecond); next == 0 || left < next {
			next = left
		}
	}
	return next
}
