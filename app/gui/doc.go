// Package gui is the window. It takes a fyne.App and imports no driver, so its
// tests need neither display nor C compiler.
//
// # Structure
//
//	desk       all that is known, in one place outside of the widgets; starts flows
//	flow       one thing that a person does: unlock, answer a code, register; it
//	           blocks in core's calls, in a goroutine of its own
//	prompt     how a flow asks: it shows a screen and waits for the answer
//	screen     what is shown: words, content, first focus; a function of its data
//	           and actions, so that it can be shown alone in a test
//	window     the frame around a screen: navigation, shortcuts, drops, closing
//
// Flows never touch widgets and widgets never call core: a flow hands its screens
// to the desk, which shows them on the goroutine that draws.
//
// What is decided about a request (its level, how servers compare, when to try
// again, how often to ask a server) is decided in core. What is said stands in
// package words; a screen's Lines are the same words, line by line.
//
// # Answering
//
// A confirmation has no default. Nothing is answered by Return outside of the two
// buttons, by a repeated key, within a second after the screen came or was raised,
// by closing, by Escape, by a timer or by a notification.
package gui
