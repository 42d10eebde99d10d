package camera

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"strings"
)

var errDamagedFrame = errors.New("the frame is damaged")

// decodeJPEG decodes one frame of MJPEG. It does not keep data.
func decodeJPEG(data []byte) (frame image.Image, err error) {
	defer func() { // decoders meet what their authors did not think of
		if recover() != nil {
			frame, err = nil, errDamagedFrame
		}
	}()
	scan, tables, ok := startOfScan(data)
	if !ok {
		return nil, errDamagedFrame
	}
	config, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil || config.Width <= 0 || config.Height <= 0 || int64(config.Width)*int64(config.Height) > MaxPixels {
		return nil, errDamagedFrame
	}
	var in io.Reader = bytes.NewReader(data)
	if !tables {
		in = io.MultiReader(bytes.NewReader(data[:scan]), strings.NewReader(standardTables), bytes.NewReader(data[scan:]))
	}
	frame, err = jpeg.Decode(in)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamagedFrame, err)
	}
	return frame, nil
}

// Markers of JPEG, after the byte 0xff.
const (
	markerDHT = 0xc4
	markerSOI = 0xd8
	markerEOI = 0xd9
	markerSOS = 0xda
)

// startOfScan is where the pixels' segment begins, and whether Huffman tables
// come before it.
func startOfScan(data []byte) (at int, tables, ok bool) {
	if len(data) < 4 || data[0] != 0xff || data[1] != markerSOI {
		return 0, false, false
	}
	for at = 2; at+4 <= len(data) && data[at] == 0xff; {
		switch data[at+1] {
		case markerSOS:
			return at, tables, true
		case markerDHT:
			tables = true
		case 0xff: // a byte to fill up with
			at++
			continue
		}
		at += 2 + int(data[at+2])<<8 + int(data[at+3])
	}
	return 0, false, false
}
