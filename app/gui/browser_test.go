package gui

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"

	"github.com/understudy-auth/understudy/core/tokenserver"
)

var formToken = regexp.MustCompile(`name="form" value="([A-Z0-9]+)"`)

// logsIn is a browser in which somebody logs in at the page that is opened, and
// which then follows the server back to where the window waits.
func logsIn(password string) func(context.Context, string) error {
	return func(ctx context.Context, page string) error {
		jar, err := cookiejar.New(nil)
		if err != nil {
			return err
		}
		ctx = context.WithoutCancel(ctx) // a browser outlives who opened it
		client := &http.Client{Jar: jar}
		text, err := fetch(ctx, client, http.MethodGet, page, nil)
		if err != nil {
			return err
		}
		token := formToken.FindStringSubmatch(text)
		if token == nil {
			return errors.New("there is no form: " + text)
		}
		go func() {
			form := url.Values{"form": {token[1]}, "user": {tokenserver.DemoUser}, "password": {password}}
			_, _ = fetch(ctx, client, http.MethodPost, page, form) // the window tells what came of it
		}()
		return nil
	}
}

func fetch(ctx context.Context, client *http.Client, method, page string, form url.Values) (string, error) {
	req, err := http.NewRequestWithContext(ctx, method, page, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return string(text), err
}
