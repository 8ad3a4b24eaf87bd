// Command bench measures what basemeter costs, on this machine and in one run: the built programs as processes of their
// own, each by the kernel's account of that process, against simulated devices, a real Mosquitto and a real InfluxDB.
// docs/performance.md says what the figures mean.
//
//	go run -C standalone ./bench
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// A bench is what every measurement needs.
type bench struct {
	length  time.Duration // of each measurement that has no end of its own
	records int           // of the backlog
	scratch string        // a folder that goes with us
	full    bool          // the province is as large as a real one
	keep    string        // the folder that its database stays in; empty: it goes with us
	tools   tools
}

// The measurements, in the order they are taken.
var measurements = []struct {
	name, title string
	take        func(*bench, context.Context) error
}{
	{"edge", "gateway, 32 Modbus TCP units × 20 values each second, spool on", (*bench).edge},
	{"outage", "the same gateway while the broker is away", (*bench).outage},
	{"rtu", "gateway, 8 Modbus RTU units × 10 values at 9600 8N1, as fast as the wire allows", (*bench).rtu},
	{"dead", "the same line with two of its eight units dead", (*bench).dead},
	{"sink", "collector, backlog of batches of 50 records, into a sink", (*bench).sink},
	{"influx", "collector, the same backlog, into InfluxDB 1.8.10", (*bench).influx},
	{"reports", "collector, reports of a generated province in InfluxDB 1.8.10", (*bench).reports},
}

func main() {
	only := flag.String("only", "", "take one measurement alone: edge, outage, rtu, dead, sink, influx or reports")
	length := flag.Duration("for", 20*time.Second, "how long the gateway is watched in each measurement")
	records := flag.Int("records", 200_000, "how many records the collector's backlog has")
	full := flag.Bool("full", false, "a province of 200 bases, 10 000 assets and two years, which takes minutes to load; otherwise of 11 bases")
	keep := flag.String("dir", "", "keep the province's database in this folder, and find it there again")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *only, &bench{length: *length, records: *records, full: *full, keep: *keep}); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, only string, b *bench) (err error) {
	if b.scratch, err = os.MkdirTemp("", "basemeter-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.scratch)) }()
	if b.tools, err = build(ctx, filepath.Join(b.scratch, "bin")); err != nil {
		return err
	}
	found := false
	for _, m := range measurements {
		if only != "" && only != m.name {
			continue
		}
		found = true
		progress("%s", m.name)
		heading(m.title)
		if err := m.take(b, ctx); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	if !found {
		return fmt.Errorf("-only %s: no such measurement", only)
	}
	return nil
}

// folder is a new one, for one measurement.
func (b *bench) folder() (string, error) { return os.MkdirTemp(b.scratch, "") }

// progress is for those who wait; the table alone goes to standard output.
func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, "… "+format+"\n", args...) }

func heading(title string) { fmt.Printf("\n%s\n", title) }

// row is one line of the table. Aim is what it should be; empty: it is there to compare with.
func row(figure, value, aim string) { fmt.Printf("  %-52s %14s   %s\n", figure, value, aim) }

// sleep waits, or returns ctx's error.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// await looks every so often whether it is so, for at most a minute.
func await(ctx context.Context, what string, so func() (bool, error)) error {
	for end := time.Now().Add(time.Minute); ; {
		ok, err := so()
		switch {
		case ok:
			return nil
		case time.Now().After(end):
			return errors.Join(fmt.Errorf("waited a minute for %s", what), err)
		}
		if err := sleep(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}
