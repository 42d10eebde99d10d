package netsafe

import (
	"log/slog"
	"net/http"
	"time"
)

// Limits of every server. They are off by default in net/http, where one slow
// client after the other can then hold connections for ever.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 15 * time.Second
	writeTimeout      = 30 * time.Second
	idleTimeout       = 60 * time.Second
	maxHeaderBytes    = 16 << 10
)

// NewServer makes a server for h: 5 seconds for a request's header, 15 for all of
// it, 30 for the answer, 60 between two requests of a connection, 16 KiB of
// headers. What net/http has to say goes to log as warnings; nil discards it.
func NewServer(h http.Handler, log *slog.Logger) *http.Server {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// ExtendWriteDeadline gives a handler that streams d more to write, from now. Call
// it before each write: otherwise the connection dies at the server's write limit.
// A client that no longer reads is noticed after d.
func ExtendWriteDeadline(w http.ResponseWriter, d time.Duration) error {
	return http.NewResponseController(w).SetWriteDeadline(time.Now().Add(d))
}
