// Package capture gets pictures: from files and streams now, from screen,
// clipboard and camera behind the same checks.
//
// A picture from outside is hostile until it is decoded. So its size is read
// before its pixels, its format is one of five, and a decoder that panics ends
// as an error: [Decode]. Nothing is kept on disk.
package capture
