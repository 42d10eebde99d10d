package delivery_test

import (
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver/delivery"
	"github.com/understudy-auth/understudy/core/wire"
)

// The name of a list changes with what is in it, and with nothing else.
func TestState(t *testing.T) {
	at := time.UnixMilli(1_750_000_000_000)
	a, b := delivery.Item{ID: "A", Expires: at}, delivery.Item{ID: "B", Expires: at.Add(time.Minute)}
	first := delivery.State([]delivery.Item{a, b})
	if first == "" || len(first) > wire.MaxListState || first != delivery.State([]delivery.Item{a, b}) {
		t.Errorf("%q", first)
	}
	longer := b
	longer.Expires = longer.Expires.Add(time.Millisecond)
	for what, list := range map[string][]delivery.Item{"one is gone": {a}, "another order": {b, a}, "more time": {a, longer}, "none": nil} {
		if delivery.State(list) == first {
			t.Errorf("%s: the state is the same", what)
		}
	}
}

func TestNext(t *testing.T) {
	at := time.UnixMilli(1_750_000_000_000)
	list := []delivery.Item{{ID: "B", Expires: at.Add(time.Minute)}, {ID: "A", Expires: at.Add(time.Second)}}
	for now, want := range map[time.Time]time.Duration{at: time.Second, at.Add(time.Hour): time.Millisecond} {
		if got := delivery.Next(list, now); got != want {
			t.Errorf("%v, want %v", got, want)
		}
	}
	if got := delivery.Next(nil, at); got != 0 {
		t.Error(got)
	}
}
