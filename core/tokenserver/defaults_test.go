package tokenserver_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver"
)

func TestDefaultConfig(t *testing.T) {
	a, b := tokenserver.DefaultConfig(), tokenserver.DefaultConfig()
	if err := a.Check(); err != nil {
		t.Fatal(err)
	}
	if a.Clients[0].Secret.Equal(b.Clients[0].Secret.Secret) || a.Clients[0].CallbackKey.Equal(b.Clients[0].CallbackKey.Secret) {
		t.Error("two demos share a secret")
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "config", a)
	if text := fmt.Sprintf("%v %+v %#v %s", a, a, a, log.String()); strings.Contains(text, string(a.Clients[0].Secret.Bytes())) || strings.Contains(text, tokenserver.DemoUserPassword+"}") {
		t.Error("a printed configuration shows secrets")
	}
}

func TestNewNeedsItsParts(t *testing.T) {
	if _, err := tokenserver.New(tokenserver.Options{}); err == nil || !strings.Contains(err.Error(), "store") {
		t.Error(err)
	}
}
