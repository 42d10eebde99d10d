package tokenserver_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

// BenchmarkServer is the server's part of logins over HTTP on loopback: start,
// redeem, answer, result, sixteen at a time. The device's own work (sealing,
// opening) is done beside the measured time; that of an HTTP client is in it.
func BenchmarkServer(b *testing.B) {
	const batch, atOnce = 512, 16
	bed := servertest.New(b)
	p := enrolled(b, newDevice(b, bed))
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: atOnce}}
	post := func(path, body string) []byte {
		req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, bed.Origin.URL(path), strings.NewReader(body))
		if err != nil {
			b.Error(err)
			return nil
		}
		req.Header.Set("Content-Type", wire.ContentSealed)
		bearer(p.access)(req)
		resp, err := client.Do(req)
		if err != nil {
			b.Error(err)
			return nil
		}
		defer resp.Body.Close()
		data, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			b.Errorf("%s: %d, %v", path, resp.StatusCode, err)
		}
		return data
	}
	type login struct {
		otp, id, question, answer string
		details                   []byte
	}
	b.ResetTimer()
	b.StopTimer()
	for left := b.N; left > 0 && !b.Failed(); left -= batch {
		logins := make([]login, min(batch, left))
		// each runs f for all logins of the batch, measured or not.
		each := func(measured bool, f func(*login)) {
			if !measured {
				for i := range logins {
					f(&logins[i])
				}
				return
			}
			b.StartTimer()
			defer b.StopTimer()
			parallel(atOnce, func(n int) {
				for i := n; i < len(logins); i += atOnce {
					f(&logins[i])
				}
			})
		}
		each(true, func(l *login) { l.otp, l.id = bed.Start("Log in") })
		each(false, func(l *login) {
			otp, err := wire.ParseOTP(l.otp)
			if err != nil {
				b.Error(err)
			}
			l.question = p.seal(b, wire.Redeem{Context: p.place(wire.KindRedeem, l.id), OTP: wire.Sent{Secret: otp.Code}, Nonce: "n"})
		})
		each(true, func(l *login) { l.details = post(wire.PathRedeem, l.question) })
		each(false, func(l *login) {
			var d wire.Details
			plain, err := wire.OpenJSON(l.details, p.own, p.server, bed.Clock.Now(), &d)
			if err != nil {
				b.Error(err)
			}
			l.answer = p.seal(b, p.answerTo(d, wire.HashDetails(plain), wire.Accept))
		})
		each(true, func(l *login) { post(wire.PathAnswer, l.answer) })
		each(true, func(l *login) {
			if got := bed.State(l.id); got != wire.StateAccepted {
				b.Errorf("the login is %s", got)
			}
		})
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "logins/s")
}
