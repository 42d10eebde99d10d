// Package sqlstore keeps a Token Server's records in SQLite: in one file, or in
// memory. It needs no C compiler and no other process.
//
// # One connection
//
// A Store has one connection, and a mutex that lets one step at it after the
// other. SQLite writes one at a time in any case; with readers beside it, a step
// that looks before it changes something would have to be tried again whenever
// another was faster. Here each step finds the world as the one before it left
// it, and takes some 10 to 100 microseconds. A database in memory belongs to its
// connection, so there could not be two.
//
// The file is locked for as long as it is open: a second process is told so.
//
// # What survives
//
// The journal is a write-ahead log. A step that returned without an error
// survives the end of the process, however it ends. It survives a power failure
// with WithFullSync only, at the price of one fsync a step; without it the last
// moments may be missing, always as whole steps.
//
// # Rules that the database keeps
//
// Whatever ends a transaction queues its callback in the same step, by a trigger:
// no statement can forget it. Another one refuses steps between states that do
// not exist. Foreign keys take along what hangs on a device or profile. Rows of
// the capped tables are counted by triggers as well, so that a full table costs
// no more than an empty one. The tables are STRICT.
//
// # Versions
//
// The file names its program (application_id) and its schema (user_version).
// One of an earlier schema is brought up to date when it is opened, in one step
// that happens whole or not at all. Files of other programs and of newer versions
// are refused and left alone.
package sqlstore
