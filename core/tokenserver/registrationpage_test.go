package tokenserver_test

import (
	"bytes"
	"encoding/base64"
	"html"
	"image/png"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

// The picture holds what the link holds, has its quiet zone, and each of its
// modules has whole pixels at the size at which it is shown.
func TestRegistrationQRCode(t *testing.T) {
	bed := servertest.New(t)
	r := submit(t, bed, registrationPath, "anna", tokenserver.DemoUserPassword)
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
	if !strings.Contains(r.body, `value="`+link[1]+`"`) || !strings.Contains(r.body, bed.Origin.String()) {
		t.Error("the link cannot be copied, or the page does not name the server")
	}
}

// In test mode thousands of devices register by themselves; otherwise nobody
// gets a code without a password.
func TestAutoRegister(t *testing.T) {
	auto := servertest.New(t, func(c *tokenserver.Config) { c.Test.AutoRegister = "bert" })
	asJSON := header("Accept", jsonType)
	var got struct {
		Server, Code, Link string
		ExpiresIn          int64 `json:"expires_in"`
	}
	r := call(t, auto, "POST", registrationPath, "", "", asJSON)
	r.into(t, &got)
	if got.Server != auto.Origin.String() || got.ExpiresIn != 600 || got.Link != wire.RegistrationLink(auto.Origin, wire.SecretString(got.Code)) || r.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s", r.body)
	}
	d := newDevice(t, auto)
	var granted tokens
	d.token(t, "grant_type", wire.GrantRegistrationCode, "code", got.Code).into(t, &granted)
	if granted.User != "bert" {
		t.Errorf("%+v", granted)
	}
	for site, want := range map[string]int{"cross-site": 403, "same-site": 403} {
		if r := call(t, auto, "POST", registrationPath, "", "", asJSON, header("Sec-Fetch-Site", site)); r.status != want {
			t.Errorf("from a page that is %s: %d", site, r.status)
		}
	}
	page := call(t, auto, "GET", registrationPath, "", "")
	if strings.Contains(page.body, `name="password"`) || !strings.Contains(page.body, "test mode") || strings.Contains(page.body, "understudy://") {
		t.Errorf("%s", page.body)
	}
	token, cookie := loginForm(t, auto, registrationPath)
	if r := call(t, auto, "POST", registrationPath, formType, form("form", token), header("Cookie", cookie)); r.status != 200 || !strings.Contains(r.body, "understudy://register?") || !strings.Contains(r.body, "Bert Example") {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := call(t, auto, "POST", registrationPath, formType, form("form", token)); strings.Contains(r.body, "understudy://") {
		t.Error("a form of another browser gets a code")
	}
	// The login page of a program asks nevertheless.
	if r := call(t, auto, "GET", d.authorizePath(), "", ""); !strings.Contains(r.body, `name="password"`) {
		t.Errorf("%s", r.body)
	}

	plain := servertest.New(t)
	if r := call(t, plain, "POST", registrationPath, formType, "", asJSON); r.status != http.StatusUnauthorized || strings.Contains(r.body, "understudy:") {
		t.Errorf("%d %s", r.status, r.body)
	}
}
