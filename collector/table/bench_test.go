package table

import (
	"fmt"
	"io"
	"testing"
	"time"
)

// A month of hours of a thousand machines, asked for hour by hour, is longer than most that anybody opens.
func BenchmarkWriteXLSX(b *testing.B) {
	s := hours()
	first := s.Rows[0]
	s.Rows = nil
	for i := range 20_000 {
		row := append([]Cell(nil), first...)
		row[0] = Say(fmt.Sprintf("设备 %d", i))
		row[5] = At(time.Unix(int64(1_700_000_000+3600*i), 0))
		s.Rows = append(s.Rows, row)
	}
	d := Document{Title: s.Title, Sheets: []Sheet{s}}
	b.ReportAllocs()
	for b.Loop() {
		if err := WriteXLSX(io.Discard, d, "zh"); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(s.Rows))*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
