package camera

import "image"

// decodeYUYV sorts packed 4:2:2 into planes; the values stay what they are
// (cameras send luma from 16 to 235 where JPEG has 0 to 255). stride is the
// length of a row in bytes.
func decodeYUYV(data []byte, size image.Point, stride int) (*image.YCbCr, error) {
	row := 2 * size.X
	if size.X%2 != 0 || stride < row || len(data) < stride*(size.Y-1)+row {
		return nil, errDamagedFrame
	}
	out := image.NewYCbCr(image.Rectangle{Max: size}, image.YCbCrSubsampleRatio422)
	for y := range size.Y {
		in := data[y*stride:][:row]
		luma, cb, cr := out.Y[y*out.YStride:][:size.X], out.Cb[y*out.CStride:][:size.X/2], out.Cr[y*out.CStride:][:size.X/2]
		for x := range cb {
			p := in[4*x : 4*x+4 : 4*x+4]
			luma[2*x], cb[x], luma[2*x+1], cr[x] = p[0], p[1], p[2], p[3]
		}
	}
	return out, nil
}
