package capture

import (
	"context"
	"net/url"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

func clipPicture(ctx context.Context, data []byte) (Clip, error) {
	picture, err := DecodeBytes(ctx, data)
	return Clip{Picture: picture}, err
}

// clipFile reads the file of a list as file managers copy one.
func clipFile(ctx context.Context, list []byte) (Clip, error) {
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
func clipText(_ context.Context, data []byte) (Clip, error) {
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
