package gateway

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	maxBody    = 64 << 10 // bytes
	maxDevices = 100

	// ScopeApplication is the scope of the resource application-details.
	ScopeApplication = "application-details"
)

// Mount adds the resources. The mux has to be served behind netsafe.Guard.
func (g *Gateway) Mount(mux *http.ServeMux) {
	user := need{kinds: []Kind{User}}
	mux.HandleFunc("GET "+wire.PathResources+"/devices", g.guarded(user, g.devices))
	mux.HandleFunc(wire.PathResources+"/mirror-request", g.guarded(user, mirror))
	mux.HandleFunc("GET "+wire.PathResources+"/user-id-decorated", g.guarded(need{kinds: []Kind{Implicit, User}}, decorated))
	mux.HandleFunc("GET "+wire.PathResources+"/application-details", g.guarded(need{[]Kind{Anonymous}, ScopeApplication}, details))
	mux.HandleFunc("GET /admin/static/img/connect.png", picture)
}

func (g *Gateway) devices(w http.ResponseWriter, r *http.Request, c Caller) error {
	list, err := g.tokens.UserDevices(r.Context(), c.UserID, maxDevices)
	if err != nil {
		return err
	}
	type device struct {
		ID          string `json:"id"`
		Name        string `json:"name"`
		Application string `json:"application"`
		Platform    string `json:"platform"`
		Enrolled    bool   `json:"mobile_authentication_enabled"`
	}
	devices := make([]device, 0, len(list))
	for _, d := range list {
		devices = append(devices, device{d.ID, d.Name, d.Application, d.Platform, d.MobileAuthentication})
	}
	answer(w, http.StatusOK, map[string][]device{"devices": devices})
	return nil
}

// mirror sends back what came. Nothing of it runs, should it be shown.
func mirror(w http.ResponseWriter, r *http.Request, _ Caller) error {
	if r.Header.Get("Content-Encoding") != "" {
		refuse(w, http.StatusUnsupportedMediaType, "invalid_request", "A body with a Content-Encoding is not accepted.")
		return nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		refuse(w, http.StatusRequestEntityTooLarge, "invalid_request", "The body is too large.")
		return nil
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, "invalid_request", "The body could not be read to its end.")
		return nil
	}
	kind := r.Header.Get("Content-Type")
	if kind == "" {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body)
	return nil
}

func decorated(w http.ResponseWriter, _ *http.Request, c Caller) error {
	answer(w, http.StatusOK, map[string]string{"decorated_user_id": "✨ " + c.UserID + " ✨"})
	return nil
}

func details(w http.ResponseWriter, _ *http.Request, c Caller) error {
	answer(w, http.StatusOK, map[string]string{
		"application_identifier": c.Application.Name,
		"application_version":    c.Application.Version,
		"application_platform":   c.Application.Platform,
	})
	return nil
}

// picture is something that is no JSON.
func picture(w http.ResponseWriter, _ *http.Request) {
	const side = 32
	img := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.RGBA{0x1f, 0x4e, 0x8c, 0xff}})
	for i := range side {
		img.SetColorIndex(i, i, 1)
		img.SetColorIndex(side-1-i, i, 1)
	}
	var buf bytes.Buffer
	_ = png.Encode(&buf, img) // into memory: cannot fail
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(buf.Bytes())
}
