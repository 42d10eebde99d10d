// Package cli is the program on the command line: one file for each command.
//
// Data goes to standard output, words to standard error. What a person is asked
// comes in whole lines that a screen reader can follow. Flags win over
// UNDERSTUDY_ variables, these over the settings file, and this over defaults.
//
// Exit codes: 0 done, 1 error, 2 wrong usage, 3 denied, 4 expired, 5 no QR code
// found, 6 keyring, 7 server does not answer, 130 interrupted.
package cli
