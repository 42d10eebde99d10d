// Package geom is the plane geometry of a code in a picture: points, lines,
// quadrilaterals and the homography, which is how a flat square looks through
// a lens without distortion.
package geom
