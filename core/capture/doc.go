// Package capture is where pictures come from: files, streams and the
// clipboard.
//
//	picture, err := capture.File(ctx, "page.png")
//	picture, err := capture.Decode(ctx, os.Stdin)
//	clip, err := capture.Clipboard(ctx)
//	picture, err := capture.Dropped(ctx, name)
//
// Pictures of the screen are those of package screen.
//
// A picture from outside is hostile until it is decoded:
//
//   - A file is read up to 64 MiB ([MaxBytes]).
//
//   - Its size is read before its pixels, and 64 megapixels ([MaxPixels]) are the
//     limit: a file of 50 KB can hold 400 of them.
//
//   - PNG, JPEG, GIF (the first frame), WebP and BMP are read, told by their first
//     bytes and never by the name. The list is this package's own: Go's registry
//     of formats grows with every package that a program links, and the decoder of
//     TIFF has been a source of trouble.
//
//   - A decoder that panics ends as an error.
//
//   - The end of the context ends the reading, also from a pipe that is silent, and
//     from the clipboard when the program that filled it is.
//
//   - Nothing is fetched: a picture of a page that is on the web stays there. One that
//     comes with the page as a data: URL, or is a file of this computer, is read.
//
// Nothing is kept on disk, and errors say nothing of what is in the picture.
//
// A turned photograph (the orientation of EXIF) is not turned back: QR codes are
// read in every direction.
package capture
