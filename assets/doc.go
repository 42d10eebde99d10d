// Package assets holds what the program shows and what a desktop needs to know of it, embedded into the program so that
// one file is all there is to install.
//
//	icon.svg           the icon: the corner square of a QR code whose centre is a stage mask
//	icon-mono.svg      the same in one colour, for symbolic icons and small print
//	icons/icon-N.png   icon.svg drawn N pixels wide and high; see [Sizes]
//	ID.desktop         the desktop entry, for $XDG_DATA_HOME/applications
//	ID.metainfo.xml    the AppStream description, for $XDG_DATA_HOME/metainfo
//
// where ID is [ID]. After a change to icon.svg, `make icons` draws the PNG files again. Name, ID and version also stand
// in FyneApp.toml, which packaging reads; the tests hold all of them together.
package assets
