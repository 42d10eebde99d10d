// Package delivery holds the questions of devices back until there is something
// to tell: that is how a push reaches a connected device at once, without a push
// service.
//
//	desk := delivery.New(most)
//	err := desk.Hold(ctx, user, profile, 25*time.Second, look)  // a device waits
//	desk.Ring(user)                                             // something changed for the user
//	desk.Close()                                                // the server ends
//
// A held question costs a goroutine and a connection, and no query: it looks when
// its user's bell is rung, when the first of its requests expires, and at its end.
// There is one for each profile, and a cap for all: a device that nobody holds back
// is answered at once and asks again later.
package delivery
