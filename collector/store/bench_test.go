package store

import (
	"fmt"
	"testing"

	"basemeter/agent/record"
	"basemeter/collector/collectortest"
)

// readings is a batch of 50 samples of 20 values: about 380 bytes of JSON a sample.
func readings() record.Batch {
	b := record.Batch{Base: "nc-vtc-cnc", Gateway: "gw-01", Stream: stream, Sequence: 1}
	for i := range 50 {
		s := record.Sample{Asset: fmt.Sprintf("cnc-%02d", i%10), AtMS: minute(0) + int64(i)*1000}
		for v := range 20 {
			s.Values = append(s.Values, record.Value{Name: fmt.Sprintf("value_%02d", v), Number: 230.125 + float64(i*v)})
		}
		b.Samples = append(b.Samples, s)
	}
	return b
}

func perRecord(b *testing.B, records int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*records), "ns/record")
}

func BenchmarkEncode(b *testing.B) {
	batch := readings()
	var lines []byte
	for b.Loop() {
		var err error
		if lines, err = appendBatch(lines[:0], &batch); err != nil {
			b.Fatal(err)
		}
	}
	perRecord(b, len(batch.Samples))
}

func BenchmarkDecodeAndEncode(b *testing.B) {
	batch := readings()
	message := record.AppendBatch(nil, batch.Base, batch.Gateway, batch.Stream, batch.Sequence, record.AppendFacts(nil, &batch.Facts))
	b.ReportMetric(float64(len(message))/50, "B/record")
	var lines []byte
	for b.Loop() {
		decoded, err := record.DecodeBatch(message)
		if err != nil {
			b.Fatal(err)
		}
		if lines, err = appendBatch(lines[:0], &decoded); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(message))/50, "B/record")
	perRecord(b, len(batch.Samples))
}

// BenchmarkWriteFacts is bound by InfluxDB, which runs on the same cores.
func BenchmarkWriteFacts(b *testing.B) {
	s := open(b, collectortest.Influx(b))
	var batches []record.Batch
	for n := range uint64(20) {
		one := readings()
		one.Sequence = n + 1
		batches = append(batches, one)
	}
	for b.Loop() {
		write(b, s, batches...)
	}
	perRecord(b, 50*len(batches))
}
