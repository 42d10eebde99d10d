//go:build cgo

package main

import (
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// rest lets the goroutine that draws sleep in the window system, where Fyne's loop
// would come round sixty times a second. Events of the window end the sleep by
// themselves; functions that are handed to do end it, too.
type rest struct {
	mu     sync.Mutex
	wanted bool // something is to be done
	asleep bool // glfw can be woken
}

// do runs f on the goroutine that draws.
func (r *rest) do(f func()) {
	fyne.Do(f)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wanted = true
	if r.asleep {
		glfw.PostEmptyEvent()
	}
}

// sleep reports whether nothing happened in that time.
func (r *rest) sleep(most time.Duration) (quiet bool) {
	fyne.DoAndWait(func() {
		if !r.may(true) {
			return
		}
		// When Fyne has ended it calls functions at once, wherever that is; glfw has
		// ended before, and refuses by a panic.
		defer func() { _ = recover() }()
		defer r.may(false)
		began := time.Now()
		glfw.WaitEventsTimeout(most.Seconds())
		quiet = time.Since(began) >= most
	})
	return quiet
}

// may tells those who want to wake the sleeper whether there is one, and is false
// where somebody wanted to already.
func (r *rest) may(sleep bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asleep = sleep && !r.wanted
	r.wanted = false
	return r.asleep
}
