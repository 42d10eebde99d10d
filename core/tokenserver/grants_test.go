package tokenserver_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

const registrationPath = "/oauth/registration"

// Whoever logs in reads what the device said of itself, cleaned.
func TestLoginPageNamesTheProgram(t *testing.T) {
	bed := servertest.New(t)
	var got wire.DeviceCredentials
	hostile := strings.NewReplacer(`"Understudy"`, `"Under\u202estudy</dd><script>alert(1)</script>"`, `"1.0.0"`, `"{{7*7}}"`, `"desktop"`, `"virtual"`).Replace(registration)
	call(t, bed, "POST", wire.PathRegister, jsonType, hostile, header(wire.HeaderOS, `linux/"><b>6.1`)).into(t, &got)
	d := &device{bed: bed, id: got.ClientID}
	r := call(t, bed, "GET", d.authorizePath(), "", "")
	for _, want := range []string{"Under&lt;U&#43;202E&gt;study&lt;/dd&gt;&lt;script&gt;", "{{7*7}}", "linux/&#34;&gt;&lt;b&gt;6.1", "one of a test&#39;s many devices"} {
		if !strings.Contains(r.body, want) && !strings.Contains(r.body, strings.ReplaceAll(want, "&#39;", "'")) {
			t.Errorf("the page lacks %s:\n%s", want, r.body)
		}
	}
	if strings.Contains(r.body, "<script") || strings.Contains(r.body, "\u202e") {
		t.Errorf("a name is not literal:\n%s", r.body)
	}
}

func TestRegistrationPage(t *testing.T) {
	bed := servertest.New(t)
	r := submit(t, bed, registrationPath, "anna", tokenserver.DemoUserPassword)
	link := regexp.MustCompile(`href="(understudy://register\?[^"]*)"`).FindStringSubmatch(r.body)
	if r.status != 200 || link == nil || !strings.Contains(r.body, `src="data:image/png;base64,`) || !strings.Contains(r.body, "Anna Example") {
		t.Fatalf("%d %s", r.status, r.body)
	}
	u, err := url.Parse(html.UnescapeString(link[1]))
	if err != nil || u.Query().Get("server") != bed.Origin.String() || len(u.Query().Get("code")) != 26 {
		t.Fatalf("%s, %v", link[1], err)
	}
	var got tokens
	newDevice(t, bed).token(t, "grant_type", wire.GrantRegistrationCode, "code", u.Query().Get("code")).into(t, &got)
	if got.User != "anna" {
		t.Errorf("%+v", got)
	}
	if r := call(t, bed, "POST", registrationPath, jsonType, "{}"); r.status != http.StatusUnsupportedMediaType {
		t.Errorf("%d", r.status)
	}
}

// In test mode thousands of devices register by themselves.
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
}
