// Package words holds the sentences that people read: the same in terminal,
// window and web page. What they say follows from core's values; nothing here
// decides anything.
//
// No sentence is put together from pieces, as languages order them otherwise:
// each is a whole one with named places, and all go through [T].
package words
