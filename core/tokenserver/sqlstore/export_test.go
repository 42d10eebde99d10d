package sqlstore

import (
	"context"
	"maps"
	"slices"
)

// Statements are the texts of all statements that were run.
func (s *Store) Statements() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Keys(s.stmts))
}

// Plan is how SQLite is going to find a statement's rows. No statement has more
// than 20 parameters.
func (s *Store) Plan(ctx context.Context, statement string) (plan []string, err error) {
	err = s.do(ctx, func(st step) error {
		return st.rows("EXPLAIN QUERY PLAN "+statement, make([]any, 20), func(row scanner) error {
			var id, parent, unused int
			var detail string
			err := row.Scan(&id, &parent, &unused, &detail)
			plan = append(plan, detail)
			return err
		})
	})
	return plan, err
}

// Counters are the triggers that schema.sql leaves out.
func Counters() string { return counters() }
