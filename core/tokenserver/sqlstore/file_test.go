package sqlstore_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/authenticators"
	"github.com/understudy-auth/understudy/core/tokenserver/sqlstore"
	"github.com/understudy-auth/understudy/core/wire"
)

var start = time.UnixMilli(1_750_000_000_000).UTC()

func open(t *testing.T, path string, options ...sqlstore.Option) *sqlstore.Store {
	t.Helper()
	store, err := sqlstore.Open(path, options...)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// everything is what a store says of the records that fill makes.
type everything struct {
	Device      tokenserver.Device
	Profile     tokenserver.Profile
	Session     tokenserver.Session
	Refresh     tokenserver.Token
	Finger      authenticators.Authenticator
	Pending     tokenserver.Enrollment
	ServerKey   []byte
	Transaction tokenserver.Transaction
	Callbacks   []tokenserver.Callback
}

func fill(t *testing.T, s tokenserver.Store) {
	t.Helper()
	ctx := t.Context()
	hash := tokenserver.HashText
	must(t, s.AddDevice(ctx, tokenserver.Device{ID: "device", SecretHash: hash("s"), Kind: wire.KindBridge, ClientName: "n'ame", SoftwareID: "i", SoftwareVersion: "1", OS: "linux/6.1", Created: start, Seen: start}))
	token := tokenserver.Token{Hash: hash("access"), Kind: tokenserver.AccessToken, ProfileID: "P1", DeviceID: "device", Scope: "s", Audience: "a", Family: "f", Expires: start.Add(time.Hour)}
	refresh := token
	refresh.Hash, refresh.Kind = hash("refresh"), tokenserver.RefreshToken
	must(t, s.AddProfile(ctx, tokenserver.Profile{ID: "P1", DeviceID: "device", UserID: "anna", Created: start}, token, refresh))
	must(t, s.SetPIN(ctx, "P1", tokenserver.PIN{SealedKey: []byte{0, 1, 255}, Salt: []byte("salt"), Cost: wire.DefaultKDF, Set: start}, nil))
	must(t, s.AddPINChallenge(ctx, tokenserver.PINChallenge{Hash: hash("challenge"), ProfileID: "P1", Expires: start.Add(time.Hour)}))
	must(t, s.SetAuthenticator(ctx, authenticators.Authenticator{ProfileID: "P1", Type: "Fingerprint", PublicKey: []byte{1, 0, 255}, Created: start}))
	if _, attempt, err := s.CountPINFailure(ctx, "device", "P1", hash("challenge"), 3, start); attempt != tokenserver.PINCounted || err != nil {
		t.Fatal(attempt, err)
	}
	for _, nonce := range []string{"first", "second"} {
		must(t, s.BeginEnrollment(ctx, tokenserver.Enrollment{
			ProfileID: "P1", DeviceKey: []byte(nonce), DeviceFingerprint: "d", SealedServerKey: []byte("k"), ServerFingerprint: "s",
			DeviceKind: wire.KindBridge, KeyStorage: "file", NonceHash: hash(nonce), Created: start, Expires: start.Add(time.Hour),
		}, true))
		if nonce == "first" {
			must(t, s.ActivateEnrollment(ctx, "P1", hash(nonce), true, start))
		}
	}
	must(t, s.AddServerKey(ctx, []byte("server key")))
	must(t, s.AddTransaction(ctx, tokenserver.Transaction{
		ID: "T", ClientID: "portal", Type: "login", Method: wire.MethodOTP, Message: "Grüße\n<b>", OTPHash: hash("otp"),
		CallbackURI: "https://portal.example/", State: wire.StateInitialized, Created: start, Expires: start.Add(time.Minute),
	}))
	c := tokenserver.Claim{TransactionID: "T", OTPHash: hash("otp"), DeviceID: "device", ProfileID: "P1", UserID: "anna", DeviceKind: wire.KindBridge, KeyStorage: "file", ChallengeHash: hash("c"), DetailsHash: "d"}
	if r, err := s.Claim(ctx, c, start); r != tokenserver.Claimed || err != nil {
		t.Fatal(r, err)
	}
	if r, err := s.Answer(ctx, tokenserver.Answer{TransactionID: "T", DeviceID: "device", ProfileID: "P1", ChallengeHash: hash("c"), DetailsHash: "d", Decision: wire.Accept}, start); r != tokenserver.Answered || err != nil {
		t.Fatal(r, err)
	}
}

func read(t *testing.T, s tokenserver.Store) (e everything) {
	t.Helper()
	ctx := context.Background()
	var errs [9]error
	e.Device, errs[0] = s.Device(ctx, "device")
	e.Profile, errs[1] = s.Profile(ctx, "P1")
	e.Session, errs[2] = s.Session(ctx, tokenserver.HashText("access"), start)
	e.Refresh, errs[3] = s.RefreshToken(ctx, tokenserver.HashText("refresh"), start)
	e.Pending, errs[4] = s.PendingEnrollment(ctx, "P1", start)
	e.ServerKey, errs[5] = s.ServerKey(ctx)
	e.Transaction, errs[6] = s.Transaction(ctx, "T")
	e.Callbacks, errs[7] = s.LeaseCallbacks(ctx, start, start, 10)
	e.Finger, errs[8] = s.Authenticator(ctx, "P1", "Fingerprint")
	for _, err := range errs {
		must(t, err)
	}
	for i := range e.Callbacks {
		e.Callbacks[i].Attempts = 0 // each look counts
	}
	return e
}

func TestRestartKeepsEverything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db", "server.db")
	store := open(t, path)
	fill(t, store)
	want := read(t, store)
	if want.Profile.Failures != 1 || want.Session.Enrollment == nil || len(want.Callbacks) != 1 {
		t.Fatalf("not filled: %+v", want)
	}
	must(t, store.Close())
	for range 2 {
		store = open(t, path, sqlstore.WithFullSync())
		if diff := cmp.Diff(want, read(t, store)); diff != "" {
			t.Errorf("after a restart (-want +got)\n%s", diff)
		}
		must(t, store.Close())
	}
	if _, err := store.Device(t.Context(), "device"); err == nil {
		t.Error("a closed store answers")
	}
}

