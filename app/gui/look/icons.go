package look

import (
	"embed"
	"fmt"
	"sync"

	"fyne.io/fyne/v2"
)

// Icon names a drawing: a square of 24 with lines of one colour. An icon never stands alone; a word says the same.
type Icon string

// The icons.
const (
	Add      Icon = "add"
	Back     Icon = "back"
	Bell     Icon = "bell"
	Camera   Icon = "camera"
	Check    Icon = "check"  // yes, done
	Circle   Icon = "circle" // not done yet
	Copy     Icon = "copy"
	Cross    Icon = "cross" // no
	Edit     Icon = "edit"
	Export   Icon = "export"
	Eye      Icon = "eye"
	Finger   Icon = "finger"
	History  Icon = "history"
	Home     Icon = "home"
	Image    Icon = "image"
	InfoSign Icon = "info"
	Key      Icon = "key"
	Link     Icon = "link"
	Minus    Icon = "minus" // nothing came of it
	Next     Icon = "next"  // there is more behind
	Padlock  Icon = "padlock"
	Paste    Icon = "paste"
	Person   Icon = "person"
	Plane    Icon = "plane"
	Scan     Icon = "scan"
	Search   Icon = "search"
	Server   Icon = "server"
	Settings Icon = "settings"
	Shield   Icon = "shield"
	Sun      Icon = "sun"
	Time     Icon = "time"
	Trash    Icon = "trash"
	Warning  Icon = "warning"
)

//go:embed icons
var drawings embed.FS

var coloured sync.Map // of fyne.Resource, by name

// Resource returns an icon in a colour of the app's theme. After a change of theme it has to be asked for anew. Fyne's
// own themed icons change fills only and would turn our lines into black spots. The colour is part of the resource's
// name because Fyne keeps what it has drawn by that name.
func Resource(i Icon, c fyne.ThemeColorName) fyne.Resource {
	r, g, b, _ := Color(c).RGBA()
	hex := fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
	name := string(i) + hex + ".svg"
	if r, ok := coloured.Load(name); ok {
		return r.(fyne.Resource)
	}
	svg, err := drawings.ReadFile("icons/" + string(i) + ".svg")
	if err != nil {
		panic("look: there is no icon " + string(i)) // a slip of the pen: icons are constants
	}
	res := fyne.NewStaticResource(name, filled(svg, hex))
	coloured.Store(name, res)
	return res
}
