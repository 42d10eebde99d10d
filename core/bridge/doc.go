// Package bridge serves devices to web pages: apps that are built on the
// platform's Cordova plugin, or on the same calls without Cordova, run in a desktop
// browser, and what they take for the phone's native side is here.
//
//	b, err := bridge.New(bridge.Options{Server: server, Own: []string{"http://127.0.0.1:8710"},
//		Origins: []string{"http://localhost:8000"}, Token: token})
//	err = netsafe.NewServer(b, log).Serve(listener)
//
// # Pages and devices
//
// A page opens one WebSocket. Its device is that of its origin and the name that
// it gives (?device=NAME, "default" where it gives none): a page of another origin
// that gives the same name has another device, unless the one who runs the bridge
// shares the name. The device outlives the page, so that a reload finds its
// profiles and its login again, as an app's page does on a phone. When no page of a
// device has been there for a minute its user is logged out, as when an app is
// closed.
//
// # What a page may do
//
// Everything that an app can do with its phone, also answer the requests of its own
// device: that is what a test phone is for. It reaches nothing of the person who runs
// the bridge: devices have a store of their own.
//
//	Host, peer          exactly one of Own; on Linux programs of the same user only
//	Origin              exactly one, exactly one of Origins; without one only with
//	                    Authorization: Bearer
//	token               the WebSocket subprotocol understudy.token.TOKEN, or ?token=
//	                    for those that cannot
//	device              [A-Za-z0-9_-]{1,64}, 16 of an origin, 200 pages in all
//
// All of it is checked before the WebSocket is accepted. A browser does not tell a
// page why it was refused, so the page asks (POST /why, with the token as body) and
// prints the answer to its console. /why tells a page about itself only.
//
// # Messages
//
// Text messages are JSON, at most 32 KiB. Page to bridge, a call:
//
//	{"id": 7, "service": "OneginiMobileAuthClient", "action": "isEnrolled", "args": [{"profileId": "W8DUJ2"}]}
//
// Bridge to page, an answer; keep says that more will come, done that none will,
// though this one is none either:
//
//	{"id": 7, "ok": true, "value": true}
//	{"id": 9, "ok": true, "keep": true, "value": {"pluginEvent": "onPinRequest", …}}
//	{"id": 9, "done": true}
//
// Binary messages begin with the length of such an object (4 bytes, little endian)
// and the object itself; what follows it are the arguments as JSON (page to bridge,
// calls longer than a text message may be), a picture (Understudy scan), or the
// answer of a resource (bridge to page). A page has at most 64 calls at a time, and
// 8 of the longer kind; more are refused with 9007.
//
// # Flows
//
// A flow (registration, login, a change of the PIN, …) is one blocking call of
// package device or mobileauth. Where that asks, the flow sends an event and waits for
// one of the actions that the event allows. Events go to the latest action's
// callback. A flow ends with its page: with 9006 here, and on the page, which
// answers its callbacks itself, with 9001.
//
// Pushed requests are a flow without a start: the device hears of them from the
// server, and its queue has them answered one at a time, each by the page that
// registered last for its method.
//
//	start ──> running ──ask──> waiting ──action──> running ──> onSuccess | error
//	             │                │ cancelFlow, page gone: 9006
//	             └────────────────┘
//
// # Beside the app
//
// What a phone shows beside an app is a [Phone]'s: whoever runs the bridge opens
// registration pages, is the sensor, and sees what apps ask and wait for. Airplane
// mode is [Bridge.Airplane].
package bridge