// The caps count what a restart finds.
func TestRestartKeepsCounting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db", "server.db")
	limits := tokenserver.Limits{Devices: 1}
	store := open(t, path, sqlstore.WithLimits(limits))
	must(t, store.AddDevice(t.Context(), tokenserver.Device{ID: "one"}))
	must(t, store.Close())
	store = open(t, path, sqlstore.WithLimits(limits))
	defer store.Close()
	if err := store.AddDevice(t.Context(), tokenserver.Device{ID: "two"}); err != tokenserver.ErrFull {
		t.Error(err)
	}
}

func TestFilesArePrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	dir := filepath.Join(t.TempDir(), "db")
	must(t, os.Mkdir(dir, 0o755))
	path := filepath.Join(dir, "server.db")
	must(t, os.WriteFile(path, nil, 0o644))
	store := open(t, path)
	defer store.Close()
	fill(t, store)
	files, err := os.ReadDir(dir)
	must(t, err)
	if len(files) < 2 {
		t.Errorf("only %d files: is there no log beside the database?", len(files))
	}
	for _, f := range files {
		info, err := f.Info()
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", f.Name(), info.Mode())
		}
	}
	info, err := os.Stat(dir)
	must(t, err)
	if info.Mode().Perm() != 0o700 {
		t.Errorf("the directory has mode %v", info.Mode())
	}
}

func TestNamesThatSQLiteReads(t *testing.T) {
	for _, name := range []string{"a?mode=ro", "a#b", "a%20b", "ä ö", "a&b=c"} {
		path := filepath.Join(t.TempDir(), "db", name)
		store := open(t, path)
		fill(t, store)
		must(t, store.Close())
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%q: %v, %v", name, info, err)
		}
	}
}

