package assets

import (
	"embed"
	"fmt"
	"io/fs"
)

// ID is the program's identity on a desktop, in reverse-DNS form: the name of its desktop entry, its icon, its metainfo
// and, on D-Bus, itself. The underscore stands for the hyphen that a D-Bus name cannot hold.
const ID = "com.github.understudy_auth.Understudy"

// Names of files in [FS].
const (
	Icon         = "icon.svg"
	IconMono     = "icon-mono.svg"
	DesktopEntry = ID + ".desktop"
	MetaInfo     = ID + ".metainfo.xml"
)

//go:embed icon.svg icon-mono.svg icons/*.png *.desktop *.metainfo.xml
var files embed.FS

// FS returns all assets, read-only.
func FS() fs.ReadFileFS { return files }

// Sizes returns the edge lengths in pixels in which there is a drawn icon, smallest first.
func Sizes() []int { return []int{16, 24, 32, 48, 64, 128, 256, 512} }

// IconPNG returns the name, in [FS], of the icon drawn size pixels wide and high. The file is there for each of [Sizes].
func IconPNG(size int) string { return fmt.Sprintf("icons/icon-%d.png", size) }
