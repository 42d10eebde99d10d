package mobileauth_test

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

// BenchmarkPush tells how long a pushed request takes from the portal's start to
// the device that is connected, at a server on this machine: the median and the
// 95th percentile.
func BenchmarkPush(b *testing.B) {
	bed := servertest.New(b, noPauses)
	p := enrolledPhone(b, bed)
	news := make(chan []mobileauth.Waiting, 10)
	ctx, stop := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.NewWatcher(func(list []mobileauth.Waiting) { news <- list }).Run(ctx)
	}()
	held := func() {
		for bed.Server.Waiting() != 1 {
			runtime.Gosched()
		}
	}
	var took []time.Duration
	for b.Loop() {
		held()
		began := time.Now()
		id := push(bed, tokenserver.DemoPush, "x")
		<-news
		took = append(took, time.Since(began))
		if _, err := p.openOne(b.Context(), id, always(wire.Accept)); err != nil {
			b.Fatal(err)
		}
		<-news
	}
	stop()
	<-done
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-median")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "ms-p95")
}