// Files that are not ours are refused and stay as they are.
func TestOtherFilesRefused(t *testing.T) {
	for what, c := range map[string]struct{ script, want string }{
		"a newer schema":      {"PRAGMA application_id = 1431192659; PRAGMA user_version = 1000; CREATE TABLE device (x)", "newer version"},
		"another program":     {"PRAGMA application_id = 7; CREATE TABLE device (x)", "another program"},
		"a nameless database": {"CREATE TABLE notes (x); INSERT INTO notes VALUES (1)", "another program"},
	} {
		path := filepath.Join(t.TempDir(), "server.db")
		db, err := sql.Open("sqlite", path)
		must(t, err)
		_, err = db.Exec(c.script)
		must(t, err)
		must(t, db.Close())
		if _, err := sqlstore.Open(path); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", what, err)
		}
		db, err = sql.Open("sqlite", path)
		must(t, err)
		var tables int
		must(t, db.QueryRow("SELECT count(*) FROM sqlite_schema").Scan(&tables))
		must(t, db.Close())
		if tables != 1 {
			t.Errorf("%s: %d tables", what, tables)
		}
	}
	path := filepath.Join(t.TempDir(), "server.db")
	must(t, os.WriteFile(path, []byte(strings.Repeat("no database ", 1000)), 0o600))
	if _, err := sqlstore.Open(path); err == nil {
		t.Error("a file that is no database was opened")
	}
	if data, _ := os.ReadFile(path); !strings.HasPrefix(string(data), "no database") {
		t.Error("it was overwritten")
	}
}

// A database of the first version is brought up to date, keeps what it holds,
// and is then like a new one.
func TestOlderSchema(t *testing.T) {
	for _, version := range []string{"1", "2"} {
		t.Run("schema "+version, func(t *testing.T) { olderSchema(t, version) })
	}
}

func olderSchema(t *testing.T, version string) {
	path := filepath.Join(t.TempDir(), "db", "server.db")
	must(t, os.Mkdir(filepath.Dir(path), 0o700))
	old, err := os.ReadFile("testdata/schema" + version + ".sql")
	must(t, err)
	db, err := sql.Open("sqlite", path)
	must(t, err)
	_, err = db.Exec(string(old) + sqlstore.Counters() + `
		PRAGMA application_id = 1431192659; PRAGMA user_version = ` + version + `;
		INSERT INTO mobile_auth (id, client_id, type, method, message, user_id, otp_hash, callback_uri, initiator_address, initiator_agent, state, created, expires)
			VALUES ('old', 'portal', 'login', 'otp', 'Log in?', '', zeroblob(32), '', '', '', 'initialized', 1750000000000, 1750000060000);
		INSERT INTO device (id, secret_hash, kind, client_name, software_id, software_version, os, created, seen)
			VALUES ('old phone', zeroblob(32), 'desktop', '', '', '', '', 1750000000000, 1750000000000);
		INSERT INTO profile (id, device_id, user_id, created) VALUES ('OLDONE', 'old phone', 'old user', 1750000000000);
		INSERT INTO enrollment (profile_id, state, device_key, device_fingerprint, server_fingerprint, device_kind, key_storage, nonce, created, expires)
			VALUES ('OLDONE', 'active', x'01', '', '', 'desktop', 'memory', zeroblob(32), 1750000000000, 1750000060000);`)
	must(t, err)
	must(t, db.Close())
	for range 2 { // the second time it is one of this version
		store := open(t, path)
		got, err := store.Transaction(t.Context(), "old")
		if err != nil || got.Message != "Log in?" || got.ForDevice != "" || got.Extended {
			t.Errorf("%+v, %v", got, err)
		}
		list, err := store.Enrollments(t.Context(), "old user", 10)
		if err != nil || len(list) != 1 || list[0].PushToken != "" {
			t.Errorf("%+v, %v", list, err)
		}
		must(t, store.Close())
	}
	fresh := filepath.Join(t.TempDir(), "db", "server.db")
	must(t, open(t, fresh).Close())
	if diff := cmp.Diff(shape(t, fresh), shape(t, path)); diff != "" {
		t.Errorf("a new database and an old one differ (-new +old)\n%s", diff)
	}
	store := open(t, path)
	defer store.Close()
	fill(t, store)
	read(t, store)
}

// shape lists columns, indexes and triggers.
func shape(t *testing.T, path string) (list []string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	must(t, err)
	defer db.Close()
	rows, err := db.Query(`SELECT m.type || ' ' || m.name || ' ' || coalesce(c.name || ' ' || c.type || c."notnull" || coalesce(c.dflt_value, ''), m.sql, '')
		FROM sqlite_schema m LEFT JOIN pragma_table_info(m.name) c ON m.type = 'table' ORDER BY 1`)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var line string
		must(t, rows.Scan(&line))
		list = append(list, line)
	}
	must(t, rows.Err())
	if len(list) < 80 {
		t.Fatalf("only %d parts", len(list))
	}
	return list
}
