// Package find looks for finder patterns: the three squares in the corners of a
// code, dark, light and dark around a dark middle, 1 : 1 : 3 : 1 : 1 along every
// line through the middle; or with dark and light exchanged.
//
//	lum.Thresholds ─Candidates─> places where a row and a column have these runs
//	     ─Measure─> Finder: its centre, the corners of its outer square, and how sure
//
// Candidates are cheap, and many: letters have such runs too. Measure looks at
// the grey levels along rays from the middle, which is exact to a fraction of a
// pixel, and the best test of a true finder pattern. Disc takes what it
// refuses where the middle is whole and the square around it may be dots.
package find
