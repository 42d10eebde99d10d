package capture

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"image/png"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// board is a clipboard whose owner gives what there is, or an error, and offers
// more than it gives.
type board struct {
	holds map[string]any
	asked []string
}

func (b *board) close() {}

func (b *board) types() ([]string, error) {
	types := []string{"TIMESTAMP", "image/tiff"}
	for kind := range b.holds {
		types = append(types, kind)
	}
	return types, nil
}

func (b *board) get(kind string, most int) ([]byte, error) {
	b.asked = append(b.asked, kind)
	switch held := b.holds[kind].(type) {
	case error:
		return nil, held
	case []byte:
		if len(held) > most {
			return nil, errTooMuch
		}
		return held, nil
	}
	panic("asked for what was not offered: " + kind)
}

func TestReadClip(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("lists of files are those of Unix")
	}
	folder := t.TempDir()
	write := func(name string, data []byte) string {
		name = filepath.Join(folder, name)
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return (&url.URL{Scheme: "file", Path: filepath.ToSlash(name)}).String()
	}
	picture := encoded(t, png.Encode)
	file, text := write("my qr ü.png", picture), write("text.png", []byte("text"))
	broken := errors.New("broken")
	inline := []byte("data:image/png;base64," + base64.StdEncoding.EncodeToString(picture))
	longInline := []byte("data:image/png;base64," + strings.Repeat("\n", MaxText) + base64.StdEncoding.EncodeToString(picture))
	page := func(source string) []byte {
		return []byte(`<meta charset='utf-8'><p>Log in with <img alt="x" src="` + source + `">your phone`)
	}
	for name, c := range map[string]struct {
		holds   map[string]any
		text    string
		err     error
		asked   []string
		picture bool // that one was begun
	}{
		"nothing that is known":     {holds: nil, err: ErrClipboardOther},
		"a picture before a text":   {holds: map[string]any{"image/png": picture, "text/plain": []byte("x")}, asked: []string{"image/png"}, picture: true},
		"PNG before JPEG":           {holds: map[string]any{"image/png": picture, "image/jpeg": []byte("x")}, asked: []string{"image/png"}, picture: true},
		"the next if one is denied": {holds: map[string]any{"image/png": errRefused, "image/bmp": picture}, asked: []string{"image/png", "image/bmp"}, picture: true},
		"the type is not believed":  {holds: map[string]any{"image/bmp": picture}, asked: []string{"image/bmp"}, picture: true},
		"not a picture":             {holds: map[string]any{"image/png": []byte("x")}, err: ErrNotPicture, picture: true},
		"cut off":                   {holds: map[string]any{"image/png": picture[:60]}, err: ErrCutOff, picture: true},
		"broken":                    {holds: map[string]any{"image/png": broken, "text/plain": []byte("x")}, err: broken, picture: true},
		"a copied file":             {holds: map[string]any{"text/uri-list": []byte(file + "\r\n"), "text/plain": []byte("x")}, asked: []string{"text/uri-list"}, picture: true},
		"with a remark, a mark":     {holds: map[string]any{"text/uri-list": []byte("# copied\r\n" + file + "\x00")}, picture: true},
		"of this computer":          {holds: map[string]any{"text/uri-list": []byte(strings.Replace(file, "//", "//localhost", 1))}, picture: true},
		"a file, not a picture":     {holds: map[string]any{"text/uri-list": []byte(text)}, err: ErrNotPicture, picture: true},
		"no such file":              {holds: map[string]any{"text/uri-list": []byte(file + "x")}, err: os.ErrNotExist, picture: true},
		"several files":             {holds: map[string]any{"text/uri-list": []byte(file + "\r\n" + text)}, err: ErrClipboardSeveral, picture: true},
		"very many":                 {holds: map[string]any{"text/uri-list": []byte(strings.Repeat(file+"\r\n", 4000))}, err: ErrClipboardSeveral, picture: true},
		"of another computer":       {holds: map[string]any{"text/uri-list": []byte("file://far/x.png")}, err: ErrClipboardOther, picture: true},
		"a web address":             {holds: map[string]any{"text/uri-list": []byte("https://x.example/%"), "text/plain": []byte("x")}, text: "x", picture: true},
		"text":                      {holds: map[string]any{"UTF8_STRING": []byte("ü\n"), "STRING": []byte("\xfc")}, text: "ü\n", asked: []string{"UTF8_STRING"}},
		"text of one byte each":     {holds: map[string]any{"STRING": []byte("\xfc")}, text: "ü"},
		"text with C's end mark":    {holds: map[string]any{"UTF8_STRING": []byte("x\x00")}, text: "x"},
		"no text":                   {holds: map[string]any{"UTF8_STRING": []byte("")}, err: ErrClipboardEmpty},
		"the longest text":          {holds: map[string]any{"UTF8_STRING": bytes.Repeat([]byte("x"), MaxText)}, text: strings.Repeat("x", MaxText)},
		"a longer one":              {holds: map[string]any{"UTF8_STRING": bytes.Repeat([]byte("x"), MaxText+1)}, err: ErrClipboardLong},
		"written as an address":     {holds: map[string]any{"text/plain": inline}},
		"in a list":                 {holds: map[string]any{"text/uri-list": append(inline, "\r\n"...)}, picture: true},
		"a long one":                {holds: map[string]any{"text/plain": longInline, "STRING": []byte("x")}, asked: []string{"text/plain"}},
		"not a picture, inline":     {holds: map[string]any{"text/plain": []byte("data:image/png;base64,eHg")}, err: ErrNotPicture},
		"an address with a text":    {holds: map[string]any{"text/plain": []byte("data:text/plain,x")}, text: "data:text/plain,x"},
		"a page":                    {holds: map[string]any{"text/html": page(string(inline)), "text/plain": []byte("Log in with\nyour phone")}, asked: []string{"text/plain", "text/html"}, picture: true},
		"a page in UTF-16":          {holds: map[string]any{"text/html": utf16Of(page(string(inline))), "text/plain": []byte(" ")}, picture: true},
		"a page with a file":        {holds: map[string]any{"text/html": page(file)}, picture: true},
		"a page, a code as text":    {holds: map[string]any{"text/html": page(string(inline)), "text/plain": []byte("understudy://otp?otp=x\n")}, text: "understudy://otp?otp=x\n", asked: []string{"text/plain"}},
		"a page with a device":      {holds: map[string]any{"text/html": page("file:///dev/zero")}, err: ErrClipboardRemote, picture: true},
		"a page with a folder of another computer": {holds: map[string]any{"text/html": page("file:////" + strings.TrimPrefix(file, "file:///"))}, err: ErrClipboardRemote, picture: true},
		"a page on the web":                        {holds: map[string]any{"text/html": page("https://x.example/a.png"), "text/plain": []byte("\ufffc\n")}, err: ErrClipboardRemote, picture: true},
		"with a text":                              {holds: map[string]any{"text/html": page("https://x.example/a.png"), "text/plain": []byte("two words")}, text: "two words", picture: true},
		"a page of text":                           {holds: map[string]any{"text/html": []byte("<p>two words"), "text/plain": []byte("two words")}, text: "two words", picture: true},
		"a page of text alone":                     {holds: map[string]any{"text/html": []byte("<p>x")}, err: ErrClipboardOther, picture: true},
		"a page that is broken":                    {holds: map[string]any{"text/html": page("data:image/png;base64,eHg"), "text/plain": []byte("a b")}, text: "a b", picture: true},
		"a huge page":                              {holds: map[string]any{"text/html": make([]byte, MaxInline+1), "text/plain": []byte("a b")}, text: "a b", picture: true},
		"all denied":                               {holds: map[string]any{"UTF8_STRING": errRefused, "STRING": errRefused}, err: ErrClipboardOther},
	} {
		t.Run(name, func(t *testing.T) {
			b, begun := &board{holds: c.holds}, false
			clip, err := readClip(t.Context(), b, func() { begun = true })
			switch {
			case !errors.Is(err, c.err):
				t.Fatalf("err = %v", err)
			case clip.Text != c.text:
				t.Errorf("text %.40q", clip.Text)
			case err == nil && (clip.Picture != nil) == (c.text != ""):
				t.Error("neither a picture nor a text, or both")
			case clip.Picture != nil:
				sameStripes(t, clip.Picture)
			}
			if c.asked != nil && !slices.Equal(b.asked, c.asked) {
				t.Errorf("asked for %q", b.asked)
			}
			if begun != c.picture {
				t.Errorf("begun = %v", begun)
			}
		})
	}
}

func utf16Of(text []byte) []byte {
	out := []byte{0xFF, 0xFE}
	for _, unit := range utf16.Encode([]rune(string(text))) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}

func TestReadClipTooLarge(t *testing.T) {
	b := &board{holds: map[string]any{"image/png": make([]byte, MaxBytes+1)}}
	_, err := readClip(t.Context(), b, func() {})
	if large, ok := errors.AsType[*TooLargeError](err); !ok || large.Pixels != 0 {
		t.Errorf("err = %v", err)
	}
}
