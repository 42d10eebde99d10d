package sqlstore_test

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/sqlstore"
	"github.com/understudy-auth/understudy/core/tokenserver/storetest"
)

// The suite runs every statement, so afterwards all of them can be asked how
// they find their rows: by an index. One that reads a whole table would pass
// every test and become slow when the table is large.
func TestMemory(t *testing.T) {
	var mu sync.Mutex
	statements := map[string]bool{}
	t.Run("suite", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) tokenserver.Store {
			return &watched{openMemory(t), func(all []string) {
				mu.Lock()
				defer mu.Unlock()
				for _, statement := range all {
					statements[statement] = true
				}
			}}
		})
	})
	if t.Failed() {
		return
	}
	store := openMemory(t)
	defer store.Close()
	for statement := range statements {
		plan, err := store.Plan(t.Context(), statement)
		if err != nil {
			t.Errorf("%v: %s", err, statement)
		}
		for _, line := range plan {
			if strings.HasPrefix(line, "SCAN ") && line != "SCAN CONSTANT ROW" && !strings.HasPrefix(line, "SCAN (subquery") && !strings.HasPrefix(line, "SCAN json_each ") {
				t.Errorf("%s: %s", line, statement)
			}
		}
	}
	if len(statements) < 40 {
		t.Errorf("only %d statements were seen", len(statements))
	}
}

// watched tells its statements when it is closed.
type watched struct {
	*sqlstore.Store
	tell func([]string)
}

func (w *watched) Close() error {
	w.tell(w.Statements())
	return w.Store.Close()
}

func openMemory(t *testing.T) *sqlstore.Store {
	t.Helper()
	store, err := sqlstore.OpenMemory(sqlstore.WithLimits(storetest.Limits()))
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func TestFile(t *testing.T) {
	storetest.Run(t, func(t *testing.T) tokenserver.Store {
		store, err := sqlstore.Open(filepath.Join(t.TempDir(), "db", "server.db"), sqlstore.WithLimits(storetest.Limits()))
		if err != nil {
			t.Fatal(err)
		}
		return store
	})
}
