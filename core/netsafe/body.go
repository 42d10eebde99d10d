package netsafe

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// BodyError is a body that was refused. Status is the HTTP status to answer with:
// 400, 413 or 415. The text is a sentence for developers and repeats nothing of
// the body.
type BodyError struct {
	Status int
	Reason string
}

func (e *BodyError) Error() string { return e.Reason }

// StatusOf is the HTTP status to answer err with: that of a *BodyError in its
// chain, else 500.
func StatusOf(err error) int {
	if e, ok := errors.AsType[*BodyError](err); ok {
		return e.Status
	}
	return http.StatusInternalServerError
}

// ReadBody reads the whole body of at most limit bytes, if its Content-Type is
// one of contentTypes ("application/json"; parameters of the header are looked
// over, but a charset must be UTF-8). A Content-Encoding is refused: what unpacks
// has no bounds. r.Body is left readable once more.
//
// Errors are of type *BodyError: 413 too large, 415 another type, a
// Content-Encoding or another charset, 400 the body broke off.
func ReadBody(w http.ResponseWriter, r *http.Request, limit int64, contentTypes ...string) ([]byte, error) {
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	data, err := readBody(r, limit, contentTypes)
	if err != nil {
		// Otherwise net/http waits for the rest of the body before it answers.
		w.Header().Set("Connection", "close")
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(data))
	return data, nil
}

func readBody(r *http.Request, limit int64, contentTypes []string) ([]byte, error) {
	if enc := r.Header.Values("Content-Encoding"); len(enc) > 0 && !(len(enc) == 1 && strings.EqualFold(enc[0], "identity")) {
		return nil, &BodyError{http.StatusUnsupportedMediaType, "a body with a Content-Encoding is not accepted"}
	}
	given := r.Header.Values("Content-Type")
	if len(given) != 1 {
		return nil, &BodyError{http.StatusUnsupportedMediaType, "exactly one Content-Type is needed: " + strings.Join(contentTypes, " or ")}
	}
	mediaType, params, err := mime.ParseMediaType(given[0])
	if err != nil || !slices.Contains(contentTypes, mediaType) {
		return nil, &BodyError{http.StatusUnsupportedMediaType, "the Content-Type must be " + strings.Join(contentTypes, " or ")}
	}
	if charset, ok := params["charset"]; ok && !strings.EqualFold(charset, "utf-8") {
		return nil, &BodyError{http.StatusUnsupportedMediaType, "the charset must be UTF-8"}
	}
	if r.ContentLength > limit {
		return nil, &BodyError{http.StatusRequestEntityTooLarge, "the body is too large"}
	}
	data, err := io.ReadAll(r.Body)
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, &BodyError{http.StatusRequestEntityTooLarge, "the body is too large"}
		}
		return nil, &BodyError{http.StatusBadRequest, "the body could not be read to its end"}
	}
	return data, nil
}

// ReadForm reads a body of type application/x-www-form-urlencoded with ReadBody.
// A parameter that comes twice is refused with 400 (RFC 6749, section 3.1, asks
// for it, and two readers may pick different ones). The query is not looked at.
func ReadForm(w http.ResponseWriter, r *http.Request, limit int64) (url.Values, error) {
	data, err := ReadBody(w, r, limit, "application/x-www-form-urlencoded")
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(data))
	if err != nil {
		return nil, &BodyError{http.StatusBadRequest, "the form is malformed"}
	}
	for _, values := range form {
		if len(values) != 1 {
			return nil, &BodyError{http.StatusBadRequest, "a parameter of the form was sent twice"}
		}
	}
	return form, nil
}
