// Package intake tells what a scanned, pasted or linked text means.
//
//	item := intake.Parse(text)
//	if !item.Login() {
//		fmt.Println("nothing to log in with:", item)
//	}
//
// It parses and never acts: nothing is opened, sent or answered here, and a
// link cannot do more than name a server and carry a code.
//
// # What is ours
//
//	eyJ0cmFuc2…                                     a bare OTP                KindOTP
//	understudy://otp?server=https://…&otp=eyJ0…     an OTP and its server     KindOTPLink
//	anything://…?…otp=eyJ0…                         an app's own link         KindOTPLink
//	understudy://register?server=https://…&code=…   a registration            KindRegistrationLink
//
// The scheme and what follows it are compared without case, everything else
// letter by letter. Each parameter stands exactly once; ours have no others, an
// app's own link may have. Percent signs are decoded once; a plus stays a plus,
// as base64 has them. The server of an OTP may be missing; where it is there,
// it has to be an origin ([wire.ParseShownOrigin]), and that of a registration
// one to which the program may connect ([wire.ParseOrigin]).
//
// A text that starts like one of these and is not right is [KindInvalid], with
// the reason in Err: longer than 4 KiB, blanks or control characters in it, a
// parameter missing, unknown or doubled, an OTP or a code that is damaged. A
// doubtful text is never repaired: two programs may repair it differently.
//
// # Secrets
//
// An OTP is good for one answer, a registration code for one profile. They stand
// in Item.OTP and Item.Code, and nowhere else: not in Text, in errors, nor in an
// Item that is printed, logged or marshalled.
package intake
