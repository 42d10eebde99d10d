// Package grid lays the grid of a code over its place in the picture, reads its
// modules and has them decoded.
//
//	three finder patterns ─sizes─> how many modules
//	     ─warp─> where each module is ─climb, mesh─> better
//	     ─sample─> a grey level for each module ─sharpen, thresholds─> dark or light ─decode─> Content
//
// Modules that every code has (finder, timing and alignment patterns) are what
// it steers by: agreement is how well they are where the grid says.
package grid
