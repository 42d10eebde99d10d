package sqlstore

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"strings"
)

const (
	schemaVersion = 5
	applicationID = 0x554e4453 // "UNDS": tells our file from other SQLite files
)

//go:embed schema.sql
var schema string

// steps lead from each earlier schema to the next one: steps[0] from 1 to 2.
var steps = []string{
	`ALTER TABLE mobile_auth ADD COLUMN for_device TEXT NOT NULL DEFAULT '';
	CREATE INDEX mobile_auth_pushed ON mobile_auth(user_id, ended, expires) WHERE method <> 'otp';`,

	// From 2 to 3: push tokens, more time.
	`ALTER TABLE enrollment ADD COLUMN push_token TEXT NOT NULL DEFAULT '';
	ALTER TABLE mobile_auth ADD COLUMN extended INTEGER NOT NULL DEFAULT 0;`,

	// From 3 to 4: scopes of profiles, tokens of devices.
	`ALTER TABLE profile ADD COLUMN scope TEXT NOT NULL DEFAULT '';
	CREATE TABLE device_token (
	  hash       BLOB PRIMARY KEY,
	  device_id  TEXT NOT NULL REFERENCES device(id) ON DELETE CASCADE,
	  profile_id TEXT REFERENCES profile(id) ON DELETE CASCADE, -- NULL: anonymous
	  scope      TEXT NOT NULL,
	  audience   TEXT NOT NULL,
	  expires    INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE INDEX device_token_device ON device_token(device_id);
	CREATE INDEX device_token_profile ON device_token(profile_id) WHERE profile_id IS NOT NULL;
	CREATE INDEX device_token_expires ON device_token(expires);
	CREATE TRIGGER device_token_more AFTER INSERT ON device_token BEGIN UPDATE counter SET n = n + 1 WHERE name = 'device_token'; END;
	CREATE TRIGGER device_token_less AFTER DELETE ON device_token BEGIN UPDATE counter SET n = n - 1 WHERE name = 'device_token'; END;
	INSERT INTO counter VALUES ('device_token', 0);`,

	// From 4 to 5: authenticators.
	`CREATE TABLE authenticator (
		profile_id TEXT NOT NULL REFERENCES profile(id) ON DELETE CASCADE,
		type TEXT NOT NULL, public_key BLOB NOT NULL, created INTEGER NOT NULL,
		PRIMARY KEY (profile_id, type)) STRICT, WITHOUT ROWID;`,
}

// capped are the tables whose rows are counted by triggers.
var capped = []string{"device", "profile", "token", "auth_code", "registration_code", "pin_challenge"}

// counters makes the counting triggers of the capped tables of the first schema.
// mobile_auth has its own in schema.sql, as it counts the open ones too, and so
// have tables that came later.
func counters() string {
	var b strings.Builder
	for _, table := range capped {
		fmt.Fprintf(&b, `
CREATE TRIGGER %[1]s_more AFTER INSERT ON %[1]s BEGIN UPDATE counter SET n = n + 1 WHERE name = '%[1]s'; END;
CREATE TRIGGER %[1]s_less AFTER DELETE ON %[1]s BEGIN UPDATE counter SET n = n - 1 WHERE name = '%[1]s'; END;
INSERT INTO counter VALUES ('%[1]s', 0);`, table)
	}
	return b.String() + "\nINSERT INTO counter VALUES ('mobile_auth', 0);"
}

// migrate makes the schema in a new file, brings that of an older version up to
// date, and refuses files that are not ours or that a newer program has written.
func migrate(ctx context.Context, db *sql.Conn, path string) error {
	var app, version, tables int
	if err := db.QueryRowContext(ctx, `SELECT (SELECT application_id FROM pragma_application_id),
		(SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)`).Scan(&app, &version, &tables); err != nil {
		return err
	}
	script := schema + counters()
	switch {
	case app == applicationID && version == schemaVersion:
		return nil
	case app == applicationID && version > schemaVersion:
		return fmt.Errorf("the database %s has schema %d, this program knows %d: it was written by a newer version; use that one, or another file", path, version, schemaVersion)
	case app == applicationID && version > 0:
		script = strings.Join(steps[version-1:], "\n")
	case app != 0 || version != 0 || tables != 0:
		return fmt.Errorf("%s is a database of another program; choose another file", path)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	script += fmt.Sprintf("\nPRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, schemaVersion)
	if _, err := tx.ExecContext(ctx, script); err != nil {
		return fmt.Errorf("making schema %d: %w", schemaVersion, err)
	}
	return tx.Commit()
}
