package scan

import (
	"context"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/detector"
)

const (
	// rowStep is the distance of the rows that are searched: the middle of a finder
	// pattern is three modules high, and a module at least a pixel.
	rowStep = 3

	// maxFinders ends the search in a picture that is full of finder patterns, as
	// the work grows with the third power. A sheet of 100 codes has 300.
	maxFinders = 300
	// maxChecks ends it in a picture that is full of what looks like one in a row.
	maxChecks = 200_000
)

// findFinders looks for finder patterns: dark, light, dark, light, dark in the
// ratio 1 : 1 : 3 : 1 : 1 along a row, then also along a column and a diagonal.
func findFinders(ctx context.Context, m *gozxing.BitMatrix) (found []*detector.FinderPattern, err error) {
	finder := detector.NewFinderPatternFinder(m, nil)
	defer func() {
		if recover() != nil {
			found = finder.GetPossibleCenters()
		}
	}()
	row := gozxing.NewBitArray(m.GetWidth())
	checks := 0
	for y := rowStep - 1; y < m.GetHeight(); y += rowStep {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		row = m.GetRow(y, row)
		var runs [5]int // lengths of the last runs, the first and the last one dark
		end := 0        // of the last dark run
		for {
			start := row.GetNextSet(end)
			if start == row.GetSize() {
				break
			}
			light := start - end
			end = row.GetNextUnset(start)
			runs = [5]int{runs[2], runs[3], runs[4], light, end - start}
			if !detector.FinderPatternFinder_foundPatternCross(runs[:]) {
				continue
			}
			if checks++; checks > maxChecks {
				return finder.GetPossibleCenters(), nil
			}
			if endsNearby(m, end-runs[4]-runs[3]-runs[2]/2, y, 3*runs[2]) && finder.HandlePossibleCenter(runs[:], y, end) {
				runs = [5]int{}
				if len(finder.GetPossibleCenters()) >= maxFinders {
					return finder.GetPossibleCenters(), nil
				}
			}
		}
	}
	return finder.GetPossibleCenters(), nil
}

// endsNearby reports whether the dark column through a point ends within reach,
// up and down. The library follows it to its end: in a picture of upright
// stripes that is most of its time.
func endsNearby(m *gozxing.BitMatrix, x, y, reach int) bool {
	for _, step := range [2]int{-1, 1} {
		for i := 0; ; i++ {
			at := y + i*step
			if at < 0 || at >= m.GetHeight() || !m.Get(x, at) {
				break
			}
			if i == reach {
				return false
			}
		}
	}
	return true
}
