package idp_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestWrongPasswordsAreLimited(t *testing.T) {
	bed := newBed(t)
	for range 10 {
		if r := bed.submit(t, registrationPath, "anna", "wrong"); r.status != 401 || !strings.Contains(r.body, "not right") {
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
	for _, user := range []string{"anna", "bert"} { // the name, and whoever tries it
		if r := bed.submit(t, registrationPath, user, password); r.status != 429 || r.header.Get("Retry-After") != "60" || !strings.Contains(r.body, "Too many wrong passwords") {
			t.Errorf("%s: %d %s", user, r.status, r.body)
		}
	}
	bed.move(time.Minute)
	if r := bed.submit(t, registrationPath, "anna", password); r.status != 200 {
		t.Errorf("after a minute: %d %s", r.status, r.body)
	}

	// A hundred at once are no more than ten in a row.
	token, cookie := bed.loginForm(t, registrationPath)
	var checked atomic.Int32
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			r := bed.call("POST", registrationPath, formType, form("form", token, "user", "nobody", "password", "x"), header("Cookie", cookie))
			if strings.Contains(r.body, "not right") {
				checked.Add(1)
			}
		})
	}
	all.Wait()
	if checked.Load() != 10 {
		t.Errorf("%d passwords were checked", checked.Load())
	}
}

// Tries for one name count from wherever they come, and those from one network
// whatever their name.
func TestWrongPasswordsOfManySources(t *testing.T) {
	bed := newBed(t)
	token, cookie := bed.loginForm(t, registrationPath)
	try := func(user, password, from string) string {
		return bed.call("POST", registrationPath, formType, form("form", token, "user", user, "password", password), header("Cookie", cookie),
			func(r *http.Request) { r.RemoteAddr = from }).body
	}
	for i := range 10 {
		if got := try("anna", "wrong", fmt.Sprintf("192.0.2.%d:1", i)); !strings.Contains(got, "not right") {
			t.Fatal(got)
		}
	}
	if got := try("anna", password, "192.0.2.10:1"); !strings.Contains(got, "Too many") {
		t.Error("eleven tries for one name")
	}
	if got := try("bert", password, "192.0.2.10:1"); strings.Contains(got, "Too many") {
		t.Error("another name is barred as well")
	}
	for i := range 10 {
		try(fmt.Sprint("user", i), "wrong", fmt.Sprintf("[2001:db8::%d]:%d", i, i+1))
	}
	if got := try("bert", password, "[2001:db8::ffff]:9"); !strings.Contains(got, "Too many") {
		t.Error("eleven tries from one network")
	}
	if got := try("bert", password, "[2001:db8:1::1]:9"); strings.Contains(got, "Too many") {
		t.Error("another network is barred as well")
	}
}
