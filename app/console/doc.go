// Package console is the person at a terminal: it shows lines, asks for secrets
// that are not echoed, and puts a request as a question. The sentences are those
// of package words.
//
// What a person is asked comes in whole lines that a screen reader can follow. A
// question is never written where only the answer could be typed: if standard error
// leads elsewhere, it stands on the terminal.
//
// On a terminal nothing counts that was typed within a second after a request was
// shown. Accept and deny are whole words; an empty line repeats the question; the
// end of the input, later and Ctrl+C are no answer; more gets more time, where there
// is any. A request that is not calm can be accepted after one more word, which says
// why it is all right. One that takes the PIN asks for it after accept, as often as
// there are tries.
package console
