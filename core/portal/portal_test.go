package portal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/understudy-auth/understudy/core/wire"
)

func TestNewNamesWhatIsMissing(t *testing.T) {
	whole := Config{
		PublicURL: mustOrigin(t, "http://127.0.0.1:1"), Server: mustOrigin(t, "https://id.example"), ClientID: "portal",
		ClientSecret: wire.SecretString("s"), CallbackKey: wire.SecretString("k"), LoginType: "l", TransferType: "t",
	}
	if _, err := New(whole); err != nil {
		t.Fatal(err)
	}
	for name, remove := range map[string]func(*Config){
		"public URL":   func(c *Config) { c.PublicURL = wire.Origin{} },
		"Token Server": func(c *Config) { c.Server = wire.Origin{} },
		"API client":   func(c *Config) { c.ClientSecret = wire.Secret{} },
		"callback key": func(c *Config) { c.CallbackKey = wire.Secret{} },
		"types":        func(c *Config) { c.TransferType = "" },
	} {
		c := whole
		remove(&c)
		if _, err := New(c); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without the %s: %v", name, err)
		}
	}
	for in, want := range map[string]string{"https://id.example": "id.example:443", "https://id.example:8443": "id.example:8443", "http://[::1]": "[::1]:80", "https://[::1]:1": "[::1]:1"} {
		if got := dialed(mustOrigin(t, in)); got != want {
			t.Errorf("%s is dialed as %s", in, got)
		}
	}
}

// The whole way without JavaScript: start, code, answer, logged in, out.
func TestLogin(t *testing.T) {
	b := newBed(t)
	br := b.browser()
	br.get("/").must(t, 200, "/", "Log in to <bdi>Example Bank</bdi>", `<form method="post" action="/login">`)
	if br.cookie() != "" || b.server.n != 0 {
		t.Error("a visit began something")
	}
	br.get("/home").must(t, 200, "/")
	br.get("/transfer").must(t, 200, "/")
	br.get("/login").must(t, 200, "/")

	br.post("/login").must(t, 200, "/login", "Scan the code to log in", "2 minutes left", "Waiting for you to scan the code.",
		`<noscript><meta http-equiv="refresh" content="3"></noscript>`, `alt="QR code for Understudy`, `<img id="qr"`)
	id, form := b.server.last()
	for name, want := range map[string]string{
		"callback_uri": b.http.URL + "/callback", "type": "login", "message": "Log in to Example Bank with another program.",
		"initiator_address": "127.0.0.1", "initiator_agent": "another program",
	} {
		if form.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, form.Get(name), want)
		}
	}
	if strings.Contains(br.get("/login?still").must(t, 200, "/login").body, "http-equiv=\"refresh\"") {
		t.Error("the page cannot be made to stand still")
	}

	b.server.set(wire.StateClaimed, "ada")
	br.get("/login").must(t, 200, "/login", "Answer in Understudy", `class="card code confirming"`)
	br.get("/home").must(t, 200, "/", "Log in with a QR code") // not before it is accepted

	b.server.set(wire.StateAccepted, "ada")
	br.get("/login").must(t, 200, "/home", "You are logged in as <bdi>ada</bdi>")
	for _, path := range []string{"/", "/login"} {
		br.get(path).must(t, 200, "/home")
	}
	br.post("/login").must(t, 200, "/home")
	if again, _ := b.server.last(); again != id {
		t.Error("who is logged in started another login")
	}
	br.post("/logout").must(t, 200, "/", "Log in with a QR code")
	br.get("/home").must(t, 200, "/")
}

func TestLoginEnds(t *testing.T) {
	for _, tt := range []struct {
		name  string
		set   func(*bed)
		title string
		text  string
	}{
		{"denied", func(b *bed) { b.server.set(wire.StateDenied, "ada") }, "Login denied", "nobody was logged in"},
		{"expired", func(b *bed) { b.server.set(wire.StateExpired, "") }, "The code ran out", "Get a new code"},
		{"failed", func(b *bed) { b.server.set(wire.StateFailed, "") }, "The login did not work", "Get a new code"},
		{"accepted by nobody", func(b *bed) { b.server.set(wire.StateAccepted, "") }, "The login did not work", "Get a new code"},
		{"a state of a later server", func(b *bed) { b.server.set("postponed", "ada") }, "The login did not work", "Get a new code"},
		{"forgotten by the server", func(b *bed) { b.server.forget() }, "The login did not work", "Get a new code"},
		{"refused by the server", func(b *bed) {
			b.server.breakWith(func(w http.ResponseWriter) { w.WriteHeader(http.StatusForbidden) })
		}, "The login did not work", "Get a new code"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBed(t)
			br := b.browser()
			page := br.post("/login")
			tt.set(b)
			br.get("/login").must(t, 200, "/login", "<h1>"+tt.title+"</h1>", "<title>"+tt.title, tt.text, `<form method="post" action="/login">`)
			br.get("/home").must(t, 200, "/")
			b.server.set(wire.StateAccepted, "ada") // too late: an end is an end
			b.server.breakWith(nil)
			br.get("/login").must(t, 200, "/login", tt.title)
			if next := br.post("/login").must(t, 200, "/login", "Scan the code"); next.attemptID(t) == page.attemptID(t) {
				t.Error("no new code")
			}
		})
	}
}

