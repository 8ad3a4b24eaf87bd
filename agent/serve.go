package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/VictoriaMetrics/metrics"
)

// handler serves /metrics in Prometheus' text format and /health as JSON: 200 when everything answers, 503 otherwise.
func (a *Agent) handler() http.Handler {
	set := a.metrics()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		set.WritePrometheus(w)
		metrics.WriteProcessMetrics(w)
	})
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		h := a.health(a.clock.Now())
		w.Header().Set("Content-Type", "application/json")
		if len(h.Faults) > 0 || !h.ClockSynced || !a.count.Connected.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		json.NewEncoder(w).Encode(struct {
			Connected bool `json:"connected"`
			Health    any  `json:"gateway"`
		}{a.count.Connected.Load(), h})
	})
	return mux
}

func (a *Agent) metrics() *metrics.Set {
	set := metrics.NewSet()
	gauge := func(name string, value func() float64) { set.NewGauge("basemeter_agent_"+name, value) }
	count := func(name string, load func() uint64) { gauge(name, func() float64 { return float64(load()) }) }
	count("batches_sent_total", a.count.Sent.Load)
	count("batches_resent_total", a.count.Resent.Load)
	count("batches_accepted_total", a.count.Accepted.Load)
	count("batches_rejected_total", a.count.Rejected.Load)
	count("batches_dropped_total", func() uint64 { return a.spool.Stats().Dropped + a.keeper.lost.Load() })
	gauge("spool_corrupt_frames_total", func() float64 { return float64(a.spool.Stats().Corrupt) })
	count("clock_steps_total", a.clock.Epoch)
	gauge("spool_pending_batches", func() float64 { return float64(a.spool.Stats().Pending) })
	gauge("spool_pending_bytes", func() float64 { return float64(a.spool.Stats().PendingBytes) })
	gauge("clock_synced", func() float64 { return truth(a.clock.Now().Synced) })
	gauge("broker_connected", func() float64 { return truth(a.count.Connected.Load()) })
	gauge("faults", func() float64 { return float64(len(a.health(a.clock.Now()).Faults)) })
	return set
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// serve answers HTTP until ctx ends.
func serve(ctx context.Context, listen string, h http.Handler) error {
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("http.listen: %w", err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return ctx.Err()
}
