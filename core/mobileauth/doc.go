// Package mobileauth is what a logged-in profile does with login requests:
// enrollment by an exchange of OpenPGP keys, and answering the OTP of a QR code
// or link.
//
//	client := mobileauth.New(device, journal)
//	err := client.Enroll(ctx, profileID, progress)
//	result, err := client.HandleOTP(ctx, mobileauth.Incoming{ProfileID: id, OTP: otp, Source: intake.SourceFile},
//		func(ctx context.Context, r mobileauth.Request) (mobileauth.Decision, error) { … })
//
// # A request
//
//	                 redeem              ask                 send
//	OTP ──parse──> claimed ──> Request ──────> decision ──────────────> accepted | denied
//	 │ 8002          │ 10100 unknown     │ expired: 10101      │ no answer of the server:
//	 │               │ 10101 expired     │ no answer: 9006     │ kept, tried again, Resume
//	 │               │ 10102 answered    │                     │ refused: 10101, 10102, 10103
//	 │               │ 10103 elsewhere
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
// The history is kept by package journal; it holds no secrets.
package mobileauth
