package screen

import (
	"runtime"

	"golang.org/x/sys/windows"
)

// inPixels makes Windows hand out the monitors' own pixels to the goroutine that
// calls it, which keeps its thread until it ends: to programs that do not say so,
// it shows a monitor of high density as one of few pixels.
func inPixels() {
	runtime.LockOSThread()
	const perMonitorV2 = ^uintptr(3) // -4
	if set := windows.NewLazySystemDLL("user32.dll").NewProc("SetThreadDpiAwarenessContext"); set.Find() == nil {
		_, _, _ = set.Call(perMonitorV2)
	}
}