func TestServerGone(t *testing.T) {
	b := newBed(t)
	br := b.browser()
	br.post("/login")
	b.server.breakWith(func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) })
	br.get("/login").must(t, 200, "/login", "Waiting for you to scan the code.") // one miss is no news
	br.get("/login").must(t, 200, "/login", "The login server does not answer. This page keeps trying.", "unreachable")
	b.server.breakWith(nil)
	br.get("/login").must(t, 200, "/login", "Waiting for you to scan the code.")
	b.server.breakWith(func(w http.ResponseWriter) { _, _ = io.WriteString(w, "<html>") })
	br.get("/login")
	br.get("/login").must(t, 200, "/login", "does not answer")
	b.clock.forward(2*time.Minute + grace)
	br.get("/login").must(t, 200, "/login", "The code ran out")
	b.server.Close()
	br.post("/login").must(t, 502, "/login", "The login server does not answer. Nobody was logged in.", "Log in with a QR code")
}

func TestNoStart(t *testing.T) {
	otherID := wire.EncodeOTP("another-transaction", wire.SecretString("0123456789abcdef"))
	for _, tt := range []struct {
		name   string
		answer func(http.ResponseWriter)
		status int
		text   string
	}{
		{"not our client", func(w http.ResponseWriter) { w.WriteHeader(http.StatusUnauthorized) }, 502, "does not accept this website"},
		{"type unknown", func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadRequest) }, 502, "does not accept this website"},
		{"busy", func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "30")
			w.WriteHeader(http.StatusTooManyRequests)
		}, 429, "Try again in 30 seconds."},
		{"busy without a time", func(w http.ResponseWriter) { w.WriteHeader(http.StatusTooManyRequests) }, 429, "Try again in 1 second."},
		{"redirect", func(w http.ResponseWriter) {
			w.Header().Set("Location", "http://127.0.0.1:1/")
			w.WriteHeader(http.StatusTemporaryRedirect)
		}, 502, "does not answer"},
		{"no OTP", func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, `{"transaction_id":"transaction-00000001","otp":"x","expires_in":120}`)
		}, 502, "does not answer"},
		{"another transaction's OTP", func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, `{"transaction_id":"transaction-00000001","otp":"`+otherID+`","expires_in":120}`)
		}, 502, "does not answer"},
		{"endless", func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, `{"transaction_id":"`+strings.Repeat("x", 100_000)+`"}`)
		}, 502, "does not answer"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBed(t)
			b.server.breakWith(tt.answer)
			br := b.browser()
			got := br.post("/login").must(t, tt.status, "/login", tt.text, `role="alert"`)
			if br.cookie() != "" {
				t.Error("a session began")
			}
			if tt.status == 429 && got.header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
		})
	}
}

func TestQRDecodes(t *testing.T) {
	for _, holds := range []string{"", QRLink, QRBare} {
		t.Run(holds, func(t *testing.T) {
			b := newBed(t, func(c *Config) { c.QRHolds = holds })
			br := b.browser()
			page := br.post("/login")
			id, _ := b.server.last()
			otp := wire.EncodeOTP(id, wire.SecretString("code-of-000000000000000001"))
			link := wire.OTPLink(mustOrigin(t, b.server.URL), otp)
			want := link
			if holds == QRBare {
				want = otp
			}

			got := br.get("/qr.png?a="+page.attemptID(t)).must(t, 200, "/qr.png")
			if got.header.Get("Content-Type") != "image/png" || got.header.Get("Cache-Control") != "no-store" {
				t.Errorf("headers: %v", got.header)
			}
			img, err := png.Decode(strings.NewReader(got.body))
			if err != nil {
				t.Fatal(err)
			}
			// Four modules of white all around, and a whole number of pixels each.
			size := img.Bounds().Dx()
			for i := range size {
				for _, edge := range [][2]int{{i, 4*modulePixels - 1}, {4*modulePixels - 1, i}, {i, size - 4*modulePixels}, {size - 4*modulePixels, i}} {
					if r, _, _, _ := img.At(edge[0], edge[1]).RGBA(); r != 0xffff {
						t.Fatalf("the quiet zone is not quiet at %v", edge)
					}
				}
			}
			if size%modulePixels != 0 || !strings.Contains(page.body, fmt.Sprintf(`width="%d" height="%[1]d"`, size/modulePixels*(320/(size/modulePixels)))) {
				t.Errorf("%d pixels wide", size)
			}
			bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
			if err != nil {
				t.Fatal(err)
			}
			code, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
			if err != nil || code.GetText() != want {
				t.Errorf("the code holds %v, %v, want %q", code, err, want)
			}
			if !strings.Contains(unescape(page.body), `href="`+link+`"`) || !strings.Contains(unescape(page.body), `value="`+link+`"`) {
				t.Errorf("link or text differs:\n%s", page.body)
			}
		})
	}
}

