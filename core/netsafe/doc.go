// Package netsafe holds the rules of every connection: how servers listen, who
// may call them, what a page may load, and how this program calls others.
//
// A server on loopback is not private: every page in the person's browser can
// reach it. So [Guard] is the outermost wrapper of every handler here, and
// [NewServer] sets the limits that net/http leaves open.
package netsafe
