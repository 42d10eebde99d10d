//go:build darwin && cgo

package screen

// inPixels: macOS has no such mode.
func inPixels() {}