// Only our own links become links of a page.
func TestOnlyOurLinks(t *testing.T) {
	for link, want := range map[string]bool{
		"understudy://otp?server=x&otp=y": true, "understudy://register?code=x": false, "javascript:alert(1)": false,
		"https://evil.example/": false, " understudy://otp?": false, "": false,
	} {
		if got := (&attempt{link: link}).href(); (got != "") != want {
			t.Errorf("%q became %q", link, got)
		}
	}
}

func unescape(s string) string {
	return strings.NewReplacer("&amp;", "&", "&#43;", "+", "&#34;", `"`).Replace(s)
}

func TestTransfer(t *testing.T) {
	b := newBed(t)
	br := b.logIn("ada")
	br.get("/transfer").must(t, 200, "/transfer", "Transfer money", "Log out")

	for _, tt := range []struct{ amount, recipient, problem string }{
		{"", "Bob", "not an amount"},
		{"-5", "Bob", "not an amount"},
		{"1e3", "Bob", "not an amount"},
		{"1.234", "Bob", "not an amount"},
		{"9999999999", "Bob", "not an amount"},
		{"0,00", "Bob", "more than 0"},
		{"1000000.01", "Bob", "at most"},
		{"25", " \t", "who gets the money"},
		{"25", strings.Repeat("ß", 61), "at most 60 characters"},
	} {
		br.post("/transfer", "amount", tt.amount, "recipient", tt.recipient).must(t, 422, "/transfer", tt.problem, "aria-invalid")
	}
	if b.server.n != 1 {
		t.Fatal("a wrong form started something")
	}

	br.post("/transfer", "amount", "25", "recipient", "Bob").must(t, 200, "/transfer/confirm", "Scan the code to confirm", "25.00 EUR", "<bdi>Bob</bdi>")
	_, form := b.server.last()
	if form.Get("message") != "Transfer 25.00 EUR to Bob" || form.Get("type") != "transfer" {
		t.Errorf("asked with %v", form)
	}
	b.server.set(wire.StateDenied, "ada")
	br.get("/transfer/confirm").must(t, 200, "/transfer/confirm", "Transfer denied", "no money was moved", "Change the transfer")
	br.get("/transfer").must(t, 200, "/transfer", `value="25.00"`, `value="Bob"`)
	br.post("/transfer/again").must(t, 200, "/transfer/confirm", "Scan the code to confirm", "25.00 EUR")
	if _, form = b.server.last(); form.Get("message") != "Transfer 25.00 EUR to Bob" {
		t.Errorf("asked again with %v", form)
	}
	b.server.set(wire.StateClaimed, "ada")
	br.get("/transfer/confirm").must(t, 200, "/transfer/confirm", "Check amount and recipient")
	b.server.set(wire.StateAccepted, "ada")
	br.get("/transfer/confirm").must(t, 200, "/transfer/confirm", "Transfer done", "Transferred 25.00 EUR to Bob.")

	// A reload makes nothing more of it.
	starts := b.server.n
	br.post("/transfer/again").must(t, 200, "/transfer/confirm", "Transferred")
	if b.server.n != starts {
		t.Error("an accepted transfer was started again")
	}
	if strings.Contains(br.get("/transfer").must(t, 200, "/transfer").body, "Bob") {
		t.Error("the form is filled with what is done")
	}
	br.post("/transfer/cancel").must(t, 200, "/transfer", "Amount in EUR")
	br.get("/transfer/confirm").must(t, 200, "/transfer", "Amount in EUR")
	br.post("/transfer/again").must(t, 200, "/transfer", "Amount in EUR")

	b.server.breakWith(func(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) })
	br.post("/transfer", "amount", "25,5", "recipient", "Bob").must(t, 502, "/transfer", "does not answer", `value="25.50"`)
}

