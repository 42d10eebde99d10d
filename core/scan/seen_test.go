package scan

import (
	"image"
	"image/draw"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"rsc.io/qr/coding"
)

// What is there but cannot be read is told, with its place, and nothing else is.
func TestSeen(t *testing.T) {
	code := drawn(t, login, 6)
	within := outline(code, 6)
	middle := func(share float64) image.Rectangle {
		d := int(float64(within.Dx()) * (1 - share) / 2)
		return within.Inset(d)
	}
	cut := func(keep image.Rectangle) image.Image { // at the right lower corner of a page
		part := code.SubImage(keep)
		out := image.NewGray(image.Rect(0, 0, 600, 600))
		draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(out, part.Bounds().Sub(part.Bounds().Max).Add(image.Pt(600, 600)), part, part.Bounds().Min, draw.Src)
		return out
	}
	for name, c := range map[string]struct {
		img    image.Image
		reason Reason
		near   image.Rectangle
	}{
		"damaged":        {blanked(code, middle(0.62)), Damaged, within},
		"right part cut": {cut(image.Rect(0, 0, within.Min.X+within.Dx()*6/10, code.Rect.Max.Y)), Cut, image.Rect(380, 230, 800, 600)},
		"lower part cut": {cut(image.Rect(0, 0, code.Rect.Max.X, within.Min.Y+within.Dy()*6/10)), Cut, image.Rect(230, 380, 600, 800)},
		"a corner":       {cut(image.Rect(0, 0, within.Min.X+80, within.Min.Y+80)), Cut, image.Rect(500, 500, 600, 600)},
	} {
		t.Run(name, func(t *testing.T) {
			got := read(t, c.img)
			if len(got.Codes) != 0 || len(got.Seen) != 1 || got.Seen[0].Reason != c.reason {
				t.Fatalf("%+v", got)
			}
			all := image.Rectangle{Min: got.Seen[0].Corners[0], Max: got.Seen[0].Corners[0]}
			for _, p := range got.Seen[0].Corners {
				all = all.Union(image.Rectangle{p, p.Add(image.Pt(1, 1))})
			}
			if !all.In(c.near.Inset(-30)) || 3*all.Dx() < c.near.Dx() {
				t.Errorf("at %v, want %v", all, c.near)
			}
		})
	}
	for name, img := range map[string]image.Image{
		"read": code, "a page of text": page(1280, 800, nil), "read beside text": page(1280, 800, map[image.Point]image.Image{{400, 100}: code}),
	} {
		if got := read(t, img); len(got.Seen) != 0 {
			t.Errorf("%s: %+v", name, got.Seen)
		}
	}
}

// Too small to be read, with the noise that there is: modules of hardly a pixel.
func TestSeenTooSmall(t *testing.T) {
	small := noisy(resampled(drawn(t, login, 20), 20, 1.2), 50)
	got := read(t, small)
	if len(got.Codes) != 0 || len(got.Seen) != 1 || got.Seen[0].Reason != TooSmall {
		t.Errorf("%+v", got)
	}
}

// A part of a text is not the text; content that is none is told.
func TestPartsAndNoText(t *testing.T) {
	for name, c := range map[string]struct {
		segments []coding.Encoding
		check    func(r Result) bool
	}{
		"part": {[]coding.Encoding{segment{{3, 4}, {0x13, 8}, {0x5A, 8}}, coding.String("second")}, func(r Result) bool {
			return len(r.Parts) == 1 && r.Parts[0].Index == 1 && r.Parts[0].Of == 4 && r.Parts[0].Parity == 0x5A && r.Parts[0].Text == "second"
		}},
		"unknown set": {[]coding.Encoding{segment{{7, 4}, {99, 8}}, coding.String("abc")}, func(r Result) bool {
			return len(r.Seen) == 1 && r.Seen[0].Reason == NoText
		}},
		"empty": {[]coding.Encoding{coding.String("")}, func(r Result) bool { return len(r.Seen) == 1 && r.Seen[0].Reason == NoText }},
	} {
		plan, err := coding.NewPlan(3, coding.M, 2)
		if err != nil {
			t.Fatal(err)
		}
		code, err := plan.Encode(c.segments...)
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, painted(code.Size, 4, code.Black)); len(got.Codes) != 0 || !c.check(got) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// One processor or several, the answer is the same.
func TestDeterministic(t *testing.T) {
	a, b := drawn(t, "first", 6), negative(drawn(t, "second, light on dark", 5))
	img := page(1600, 900, map[image.Point]image.Image{{200, 150}: blanked(a, outline(a, 6).Inset(40)), {900, 300}: b, {300, 600}: a})
	want := read(t, img)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, n := range []int{1, 3, 8} {
		runtime.GOMAXPROCS(n)
		if got := read(t, img); !reflect.DeepEqual(got, want) {
			t.Errorf("on %d processors %+v, want %+v", n, got, want)
		}
	}
	if got := texts(want); !slices.Equal(got, []string{"second, light on dark", "first"}) {
		t.Errorf("read %q", got)
	}
}
