package cli_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
)

var (
	formAction = regexp.MustCompile(`<form method="post" action="([^"]+)"`)
	formToken  = regexp.MustCompile(`name="form" value="([^"]+)"`)
)

// logInByBrowser does what a person does on the server's login page; who is
// "user:password". The redirect ends at the program that waits for it.
func logInByBrowser(ctx context.Context, page, who string) {
	// A browser outlives the program that opened it, and so does its last answer.
	if err := logIn(context.WithoutCancel(ctx), page, who); err != nil {
		fmt.Fprintln(os.Stderr, "test browser:", err)
	}
}

func logIn(ctx context.Context, page, who string) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	browser := &http.Client{Jar: jar}
	html, err := fetch(ctx, browser, http.MethodGet, page, nil)
	if err != nil {
		return err
	}
	action, token := formAction.FindStringSubmatch(html), formToken.FindStringSubmatch(html)
	if action == nil || token == nil {
		return fmt.Errorf("no login form in %s", html)
	}
	user, password, _ := strings.Cut(who, ":")
	base, err := url.Parse(page)
	if err != nil {
		return err
	}
	target, err := base.Parse(strings.ReplaceAll(action[1], "&amp;", "&"))
	if err != nil {
		return err
	}
	_, err = fetch(ctx, browser, http.MethodPost, target.String(), url.Values{"user": {user}, "password": {password}, "form": {token[1]}})
	return err
}

func fetch(ctx context.Context, browser *http.Client, method, address string, form url.Values) (string, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	if form != nil {
		u, err := url.Parse(address)
		if err != nil {
			return "", err
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", u.Scheme+"://"+u.Host)
	}
	resp, err := browser.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %s: %s", method, address, resp.Status, body)
	}
	return string(body), err
}
