package spool

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// written is what this process has had written to disks.
func written(b *testing.B) (bytes float64) {
	text, err := os.ReadFile("/proc/self/io")
	if err != nil {
		b.Skip(err)
	}
	_, after, _ := strings.Cut(string(text), "\nwrite_bytes: ")
	fmt.Sscan(after, &bytes)
	return bytes
}

// A test's directory is on the real disk; /dev/shm would not count.
func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{300, 20_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s := open(b, Options{Dir: b.TempDir(), MaxBytes: 64 << 20})
			payload, before := make([]byte, size), written(b)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Append(payload, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric((written(b)-before)/float64(b.N*size), "disk_bytes/payload_byte")
		})
	}
}

func backlog(b *testing.B, batches, size int) Options {
	o := Options{Dir: b.TempDir()}
	s := hasty(open(b, o))
	payload := make([]byte, size)
	for range batches {
		if _, err := s.Append(payload, nil); err != nil {
			b.Fatal(err)
		}
	}
	closeIt(b, s)
	return o
}

// BenchmarkDrain reads and acknowledges a backlog of 100 000 batches; an operation is one batch.
func BenchmarkDrain(b *testing.B) {
	const batches = 100_000
	var s *Spool
	for b.Loop() {
		if s == nil || s.Stats().Pending == 0 {
			b.StopTimer()
			if s != nil {
				closeIt(b, s)
			}
			o := backlog(b, batches, 300)
			s, _ = Open(o) // its acknowledgements are saved once a second
			b.StartTimer()
		}
		q, _, _, err := s.Next(0)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Ack(q); err != nil {
			b.Fatal(err)
		}
	}
	closeIt(b, s)
}

// BenchmarkOpen recovers a backlog of 2000 batches of 20 kB.
func BenchmarkOpen(b *testing.B) {
	o := backlog(b, 2000, 20_000)
	b.SetBytes(2000 * 20_000)
	for b.Loop() {
		s, err := Open(o)
		if err != nil {
			b.Fatal(err)
		}
		closeIt(b, s)
	}
}
