// Package screen takes pictures of what the monitors show.
//
//	shots, err := screen.Grab(ctx, screen.Options{})
//	for _, shot := range shots {
//		result, err := scan.New().Read(ctx, shot.Image)
//		…
//	}
//
// # Ways
//
//   - X11: the pixels of each monitor, from the X server itself.
//   - Wayland: a compositor shows its pixels to no program; the desktop's portal
//     is asked for a picture (org.freedesktop.portal.Screenshot). Some desktops ask
//     the person first, once or each time. The picture is of the whole desktop, all
//     of it at the scale of the finest monitor; it is cut into monitors where the
//     compositor tells where they are.
//   - Windows, and macOS where the program is built with cgo: kbinani/screenshot.
//   - Elsewhere: [ErrUnsupported].
//
// Monitors are ordered from left to right, then from top to bottom; mirrored ones
// are one. The picture holds the monitor's own pixels, so that a code on a monitor
// of high density has all the pixels that are shown; [Shot.Scale] tells how many of
// them a unit of the desktop has.
//
// # The caller's own window
//
// It can lie over the code. [Options.Hide] is called before the picture is taken and
// gives the function that shows the window again, which is called as soon as the
// pixels are fixed, before they are decoded:
//
//	shots, err := screen.Grab(ctx, screen.Options{
//		Hide: func(context.Context) func() { window.Hide(); wait(); return window.Show },
//		Waiting: func() { say("If the desktop asks whether it may take a picture, allow it there.") },
//	})
//
// # Deadlines
//
// A desktop that says nothing is given up after [Options.Patience]; [ErrSilent].
// A portal that took the request and does not answer may be asking the person.
// With Options.Waiting that is called then, after the window is shown again, and
// there is another minute; what comes then has the window in it, so it is taken
// once more. The end of the context ends everything, within a second.
//
// # Privacy
//
// Pixels are in memory only. The portal hands over its picture as a file, which is
// read and removed at once, on every way out: where it cannot be read, and where it
// comes within a second after the context has ended. A Shot that is printed or
// logged says its name and place, and errors say nothing of what is to be seen.
//
// # Watching
//
// [Watch] looks again and again until the caller has seen what it waits for. A look
// that takes long makes the next one wait longer: a second at least, and five at
// most. As long as a look takes less than a quarter of a second, watching takes a
// twentieth of one processor at most. A monitor that shows what it showed before is
// not handed out again, and an X server tells when something is painted: until then
// nothing is looked at.
package screen
