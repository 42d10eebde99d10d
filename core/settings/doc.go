// Package settings keeps what the person has chosen: how the window looks, when
// it locks, where keys and data lie. All of it stands in one file, config.toml in
// the folder of settings, which people may edit.
//
// # The file
//
// TOML, one setting a line. A setting that is missing has its default
// ([Default]). One that does not exist, or has a value that does not, is refused
// by name and line ([BrokenError]): a mistyped setting must not pass as its
// default. A file of a newer format than [FormatVersion] is refused whole
// ([ErrNewerVersion]), as this program could not keep what it does not know.
//
// Reading changes nothing and follows links. A change writes the file anew, with
// every setting and a comment on each, so that the next one to edit it need not
// look elsewhere; comments of one's own are lost with it. A change that changes
// nothing leaves the file as it is.
//
// # What is never lost
//
// A file that cannot be used is never written over: the program goes on with the
// defaults, [Store.Save] refuses, and only [Store.Replace], the person's own
// decision, moves the file aside and writes a new one. Nor is a link, which leads
// to a file that another program or the person keeps.
//
// Two processes may change settings at the same time: each change is made to the
// file's newest content under a lock, as in package device. Files are whole after
// a crash (package safefile).
//
// Where saving fails, the change holds in memory: [Store.Current] has it, the
// next Save tries again, and [NotSavedError] says why.
package settings
