package idp_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"html"
	"image/png"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/understudy-auth/understudy/core/tokenserver/idp"
	"github.com/understudy-auth/understudy/core/wire"
)

// The picture holds what the link holds, has its quiet zone, and each of its
// modules has whole pixels at the size at which it is shown.
func TestRegistrationQRCode(t *testing.T) {
	bed := newBed(t)
	r := bed.submit(t, registrationPath, "anna", password)
	img := regexp.MustCompile(`<img src="data:image/png;base64,([^"]+)" width="(\d+)" height="(\d+)" alt="[^"]+"`).FindStringSubmatch(r.body)
	link := regexp.MustCompile(`href="(understudy://register\?[^"]*)"`).FindStringSubmatch(r.body)
	if img == nil || link == nil {
		t.Fatalf("%d %s", r.status, r.body)
	}
	data, err := base64.StdEncoding.DecodeString(html.UnescapeString(img[1]))
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	side, _ := strconv.Atoi(img[2])
	if b := picture.Bounds(); img[2] != img[3] || b.Dx() != 2*side || b.Dy() != 2*side {
		t.Errorf("%v, shown as %s x %s", b, img[2], img[3])
	}
	for i := range picture.Bounds().Dx() {
		for depth := range 4 * 10 { // four modules
			if red, _, _, _ := picture.At(i, depth).RGBA(); red != 0xffff {
				t.Fatal("no quiet zone")
			}
		}
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	found, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil || found.GetText() != html.UnescapeString(link[1]) {
		t.Errorf("%v, %v; want %s", found, err, link[1])
	}
	if !strings.Contains(r.body, `value="`+link[1]+`"`) || !strings.Contains(r.body, bed.PublicURL.String()) || !strings.Contains(r.body, "for 7 minutes") {
		t.Error("the link cannot be copied, or the page does not name the server or the time")
	}
}

// In test mode a program gets a code without a page, and the page one without a
// password; the login page of a program asks nevertheless.
func TestAutoRegister(t *testing.T) {
	bed := newBed(t, func(o *idp.Options) { o.AutoRegister = "bert" })
	asJSON := header("Accept", jsonType)
	link := wire.RegistrationLink(bed.PublicURL, wire.SecretString("REGISTRATION-OF-bert"))
	want := `{"server":"` + bed.PublicURL.String() + `","code":"REGISTRATION-OF-bert","link":"` + strings.ReplaceAll(link, "&", `\u0026`) + `","expires_in":420}` + "\n"
	r := bed.call("POST", registrationPath, "", "", asJSON)
	if r.status != http.StatusOK || r.body != want {
		t.Errorf("%d %s; want %s", r.status, r.body, want)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/json;charset=UTF-8", "Cache-Control": "no-store", "Pragma": "no-cache", "X-Content-Type-Options": "nosniff",
	} {
		if got := r.header.Values(name); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q; want %q", name, got, want)
		}
	}
	for _, c := range []struct {
		err         error
		status      int
		name, retry string
	}{
		{idp.ErrFull, 503, "temporarily_unavailable", "60"},
		{context.Canceled, 503, "temporarily_unavailable", "60"},
		{errors.New("disk on fire"), 500, "server_error", ""},
	} {
		bed.grants.full = c.err
		r := bed.call("POST", registrationPath, "", "", asJSON)
		if r.status != c.status || !strings.HasPrefix(r.body, `{"error":"`+c.name+`","error_description":"`) || r.header.Get("Retry-After") != c.retry || strings.Contains(r.body, "fire") {
			t.Errorf("%v: %d %s", c.err, r.status, r.body)
		}
	}
	bed.grants.full = nil

	page := bed.call("GET", registrationPath, "", "")
	if strings.Contains(page.body, `name="password"`) || !strings.Contains(page.body, "test mode") || strings.Contains(page.body, "understudy://") {
		t.Errorf("%s", page.body)
	}
	token, cookie := bed.loginForm(t, registrationPath)
	if r := bed.call("POST", registrationPath, formType, form("form", token), header("Cookie", cookie)); r.status != 200 || !strings.Contains(r.body, "understudy://register?") {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := bed.call("POST", registrationPath, formType, form("form", token)); strings.Contains(r.body, "understudy://") {
		t.Error("a form of another browser gets a code")
	}
	if r := bed.call("GET", authorizePath(), "", ""); !strings.Contains(r.body, `name="password"`) {
		t.Errorf("%s", r.body)
	}

	o := bed.Options
	o.AutoRegister = "nobody"
	if _, err := idp.New(o); err == nil {
		t.Error("a user who does not exist is logged in")
	}
}

// Otherwise nobody gets a code without a password.
func TestNoAutoRegister(t *testing.T) {
	r := newBed(t).call("POST", registrationPath, formType, "", header("Accept", jsonType))
	if r.status != http.StatusUnauthorized || strings.Contains(r.body, "understudy:") {
		t.Errorf("%d %s", r.status, r.body)
	}
}
