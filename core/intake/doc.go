// Package intake tells what a scanned, pasted or linked text means. It parses
// and never acts: nothing is opened, sent or answered here, and a link cannot
// do more than name a server and carry a code.
package intake
