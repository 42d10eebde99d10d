package capture

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	// MaxInline limits a text that may hold pictures, in bytes: a data: URL, or HTML.
	MaxInline = 16 << 20

	// maxImages is how many pictures of a piece of HTML are read.
	maxImages = 16
)

// ErrNotDataURL tells a text that is no data: URL with a picture.
var ErrNotDataURL = errors.New("this is not a picture written as an address (data:image/…)")

// DataURL reads a picture that is written as an address (RFC 2397), as pages and
// their tools have small ones: data:image/png;base64,… Blanks around it do not
// count.
func DataURL(ctx context.Context, text string) (image.Image, error) {
	text = strings.Trim(text, " \t\r\n\x00")
	if len(text) < 5 || !strings.EqualFold(text[:5], "data:") {
		return nil, ErrNotDataURL
	}
	head, body, ok := strings.Cut(text[5:], ",")
	kind, parameters, _ := strings.Cut(head, ";")
	if !ok || len(kind) < 6 || !strings.EqualFold(kind[:6], "image/") {
		return nil, ErrNotDataURL
	}
	if len(text) > MaxInline {
		return nil, &TooLargeError{}
	}
	body, err := url.PathUnescape(body)
	if err != nil {
		return nil, ErrDamaged
	}
	data := []byte(body)
	if parameters = strings.ToLower(parameters); parameters == "base64" || strings.HasSuffix(parameters, ";base64") {
		if data, err = decodeBase64(body); err != nil {
			return nil, ErrDamaged
		}
	}
	return DecodeBytes(ctx, data)
}

// decodeBase64 takes both alphabets, line breaks, and a missing end.
func decodeBase64(text string) ([]byte, error) {
	text = strings.NewReplacer("-", "+", "_", "/", "=", "", " ", "", "\t", "", "\r", "", "\n", "").Replace(text)
	return base64.RawStdEncoding.DecodeString(text)
}

// htmlPicture reads the pictures of a piece of HTML that come with it (data:) or are
// files of this computer (file:). If there are several, they stand below each other
// in one, as many as fit: the first that does not is the last that is decoded, so
// that many large ones take no more memory than two. Nothing is ever fetched; remote
// reports whether one would have to be. Nil where there is none that can be read.
func htmlPicture(ctx context.Context, data []byte) (picture image.Image, remote bool, err error) {
	var pictures []image.Image
	for _, address := range imageAddresses(data) {
		p, err := DataURL(ctx, address)
		if errors.Is(err, ErrNotDataURL) {
			if names := fileNames(address); len(names) == 1 && isPlainFile(names[0]) {
				p, err = File(ctx, names[0])
			} else {
				remote = true
			}
		}
		switch {
		case ctx.Err() != nil:
			return nil, false, ctx.Err()
		case err == nil:
			pictures = append(pictures, p)
		}
		if fit, _ := stack(pictures); fit < len(pictures) {
			break
		}
	}
	return stacked(pictures), remote, nil
}

// isPlainFile reports whether a name is that of a file on a disk. A page chose it, not
// the person: a pipe, a device or another computer's folder is not even opened.
func isPlainFile(name string) bool {
	if slash := filepath.ToSlash(name); strings.HasPrefix(slash, "//") {
		return false
	}
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// imageAddresses are the addresses of the pictures in a piece of HTML, each once.
func imageAddresses(data []byte) (list []string) {
	page := html.NewTokenizer(bytes.NewReader(utf8Of(data)))
	page.SetMaxBuf(MaxInline + 1)
	seen := map[string]bool{}
	for len(list) < maxImages {
		switch page.Next() {
		case html.ErrorToken: // the end, or something that is no HTML
			return list
		case html.StartTagToken, html.SelfClosingTagToken:
		default:
			continue
		}
		token := page.Token()
		if token.DataAtom != atom.Img {
			continue
		}
		for _, a := range token.Attr {
			if a.Key == "src" && a.Val != "" && !seen[a.Val] {
				seen[a.Val] = true
				list = append(list, a.Val)
			}
		}
	}
	return list
}

// gap is around each of several pictures.
const gap = 16

// stacked puts pictures below each other on white, as many as fit.
func stacked(pictures []image.Image) image.Image {
	if len(pictures) == 0 {
		return nil
	}
	fit, size := stack(pictures)
	if fit <= 1 {
		return pictures[0]
	}
	out := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(out, out.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	at := image.Pt(gap, gap)
	for _, p := range pictures[:fit] {
		b := p.Bounds()
		draw.Draw(out, image.Rectangle{Max: b.Size()}.Add(at), p, b.Min, draw.Over)
		at.Y += b.Dy() + 2*gap
	}
	return out
}

// stack tells how many pictures fit below each other, and how large that is.
func stack(pictures []image.Image) (fit int, size image.Point) {
	for _, p := range pictures {
		next := image.Pt(max(size.X, p.Bounds().Dx()+2*gap), size.Y+p.Bounds().Dy()+2*gap)
		if int64(next.X)*int64(next.Y) > MaxPixels {
			break
		}
		size = next
		fit++
	}
	return fit, size
}
