// Package tokenserver is the simulated Token Server.
package tokenserver
