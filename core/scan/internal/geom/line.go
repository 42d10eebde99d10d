package geom

import "math"

// Line is the points p with normal · p = offset.
type Line struct {
	normal Point
	offset float64
}

// FitLine is the line with the least squares of distances to the points.
func FitLine(points []Point) Line {
	var mean Point
	for _, p := range points {
		mean = mean.Plus(p)
	}
	mean = mean.Times(1 / float64(len(points)))
	var xx, xy, yy float64
	for _, p := range points {
		d := p.Minus(mean)
		xx, xy, yy = xx+d.X*d.X, xy+d.X*d.Y, yy+d.Y*d.Y
	}
	angle := math.Atan2(2*xy, xx-yy) / 2
	normal := Point{-math.Sin(angle), math.Cos(angle)}
	return Line{normal, normal.Dot(mean)}
}

// Meet is where two lines cross; false where they are parallel.
func (l Line) Meet(o Line) (Point, bool) {
	d := l.normal.Cross(o.normal)
	if math.Abs(d) < 1e-6 {
		return Point{}, false
	}
	return Point{
		(l.offset*o.normal.Y - o.offset*l.normal.Y) / d,
		(l.normal.X*o.offset - o.normal.X*l.offset) / d,
	}, true
}
