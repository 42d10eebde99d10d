// Package serverkeys is the private OpenPGP keys of a Token Server: the one that
// its enrollments share, or one for each of them where the configuration asks for
// unique keys. They are kept sealed and opened when needed; opened ones are kept for
// a while, as parsing one costs more than using it.
//
//	ring := &serverkeys.Ring{Store: store, Sealer: sealer, Clock: clock, Unique: unique}
//	own, sealed, err := ring.New(ctx, profileID)      // a new enrollment; sealed is kept with it
//	pair, err := ring.Open(ctx, enrollment)           // what its messages are sealed and opened with
package serverkeys
