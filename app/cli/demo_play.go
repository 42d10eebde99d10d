package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/understudy-auth/understudy/app/demo"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/scan"
	"github.com/understudy-auth/understudy/core/wire"
)

// What the demo's pages hold: the picture of the code, and whose page it is.
var (
	pictureOfCode = regexp.MustCompile(`src="(/qr\.png\?a=[A-Z0-9]+)"`)
	loggedInAs    = regexp.MustCompile(`You are logged in as <bdi>([^<]+)</bdi>`)
)

// demoByItself plays a whole login: a browser without a person, and a phone
// whose person accepts.
func (p *program) demoByItself(ctx context.Context, w *demo.World) error {
	p.say("", words.T("There is no terminal, so a complete login is played."))
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	page := &demoBrowser{client: &http.Client{Jar: jar, Timeout: 10 * time.Second}, site: w.Site}
	html, err := page.post(ctx, "/login", nil)
	if err != nil {
		return err
	}
	picture := pictureOfCode.FindSubmatch(html)
	if picture == nil {
		return errors.New("the website's login page shows no code")
	}
	p.say(words.T("1. The website's login page shows a QR code."))
	image, err := page.get(ctx, string(picture[1]))
	if err != nil {
		return err
	}
	item, err := readDemoCode(ctx, image)
	if err != nil {
		return err
	}
	p.say(words.T("2. The code was read from its picture: {what}", "what", words.Code(item)))
	result, err := w.Phone.Client.HandleOTP(ctx, mobileauth.Incoming{ProfileID: w.Profile.ID, OTP: item.OTP, Claimed: item.Server, Source: intake.SourceFile},
		func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
			p.say(words.T("3. This is asked:"))
			for _, l := range words.Question(r, p.env.Now()) {
				p.say("   " + l)
			}
			p.say(words.T("4. The answer is: accept."))
			return wire.Accept, nil
		})
	if err != nil {
		return err
	}
	title, sentences := words.Result(result)
	p.say(words.T("5. {result}. {what}", "result", title, "what", strings.Join(sentences, " ")))
	user, err := page.loggedIn(ctx)
	if err != nil {
		return err
	}
	p.say(words.T("6. The website shows: you are logged in as {user}.", "user", user))
	p.print(words.T("logged in as {user}", "user", user))
	return nil
}

func readDemoCode(ctx context.Context, picture []byte) (intake.Item, error) {
	decoded, err := capture.DecodeBytes(ctx, picture)
	if err != nil {
		return intake.Item{}, err
	}
	found, err := scan.New().Read(ctx, decoded)
	if err != nil {
		return intake.Item{}, err
	}
	if len(found.Codes) != 1 {
		return intake.Item{}, fmt.Errorf("the picture holds %d codes in place of one", len(found.Codes))
	}
	item := intake.Parse(found.Codes[0].Text)
	if item.Kind != intake.KindOTPLink {
		return intake.Item{}, errors.New("the code is no login code")
	}
	return item, nil
}

// demoBrowser fetches the demo's pages as a browser does.
type demoBrowser struct {
	client *http.Client
	site   wire.Origin
}

func (b *demoBrowser) get(ctx context.Context, path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.site.URL(path), nil)
	if err != nil {
		return nil, err
	}
	return b.fetch(req)
}

func (b *demoBrowser) post(ctx context.Context, path string, form url.Values) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.site.URL(path), strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", b.site.String())
	return b.fetch(req)
}

func (b *demoBrowser) fetch(req *http.Request) ([]byte, error) {
	req.Header.Set("User-Agent", "Understudy demo")
	resp, err := b.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("the website answered %s with %s", req.URL.Path, resp.Status)
	}
	return body, err
}

// loggedIn waits until the page knows of the answer, and reads who is logged in.
func (b *demoBrowser) loggedIn(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		html, err := b.get(ctx, "/login")
		if err != nil {
			return "", err
		}
		if user := loggedInAs.FindSubmatch(html); user != nil {
			return string(user[1]), nil
		}
		select {
		case <-ctx.Done():
			return "", errors.New("the website does not show the user logged in")
		case <-time.After(100 * time.Millisecond):
		}
	}
}
