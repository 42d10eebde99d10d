// Package kit has what the screens are made of: layouts that know how high wrapped text gets, texts, and the widgets that
// Fyne lacks or draws otherwise.
//
// All follow the app's theme (package look) at run time. Widths and heights are Fyne's device independent pixels at 100 %
// text. Where a layout is given a width that has to do with words (a label's, a column's), it grows with the text factor.
//
// # Heights
//
// The height of wrapped text is known only once its width is, and Fyne asks for heights without saying the width. A widget
// of a screen's own that holds wrapped text tells its height as lay.Wrapper; of containers the layouts know it.
//
// # Keys
//
// While a widget has the focus, Fyne gives all keys to it and none to the canvas. Widgets of this package hand on what
// they do not use: first to their own Keys hook, then to the canvas (Forward), so that Escape works from anywhere.
// Shortcuts reach the canvas by themselves, except past a field, which hands on those that it does not know.
package kit
