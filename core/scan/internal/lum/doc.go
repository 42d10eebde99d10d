// Package lum turns pictures into luminance, and luminance into dark and light.
//
//	image.Image ─From─> Grey ─Blocks─> darkest, lightest and mean level of 8 x 8 pixels ─Narrow, Wide─> Thresholds
//
// There is no picture of dark and light pixels: whoever wants to know compares a
// row, or a pixel, with the thresholds. A search that looks at every second row
// pays for every second row.
package lum
