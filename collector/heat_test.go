package collector

import (
	"testing"

	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// A week is drawn of the same sums, whether its days are closed, open, or corrected after they were closed.
func TestHeat(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-02 00:00", 3, allDay), days("mill", "03-02 00:00", 5, allDay))
	d.close("03-04 03:00")
	d.tell(days("lathe", "03-05 00:00", 2, allDay), half("lathe", "03-02 18:00", "rr"))
	from, to := local("03-02 00:00"), local("03-07 00:00")
	for _, asset := range []string{"", "lathe"} {
		var want report.Heat
		of := utilisation.Range{Bases: []string{"b"}, From: from, To: to}
		err := d.source.EachRow(t.Context(), of, func(r utilisation.Row) error {
			if asset == "" || r.Asset == asset {
				at := r.Start.In(beijing)
				sum := &want[(at.Weekday()+6)%7][at.Hour()]
				for _, m := range warmth() {
					sum[m] += r.Cell[m]
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.source.heat(t.Context(), "b", asset, from, to)
		if err != nil || got != want || want[0][18][utilisation.Effective] == 0 {
			t.Errorf("%q: %v\nwant %v (%v)", asset, got, want, err)
		}
	}
}
