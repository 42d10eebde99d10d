package grid

import (
	"math"
	"slices"

	"github.com/understudy-auth/understudy/core/scan/internal/find"
	"github.com/understudy-auth/understudy/core/scan/internal/geom"
	"github.com/understudy-auth/understudy/core/scan/internal/lum"
)

// sizes are the numbers of modules that a code with these corners may have along
// a side, the likely ones first. The timing patterns tell exactly where they can
// be counted, the distance of the finder patterns to a few modules otherwise.
func sizes(g *lum.Grey, c Corners, thorough bool) []int {
	sides := c.sides()
	estimate := (sides.U.Length()+sides.V.Length())/2/((2*c[0].Module+c[1].Module+c[2].Module)/4) + 7
	var list []int
	add := func(size int) {
		if size >= minSize && size <= maxSize && size%4 == 1 && !slices.Contains(list, size) {
			list = append(list, size)
		}
	}
	if c.square() {
		top, topRight, left := c[0].Corners, c[1].Corners, c[2].Corners
		wide := (top[0].Distance(top[1]) + top[3].Distance(top[2]) + topRight[0].Distance(topRight[1]) + topRight[3].Distance(topRight[2])) / 28
		high := (top[0].Distance(top[3]) + top[1].Distance(top[2]) + left[0].Distance(left[3]) + left[1].Distance(left[2])) / 28
		estimate = (sides.U.Length()/wide+sides.V.Length()/high)/2 + 7

		const last, first = 6.5 / 7, 0.5 / 7 // the middles of the outer modules
		corner := top.At(last, last)
		across := turns(g, c[0], c[1], corner, topRight.At(first, last)) + 13
		down := turns(g, c[0], c[2], corner, left.At(last, first)) + 13
		if across == down && !c.guessed() {
			add(across)
		} else {
			for _, n := range [2]int{across, down} {
				if math.Abs(float64(n)-estimate) < 6+estimate/10 {
					add(n)
				}
			}
		}
	}
	nearest := int(math.Round((estimate-17)/4))*4 + 17
	add(nearest)
	if !thorough {
		return list
	}
	step := 4
	if estimate < float64(nearest) {
		step = -4
	}
	add(nearest + step)
	add(nearest - step)
	if estimate > 60 {
		add(nearest + 2*step)
		add(nearest - 2*step)
	}
	return list
}

// turns counts how often the line from a finder pattern to another one turns
// from dark to light and from light to dark. It begins in dark.
func turns(g *lum.Grey, a, b *find.Finder, from, to geom.Point) int {
	const hysteresis = 0.15 // of half the difference between dark and light
	length := from.Distance(to)
	step := 0.25
	if length > 400 {
		step = 0.5
	}
	sign := 1.0
	if a.Light {
		sign = -1
	}
	least := hysteresis / 4 * (math.Abs(a.Ring-a.Core) + math.Abs(b.Ring-b.Core))
	steps := int(min(length, 4000) / step)
	n, dark := 0, true
	for i := range steps + 1 {
		share := float64(i) / float64(max(steps, 1))
		p := from.Toward(to, share)
		v := sign * (a.Threshold() + share*(b.Threshold()-a.Threshold()) - g.At(p.X, p.Y))
		if dark && v < -least || !dark && v > least {
			dark = !dark
			n++
		}
	}
	return n
}