func TestTransferByAnother(t *testing.T) {
	b := newBed(t)
	br := b.logIn("ada")
	br.post("/transfer", "amount", "1", "recipient", "Bob")
	b.server.set(wire.StateAccepted, "mallory")
	got := br.get("/transfer/confirm").must(t, 200, "/transfer/confirm", "Someone else answered", "No money was moved")
	if strings.Contains(got.body, "Transferred") {
		t.Error("somebody else's answer moved money")
	}
	br.get("/home").must(t, 200, "/home", "<bdi>ada</bdi>") // nor does it change who is logged in
}

func TestHostileText(t *testing.T) {
	for in, want := range map[string]string{
		"</script><script>alert(1)</script>": "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
		"{{7*7}}":                            "{{7*7}}",
		"$(id)":                              "$(id)",
		"%s%n":                               "%s%n",
		`" onfocus="alert(1)`:                "&#34; onfocus=&#34;alert(1)",
		"a\u202eb":                           "a&lt;U&#43;202E&gt;b",
		"a\x1b[2Jb":                          "a&lt;U&#43;001B&gt;[2Jb",
		"javascript:alert(1)":                "javascript:alert(1)",
	} {
		t.Run(in, func(t *testing.T) {
			b := newBed(t, func(c *Config) { c.Title = in })
			br := b.logIn(in) // the server's user is as hostile
			br.get("/home").must(t, 200, "/home", "You are logged in as <bdi>"+want+"</bdi>", "– "+want+"</title>")
			page := br.post("/transfer", "amount", "1", "recipient", in).must(t, 200, "/transfer/confirm", "<dd><bdi>"+want+"</bdi></dd>")
			if _, form := b.server.last(); form.Get("message") != "Transfer 1.00 EUR to "+wire.CleanText(in, 60) {
				t.Errorf("message %q", form.Get("message"))
			}
			status := br.get("/status?a=" + page.attemptID(t))
			bad := br.post("/transfer", "amount", in, "recipient", in).must(t, 422, "/transfer")
			for _, a := range []answer{page, status, bad, br.get("/home")} {
				for _, raw := range []string{"<script>", "\u202e", "\x1b", `" onfocus`, "%!", "ZgotmplZ", "49"} {
					body := a.body
					if strings.HasPrefix(a.path, "/transfer") && raw == "49" {
						continue // ids and times hold digits
					}
					if strings.Contains(body, raw) {
						t.Errorf("%s holds %q:\n%s", a.path, raw, body)
					}
				}
			}
		})
	}
}

func TestStatusJSON(t *testing.T) {
	b := newBed(t)
	br := b.browser()
	id := br.post("/login").attemptID(t)
	get := func() (s status) {
		t.Helper()
		a := br.get("/status?a="+id).must(t, 200, "/status")
		if err := json.Unmarshal([]byte(a.body), &s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	want := status{State: waiting, Heading: "Scan the code to log in", Sentence: "Waiting for you to scan the code.", Left: 120, LeftWords: "2 minutes left", Total: 120}
	if got := get(); got != want {
		t.Errorf("got %+v", got)
	}
	b.server.set(wire.StateAccepted, "ada")
	if got := get(); got.State != accepted || !got.Final || got.Left != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestWords(t *testing.T) {
	for n, want := range map[int]string{0: "0 seconds left", 1: "1 second left", 59: "59 seconds left", 60: "1 minute left", 61: "1 minute 1 second left", 102: "1 minute 42 seconds left", 600: "10 minutes left"} {
		if got := timeLeft(n); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
	for ua, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                           "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0":    "Edge on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15":            "Safari on macOS",
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36":                  "Chrome on Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile Safari/604.1": "Safari on iPhone",
		"Firefox/1": "Firefox",
		"curl/8":    "another program",
		"":          "another program",
	} {
		r := &http.Request{Header: http.Header{"User-Agent": {ua}}}
		if got := agent(r); got != want {
			t.Errorf("%q: %q", ua, got)
		}
	}
}

// The secret and the OTP reach no log, whatever goes wrong.
func TestNothingSecretInLogs(t *testing.T) {
	var log bytes.Buffer
	b := newBed(t, func(c *Config) { c.Logger = textLogger(&log) })
	br := b.browser()
	br.post("/login")
	id, _ := b.server.last()
	b.server.breakWith(func(w http.ResponseWriter) { w.WriteHeader(http.StatusTeapot) })
	br.get("/")
	br.post("/login")
	b.server.Close()
	br.post("/login")
	for _, secret := range []string{id, testSecret, url.QueryEscape(testSecret), "code-of", "whsec_", br.cookie()} {
		if secret != "" && strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, log.String())
		}
	}
	if !strings.Contains(log.String(), "no mobile authentication could be started") {
		t.Errorf("the log says nothing:\n%s", log.String())
	}
}
