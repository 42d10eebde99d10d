package bridge_test

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/bridge"
	"github.com/understudy-auth/understudy/core/tokenserver"
)

// BenchmarkCall is a call that needs no server, from a page to its answer, over
// a WebSocket on loopback; it reports the median and the 95th percentile.
func BenchmarkCall(b *testing.B) {
	bed := newBed(b)
	p := bed.open(origin, "")
	id := p.register()
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		p.call("OneginiUserRegistrationClient", "isUserRegistered", obj{"profileId": id}).ok()
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds()), "µs-p95")
}

// BenchmarkPages connects as many pages as a bridge takes, each with a device of
// its own, and reports the memory that they take, the pages' own side included.
func BenchmarkPages(b *testing.B) {
	var origins []string
	for i := range bridge.MaxPages/bridge.MaxDevices + 1 {
		origins = append(origins, fmt.Sprintf("http://localhost:%d", 8000+i))
	}
	for b.Loop() {
		bed := newBed(b, func(o *bridge.Options, _ *tokenserver.Config) { o.Origins = origins })
		before := inUse()
		for i := range bridge.MaxPages {
			bed.open(origins[i/bridge.MaxDevices], fmt.Sprintf("?device=d%d", i%bridge.MaxDevices)).call("OneginiClient", "start").ok()
		}
		b.ReportMetric(float64(inUse()-before)/bridge.MaxPages/1024, "KiB/page")
		bed.bridge.Close()
	}
}

func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
