package journal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func intent(i int) Intent {
	e := entry(i, Accepted)
	e.Version = version
	return Intent{
		ProfileID: e.ProfileID, Server: e.Server, TransactionID: e.TransactionID, Decision: "accept", Challenge: "MFRGGZDF",
		Sealed: []byte{0xc1, 0, byte(i)}, ExpiresAt: e.At.Add(time.Minute), Entry: e,
	}
}

func wantIntents(t *testing.T, j *Journal, want ...Intent) {
	t.Helper()
	got, err := j.Intents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(append([]Intent(nil), want...), got); diff != "" && len(want)+len(got) > 0 {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func save(t *testing.T, j *Journal, in Intent) {
	t.Helper()
	if err := j.SaveIntent(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

func TestIntents(t *testing.T) {
	bothKinds(t, func(t *testing.T, j *Journal) {
		if err := j.RemoveIntent(t.Context(), "unknown"); err != nil {
			t.Fatal(err)
		}
		wantIntents(t, j)
		given := intent(1)
		save(t, j, given)
		given.Sealed[0] = 'x'
		save(t, j, intent(2))
		wantIntents(t, j, intent(1), intent(2))
		again := intent(1)
		again.Decision = "deny"
		again.Entry.Result = "" // not confirmed yet
		save(t, j, again)
		wantIntents(t, j, again, intent(2))
		for range 2 {
			if err := j.RemoveIntent(t.Context(), "transaction-1"); err != nil {
				t.Fatal(err)
			}
			wantIntents(t, j, intent(2))
		}
		want(t, j, Filter{}) // an unsent answer is no history yet
	})
}

// What a crash between deciding and sending leaves is what the next start finds.
func TestIntentsSurvive(t *testing.T) {
	dir := tempDir(t)
	j := open(t, dir)
	save(t, j, intent(1))
	restarted := open(t, dir)
	wantIntents(t, restarted, intent(1))
	// The answer is sent, and the program dies before it forgets it.
	add(t, restarted, intent(1).Entry)
	again := open(t, dir)
	all, err := again.Intents(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatal(len(all), err)
	}
	add(t, again, all[0].Entry)
	if err := again.RemoveIntent(t.Context(), all[0].TransactionID); err != nil {
		t.Fatal(err)
	}
	want(t, again, Filter{}, 1)
	wantIntents(t, j)
	if _, err := os.Stat(filepath.Join(dir.Path(), "history-unsent.json")); err == nil {
		t.Error("the file of unsent answers stays though there are none")
	}
}

func TestSaveIntentRefuses(t *testing.T) {
	bothKinds(t, func(t *testing.T, j *Journal) {
		save(t, j, intent(1))
		for name, change := range map[string]func(*Intent){
			"no transaction":    func(in *Intent) { in.TransactionID = "" },
			"hidden characters": func(in *Intent) { in.TransactionID = "a\u202eb" },
			"long challenge":    func(in *Intent) { in.Challenge = strings.Repeat("x", maxText+1) },
			"nothing sealed":    func(in *Intent) { in.Sealed = nil },
			"too much sealed":   func(in *Intent) { in.Sealed = bytes.Repeat([]byte("x"), maxSealed+1) },
			"another server's":  func(in *Intent) { in.TransactionID, in.Server = "transaction-1", "https://evil.example" },
			"another profile's": func(in *Intent) { in.TransactionID, in.ProfileID = "transaction-1", "b81" },
		} {
			in := intent(2)
			change(&in)
			if err := j.SaveIntent(t.Context(), in); !errors.Is(err, ErrIntent) {
				t.Errorf("%s: %v, want ErrIntent", name, err)
			}
		}
		in := intent(2)
		in.Entry.Result = "maybe"
		if err := j.SaveIntent(t.Context(), in); !errors.Is(err, ErrEntry) {
			t.Errorf("bad entry: %v, want ErrEntry", err)
		}
		wantIntents(t, j, intent(1))
	})
}

func TestIntentsAreBounded(t *testing.T) {
	j := NewMemory()
	for i := range maxIntents {
		save(t, j, intent(i))
	}
	if err := j.SaveIntent(t.Context(), intent(maxIntents)); !errors.Is(err, ErrFull) {
		t.Errorf("%v, want ErrFull", err)
	}
	save(t, j, intent(0)) // replacing one is no addition
}

// The largest intents that are accepted must fit the file that is read back.
func TestLargestIntentsFit(t *testing.T) {
	j := open(t, tempDir(t))
	big := intent(0)
	big.Sealed = bytes.Repeat([]byte{0xff}, maxSealed)
	big.Entry.Message = string(bytes.Repeat([]byte("<"), 5000))
	all := make([]Intent, maxIntents)
	for i := range all {
		all[i] = big
		all[i].TransactionID = fmt.Sprint(i)
	}
	if err := j.writeIntents(all[1:]); err != nil {
		t.Fatal(err)
	}
	save(t, j, all[0])
	if got, err := j.Intents(t.Context()); err != nil || len(got) != maxIntents {
		t.Errorf("%d intents read back, %v", len(got), err)
	}
}

func TestUnsentFileIsRefused(t *testing.T) {
	for text, wantErr := range map[string]error{
		"": ErrDamaged, "{": ErrDamaged, "{}": ErrDamaged, `{"version":1,"intents":7}`: ErrDamaged,
		`{"version":2,"intents":[]}`: ErrNewerVersion,
	} {
		dir := tempDir(t)
		j := open(t, dir)
		if err := dir.WriteFile("history-unsent.json", []byte(text)); err != nil {
			t.Fatal(err)
		}
		_, readErr := j.Intents(t.Context())
		for call, err := range map[string]error{
			"Intents": readErr, "SaveIntent": j.SaveIntent(t.Context(), intent(1)), "RemoveIntent": j.RemoveIntent(t.Context(), "x"),
		} {
			if !errors.Is(err, wantErr) {
				t.Errorf("%s with %q: %v, want %v", call, text, err, wantErr)
			}
		}
		if got, _ := dir.ReadFile("history-unsent.json", 100); string(got) != text {
			t.Errorf("%q was changed to %q", text, got)
		}
	}
}
