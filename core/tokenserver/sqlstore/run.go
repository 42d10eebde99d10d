package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/understudy-auth/understudy/core/tokenserver"
)

type scanner interface{ Scan(into ...any) error }

// A step runs statements while it holds the connection. It is what every
// method of Store is made of.
type step struct {
	ctx   context.Context
	store *Store
}

// do runs f with the connection to itself: for a single statement, which is
// atomic by itself, and for looking something up.
func (s *Store) do(ctx context.Context, f func(step) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// Without the caller's cancellation: a step takes microseconds, and the
	// driver would start a goroutine at every statement to watch for it.
	return f(step{context.WithoutCancel(ctx), s})
}

// atomically runs f in one database transaction. An error undoes all of it.
func (s *Store) atomically(ctx context.Context, f func(step) error) error {
	return s.do(ctx, func(st step) error {
		if _, err := st.exec("BEGIN IMMEDIATE"); err != nil {
			return err
		}
		err := f(st)
		if err == nil {
			if _, err = st.exec("COMMIT"); err == nil {
				return nil
			}
		}
		// Where the disk is full or fails SQLite has rolled back by itself and this
		// fails. Were a transaction to stay open, the next BEGIN would tell.
		_, _ = st.exec("ROLLBACK")
		return err
	})
}

// prepared returns the prepared form of a statement. All statements are
// constants of this package, so their number is bounded.
func (st step) prepared(query string) (*sql.Stmt, error) {
	if p, ok := st.store.stmts[query]; ok {
		return p, nil
	}
	p, err := st.store.conn.PrepareContext(st.ctx, query)
	if err != nil {
		return nil, fmt.Errorf("preparing a statement: %w", err)
	}
	st.store.stmts[query] = p
	return p, nil
}

// exec returns the number of rows that the statement itself changed, without
// those of triggers and cascades.
func (st step) exec(query string, args ...any) (int64, error) {
	p, err := st.prepared(query)
	if err != nil {
		return 0, err
	}
	result, err := p.ExecContext(st.ctx, args...)
	if err != nil {
		return 0, known(err)
	}
	return result.RowsAffected()
}

// row scans the first row; tokenserver.ErrNotFound if there is none.
func (st step) row(query string, args []any, into ...any) error {
	p, err := st.prepared(query)
	if err != nil {
		return err
	}
	return known(p.QueryRowContext(st.ctx, args...).Scan(into...))
}

// rows calls scan for each row. The queries carry their LIMIT.
func (st step) rows(query string, args []any, scan func(scanner) error) error {
	p, err := st.prepared(query)
	if err != nil {
		return err
	}
	found, err := p.QueryContext(st.ctx, args...)
	if err != nil {
		return known(err)
	}
	for found.Next() {
		if err := scan(found); err != nil {
			return errors.Join(err, found.Close())
		}
	}
	return errors.Join(found.Err(), found.Close())
}

// insert runs an INSERT … SELECT … WHERE there is room: no row means that the
// table is full.
func (st step) insert(query string, args ...any) error {
	n, err := st.exec(query, args...)
	if err == nil && n == 0 {
		return tokenserver.ErrFull
	}
	return err
}

// known translates the errors that callers tell apart.
func known(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return tokenserver.ErrNotFound
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() {
		case sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE:
			return tokenserver.ErrExists
		case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
			return tokenserver.ErrNotFound // what the row refers to
		case sqlite3.SQLITE_FULL:
			return fmt.Errorf("the disk is full: free some space, nothing was changed: %w", err)
		}
	}
	return err
}

// found turns "no row changed" into ErrNotFound.
func found(n int64, err error) error {
	if err == nil && n == 0 {
		return tokenserver.ErrNotFound
	}
	return err
}

// ms is a time as the database keeps it; 0 for the zero time.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMS(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}

// hashColumn scans a hash.
type hashColumn struct{ to *tokenserver.Hash }

func (h hashColumn) Scan(v any) error {
	switch b := v.(type) {
	case nil:
		*h.to = tokenserver.Hash{}
		return nil
	case []byte:
		if len(b) == len(h.to) {
			copy(h.to[:], b)
			return nil
		}
	}
	return errors.New("a hash in the database is damaged")
}

// timeColumn scans a time.
type timeColumn struct{ to *time.Time }

func (t timeColumn) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return errors.New("a time in the database is damaged")
	}
	*t.to = fromMS(n)
	return nil
}
