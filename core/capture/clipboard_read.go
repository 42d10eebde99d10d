package capture

import (
	"context"
	"encoding/binary"
	"errors"
	"net/url"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

func clipPicture(ctx context.Context, data []byte) (Clip, error) {
	picture, err := DecodeBytes(ctx, data)
	return Clip{Picture: picture}, err
}

// clipFile reads the file of a list as file managers copy one.
func clipFile(ctx context.Context, list []byte) (Clip, error) {
	if picture, err := DataURL(ctx, string(list)); !errors.Is(err, ErrNotDataURL) {
		return Clip{Picture: picture}, err
	}
	if len(list) > MaxText {
		return Clip{}, ErrClipboardSeveral
	}
	names := fileNames(string(list))
	switch len(names) {
	case 0: // web addresses; they are there as a text too
		return Clip{}, errRefused
	case 1:
		picture, err := File(ctx, names[0])
		return Clip{Picture: picture}, err
	}
	return Clip{}, ErrClipboardSeveral
}

// fileNames are the files of this computer in a list of addresses (RFC 2483).
func fileNames(list string) []string {
	var names []string
	for line := range strings.Lines(list) {
		address, err := url.Parse(strings.Trim(line, "\r\n\x00"))
		if err != nil || address.Scheme != "file" || address.Host != "" && address.Host != "localhost" {
			continue
		}
		if name := filepath.FromSlash(address.Path); filepath.IsAbs(name) {
			names = append(names, name)
		}
	}
	return names
}

// clipText takes a text for UTF-8, whatever its type says, and where it cannot be
// that, for Latin-1, which is what X means by STRING.
func clipText(ctx context.Context, data []byte) (Clip, error) {
	if picture, err := DataURL(ctx, string(data)); !errors.Is(err, ErrNotDataURL) {
		return Clip{Picture: picture}, err
	}
	if len(data) > MaxText {
		return Clip{}, ErrClipboardLong
	}
	text := strings.TrimRight(string(data), "\x00") // some programs send the end mark of C
	if !utf8.ValidString(text) {
		runes := make([]rune, 0, len(text))
		for _, b := range []byte(text) {
			runes = append(runes, rune(b))
		}
		text = string(runes)
	}
	if text == "" {
		return Clip{}, ErrClipboardEmpty
	}
	return Clip{Text: text}, nil
}

// clipPage reads the pictures of a piece of HTML; errRefused where it has none.
func clipPage(ctx context.Context, data []byte) (Clip, error) {
	picture, remote, err := htmlPicture(ctx, data)
	switch {
	case err != nil:
		return Clip{}, err
	case picture != nil:
		return Clip{Picture: picture}, nil
	case remote:
		return Clip{}, ErrClipboardRemote
	}
	return Clip{}, errRefused
}

// isCode reports whether a text could be a code or a link: long, and without a blank
// inside.
func isCode(text string) bool {
	text = strings.TrimSpace(text)
	return len(text) >= 16 && !strings.ContainsFunc(text, unicode.IsSpace)
}

// isBlank reports whether a text shows nothing: browsers put U+FFFC where a picture
// was.
func isBlank(text string) bool {
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == 0xFFFC || r == 0 }) == ""
}

// utf8Of makes UTF-8 of a text that begins with the mark of UTF-16, as Firefox
// gives HTML under X.
func utf8Of(data []byte) []byte {
	var order binary.ByteOrder
	switch {
	case len(data) >= 2 && data[0] == 0xFF && data[1] == 0xFE:
		order = binary.LittleEndian
	case len(data) >= 2 && data[0] == 0xFE && data[1] == 0xFF:
		order = binary.BigEndian
	default:
		return data
	}
	var units []uint16
	for data = data[2:]; len(data) >= 2; data = data[2:] {
		units = append(units, order.Uint16(data))
	}
	return []byte(string(utf16.Decode(units)))
}
