package grid

import (
	"bytes"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/common/reedsolomon"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
)

// Content is what a code says.
type Content struct {
	// Text is empty in a code that the error correction confirms, but that has no
	// text, or one in a way that is not known.
	Text     string
	Bytes    []byte // of its byte segments
	Mirrored bool
	// Spare is the share of the error correction that was not needed, in the block
	// that needed most: 1 is a perfect code.
	Spare float64
	// Part is set in a code that is one of several (structured append).
	Part *Part
}

// Part is a code's place among several that make one text.
type Part struct {
	Index, Of int  // Index from 0
	Parity    byte // of all their bytes, the same in each
}

// decode reads a code's modules: version, format, codewords, error correction
// and text are gozxing's. It is false where the fixed patterns are not there, or
// the error correction does not confirm every block. It tries the mirrored code
// second.
func decode(modules *gozxing.BitMatrix) (content Content, ok bool) {
	defer func() {
		if recover() != nil { // the library was not made for hostile input
			content, ok = Content{}, false
		}
	}()
	if !hasFixedPatterns(modules) {
		return Content{}, false
	}
	if content, ok = decodeUpright(modules); ok {
		return content, true
	}
	content, ok = decodeUpright(transposed(modules))
	content.Mirrored = true
	return content, ok
}

func decodeUpright(modules *gozxing.BitMatrix) (Content, bool) {
	copied, err := gozxing.NewSquareBitMatrix(modules.GetWidth())
	if err != nil || copied.Xor(modules) != nil { // reading takes the mask off
		return Content{}, false
	}
	parser, err := decoder.NewBitMatrixParser(copied)
	if err != nil {
		return Content{}, false
	}
	version, err := parser.ReadVersion()
	if err != nil || version.GetDimensionForVersion() != modules.GetWidth() {
		return Content{}, false
	}
	format, err := parser.ReadFormatInformation()
	if err != nil {
		return Content{}, false
	}
	level := format.GetErrorCorrectionLevel()
	codewords, err := parser.ReadCodewords()
	if err != nil {
		return Content{}, false
	}
	data, spare, ok := correct(codewords, version, level)
	if !ok {
		return Content{}, false
	}
	result, err := decoder.DecodedBitStreamParser_Decode(data, version, level, nil)
	if err != nil {
		return Content{Spare: spare}, true
	}
	content := Content{Text: result.GetText(), Bytes: bytes.Join(result.GetByteSegments(), nil), Spare: spare}
	if result.HasStructuredAppend() {
		number := result.GetStructuredAppendSequenceNumber()
		content.Part = &Part{number >> 4, number&15 + 1, byte(result.GetStructuredAppendParity())}
	}
	return content, true
}

// correct corrects the blocks and gives their data, one after the other.
func correct(codewords []byte, version *decoder.Version, level decoder.ErrorCorrectionLevel) (data []byte, spare float64, ok bool) {
	blocks, err := decoder.DataBlock_GetDataBlocks(codewords, version, level)
	if err != nil {
		return nil, 0, false
	}
	reedSolomon := reedsolomon.NewReedSolomonDecoder(reedsolomon.GenericGF_QR_CODE_FIELD_256)
	spare = 1
	for _, block := range blocks {
		read := block.GetCodewords()
		words := make([]int, len(read))
		for i, b := range read {
			words[i] = int(b)
		}
		n := block.GetNumDataCodewords()
		redundant := len(read) - n
		if reedSolomon.Decode(words, redundant) != nil {
			return nil, 0, false
		}
		errors := 0
		for i, b := range read {
			if words[i] != int(b) {
				errors++
			}
		}
		most := (redundant - reserved(version, level)) / 2
		if errors > most {
			return nil, 0, false
		}
		spare = min(spare, 1-float64(errors)/float64(most))
		for _, w := range words[:n] {
			data = append(data, byte(w))
		}
	}
	return data, spare, true
}

// reserved is the number of codewords that the standard keeps from correcting,
// so that small codes do not turn chance into text (ISO/IEC 18004, table 9: p,
// the misdecode protection codewords).
func reserved(version *decoder.Version, level decoder.ErrorCorrectionLevel) int {
	number := version.GetVersionNumber()
	switch {
	case number == 1 && level == decoder.ErrorCorrectionLevel_L:
		return 3
	case number == 1 && level == decoder.ErrorCorrectionLevel_M, number == 2 && level == decoder.ErrorCorrectionLevel_L:
		return 2
	case number == 1, number == 3 && level == decoder.ErrorCorrectionLevel_L:
		return 1
	}
	return 0
}

// hasFixedPatterns reports whether most of the modules that are the same in
// every code are right: three quarters of the finder patterns with their light
// border, and as many of the timing patterns between them. Three squares that are
// no code end here, before the error correction could make something of chance.
func hasFixedPatterns(modules *gozxing.BitMatrix) bool {
	size := modules.GetWidth()
	finders, timing := 0, 0
	for y := range 8 {
		for x := range 8 {
			ring := max(x-3, 3-x, y-3, 3-y)
			dark := ring != 2 && ring != 4
			finders += agree(modules, x, y, dark) + agree(modules, size-1-x, y, dark) + agree(modules, x, size-1-y, dark)
		}
	}
	for i := 8; i < size-8; i++ {
		timing += agree(modules, i, 6, i%2 == 0) + agree(modules, 6, i, i%2 == 0)
	}
	return 4*finders >= 3*3*64 && 4*timing >= 3*2*(size-16)
}

func agree(modules *gozxing.BitMatrix, x, y int, dark bool) int {
	if modules.Get(x, y) == dark {
		return 1
	}
	return 0
}

func transposed(modules *gozxing.BitMatrix) *gozxing.BitMatrix {
	size := modules.GetWidth()
	out, err := gozxing.NewSquareBitMatrix(size)
	if err != nil {
		return modules
	}
	for y := range size {
		for x := range size {
			if modules.Get(x, y) {
				out.Set(y, x)
			}
		}
	}
	return out
}
