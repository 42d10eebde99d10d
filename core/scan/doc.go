// Package scan finds and reads every QR code in a picture (ISO/IEC 18004).
//
//	result, err := scan.New().Read(ctx, picture)
//	result, err := scan.Quick().ReadLuma(ctx, scan.Luma{Pix: frame, Width: 640, Height: 480, Stride: 1280, Step: 2}) // YUYV
//
// # How a picture is read
//
//	image.Image ─lum─> luminance, and a threshold for each 8 x 8 pixels
//	     ─find─> finder patterns, as squares in grey levels
//	     ─triples, pairs─> corners of a code
//	     ─grid─> where its modules are, their levels, dark or light, text
//
// Each stage is a package of its own below internal: lum, find, grid, and geom for
// the geometry. This package has the order: a look is one way to search the
// picture for finder patterns, at its size, half or a quarter, with thresholds of
// a narrow or a wide window; looks.go lists them. The first looks are cheap. The
// others, which are thorough, are taken while there is no code, or a finder pattern
// that is in none. What a look finds is kept for the next ones: one corner of a
// code is seen at full size, another only at half.
//
// Where a comment tells what a part gains, it is codes lost without it, of 1,368
// that are read in 1,195 pictures: photographs, screenshots and drawn scenes, and
// half of them once more blurred, noisy, smaller, larger, turned, askew and pale.
//
// Only the last step, from a matrix of dark and light to text, is gozxing's. The
// binary picture serves to find finder patterns, and nothing else: all that follows
// measures grey levels between pixels.
//
// # What is promised
//
//   - No code is guessed. Modules that are the same in every code have to be where
//     they should before the others are looked at; what the error correction does
//     not confirm, in every block and within what the standard lets it correct, is
//     not returned. See [Code.Certainty].
//   - The same picture gives the same answer, however busy the machine is: limits
//     count attempts and samples, never time.
//   - A context that ends is noticed within some milliseconds.
//   - Memory is a byte and a half for each pixel, and some; more than [MaxPixels]
//     are refused before anything is read.
//   - A picture that makes the library panic holds no code, that is all.
//   - Nothing of the picture is kept.
//
// # What is read
//
// QR codes (model 2) of all versions, turned, mirrored, light on dark, seen from the
// side, on curved or crumpled paper, blurred, dim, with modules of a pixel, with a
// corner missing, of dots with finder patterns that are bare discs. A code that is seen but cannot be read is in [Result.Seen].
// Micro QR, rMQR and model 1 are not read.
//
// Codes that are one part of several (structured append) are in [Result.Parts]: a
// part of a text is not the text.
//
// Text is in the character set that the code names (ECI). Where it names none,
// which is usual, gozxing decides: UTF-8 if the bytes are that, else ISO 8859-1
// or Shift JIS by their frequencies, as most readers do. Text is always valid
// UTF-8. Binary content comes out as such text; the bytes are in [Code.Bytes].
package scan
