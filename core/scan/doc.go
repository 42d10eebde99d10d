// Package scan finds and reads every QR code in a picture (ISO/IEC 18004).
//
//	result, err := scan.New().Read(ctx, picture)
//
// No code is guessed: text that the error correction does not confirm is not
// returned. The same picture gives the same answer, however busy the machine
// is. Micro QR and rMQR are not read.
//
// The pixels are read from the buffers of the usual picture types and become
// one byte of luminance each; detection and decoding are gozxing's.
package scan
