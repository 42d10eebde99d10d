// Package cli is the program on the command line: one file for each command.
//
// Data goes to standard output, words to standard error. With --json data is one
// JSON object on a line, with the version "schema"; a command that fails before
// it has data prints {"schema":1,"result":"failed","error":{"code":…,"name":…}}.
// Flags win over UNDERSTUDY_ variables, these over the settings file, and this over
// defaults. No secret has a flag or a variable: it comes from a prompt, a file or a
// file descriptor.
//
// # Questions
//
// Package console puts them; the sentences are those of package words. They are
// asked on standard input. Where that carried a picture or a code (the argument -),
// they are asked on the terminal from which the program was started.
//
// # Exit codes
//
// 0 done or accepted, 1 error or no answer, 2 wrong usage, 3 denied, 4 expired, 5 no
// code found that could be used or no request waiting, 6 keyring locked or absent, 7 no network or the
// server does not answer, 130 interrupted.
package cli
