package sqlstore_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/sqlstore"
	"github.com/understudy-auth/understudy/core/wire"
)

// childEnv names the database that this test binary, started again, writes to.
const childEnv = "SQLSTORE_TEST_DATABASE"

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		if err := write(path); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// write logs users in for ever, and says each time what is confirmed.
func write(path string) error {
	store, err := sqlstore.Open(path)
	if err != nil {
		return err
	}
	ctx, hash := context.Background(), tokenserver.HashText
	// Each run has devices of its own.
	run := strconv.Itoa(os.Getpid())
	for i := 0; ; i++ {
		id := run + "-" + strconv.Itoa(i)
		token := tokenserver.Token{Hash: hash("access " + id), Kind: tokenserver.AccessToken, ProfileID: id, DeviceID: id, Family: id, Expires: start.Add(time.Hour)}
		nonce := hash("nonce " + id)
		claim := tokenserver.Claim{TransactionID: id, OTPHash: hash(id), DeviceID: id, ProfileID: id, UserID: "anna", ChallengeHash: hash("c"), DetailsHash: "d"}
		for _, step := range []func() error{
			func() error { return store.AddDevice(ctx, tokenserver.Device{ID: id, Created: start, Seen: start}) },
			func() error {
				return store.AddProfile(ctx, tokenserver.Profile{ID: id, DeviceID: id, UserID: "anna", Created: start}, token)
			},
			func() error {
				return store.BeginEnrollment(ctx, tokenserver.Enrollment{ProfileID: id, DeviceKey: []byte("k"), NonceHash: nonce, Created: start, Expires: start.Add(time.Hour)}, false)
			},
			func() error { return store.ActivateEnrollment(ctx, id, nonce, false, start) },
			func() error {
				return store.AddTransaction(ctx, tokenserver.Transaction{ID: id, ClientID: "portal", OTPHash: hash(id), CallbackURI: "https://portal.example/", Created: start, Expires: start.Add(time.Hour)})
			},
			func() error { _, err := store.Claim(ctx, claim, start); return err },
			func() error {
				_, err := store.Answer(ctx, tokenserver.Answer{TransactionID: id, DeviceID: id, ProfileID: id, ChallengeHash: hash("c"), DetailsHash: "d", Decision: wire.Accept}, start)
				return err
			},
		} {
			if err := step(); err != nil {
				return err
			}
			fmt.Println(id)
		}
	}
}

// spawn starts this test binary as another process on a database and returns
// its output, line by line.
func spawn(t *testing.T, path string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+path)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	return cmd, bufio.NewScanner(out)
}

// The process is killed in the midst of writing: what it has confirmed is
// there, and of the step under way all or nothing.
func TestKilledWhileWriting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db", "server.db")
	const perLogin = 7
	for round := range 6 {
		cmd, lines := spawn(t, path)
		confirmed := map[string]int{}
		for range 200 + 37*round {
			if !lines.Scan() {
				t.Fatal("the writer ended by itself")
			}
			confirmed[lines.Text()]++
		}
		must(t, cmd.Process.Kill())
		for lines.Scan() { // what it said before it died
			if confirmed[lines.Text()]++; strings.Contains(lines.Text(), " ") {
				t.Fatal(lines.Text())
			}
		}
		_ = cmd.Wait()

		store := open(t, path)
		accepted := map[string]bool{}
		list, err := store.LeaseCallbacks(t.Context(), start, start, 100_000)
		must(t, err)
		for _, c := range list {
			accepted[c.TransactionID] = c.State == wire.StateAccepted
		}
		for id, steps := range confirmed {
			_, err := store.Profile(t.Context(), id)
			session, sessionErr := store.Session(t.Context(), tokenserver.HashText("access "+id), start)
			transaction, transactionErr := store.Transaction(t.Context(), id)
			switch {
			case steps >= 2 && err != nil:
				t.Fatalf("%s: %d steps, but: %v", id, steps, err)
			case (err == nil) != (sessionErr == nil):
				t.Fatalf("%s: half a step: profile %v, token %v", id, err, sessionErr)
			case steps >= 4 && session.Enrollment == nil:
				t.Fatalf("%s: %d steps and not enrolled", id, steps)
			case steps >= 5 && transactionErr != nil:
				t.Fatalf("%s: %d steps, but: %v", id, steps, transactionErr)
			case steps == perLogin && transaction.State != wire.StateAccepted:
				t.Fatalf("%s: answered, and is %s", id, transaction.State)
			case (transaction.State == wire.StateAccepted) != accepted[id]:
				t.Fatalf("%s: half a step: %s, callback %v", id, transaction.State, accepted[id])
			}
		}
		must(t, store.Close())
	}
}

func TestSecondProcessIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db", "server.db")
	cmd, lines := spawn(t, path)
	if !lines.Scan() {
		t.Fatal("the writer does not write")
	}
	if _, err := sqlstore.Open(path); err == nil || !strings.Contains(err.Error(), "in use by another process") {
		t.Errorf("%v", err)
	}
	must(t, cmd.Process.Kill())
	for lines.Scan() {
	}
	_ = cmd.Wait()
	must(t, open(t, path).Close()) // the lock went with the process
}
