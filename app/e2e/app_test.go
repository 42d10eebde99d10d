//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/understudy-auth/understudy/core/wire"
)

var (
	timeZero      time.Time
	bridgeAddress = regexp.MustCompile(`http://127\.0\.0\.1:\d+/#token=\S+`)
)

// appUser is a person with an app in one tab and the portal in another.
type appUser struct {
	*browser // the app
	portal   *browser
	w        *world
	bridge   *person
	site     *site
	address  string // of the bridge, with its token
}

// inBothWays runs a test with the app that Cordova assembles, and with the plain
// page.
func inBothWays(t *testing.T, f func(t *testing.T, withCordova bool)) {
	t.Run("Cordova", func(t *testing.T) { f(t, true) })
	t.Run("Script", func(t *testing.T) { f(t, false) })
}

func newAppUser(t *testing.T, withCordova bool, requestExpiresIn string) *appUser {
	t.Helper()
	w := newWorld(t, requestExpiresIn)
	a := &appUser{w: w, portal: newBrowser(t)}
	a.site = newSite(t, withCordova, func() string { return a.address })
	a.browser = a.portal.tab()
	a.startBridge("127.0.0.1:0")
	a.open(a.site.origin)
	a.waitText("Nobody is registered.")
	return a
}

func (a *appUser) startBridge(listen string) {
	a.t.Helper()
	a.bridge = sitDown(a.t, a.w.command("bridge", "--server", a.w.server.String(), "--listen", listen, "--origin", a.site.origin, "--browser", "print", "--sensor", "ask", "--keep"))
	a.bridge.waitFor("Pages of")
	a.address = bridgeAddress.FindString(a.bridge.screen())
}

func (a *appUser) click(id string) {
	a.t.Helper()
	a.wait(`document.getElementById("` + id + `").checkVisibility() && !document.getElementById("` + id + `").disabled`)
	a.run(`document.getElementById("` + id + `").click()`)
}

func (a *appUser) givePIN(pin string) {
	a.t.Helper()
	a.wait(`document.getElementById("digits").checkVisibility()`)
	a.run(`document.getElementById("digits").value = ` + quote(pin))
	a.run(`document.getElementById("pin").requestSubmit()`)
}

// register registers Ada on the page that the phone prints, and enrolls.
func (a *appUser) register() {
	a.t.Helper()
	a.click("register")
	a.bridge.waitFor("log in there:")
	a.bridge.waitFor("\n")
	a.bridge.waitFor("\n")
	pages := pageToOpen.FindAllString(a.bridge.screen(), -1)
	if pages == nil {
		a.t.Fatalf("no address of a login page:\n%s", a.bridge.screen())
	}
	a.registerOn(pages[len(pages)-1])
}

// registerOn is register from the login page on.
func (a *appUser) registerOn(page string) {
	a.t.Helper()
	a.portal.open(page)
	a.portal.run(`document.getElementById("user").value = "ada"`)
	a.portal.run(`document.getElementById("password").value = ` + quote(userPassword))
	a.portal.run(`document.querySelector("form").requestSubmit()`)
	a.portal.waitText("You can close this page")
	a.waitText("New PIN, 5 digits:")
	a.givePIN("11111")
	a.waitText("one digit too often")
	a.givePIN(personsPIN)
	a.waitText("Registered.")
	a.click("enroll")
	a.waitText("Enrolled.")
}

// pick gives the app a picture, as a person does who chooses a file.
func (a *appUser) pick(picture string) {
	a.t.Helper()
	a.do("choose a file", chromedp.SetUploadFiles(chromedp.CSS("#picture"), []string{picture}))
}

// paste gives the app a picture from the clipboard.
func (a *appUser) paste(picture string) {
	a.t.Helper()
	data, err := os.ReadFile(picture)
	if err != nil {
		a.t.Fatal(err)
	}
	text, err := json.Marshal(data)
	if err != nil {
		a.t.Fatal(err)
	}
	a.run(`{
		const clipboardData = new DataTransfer();
		clipboardData.items.add(new File([Uint8Array.from(atob(` + string(text) + `), c => c.charCodeAt(0))], "image.png", { type: "image/png" }));
		document.dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
	}`)
}

// push starts a request that is pushed, as a portal does, and gives its id.
func (w *world) push(kind, message string) string {
	w.t.Helper()
	var started struct {
		TransactionID string `json:"transaction_id"`
	}
	w.ask(http.MethodPost, "/oauth/api/v4/authenticate/user", url.Values{"type": {kind}, "user_id": {"ada"}, "message": {message}}, &started)
	return started.TransactionID
}

func (w *world) state(id string) wire.State {
	w.t.Helper()
	var got struct{ State wire.State }
	w.ask(http.MethodGet, "/oauth/api/v4/authenticate/transactions/"+id, nil, &got)
	return got.State
}

