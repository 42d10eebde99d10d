package scan

import "github.com/understudy-auth/understudy/core/scan/internal/lum"

// limits bound the work on one picture. They count, and are no times: the same
// picture gets the same work however busy the machine is.
type limits struct {
	effort   int // in samples, on codes
	wasted   int // the same, on what is none
	measured int // candidates in a quick look, in the unit of fewRays
	// How many finder patterns a look combines: more on a sheet of many codes, which
	// has many strong ones.
	finders, onSheet int
	failures         int // triples in a row, in a look
}

// sheetFinders is how many strong finder patterns make a sheet.
const sheetFinders = 20

// limitsFor gives a whole picture about half a second. A camera's frame of 640 x
// 480 pixels without a code takes about 6 ms at most, 25 before, even if it is full
// of rings; of 702 codes in 850 such frames none is lost. What goes into places that
// agree with a code, as crumpled ones do before they are read, is not wasted.
func limitsFor(page lum.Grey, quick bool) limits {
	if !quick {
		return limits{effort: 30_000_000, wasted: 30_000_000, measured: 4000, finders: 60, onSheet: 300, failures: 30}
	}
	frames := max(1, float64(page.Width*page.Height)/(640*480))
	return limits{
		effort: 30_000_000, wasted: int(30_000 * frames),
		measured: int(min(4000, 250*frames)), finders: 18, onSheet: 300, failures: 8,
	}
}
