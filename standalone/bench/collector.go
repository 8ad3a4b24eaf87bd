package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"basemeter/agent/record"
)

const (
	company  = 50 // records in a batch
	gateways = 8
	assets   = 8 // of a gateway
)

// A target is a database, real or not, and how to see what has arrived there.
type target struct {
	url     string
	arrived func() (batches int, err error)
}

// drain publishes a backlog for a collector that is away and measures how it is taken when it is back.
func (b *bench) drain(ctx context.Context, t target) error {
	dir, err := b.folder()
	if err != nil {
		return err
	}
	broker, err := b.tools.broker(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { broker.end() }()
	config, err := collectorConfig(dir, broker.url(), t.url)
	if err != nil {
		return err
	}
	if err := b.subscribe(ctx, config); err != nil {
		return err
	}
	progress("publish %d records", b.records)
	batches, bytes, err := publish(ctx, broker.url(), b.records)
	if err != nil {
		return err
	}
	progress("drain")
	began := time.Now()
	collector, err := start(ctx, b.tools.collector, "run", "-c", config)
	if err != nil {
		return err
	}
	defer collector.end()
	if err := await(ctx, "the backlog", func() (bool, error) {
		n, err := t.arrived()
		return n >= batches, errors.Join(err, collector.alive())
	}); err != nil {
		return err
	}
	took := time.Since(began)
	return b.tellDrain(collector, took, bytes)
}

func (b *bench) tellDrain(collector *child, took time.Duration, bytes int) error {
	cpu, err := collector.cpu()
	if err != nil {
		return err
	}
	peak, err := collector.peak()
	if err != nil {
		return err
	}
	records := float64(b.records)
	row("processor, s per 100 000 records, its start included", fmt.Sprintf("%.2f", cpu.Seconds()*1e5/records), "≤ 0.9")
	row("records each second", fmt.Sprintf("%.0f", records/took.Seconds()), "")
	row("memory, peak", megabytes(peak), "≤ 40 MB")
	row("bytes a record as it travelled", fmt.Sprintf("%.0f", float64(bytes)/records), "")
	return nil
}

func collectorConfig(dir, broker, database string) (string, error) {
	listen, err := freeAddress()
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "collector.yaml")
	return file, os.WriteFile(file, []byte(`mqtt: {broker: "`+broker+`", client_id: collector}
influxdb: {url: "`+database+`"}
aside: {dir: aside}
http: {listen: "`+listen+`"}
`), 0o600)
}

// subscribe runs the collector once, so that the broker knows its session and keeps what is published from then on.
func (b *bench) subscribe(ctx context.Context, config string) error {
	collector, err := start(ctx, b.tools.collector, "run", "-c", config)
	if err != nil {
		return err
	}
	defer collector.end()
	return await(ctx, "the collector", func() (bool, error) {
		return strings.Contains(collector.said(), "broker reached"), collector.alive()
	})
}

// publish says how many batches and bytes the broker has taken.
func publish(ctx context.Context, url string, records int) (batches, bytes int, err error) {
	client := mqtt.NewClient(mqtt.NewClientOptions().AddBroker(url).SetClientID("publisher").SetProtocolVersion(4))
	if t := client.Connect(); t.Wait() && t.Error() != nil {
		return 0, 0, t.Error()
	}
	defer client.Disconnect(100)
	var tokens []mqtt.Token
	began := time.Now().Add(-time.Hour)
	for first := 0; first < records && ctx.Err() == nil; first += company {
		gateway := fmt.Sprintf("gw-%02d", batches%gateways)
		facts := record.Facts{Epoch: 1}
		for i := range min(company, records-first) {
			facts.Samples = append(facts.Samples, sample(began, batches/gateways*company+i))
		}
		batches++
		message := record.AppendBatch(nil, "bench", gateway, fmt.Sprintf("%032x", batches%gateways+1), uint64(batches),
			record.AppendFacts(nil, &facts))
		bytes += len(message)
		tokens = append(tokens, client.Publish(record.Topic("bench", gateway, record.FactsTopic), 1, false, message))
	}
	for _, t := range tokens {
		select {
		case <-ctx.Done():
			return batches, bytes, ctx.Err()
		case <-t.Done():
			err = errors.Join(err, t.Error())
		}
	}
	return batches, bytes, err
}

// sample is the n-th of a gateway.
func sample(began time.Time, n int) record.Sample {
	s := record.Sample{Asset: fmt.Sprintf("asset-%02d", n%assets), AtMS: began.UnixMilli() + int64(n/assets)*1000}
	for p := range 20 {
		s.Values = append(s.Values, record.Value{Name: pointName(p), Number: float64(200_000+(n*7919+p*104729)%100_000) / 1000})
	}
	return s
}

// influx is a real database, empty.
func (b *bench) influx(ctx context.Context) error {
	dir, err := b.folder()
	if err != nil {
		return err
	}
	addr, err := freeAddress()
	if err != nil {
		return err
	}
	influxd, err := start(ctx, b.tools.influxd, "-dir", dir, "-addr", addr)
	if err != nil {
		return err
	}
	defer influxd.end()
	if err := await(ctx, "the database", func() (bool, error) {
		return strings.Contains(influxd.said(), "ready"), influxd.alive()
	}); err != nil {
		return err
	}
	return b.drain(ctx, target{"http://" + addr, func() (int, error) { return receipts("http://" + addr) }})
}

// receipts are the batches that the database has.
func receipts(database string) (int, error) {
	time.Sleep(100 * time.Millisecond) // a question costs the database something too
	answer, err := http.PostForm(database+"/query", url.Values{"db": {"basemeter"}, "q": {"SELECT count(sequence) FROM facts.batch"}})
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	var said struct {
		Results []struct {
			Series []struct{ Values [][]any }
		}
	}
	body, err := io.ReadAll(answer.Body)
	if err == nil {
		err = json.Unmarshal(body, &said)
	}
	if err != nil || len(said.Results) == 0 || len(said.Results[0].Series) == 0 {
		return 0, err
	}
	count, _ := said.Results[0].Series[0].Values[0][1].(float64)
	return int(count), nil
}
