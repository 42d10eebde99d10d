package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/tokenserver"
)

// Store is a tokenserver.Store in SQLite.
type Store struct {
	limits tokenserver.Limits
	db     *sql.DB

	mu    sync.Mutex // holds what follows; see doc.go for why there is one connection
	conn  *sql.Conn
	stmts map[string]*sql.Stmt // by their text
}

var _ tokenserver.Store = (*Store)(nil)

// Option is a setting for Open and OpenMemory.
type Option func(*settings)

type settings struct {
	limits tokenserver.Limits
	sync   string
}

// WithLimits sets other caps than tokenserver.DefaultLimits.
func WithLimits(l tokenserver.Limits) Option { return func(s *settings) { s.limits = l } }

// WithFullSync waits for the disk after every step, so that not even a power
// failure loses a step that was confirmed. It costs one fsync a step.
func WithFullSync() Option { return func(s *settings) { s.sync = "FULL" } }

// Open opens the database file and makes it where it is missing. Its directory
// is made private (mode 0700, own), the file has mode 0600. One process at a
// time: a second one is told so.
func Open(path string, options ...Option) (*Store, error) {
	dir, err := safefile.Open(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	full := filepath.Join(dir.Path(), filepath.Base(path))
	// Made here, as SQLite would take the umask's mode; the files beside it
	// inherit the mode of this one.
	f, err := os.OpenFile(full, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = errors.Join(f.Chmod(0o600), f.Close())
	if err != nil {
		return nil, err
	}
	store, err := open("file:"+(&url.URL{Path: filepath.ToSlash(full)}).EscapedPath(), full, "WAL", options)
	if err != nil && strings.Contains(err.Error(), "SQLITE_BUSY") {
		return nil, fmt.Errorf("the database %s is in use by another process; end that one or choose another file", full)
	}
	return store, err
}

// OpenMemory opens a store that lives until Close.
func OpenMemory(options ...Option) (*Store, error) {
	return open("file::memory:", "in memory", "MEMORY", options)
}

func open(dsn, name, journal string, options []Option) (*Store, error) {
	set := settings{limits: tokenserver.DefaultLimits, sync: "NORMAL"}
	for _, o := range options {
		o(&set)
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	// A database in memory lives in its connection, so it must be this one always.
	conn, err := db.Conn(context.Background())
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	for _, pragma := range []string{
		"busy_timeout = 2000",
		"locking_mode = EXCLUSIVE", // before WAL: then no shared memory is needed
		"journal_mode = " + journal,
		"synchronous = " + set.sync,
		"foreign_keys = ON", "trusted_schema = OFF", "cell_size_check = ON", "temp_store = MEMORY",
		"cache_size = -65536",       // 64 MiB
		"wal_autocheckpoint = 8192", // pages; each checkpoint waits for the disk
		"journal_size_limit = 67108864",
	} {
		if _, err := conn.ExecContext(context.Background(), "PRAGMA "+pragma); err != nil {
			return nil, errors.Join(fmt.Errorf("PRAGMA %s: %w", pragma, err), conn.Close(), db.Close())
		}
	}
	if err := migrate(context.Background(), conn, name); err != nil {
		return nil, errors.Join(err, conn.Close(), db.Close())
	}
	return &Store{limits: set.limits, db: db, conn: conn, stmts: map[string]*sql.Stmt{}}, nil
}

// Close ends the store. Steps under way are finished first; later ones fail.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, p := range s.stmts {
		errs = append(errs, p.Close())
	}
	clear(s.stmts)
	return errors.Join(append(errs, s.conn.Close(), s.db.Close())...)
}
