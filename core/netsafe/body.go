package netsafe

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
)

// BodyError tells why a body was refused, with the status to answer.
type BodyError struct {
	Status int // 400, 413 or 415
	Reason string
}

func (e *BodyError) Error() string { return e.Reason }

// ReadBody reads a body of at most max bytes whose content type is one of
// those given. Encoded (compressed) bodies are refused: a few bytes could
// become many. The error is a *BodyError.
func ReadBody(w http.ResponseWriter, r *http.Request, max int64, contentTypes ...string) ([]byte, error) {
	r.Body = http.MaxBytesReader(w, r.Body, max)
	got, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || !slices.Contains(contentTypes, got) {
		return nil, &BodyError{http.StatusUnsupportedMediaType, "the content type is not the expected one"}
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return nil, &BodyError{http.StatusUnsupportedMediaType, "encoded bodies are not taken"}
	}
	body, err := io.ReadAll(r.Body)
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, &BodyError{http.StatusRequestEntityTooLarge, "the body is too large"}
	}
	if err != nil {
		return nil, &BodyError{http.StatusBadRequest, "the body could not be read"}
	}
	return body, nil
}
