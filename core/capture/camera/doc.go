// Package camera reads QR codes from a camera.
//
//	source := camera.New(camera.Options{Device: "Integrated Camera"})
//	err := camera.Watch(ctx, source, camera.Watching{}, func(e camera.Event) {
//		switch e := e.(type) {
//		case camera.Frame:   // show it
//		case camera.Reading: // the codes in a frame, with their corners
//		case camera.Status:  // works, or waits and why
//		}
//	})
//
// # Sources
//
// A [Source] is where frames come from: a camera ([New]) or files in its place
// ([Files]: a folder of pictures, or a file of MJPEG), which tests and those
// who have no camera use. Both go the same way from there.
//
// Cameras are those of Linux (V4L2), spoken to with system calls, so that the
// static program has them as well. MJPEG, with or without Huffman tables, and
// YUYV are understood. Elsewhere every call ends with [ErrUnsupported].
//
// # What is promised
//
//   - The newest frame wins: what nobody took in time is overwritten, and never
//     decoded. A camera keeps three frames as it sent them, whatever its rate.
//   - A frame is an [image.YCbCr], made without a change of its values; scan reads
//     its luma in place. It belongs to whoever got it and is never written again.
//   - The end of the context ends everything, at once also while a camera is
//     silent; what is not ours is the time that a driver takes to open and to close
//     one. A camera that sends nothing for some seconds is [ErrFrozen].
//   - A frame that arrives damaged is skipped and counted.
//   - Nothing is kept on disk, and errors say nothing of what was seen. When a
//     stream is closed its buffers are cleared, and the camera's light goes out.
//
// What a camera says of itself (its name, sizes, lengths) is checked before it
// is used, like what is in a file.
package camera
