// Package mobileauth is what a logged-in profile does with login requests:
// enrollment by an exchange of OpenPGP keys, and answering the OTP of a QR code
// or link, or what was pushed and waits at the server.
//
//	client := mobileauth.New(device, journal)
//	err := client.Enroll(ctx, profileID, progress)
//	result, err := client.HandleOTP(ctx, mobileauth.Incoming{ProfileID: id, OTP: otp, Source: intake.SourceFile},
//		func(ctx context.Context, r mobileauth.Request) (mobileauth.Decision, error) { … })
//	waiting, err := client.Pending(ctx, profileID)
//	result, err = client.HandlePending(ctx, profileID, waiting[0].TransactionID, nil, ask)
//
// # A request
//
//	                 redeem              ask                 send
//	OTP ──parse──> claimed ──> Request ──────> decision ──────────────> accepted | denied
//	 │ 8002        ^ │ 10100 unknown     │ expired: 10101      │ no answer of the server:
//	               │ │ 10101 expired     │ no answer: 9006     │ kept, tried again, Resume
//	Pending ──open─┘ │ 10102 answered    │<── PIN again ───────│ wrong PIN: 8012
//	                 │ 10103 elsewhere                         │ refused: 9003, 10101, 10102, 10103
//	                 │ 10104 not enrolled
//
// One function type, [Ask], is how every question is put; window, terminal,
// web page, rules and the bridge implement nothing else. A [Request] holds all
// that is shown, with its [Level]: calm, ask or stop.
//
// The OTP is redeemed at the profile's own server, whatever server the code
// names: the two are compared and the difference is shown, nothing is sent to
// the other one.
//
// An answer is written down, sealed, before it is sent. The same bytes are sent
// until the server confirms or refuses them or the request has expired, also by a
// later run of the program ([Client.Resume]), so that a crash loses nothing and
// answers nothing twice. The server confirms with a sealed outcome that repeats
// the challenge.
//
// # Requests that come by themselves
//
// No push service takes part: [Client.Pending] asks the server what waits,
// [Client.HandlePending] opens one, and a [Watcher] knows of what comes: at once,
// where the server holds its questions back until there is something to tell, else
// by asking again and again, with consideration for the server. Requests of a portal
// of which two were denied in ten minutes are [Waiting].Quiet for half an hour:
// whoever announces requests leaves these out, whoever lists them does not.
//
//	q := client.NewQueue()
//	remove, err := q.Register(mobileauth.MethodConfirmation, mobileauth.Receiver{Ask: ask, Done: done})
//	w := client.NewWatcher(func(list []mobileauth.Waiting) { q.Take(ctx, list) })
//	go w.Run(ctx)
//
// A [Queue] has them answered one at a time, in their order, each by the receiver of
// its method once there is one. [Client.EnrollPush] stores the push token of an app,
// for servers that ask only profiles which have one, and [Client.HandlePush] opens
// what a push message is about.
//
// # The PIN of a request
//
// Where accepting takes the PIN, the request has a [PINNeed]: whoever asks gives
// the PIN there and returns Accept. It is proved to the server for this answer
// alone, and never sent. After a wrong one the same function is asked again, with
// the tries that are left; denying takes none. A kept answer is good for as long as
// the PIN's challenge, two minutes; see [Client.Resume].
//
// # The fingerprint of a request
//
// Where accepting takes the fingerprint, the request has a [FingerprintNeed]: after
// Accept the sensor reads, and the signature of the profile's fingerprint is for this
// answer alone. Where the fingerprint cannot be used the request goes on as one that
// takes the PIN, by another call of the same function.
//
// # More time
//
// Where the request's type allows it, whoever asks can get more time once, while the
// question is open: [Request].Extend. The server decides how much, and says so on
// its own clock.
//
// The history is kept by package journal; it holds no secrets.
package mobileauth
