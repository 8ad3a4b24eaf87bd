package modbus

import (
	"fmt"
	"strings"
	"testing"

	"basemeter/drivers/port"
)

func TestRequests(t *testing.T) {
	line := RTU(port.New(port.Settings{Baud: 9600}), nil)
	for _, c := range []struct {
		points string
		hole   int
		want   string
	}{
		{"4:0 f32, 4:6 f32", 0, "2 input registers at 0x0000, 0 unused, for 4:0 f32 | 2 input registers at 0x0006, 0 unused, for 4:6 f32"},
		{"4:6 f32, 4:0 f32", 4, "8 input registers at 0x0000, 4 unused, for 4:0 f32 4:6 f32"},
		{"3:0 u64, 3:1 u16, 3:7 u16", 3, "8 holding registers at 0x0000, 3 unused, for 3:0 u64 3:1 u16 3:7 u16"},
		{"1:0 bit, 1:1 bit", 0, "2 coils at 0x0000, 0 unused, for 1:0 bit 1:1 bit"},
	} {
		all, err := line.Requests(Device{MaxHole: c.hole}, points(t, c.points))
		var got []string
		for _, r := range all {
			got = append(got, fmt.Sprintf("%s, %d unused, for %s", r.Text, r.Unused, strings.Join(r.Points, " ")))
		}
		if strings.Join(got, " | ") != c.want || err != nil {
			t.Errorf("%s: %s, %v; want %s", c.points, strings.Join(got, " | "), err, c.want)
		}
	}
	if _, err := line.Requests(Device{Name: "m"}, nil); err == nil || err.Error() != "m: no points" {
		t.Error(err)
	}
}
