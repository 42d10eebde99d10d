package display

import (
	"context"
	"errors"
	"net/url"
	"os/exec"
	"runtime"
	"time"
)

// OpenBrowser opens a web page with the desktop's own opener. Only web
// addresses are opened, and never as something that looks like an option.
func OpenBrowser(ctx context.Context, page string) error {
	u, err := url.Parse(page)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return errors.New("this is no web address")
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	switch runtime.GOOS {
	case "darwin":
		return exec.CommandContext(ctx, "open", u.String()).Run()
	case "windows":
		return exec.CommandContext(ctx, "rundll32", "url.dll,FileProtocolHandler", u.String()).Run()
	}
	return exec.CommandContext(ctx, "xdg-open", u.String()).Run()
}
