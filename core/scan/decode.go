package scan

import (
	"bytes"
	"image"
	"math"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"github.com/makiuchi-d/gozxing/qrcode/detector"
)

// decode reads the code between three finder patterns, if there is one.
func decode(m *gozxing.BitMatrix, bottomLeft, topLeft, topRight *detector.FinderPattern, scale float64) (code Code, ok bool) {
	defer func() {
		if recover() != nil {
			code, ok = Code{}, false
		}
	}()
	seen, err := detector.NewDetector(m).ProcessFinderPatternInfo(detector.NewFinderPatternInfo(bottomLeft, topLeft, topRight))
	if err != nil {
		return Code{}, false
	}
	modules := seen.GetBits()
	side := modules.GetWidth()
	if !hasFixedPatterns(modules) {
		return Code{}, false
	}
	read, err := decoder.NewDecoder().Decode(modules, nil)
	if err != nil || read.GetText() == "" || read.HasStructuredAppend() {
		return Code{}, false
	}

	var alignment *detector.AlignmentPattern
	if points := seen.GetPoints(); len(points) > 3 {
		alignment, _ = points[3].(*detector.AlignmentPattern)
	}
	n := float64(side)
	corners := []float64{0, 0, n, 0, n, n, 0, n}
	detector.Detector_createTransform(topLeft, topRight, bottomLeft, alignment, side).TransformPoints(corners)
	code = Code{Text: read.GetText(), Bytes: bytes.Join(read.GetByteSegments(), nil)}
	for i := range code.Corners {
		code.Corners[i] = image.Pt(int(math.Round(corners[2*i]/scale)), int(math.Round(corners[2*i+1]/scale)))
	}
	if other, ok := read.GetOther().(*decoder.QRCodeDecoderMetaData); ok && other.IsMirrored() {
		code.Corners[1], code.Corners[3] = code.Corners[3], code.Corners[1]
	}
	return code, true
}

// hasFixedPatterns reports whether most of the modules that are the same in
// every code are right: three quarters of the finder patterns with their light
// border, and as many of the timing patterns between them. Three squares that are
// no code end here, before the error correction could make something of chance.
func hasFixedPatterns(modules *gozxing.BitMatrix) bool {
	side := modules.GetWidth()
	finders, timing := 0, 0
	for y := range 8 {
		for x := range 8 {
			ring := max(x-3, 3-x, y-3, 3-y)
			dark := ring != 2 && ring != 4
			finders += agree(modules, x, y, dark) + agree(modules, side-1-x, y, dark) + agree(modules, x, side-1-y, dark)
		}
	}
	for i := 8; i < side-8; i++ {
		timing += agree(modules, i, 6, i%2 == 0) + agree(modules, 6, i, i%2 == 0)
	}
	return 4*finders >= 3*3*64 && 4*timing >= 3*2*(side-16)
}

func agree(modules *gozxing.BitMatrix, x, y int, dark bool) int {
	if modules.Get(x, y) == dark {
		return 1
	}
	return 0
}
