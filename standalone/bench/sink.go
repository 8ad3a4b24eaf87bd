package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"sync/atomic"
)

// sink answers as InfluxDB 1.8 does and throws everything away, so that the collector's own cost shows.
func (b *bench) sink(ctx context.Context) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	var batches atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("/query", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"results":[{"statement_id":0}]}`+"\n") // the collector sees if it is cut short
	})
	mux.HandleFunc("/api/v2/write", func(w http.ResponseWriter, r *http.Request) {
		lines, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		batches.Add(int64(bytes.Count(lines, []byte("\nbatch,"))))
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("/ping", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	server := &http.Server{Handler: mux}
	defer server.Close()
	go server.Serve(listener)
	return b.drain(ctx, target{"http://" + listener.Addr().String(), func() (int, error) { return int(batches.Load()), nil }})
}
