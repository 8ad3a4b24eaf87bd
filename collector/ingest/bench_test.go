package ingest_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"basemeter/agent/record"
	"basemeter/collector/collectortest"
	"basemeter/collector/ingest"
	"basemeter/collector/store"
)

const backlog = 20_000 // records, of 20 values each

// readings are some records of 20 values: about 400 bytes of JSON each.
func readings(records int) record.Facts {
	var f record.Facts
	for i := range records {
		s := record.Sample{Asset: fmt.Sprintf("cnc-%02d", i%10), AtMS: monday.UnixMilli() + int64(i)*1000}
		for v := range 20 {
			s.Values = append(s.Values, record.Value{Name: fmt.Sprintf("value_%02d", v), Number: float64(i*v) / 8})
		}
		f.Samples = append(f.Samples, s)
	}
	return f
}

// publish is the other process: it hands the broker a backlog and ends when the broker has it.
func publish() {
	per, err := strconv.Atoi(os.Getenv("BASEMETER_PUBLISH"))
	if err != nil {
		panic(err)
	}
	c := mqtt.NewClient(mqtt.NewClientOptions().AddBroker(os.Getenv("BROKER")).SetProtocolVersion(4))
	if token := c.Connect(); token.Wait() && token.Error() != nil {
		panic(token.Error())
	}
	payload := record.AppendFacts(nil, new(readings(per)))
	var window []mqtt.Token
	for n := range uint64(backlog / per) {
		window = append(window, c.Publish("basemeter/1/base/gw/facts", 1, false, record.AppendBatch(nil, "base", "gw", stream, n+1, payload)))
		if len(window) == 100 {
			window[0].Wait()
			window = window[1:]
		}
	}
	for _, token := range window {
		token.Wait()
	}
	c.Disconnect(1000)
}

func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkBacklog takes what waits at Mosquitto into a sink, which is all that a collector does but writing, or into
// InfluxDB. Publisher, broker and database are other processes, so the CPU time is the collector's alone, paho's part
// included. The peak is of the whole test process so far.
func BenchmarkBacklog(b *testing.B) {
	for _, c := range []struct {
		per    int
		influx bool
	}{{1, false}, {10, false}, {50, false}, {1, true}, {50, true}} {
		into := map[bool]string{false: "a sink", true: "InfluxDB"}[c.influx]
		b.Run(fmt.Sprintf("%d a message into %s", c.per, into), func(b *testing.B) {
			write := func(context.Context, []record.Batch) error { return nil }
			if c.influx {
				s, err := store.Open(b.Context(), store.Options{URL: collectortest.Influx(b).URL, Database: "d"})
				if err != nil {
					b.Fatal(err)
				}
				defer s.Close()
				write = s.WriteFacts
			}
			var spent time.Duration
			for b.Loop() {
				spent += drain(b, c.per, write)
			}
			b.ReportMetric(spent.Seconds()/float64(b.N)*100_000/backlog, "cpu-s/100krecords")
			var u syscall.Rusage
			_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
			b.ReportMetric(float64(u.Maxrss)/1024, "MB-peak")
		})
	}
}

// drain lets a session be made, fills it from outside, and empties it.
func drain(b *testing.B, per int, write func(context.Context, []record.Batch) error) time.Duration {
	b.StopTimer()
	broker := collectortest.Mosquitto(b)
	var count ingest.Counters
	o := ingest.Options{Broker: broker.URL(), ClientID: "c", Group: "g", Count: &count,
		Write: write}
	stop := run(b, o)
	until(b, "connected", func() bool { return count.Connections.Load() == 1 })
	_ = stop()
	other := exec.Command(os.Args[0])
	other.Env = append(os.Environ(), "BASEMETER_PUBLISH="+strconv.Itoa(per), "BROKER="+broker.URL())
	if said, err := other.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, said)
	}
	b.StartTimer()
	before := cpu()
	stop = run(b, o)
	until(b, "all is taken", func() bool { return count.Records.Load() == backlog })
	spent := cpu() - before
	b.StopTimer()
	_ = stop()
	broker.Kill()
	b.StartTimer()
	return spent
}
