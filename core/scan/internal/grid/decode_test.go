package grid

import (
	"math/rand/v2"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"rsc.io/qr"
	"rsc.io/qr/coding"
)

func matrix(t testing.TB, size int, black func(x, y int) bool) *gozxing.BitMatrix {
	t.Helper()
	m, err := gozxing.NewSquareBitMatrix(size)
	if err != nil {
		t.Fatal(err)
	}
	for y := range size {
		for x := range size {
			if black(x, y) {
				m.Set(x, y)
			}
		}
	}
	return m
}

// Three finder patterns alone are no code, whatever is between them.
func TestFixedPatterns(t *testing.T) {
	c := code(t, text)
	random := rand.New(rand.NewPCG(5, 6))
	chance := func(int, int) bool { return random.IntN(2) == 0 }
	timing := func(x, y int) bool { return min(x, y) == 6 && max(x, y) > 7 && max(x, y) < c.Size-8 }
	for name, want := range map[string]struct {
		black func(x, y int) bool
		is    bool
	}{
		"a code":           {c.Black, true},
		"mirrored":         {func(x, y int) bool { return c.Black(y, x) }, true},
		"light":            {func(int, int) bool { return false }, false},
		"dark":             {func(int, int) bool { return true }, false},
		"chance":           {chance, false},
		"chance as timing": {func(x, y int) bool { return c.Black(x, y) != (timing(x, y) && chance(x, y)) }, false},
		"turned":           {func(x, y int) bool { return c.Black(c.Size-1-x, c.Size-1-y) }, false},
	} {
		m := matrix(t, c.Size, want.black)
		if got := hasFixedPatterns(m); got != want.is {
			t.Errorf("%s: %v", name, got)
		}
		if content, ok := decode(m); ok != want.is || ok && content.Mirrored != (name == "mirrored") {
			t.Errorf("%s: decoded %v, %+v", name, ok, content)
		}
	}
}

// Spare falls with the damage, and at its end there is no reading, but for what a
// small code keeps from correcting.
func TestSpare(t *testing.T) {
	for _, c := range []struct {
		text  string
		level qr.Level
		most  int // codewords that are damaged
	}{{"1", qr.L, 3}, {"1", qr.M, 5}, {"1", qr.Q, 6}, {"1", qr.H, 6}, {"a text of two dozen chars", qr.L, 5}} {
		code, err := qr.Encode(c.text, c.level)
		if err != nil {
			t.Fatal(err)
		}
		before := 2.0
		for damaged := range c.most + 1 { // codewords
			content, ok := decode(matrix(t, code.Size, func(x, y int) bool {
				// Codewords go up and down in the two columns at the right, four rows each.
				hit := x >= code.Size-2 && y >= code.Size-4*damaged || damaged > 3 && x >= code.Size-4 && x < code.Size-2 && y < code.Size-12+4*(damaged-3) && y >= code.Size-12
				return code.Black(x, y) != hit
			}))
			if ok && content.Text != c.text {
				t.Fatalf("%q, %v: %d damaged, read %q", c.text, c.level, damaged, content.Text)
			}
			if ok && content.Spare >= before && damaged > 0 {
				t.Errorf("%q, %v: %d damaged, spare %v after %v", c.text, c.level, damaged, content.Spare, before)
			}
			if damaged == 0 && content.Spare != 1 || !ok && damaged < c.most/2 {
				t.Errorf("%q, %v: %d damaged: %v, %+v", c.text, c.level, damaged, ok, content)
			}
			before = content.Spare
		}
	}
}

// part is the head of one part of several.
type part struct{ index, of, parity uint }

func (part) Check() error            { return nil }
func (part) Bits(coding.Version) int { return 20 }
func (p part) Encode(b *coding.Bits, _ coding.Version) {
	b.Write(3, 4)
	b.Write(p.index<<4|(p.of-1), 8)
	b.Write(p.parity, 8)
}

func TestPart(t *testing.T) {
	plan, err := coding.NewPlan(3, coding.M, 2)
	if err != nil {
		t.Fatal(err)
	}
	c, err := plan.Encode(part{2, 5, 0xA7}, coding.String("third"))
	if err != nil {
		t.Fatal(err)
	}
	got, ok := decode(matrix(t, c.Size, c.Black))
	if !ok || got.Part == nil || *got.Part != (Part{2, 5, 0xA7}) || got.Text != "third" {
		t.Errorf("%v, %+v", ok, got)
	}
}

func TestSymbol(t *testing.T) {
	for _, size := range []int{21, 25, 57, 177} {
		c, err := coding.NewPlan(coding.Version((size-17)/4), coding.L, 0)
		if err != nil {
			t.Fatal(err)
		}
		code, err := c.Encode(coding.String("x"))
		if err != nil {
			t.Fatal(err)
		}
		s := newSymbol(size, [3]bool{})
		for _, k := range s.known {
			if x, y := int(k.middle.X), int(k.middle.Y); code.Black(x, y) != (k.dark > 0) {
				t.Fatalf("%d modules: the one at %d, %d is not %v", size, x, y, k.dark)
			}
		}
		without := newSymbol(size, [3]bool{false, true, false})
		if n := len(s.known) - len(without.known); n != 64 {
			t.Errorf("%d modules: without a finder pattern %d less", size, n)
		}
	}
}

// No matrix ends the program; text is confirmed by the error correction, which a
// change of some modules cannot turn into another text.
func FuzzDecode(f *testing.F) {
	f.Add([]byte{1, 2, 3}, uint16(0), uint8(0))
	f.Add([]byte{0xFF, 0x10, 0x77, 0x35}, uint16(12345), uint8(3))
	c := code(f, text)
	f.Fuzz(func(t *testing.T, noise []byte, seed uint16, kind uint8) {
		flip := map[[2]int]bool{}
		for i := 0; i+1 < len(noise); i += 2 {
			flip[[2]int{int(noise[i]) % c.Size, int(noise[i+1]) % c.Size}] = true
		}
		content, ok := decode(matrix(t, c.Size, func(x, y int) bool { return c.Black(x, y) != flip[[2]int{x, y}] }))
		if ok && content.Text != text && content.Spare > 0.5 {
			t.Errorf("read %q, spare %v", content.Text, content.Spare)
		}
		// Anything between the fixed patterns.
		random := rand.New(rand.NewPCG(uint64(seed), uint64(kind)))
		size := 17 + 4*(1+int(kind)%40)
		fixed := map[[2]int]bool{}
		for _, k := range newSymbol(size, [3]bool{}).known {
			fixed[[2]int{int(k.middle.X), int(k.middle.Y)}] = k.dark > 0
		}
		_, _ = decode(matrix(t, size, func(x, y int) bool {
			dark, ok := fixed[[2]int{x, y}]
			if !ok {
				return random.IntN(2) == 0
			}
			return dark
		}))
	})
}
