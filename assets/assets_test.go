package assets

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := FS().ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestIconPNGsAreAsLargeAsTheirNameSays(t *testing.T) {
	for _, size := range Sizes() {
		img, err := png.Decode(bytes.NewReader(read(t, IconPNG(size))))
		if err != nil {
			t.Fatalf("%s: %v", IconPNG(size), err)
		}
		if b := img.Bounds(); b.Dx() != size || b.Dy() != size {
			t.Errorf("%s is %d x %d", IconPNG(size), b.Dx(), b.Dy())
		}
		if _, _, _, alpha := img.At(0, 0).RGBA(); alpha == 0xffff {
			t.Errorf("%s: the corner is opaque; the rounded square must stand on any background", IconPNG(size))
		}
	}
	names, err := fs.Glob(FS(), "icons/*")
	if err != nil {
		t.Fatal(err)
	}
	if len(names) != len(Sizes()) {
		t.Errorf("embedded %v, but there are %d sizes", names, len(Sizes()))
	}
}

// Icons end up in web pages and in other programs' renderers: they must be drawings and nothing else.
func TestSVGsHoldOnlyShapes(t *testing.T) {
	allowed := map[string]bool{"svg": true, "title": true, "desc": true, "path": true, "rect": true}
	for _, name := range []string{Icon, IconMono} {
		dec := xml.NewDecoder(bytes.NewReader(read(t, name)))
		elements := 0
		for {
			token, err := dec.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			start, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			elements++
			if !allowed[start.Name.Local] {
				t.Errorf("%s holds <%s>", name, start.Name.Local)
			}
		}
		if elements < 2 {
			t.Errorf("%s draws nothing", name)
		}
	}
}

// desktopEntry returns the keys of the one group that our entry has.
func desktopEntry(t *testing.T) map[string]string {
	t.Helper()
	entry := map[string]string{}
	for line := range strings.Lines(string(read(t, DesktopEntry))) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			entry[key] = value
		}
	}
	return entry
}

// Three files describe the program to packagers, desktops and software centres, each in its own format.
func TestDescriptionsAgree(t *testing.T) {
	var app struct {
		Website string
		Details struct {
			Name, ID, Icon, Version string
		}
		LinuxAndBSD struct {
			GenericName, Comment string
			Categories, Keywords []string
		}
	}
	if _, err := toml.DecodeFile("../FyneApp.toml", &app); err != nil {
		t.Fatal(err)
	}
	var info struct {
		ID         string   `xml:"id"`
		Name       string   `xml:"name"`
		Summary    string   `xml:"summary"`
		Launchable string   `xml:"launchable"`
		Icon       string   `xml:"icon"`
		Categories []string `xml:"categories>category"`
		Binary     string   `xml:"provides>binary"`
		URL        []struct {
			Type string `xml:"type,attr"`
			Text string `xml:",chardata"`
		} `xml:"url"`
		Releases []struct {
			Version string `xml:"version,attr"`
		} `xml:"releases>release"`
	}
	if err := xml.Unmarshal(read(t, MetaInfo), &info); err != nil {
		t.Fatal(err)
	}
	if len(info.Releases) == 0 || len(info.URL) == 0 {
		t.Fatalf("%s names no release or no address", MetaInfo)
	}
	entry := desktopEntry(t)
	program, _, _ := strings.Cut(entry["Exec"], " ")
	list := func(values []string) string { return strings.Join(values, ";") + ";" }

	for _, c := range []struct{ what, got, want string }{
		{"FyneApp ID", app.Details.ID, ID},
		{"metainfo ID", info.ID, ID},
		{"metainfo launchable", info.Launchable, DesktopEntry},
		{"metainfo icon", info.Icon, ID},
		{"desktop icon", entry["Icon"], ID},
		{"desktop program", program, info.Binary},
		{"FyneApp name", app.Details.Name, info.Name},
		{"desktop name", entry["Name"], info.Name},
		{"FyneApp comment", app.LinuxAndBSD.Comment, info.Summary},
		{"desktop comment", entry["Comment"], info.Summary},
		{"desktop generic name", entry["GenericName"], app.LinuxAndBSD.GenericName},
		{"desktop categories", entry["Categories"], list(app.LinuxAndBSD.Categories)},
		{"metainfo categories", list(info.Categories), list(app.LinuxAndBSD.Categories)},
		{"desktop keywords", entry["Keywords"], list(app.LinuxAndBSD.Keywords)},
		{"version, newest release", app.Details.Version, info.Releases[0].Version},
		{"homepage", app.Website, info.URL[0].Text},
	} {
		if c.got != c.want {
			t.Errorf("%s is %q, want %q", c.what, c.got, c.want)
		}
	}
	if _, err := os.Stat(path.Join("..", app.Details.Icon)); err != nil {
		t.Errorf("FyneApp icon: %v", err)
	}
}
