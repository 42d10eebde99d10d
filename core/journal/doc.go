// Package journal keeps the history: one entry for each request that was put
// to the person, with what became of it. It answers what history says of a
// portal while the next question is open ([Journal.Before]), and it keeps the
// answers that were decided but not yet delivered ([Journal.SaveIntent]), so
// that a crash between the two loses nothing.
//
// No secrets come here: no PIN, no one-time code, no token.
//
// # Files
//
// NAME.jsonl holds an entry a line, JSON, oldest first:
//
//	{"v":1,"at":"2026-05-04T14:31:07.25Z","profile_id":"h7zk2","profile":"Ada",
//	 "server":"https://id.example.com","portal":"Example Bank","message":"…",
//	 "source":"screen","transaction_id":"…","level":"calm","result":"accepted",
//	 "took_ms":9120}
//
// result is accepted, denied, expired, unanswered or failed; a failed one has a
// "code", the error's. took_ms is the time from the question to its end. v is
// the version of the line. A file with a line of a higher version is refused
// ([ErrNewerVersion]) and left alone: this program could not keep what it does
// not know.
//
// Lines are appended and flushed one by one. A kill or a full disk in the middle
// of it leaves an unfinished last line, which readers pass over and the next Add
// removes. Lines that cannot be read for another reason are passed over
// ([Journal.Damaged] counts them) until the file is next rewritten.
//
// The file is rewritten, whole or not at all, when [Journal.Prune] ends the time
// entries are kept for, and when it exceeds [MaxEntries] or 32 MiB: then the
// oldest go.
//
// NAME-unsent.json holds the unsent answers and is written whole each time. It
// is there only while there are any. What is sealed in it opens only for the
// server; beside it stands the entry that the history will get.
//
// # Two processes
//
// The window and the command line may use the same files. Writers hold a lock.
// Readers read what was appended since they last looked.
//
// # Text
//
// Texts of other people are cleaned when they are added ([wire.CleanText]) and
// again when they leave as CSV or JSON, where a file changed by hand would
// otherwise pass. In CSV no cell can start a formula.
package journal
