package modbus

import (
	"testing"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/drivertest"
)

// BenchmarkRTUWire reads ten floats (20 registers) at 9600 8N1 from a slave that keeps the wire's time. The wire takes
// 62.5 ms for that: 53 characters and two silences of 3.5.
func BenchmarkRTUWire(b *testing.B) {
	const limit = 16.0 // reads a second
	slave := &drivertest.Slave{Unit: unit, Baud: 9600, Value: func(byte, uint16) (uint16, bool) { return 0, true }}
	s := source(b, rtuAt(slave.OnPort(b).Path, 9600), time.Second,
		points(b, "4:0 f32, 4:2 f32, 4:4 f32, 4:6 f32, 4:8 f32, 4:10 f32, 4:12 f32, 4:14 f32, 4:16 f32, 4:18 f32"))
	readings := make([]drivers.Reading, 0, 10)
	began := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		if got, err := s.Read(b.Context(), readings); err != nil || len(got) != 10 {
			b.Fatal(got, err)
		}
	}
	b.ReportMetric(float64(b.N)/time.Since(began).Seconds()/limit, "share_of_wire")
	b.ReportMetric(float64(slave.Early.Load()), "early_requests")
}

func BenchmarkTCP(b *testing.B) {
	slave := &drivertest.Slave{Unit: unit, Value: func(byte, uint16) (uint16, bool) { return 0, true }}
	s := source(b, TCP(slave.OnServer(b).Address, noTime), time.Second, points(b, "4:0 f32, 4:2 f32, 4:4 f32"))
	readings := make([]drivers.Reading, 0, 3)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Read(b.Context(), readings); err != nil {
			b.Fatal(err)
		}
	}
}
