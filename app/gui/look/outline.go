package look

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"strconv"
)

// The icons are drawn as lines. Fyne draws the lines of an SVG as wide as they are written whatever the size of the
// picture is: too thin on a fine screen and at large text. So what Fyne gets is the outline of the lines, filled.

var (
	widthOf = regexp.MustCompile(`stroke-width="([0-9.]+)"`)
	pathOf  = regexp.MustCompile(` d="([^"]*)"`)
	tokenOf = regexp.MustCompile(`[A-Za-z]|-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)`)
)

// fine is how far a polygon may be from the curve that it stands for, on the grid of 24.
const fine = 0.01

// filled returns an icon with filled outlines in a colour instead of lines. Of SVG it knows what the icons use: paths of
// lines, cubic curves and arcs of circles, with round caps and joins.
func filled(svg []byte, color string) []byte {
	width, _ := strconv.ParseFloat(string(widthOf.FindSubmatch(svg)[1]), 64) // a test looks at every icon
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="%s" d="`, color)
	for _, d := range pathOf.FindAllSubmatch(svg, -1) {
		for _, l := range parsePath(string(d[1])) {
			l.outline(&out, width/2)
		}
	}
	out.WriteString(`"/></svg>`)
	return out.Bytes()
}

type point struct{ x, y float64 }

func (p point) plus(q point) point       { return point{p.x + q.x, p.y + q.y} }
func (p point) minus(q point) point      { return point{p.x - q.x, p.y - q.y} }
func (p point) times(f float64) point    { return point{p.x * f, p.y * f} }
func (p point) angle() float64           { return math.Atan2(p.y, p.x) }
func (p point) length() float64          { return math.Hypot(p.x, p.y) }
func around(c point, r, a float64) point { return point{c.x + r*math.Cos(a), c.y + r*math.Sin(a)} }

// line is a line through points, curves already cut into short pieces.
type line struct {
	points []point
	closed bool
}

// pathReader reads the numbers and letters of a path.
type pathReader struct {
	tokens []string
	lines  []line
	at     point
}

func parsePath(d string) []line {
	r := &pathReader{tokens: tokenOf.FindAllString(d, -1)}
	var command byte
	for len(r.tokens) > 0 {
		if c := r.tokens[0][0]; c >= 'A' {
			command, r.tokens = c, r.tokens[1:]
		}
		r.do(command)
	}
	return r.lines
}

func (r *pathReader) number() float64 {
	v, _ := strconv.ParseFloat(r.tokens[0], 64) // the pattern lets nothing else through
	r.tokens = r.tokens[1:]
	return v
}

// do carries out a command once: capitals are absolute, small letters relative.
func (r *pathReader) do(command byte) {
	var base point
	if command >= 'a' {
		base = r.at
	}
	pair := func() point { x := r.number(); return base.plus(point{x, r.number()}) }
	switch command &^ 0x20 {
	case 'M':
		r.at = pair()
		r.lines = append(r.lines, line{points: []point{r.at}})
	case 'L':
		r.to(pair())
	case 'H':
		r.to(point{base.x + r.number(), r.at.y})
	case 'V':
		r.to(point{r.at.x, base.y + r.number()})
	case 'C':
		r.curve(r.at, pair(), pair(), pair())
	case 'A':
		radius := r.number()
		r.tokens = r.tokens[2:] // the other radius and the rotation: arcs are those of circles
		large, sweep := r.number() == 1, r.number() == 1
		r.arc(radius, large, sweep, pair())
	case 'Z':
		l := &r.lines[len(r.lines)-1]
		l.closed, r.at = true, l.points[0]
	default:
		panic("look: a path of an icon has a command " + string(command))
	}
}

func (r *pathReader) to(p point) {
	l := &r.lines[len(r.lines)-1]
	if p.minus(r.at).length() > fine/10 {
		l.points = append(l.points, p)
	}
	r.at = p
}

func (r *pathReader) curve(a, b, c, d point) {
	const steps = 16
	for i := 1; i <= steps; i++ {
		t := float64(i) / steps
		u := 1 - t
		r.to(a.times(u * u * u).plus(b.times(3 * u * u * t)).plus(c.times(3 * u * t * t)).plus(d.times(t * t * t)))
	}
}

func (r *pathReader) arc(radius float64, large, sweep bool, end point) {
	half := end.minus(r.at).times(0.5)
	radius = max(radius, half.length())
	high := math.Sqrt(max(radius*radius-half.length()*half.length(), 0)) / half.length()
	if large == sweep {
		high = -high
	}
	center := r.at.plus(half).plus(point{-half.y, half.x}.times(high))
	from, to := r.at.minus(center).angle(), end.minus(center).angle()
	switch {
	case sweep && to < from:
		to += 2 * math.Pi
	case !sweep && to > from:
		to -= 2 * math.Pi
	}
	for _, a := range turns(from, to, radius) {
		r.to(around(center, radius, a))
	}
	r.to(end)
}

// turns are the angles from one to another in steps that are fine enough for a radius, without the last.
func turns(from, to, radius float64) []float64 {
	n := int(math.Ceil(math.Abs(to-from) / (2 * math.Acos(1-fine/radius))))
	var angles []float64
	for i := range n {
		angles = append(angles, from+(to-from)*float64(i)/float64(n))
	}
	return angles
}

// outline writes the polygons that cover a line of twice a radius: one around an open line, two for a closed one.
func (l line) outline(out *bytes.Buffer, radius float64) {
	there := l.points
	if l.closed && there[len(there)-1].minus(there[0]).length() < fine {
		there = there[:len(there)-1]
	}
	back := make([]point, len(there))
	for i, p := range there {
		back[len(there)-1-i] = p
	}
	if l.closed {
		write(out, side(there, radius))
		write(out, side(back, radius))
		return
	}
	// The side of the way there, turned around at the end, and the side of the way back.
	write(out, side(append(append([]point{}, there...), back[1:len(back)-1]...), radius))
}

// side is the left edge of a line of twice a radius.
func side(points []point, radius float64) []point {
	var edge []point
	n := len(points)
	for i, p := range points {
		in, out := p.minus(points[(i+n-1)%n]).angle(), points[(i+1)%n].minus(p).angle()
		turn := math.Remainder(out-in, 2*math.Pi)
		if turn >= math.Pi-1e-9 { // the end of an open line: around it, on the outside
			turn = -math.Pi
		}
		first, last := around(p, radius, in+math.Pi/2), around(p, radius, out+math.Pi/2)
		switch {
		case turn < 0: // outside of a bend
			for _, a := range turns(in+math.Pi/2, in+math.Pi/2+turn, radius) {
				edge = append(edge, around(p, radius, a))
			}
			edge = append(edge, last)
		case turn < 0.2: // inside of a curve
			edge = append(edge, around(p, radius, in+math.Pi/2+turn/2))
		default: // inside of a corner: by way of the point, so that no area is passed backwards
			edge = append(edge, first, p, last)
		}
	}
	return edge
}

func write(out *bytes.Buffer, polygon []point) {
	for i, p := range polygon {
		letter := "L"
		if i == 0 {
			letter = "M"
		}
		fmt.Fprintf(out, "%s%.2f %.2f", letter, p.x, p.y)
	}
	out.WriteString("Z")
}
