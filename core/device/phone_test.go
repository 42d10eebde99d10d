package device_test

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
	"testing"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

const goodPIN = "12356"

// phone is a device that survives restarts of its program.
type phone struct {
	*device.Device
	bed   *servertest.Bed
	vault vault.Vault
	dir   string
}

func newPhone(t testing.TB, bed *servertest.Bed) *phone {
	t.Helper()
	p := &phone{bed: bed, vault: vault.NewMemory(), dir: t.TempDir()}
	p.open(t, device.Options{})
	return p
}

func (p *phone) open(t testing.TB, o device.Options) {
	t.Helper()
	files, err := safefile.Open(p.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	o.Files = files
	if o.Vault == nil {
		o.Vault = p.vault
	}
	o.Now = p.bed.Clock.Now
	if p.Device, err = device.Open(o); err != nil {
		t.Fatal(err)
	}
}

func (p *phone) register(t testing.TB) device.Profile {
	t.Helper()
	profile, err := p.Register(t.Context(), device.Registration{
		Server: p.bed.Origin, Code: p.bed.RegistrationCode(tokenserver.DemoUser), CreatePIN: create(goodPIN),
	})
	if err != nil {
		t.Fatal(err)
	}
	return profile
}

// pins gives one PIN after the other, then gives up.
func pins(list ...string) device.AskPIN {
	return func(context.Context, device.PINRequest) (wire.Secret, error) {
		if len(list) == 0 {
			return wire.Secret{}, errGaveUp
		}
		next := list[0]
		list = list[1:]
		return wire.SecretString(next), nil
	}
}

func create(list ...string) device.CreatePIN {
	return func(context.Context, device.NewPINRequest) (wire.Secret, error) {
		if len(list) == 0 {
			return wire.Secret{}, errGaveUp
		}
		next := list[0]
		list = list[1:]
		return wire.SecretString(next), nil
	}
}

var errGaveUp = errors.New("gave up")

func wantCode(t testing.TB, err error, code int) {
	t.Helper()
	if wire.CodeOf(err) != code {
		t.Errorf("error %v; want code %d", err, code)
	}
}

// browser is a person with a browser: it opens the login page, fills in the
// form and follows the redirect back.
type browser struct {
	user, password string
	page           string // the last page's text
	done           chan struct{}
	// follow says whether a redirect is followed; nil: all are.
	follow func(*http.Request) error
}

func newBrowser(password string) *browser {
	return &browser{user: tokenserver.DemoUser, password: password, done: make(chan struct{})}
}

var formToken = regexp.MustCompile(`name="form" value="([A-Z0-9]+)"`)

func (b *browser) open(ctx context.Context, page string) error {
	defer close(b.done)
	ctx = context.WithoutCancel(ctx) // a browser outlives who opened it
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	client := &http.Client{Jar: jar}
	if b.follow != nil {
		client.CheckRedirect = func(r *http.Request, _ []*http.Request) error { return b.follow(r) }
	}
	fetch := func(method string, form url.Values) error {
		req, err := http.NewRequestWithContext(ctx, method, page, strings.NewReader(form.Encode()))
		if err != nil {
			return err
		}
		if form != nil {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		b.page = fmt.Sprintf("%d %s", resp.StatusCode, text)
		return err
	}
	if err := fetch(http.MethodGet, nil); err != nil {
		return err
	}
	token := formToken.FindStringSubmatch(b.page)
	if token == nil {
		return errors.New("there is no form: " + b.page)
	}
	return fetch(http.MethodPost, url.Values{"form": {token[1]}, "user": {b.user}, "password": {b.password}})
}

func files(t testing.TB, dir string) *safefile.Dir {
	t.Helper()
	d, err := safefile.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}
