// Package idp is the Token Server's small identity provider: the pages on which
// people log in, in a browser of their own, before a device is registered for
// them. It knows people and pages. What a login is good for is the Token Server's
// to say, behind the interface [Grants].
//
//	GET, POST /oauth/authorize      login page, then back to the program with an authorization code
//	GET, POST /oauth/registration   login page, then a registration code to scan
//	GET, POST /oauth/app-to-web     where an app sends its user to: logs the browser in, then on to a target
//	GET, POST /oauth/session        who is logged in in the browser, and out again
//	GET       /oauth/style.css
//
// The pages need no JavaScript and load nothing from elsewhere. Whatever goes
// wrong is told on a page too, with what to do next.
//
// # Authorization
//
// A program that is registered opens the authorization endpoint in the browser
// (RFC 6749, 7636 with S256 only, 8252) and gets the answer at a redirect on
// loopback. The page shows what the program says of itself. As long as program
// or redirect are not known to be right, the browser is sent nowhere: the
// redirect may be anybody's. Every answer names the issuer (RFC 9207).
//
// An app that shows the page itself may be sent to an address of its own scheme
// that the configuration names ([Options].Redirects), letter by letter.
//
// # Custom identity providers
//
// [Custom] providers register users without a page: an app asks whatever it likes
// and sends a text or two. [Provider.InitCustom] takes the first of two steps,
// [Provider.FinishCustom] the last or only one. Between the two the server
// remembers nothing: what it has to, the device carries, sealed. Wrong answers
// count like wrong passwords.
//
// # Passwords
//
// [User] holds a password, or its bcrypt hash. Ten wrong ones within a minute,
// for one user or from one source, and there is a pause; a user who does not
// exist looks like one who does, and takes as long. A form is bound by a cookie
// to the browser that it was given to, for an hour.
//
// # From an app to the web
//
// [Provider.NewPass] makes an address for a user who is logged in in an app. The
// page there asks first, then logs the browser in for an hour, by a cookie, and
// sends it on. The login pages offer such a browser to continue as that user.
// The cookie is SameSite=Strict: a target on another site that sends the browser
// back here finds nobody logged in.
//
// # Test mode
//
// With [Options].AutoRegister the registration page asks for no password, and
// answers a POST that accepts application/json with {"server", "code", "link",
// "expires_in"}: thousands of devices have no one who scans. With
// [Options].AnyName the authorization endpoint answers an address that has
// user_id=NAME with the redirect at once: NAME is logged in, whoever that is.
package idp
