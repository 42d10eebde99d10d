// Package scan finds and reads every QR code in a picture (ISO/IEC 18004).
//
//	result, err := scan.New().Read(ctx, picture)
//
// # How a picture is read
//
//	image.Image ─toGrey─> luminance ─look─> dark or light ─findFinders─> finder patterns
//	     ─findTriples─> three corners of a code ─decode─> Code
//
// A look is one way to see the picture: as it is or as a negative, at its own
// size, smaller or larger, with thresholds that follow the light across the
// page or with one for all. Looks follow each other in a fixed order. The
// first ones are always taken, so that a light code on dark is found beside a
// dark one on light; the others only while nothing was found.
//
// Thresholds, the check of a finder pattern, the grid between three of them and
// the decoding are gozxing's. Its search over the whole picture is not used:
// on four megapixels full of finder patterns it took more than a minute, and it
// cannot be stopped.
//
// # What is promised
//
//   - No code is guessed. What the error correction does not confirm is not
//     returned, and neither is what lacks a code's fixed patterns.
//   - The same picture gives the same answer, however busy the machine is:
//     limits count attempts, never time.
//   - The context is asked between attempts and for each row that is searched.
//   - A picture that makes the library panic holds no code, that is all.
//   - Nothing of the picture is kept.
//
// # What is read
//
// QR codes of all versions, turned, mirrored, light on dark. Micro QR and rMQR
// are not read. Codes that are one part of several (structured append) are left
// out: a part of a text is not the text.
//
// Text is in the character set that the code names (ECI). Where it names none,
// which is usual, gozxing decides: UTF-8 if the bytes are that, else ISO 8859-1
// or Shift JIS by their frequencies, as most readers do. Text is always valid
// UTF-8. Binary content comes out as such text; the bytes are in [Code.Bytes].
package scan