func (w *world) ask(method, path string, form url.Values, out any) {
	w.t.Helper()
	req, err := http.NewRequest(method, w.server.URL(path), strings.NewReader(form.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.SetBasicAuth("bank", w.secret)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		w.t.Fatalf("%s: %s %s %v", path, resp.Status, body, err)
	}
	if err := json.Unmarshal(body, out); err != nil {
		w.t.Fatal(err)
	}
}

func TestApp(t *testing.T) {
	inBothWays(t, func(t *testing.T, withCordova bool) {
		a := newAppUser(t, withCordova, "2m")
		a.register()

		// Accepted, read from the portal's screenshot.
		a.w.askForCode(a.portal)
		a.pick(a.portal.picture("app-1-code"))
		a.waitText("Example Bank")
		a.browser.picture("app-2-question")
		a.click("accept")
		a.waitText("Accepted.")
		a.portal.waitText("You are logged in as ada")

		// Denied, pasted this time, with a reload before: the phone is the same.
		a.portal.run(`document.querySelector("form[action='/logout']").requestSubmit()`)
		a.portal.wait(`document.querySelector("main form[action='/login'] button") !== null`)
		a.w.askForCode(a.portal)
		code := a.portal.picture("app-3-code")
		a.paste(code)
		a.waitText("Example Bank")
		a.open(a.site.origin)
		a.waitText("is logged in and enrolled")
		a.paste(code)
		a.click("deny")
		a.waitText("canceled")
		a.portal.wait(`document.querySelector(".result.denied") !== null`)

		// Pushed, one of each method.
		id := a.w.push("push-pin", "Pay 10 to Bob")
		a.waitText("Pay 10 to Bob")
		a.givePIN("54321")
		a.waitText("Wrong PIN.")
		a.givePIN(personsPIN)
		a.waitText("Accepted.")
		if got := a.w.state(id); got != wire.StateAccepted {
			t.Errorf("the request with a PIN is %s", got)
		}
		a.click("finger")
		a.givePIN(personsPIN)
		a.waitText("The fingerprint is registered.")
		id = a.w.push("push-finger", "Pay 20 to Bob")
		a.waitText("Pay 20 to Bob")
		a.click("accept")
		a.bridge.waitFor("Type right, wrong, lockout or removed:")
		a.bridge.typeLine("wrong")
		a.waitText("Another finger, please.")
		a.bridge.waitFor("Type right, wrong, lockout or removed:")
		a.bridge.typeLine("right")
		a.waitText("Accepted.")
		if got := a.w.state(id); got != wire.StateAccepted {
			t.Errorf("the request with a fingerprint is %s", got)
		}
		id = a.w.push("push", "Log in?")
		a.waitText("Log in?")
		a.click("deny")
		a.waitText("canceled")
		if got := a.w.state(id); got != wire.StateDenied {
			t.Errorf("the request is %s", got)
		}

		// Wrong PINs to the end.
		a.click("logout")
		a.waitText("Logged out.")
		a.click("login")
		for range 3 {
			a.givePIN("54321")
		}
		a.waitText("(9003)")
		a.open(a.site.origin)
		a.waitText("Nobody is registered.")
		a.w.hidesSecrets(a.bridge.cmd)
		if strings.Contains(a.bridge.screen(), personsPIN) {
			t.Error("the bridge printed a PIN")
		}
	})
}

func TestAppExpiry(t *testing.T) {
	inBothWays(t, func(t *testing.T, withCordova bool) {
		a := newAppUser(t, withCordova, "6s")
		a.register()
		a.w.askForCode(a.portal)
		code := a.portal.picture("app-expiry")
		a.pick(code)
		a.waitText("Example Bank")
		a.waitText("(10101)")
		a.portal.wait(`document.querySelector(".result.expired") !== null`)
		a.open(a.site.origin)
		a.waitText("is logged in and enrolled")
		a.paste(code)
		a.waitText("(10101)")
	})
}

// When the bridge goes away the app is told, and once the bridge is there again
// the page goes on with the same phone, by itself.
func TestAppWithoutBridge(t *testing.T) {
	inBothWays(t, func(t *testing.T, withCordova bool) {
		a := newAppUser(t, withCordova, "2m")
		a.register()
		a.click("logout")
		a.waitText("Logged out.")
		a.click("login")
		a.waitText("PIN (3 of 3 tries):")
		listen := strings.TrimPrefix(strings.SplitN(a.address, "/#", 2)[0], "http://")
		if err := a.bridge.cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		a.bridge.waitFor("The bridge ends.")
		a.waitText("(9001)")
		_ = a.bridge.leave()
		a.startBridge(listen)
		a.bridge.waitFor("A page uses the device default.")
		a.click("login")
		a.givePIN(personsPIN)
		a.waitText("Logged in.")
		// What is pushed finds the receivers that the page registered before.
		a.w.push("push", "Still there?")
		a.waitText("Still there?")
		a.click("accept")
		a.waitText("Accepted.")
	})
}

// THREATS A7: a page that is refused says why, in the browser's console.
func TestRefusedApp(t *testing.T) {
	inBothWays(t, func(t *testing.T, withCordova bool) {
		a := newAppUser(t, withCordova, "2m")
		right := a.address
		cases := map[string]string{
			right + "x":                        "not this bridge's",
			strings.SplitN(right, "#", 2)[0]:   "token is missing",
			right + "&device=..":               "device's name",
			"http://127.0.0.1:1/#token=nobody": "nothing answers at http://127.0.0.1:1",
		}
		if !withCordova { // whose script is the bridge's
			delete(cases, "http://127.0.0.1:1/#token=nobody")
		}
		for address, reason := range cases {
			a.address = address
			a.saysWhileOpening(reason)
		}
	})
}

// saysWhileOpening opens the app and waits for a text on its console.
func (a *appUser) saysWhileOpening(text string) {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(a.ctx, patience)
	defer cancel()
	messages := chromedp.Console(ctx)
	a.open(a.site.origin)
	for m, err := range messages {
		if err != nil {
			a.t.Fatalf("waited for %q on the console: %v", text, err)
		}
		if strings.Contains(m.Text, text) {
			return
		}
	}
}
