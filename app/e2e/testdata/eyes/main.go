// Command eyes looks at the middle of an X screen, every three milliseconds or as
// often as it gets to it, and tells when the picture there changes. Each line says
// when, in microseconds since 1970, and whether it is blank (all of one colour) or
// drawn. The first line comes at once. make bench-window uses it.
package main

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"log"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// Of the middle of the screen, these are looked at.
const (
	width  = 600
	height = 500
	every  = 20 // the rows in between are left out
)

func main() {
	x, err := xgb.NewConn()
	if err != nil {
		log.Fatal(err)
	}
	screen := xproto.Setup(x).DefaultScreen(x)
	left, top := int16(screen.WidthInPixels-width)/2, int16(screen.HeightInPixels-height)/2
	seed := maphash.MakeSeed()
	var last uint64
	for {
		var rows [height / every]xproto.GetImageCookie
		for i := range rows {
			rows[i] = xproto.GetImage(x, xproto.ImageFormatZPixmap, xproto.Drawable(screen.Root), left, top+int16(i*every), width, 1, ^uint32(0))
		}
		var all []byte
		for _, row := range rows {
			got, err := row.Reply()
			if err != nil {
				log.Fatal(err)
			}
			all = append(all, got.Data...)
		}
		at := time.Now()
		if now := maphash.Bytes(seed, all); now != last {
			last = now
			what := "drawn"
			if bytes.Equal(all[4:], all[:len(all)-4]) { // each pixel is as the one before
				what = "blank"
			}
			fmt.Println(at.UnixMicro(), what)
		}
		time.Sleep(3 * time.Millisecond)
	}
}
