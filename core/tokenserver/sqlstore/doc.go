// Package sqlstore keeps a Token Server's records in SQLite.
package sqlstore
