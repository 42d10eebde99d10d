// Package words holds every sentence that a person meets: in the terminal, in
// the window and on the web page it is the same one.
//
// # Sentences
//
// A sentence is written whole and goes through T (or N, where a number decides
// between one and many). Names and addresses are placeholders in braces:
//
//	T("Log in to {portal}?", "portal", r.Portal)
//
// Nothing is glued together from pieces, as word order differs between
// languages. Values that are put in are names, addresses, numbers, dates and
// durations (When, Day, TimeLeft), and what a character is called (Difference). A
// test reads the sources of this package and of those that show its sentences:
// what T gets is always a literal, its placeholders are exactly the names of the
// values, and nothing is told that did not go through here.
//
// # What they are like
//
// An error says what happened, what it means and what to do next, without codes;
// the code stands under the technical details. Facts are "Label: value." with one
// fact a line, which a screen reader can follow and a braille line can hold.
//
// Foreign text has been cleaned where it entered the program (wire.CleanText). A
// message of a portal is set apart from our own words: a short one stands in
// quotation marks, a long one in lines that all begin with "> ", so that no part of
// it can pass for a line of ours.
package words
