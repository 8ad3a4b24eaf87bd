package agent

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"basemeter/agent/live"
)

// handler serves the page of what the gateway sees, /metrics in Prometheus' text format, and /health as JSON: 200 when
// everything answers, 503 otherwise.
func (a *Agent) handler() http.Handler {
	set := a.metrics()
	mux := http.NewServeMux()
	mux.Handle("GET /", live.Handler(a.Floor))
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
	return guarded(a.password, mux)
}

// guarded asks for the password, under whatever name. Where there is none, only this machine can look in, and only
// under a name of its own: a page from elsewhere that has had its name pointed here could read along otherwise.
func guarded(password string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, said, _ := r.BasicAuth()
		switch {
		case password == "" && !local(r.Host):
			http.Error(w, "Ask for localhost: without http.password_file only this machine is answered. / 请用 localhost 访问", http.StatusMisdirectedRequest)
		case password != "" && subtle.ConstantTimeCompare([]byte(said), []byte(password)) == 0:
			w.Header().Set("WWW-Authenticate", `Basic realm="basemeter", charset="UTF-8"`)
			http.Error(w, "The password is in http.password_file of the gateway. / 需要网关的访问密码", http.StatusUnauthorized)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func local(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (a *Agent) metrics() *metrics.Set {
	set := metrics.NewSet()
	gauge := func(name string, value func() float64) { set.NewGauge("basemeter_agent_"+name, value) }
	count := func(name string, load func() uint64) { gauge(name, func() float64 { return float64(load()) }) }
	count("batches_sent_total", a.count.Sent.Load)
	count("batches_resent_total", a.count.Resent.Load)
	count("batches_accepted_total", a.count.Accepted.Load)
	count("batches_rejected_total", a.count.Rejected.Load)
	count("batches_dropped_total", a.dropped)
	gauge("spool_corrupt_frames_total", func() float64 { return float64(a.spool.Stats().Corrupt) })
	count("clock_steps_total", a.clock.Epoch)
	count("badges_without_meaning_total", a.keeper.strays)
	gauge("spool_pending_batches", func() float64 { return float64(a.spool.Stats().Pending) })
	gauge("spool_pending_bytes", func() float64 { return float64(a.spool.Stats().PendingBytes) })
	gauge("clock_synced", func() float64 { return truth(a.clock.Now().Synced) })
	gauge("broker_connected", func() float64 { return truth(a.count.Connected.Load()) })
	set.RegisterMetricsWriter(a.writeDevices)
	return set
}

// writeDevices writes how well each device answers, and how many faults there are.
func (a *Agent) writeDevices(w io.Writer) {
	answers := a.fleet.answers(a.clock.Now())
	metrics.WriteGaugeUint64(w, "basemeter_agent_faults", uint64(len(a.faulty(answers))))
	for _, d := range answers {
		name := func(what string) string {
			return fmt.Sprintf("basemeter_agent_device_%s{line=%q,device=%q}", what, d.Line, d.Name)
		}
		count := func(what string, n uint64) { metrics.WriteCounterUint64(w, name(what+"_total"), n) }
		count("requests", d.Requests)
		count("answers", d.Answers)
		count("refusals", d.Refusals)
		count("timeouts", d.Timeouts)
		count("checksum_errors", d.Checksums)
		count("garbled", d.Garbled)
		count("lost", d.Lost)
		count("foreign", d.Foreign)
		count("overruns", d.Overruns)
		metrics.WriteGaugeFloat64(w, name("answer_p50_seconds"), d.P50MS/1000)
		metrics.WriteGaugeFloat64(w, name("answer_p99_seconds"), d.P99MS/1000)
		metrics.WriteGaugeFloat64(w, name("line_share"), d.Load)
		metrics.WriteGaugeFloat64(w, name("absent"), truth(d.Absent))
	}
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
