package collector

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"basemeter/collector/ingest"
	"basemeter/collector/store"
)

// metrics serves the counters in Prometheus' text format.
func (c *Collector) metrics() http.Handler {
	set := metrics.NewSet()
	gauge := func(name string, value func() float64) { set.NewGauge("basemeter_collector_"+name, value) }
	count := func(name string, load func() uint64) { gauge(name, func() float64 { return float64(load()) }) }
	n := &c.count
	count("messages_total", n.Messages.Load)
	count("message_bytes_total", n.Bytes.Load)
	count("batches_total", n.Batches.Load)
	count("records_total", n.Records.Load)
	count("flushes_total", n.Flushes.Load)
	count("messages_left_to_broker_total", n.Spilled.Load)
	count("broker_connections_total", n.Connections.Load)
	count("acknowledgements_lost_total", n.AcksLost.Load)
	count("aside_failed_total", n.AsideFailed.Load)
	count("live_messages_bad_total", n.LiveBad.Load)
	count("ledger_refused_total", c.refused.Load)
	gauge("write_seconds_total", func() float64 { return time.Duration(n.WriteTime.Load()).Seconds() })
	gauge("last_write_timestamp_seconds", func() float64 { return float64(n.LastWrite.Load()) / 1000 })
	for i, kind := range ingest.Kinds() {
		count(fmt.Sprintf("batches_rejected_total{reason=%q}", kind), n.Rejected[i].Load)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		set.WritePrometheus(w)
		c.writeStreams(r.Context(), w)
		metrics.WriteProcessMetrics(w)
	})
}

// writeStreams says of each gateway how many of its batches are here, and how many are missing in between.
func (c *Collector) writeStreams(ctx context.Context, w http.ResponseWriter) {
	s, err := c.store()
	if err != nil {
		return // health says so
	}
	for name, n := range map[string]*atomic.Uint64{"requests_expired": &s.Expired, "database_questions": &s.Questions, "database_rows": &s.Rows, "database_bytes": &s.Bytes} {
		metrics.WriteGaugeUint64(w, "basemeter_collector_"+name+"_total", n.Load())
	}
	gateways, err := c.streams.known(ctx, s)
	if err != nil {
		c.log.Warn("streams", "reason", err)
		return
	}
	for _, g := range gateways {
		labels := fmt.Sprintf("{base=%q,gateway=%q,stream=%q}", g.Base, g.Name, g.Stream)
		metrics.WriteGaugeUint64(w, "basemeter_collector_stream_received"+labels, g.Received)
		metrics.WriteGaugeUint64(w, "basemeter_collector_stream_missing"+labels, g.Missing)
	}
}

func (c *Collector) rejected() (sum uint64) {
	for i := range c.count.Rejected {
		sum += c.count.Rejected[i].Load()
	}
	return sum
}

// streams remembers for a few seconds what the database says of the gateways, so that health may be asked often.
type streams struct {
	mu    sync.Mutex
	at    time.Time
	list  []store.Gateway
	error error
}

const (
	streamsFor   = 10 * time.Second
	streamsSince = 7 * 24 * time.Hour
)

func (s *streams) known(ctx context.Context, from gateways) ([]store.Gateway, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); now.Sub(s.at) > streamsFor {
		list, err := from.Gateways(ctx, now.Add(-streamsSince))
		if ctx.Err() != nil {
			return nil, err // whoever asked has gone; that says nothing of the database
		}
		s.list, s.error, s.at = list, err, now
	}
	return s.list, s.error
}

// gateways is the part of the store that streams need.
type gateways interface {
	Gateways(ctx context.Context, since time.Time) ([]store.Gateway, error)
}
