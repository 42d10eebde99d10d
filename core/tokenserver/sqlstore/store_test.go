package sqlstore_test

import (
	"path/filepath"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/sqlstore"
	"github.com/understudy-auth/understudy/core/tokenserver/storetest"
)

func TestMemory(t *testing.T) {
	storetest.Run(t, func(t *testing.T) tokenserver.Store {
		store, err := sqlstore.OpenMemory(sqlstore.WithLimits(storetest.Limits()))
		if err != nil {
			t.Fatal(err)
		}
		return store
	})
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
