// Package screentest is a desktop for tests: an X server that nobody looks at, whose
// monitors show what a test paints, or a portal for screenshots that answers as a
// test says.
package screentest
