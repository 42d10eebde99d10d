package camera

import (
	"time"

	"github.com/understudy-auth/understudy/core/scan"
)

// Event is what Watch tells: a Frame, a Reading, a Status or Totals.
type Event interface{ event() }

// Reading is what was read in a frame: the corners are in its Image's
// coordinates. A code that stays in sight is in every reading, and the first
// without it has none.
type Reading struct {
	Frame  Frame
	Result scan.Result
}

// State is whether frames come.
type State int

// The states. Each can follow each, but Opening is the first.
const (
	Opening State = iota // no frame yet
	Running
	Waiting // for what Status.Err tells to pass; tried again all the time
)

func (s State) String() string { return [...]string{"opening", "running", "waiting"}[s] }

// Status tells a change of state.
type Status struct {
	State State
	About About // of Running
	Err   error // of Waiting: one of the package's errors
}

// Totals count what happened since Watch began, for those who measure. They are
// told every second while frames come, and when a stream ends.
type Totals struct {
	Frames, Readings int           // frames told, and how many of them were read
	Damaged          int           // frames skipped
	Running          time.Duration // while frames came
	CPU              time.Duration // of the whole program in that time; 0 where the system does not tell
}

func (Frame) event()   {}
func (Reading) event() {}
func (Status) event()  {}
func (Totals) event()  {}
