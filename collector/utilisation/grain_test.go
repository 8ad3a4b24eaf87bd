package utilisation

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestGrainsBeginAtTheBasesMidnight(t *testing.T) {
	zones := map[string]*time.Location{"Shanghai": time.FixedZone("Shanghai", 8*3600), "Kolkata": time.FixedZone("Kolkata", 5*3600+1800), "UTC": nil}
	for _, c := range []struct {
		grain             Grain
		zone, t           string
		wantFloor, wantTo string
	}{
		{Hour, "Shanghai", "2026-03-02T04:59:59Z", "2026-03-02T04:00:00Z", "2026-03-02T05:00:00Z"},
		{Day, "Shanghai", "2026-03-02T04:59:59Z", "2026-03-01T16:00:00Z", "2026-03-02T16:00:00Z"},
		{Day, "Shanghai", "2026-03-02T16:00:00Z", "2026-03-02T16:00:00Z", "2026-03-03T16:00:00Z"},
		{Day, "Kolkata", "2026-03-02T18:29:59Z", "2026-03-01T18:30:00Z", "2026-03-02T18:30:00Z"},
		{Day, "UTC", "2026-03-02T04:00:00Z", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"},
		{Month, "Shanghai", "2026-02-28T16:00:00Z", "2026-02-28T16:00:00Z", "2026-03-31T16:00:00Z"},
		{Month, "Shanghai", "2026-02-28T15:59:59Z", "2026-01-31T16:00:00Z", "2026-02-28T16:00:00Z"},
		{Month, "Shanghai", "2025-12-30T20:00:00Z", "2025-11-30T16:00:00Z", "2025-12-31T16:00:00Z"},
	} {
		at, err := time.Parse(time.RFC3339, c.t)
		if err != nil {
			t.Fatal(err)
		}
		floor, next := c.grain.Floor(at, zones[c.zone]).Format(time.RFC3339), c.grain.Next(at, zones[c.zone]).Format(time.RFC3339)
		if floor != c.wantFloor || next != c.wantTo {
			t.Errorf("%v of %s in %s: %s to %s, want %s to %s", c.grain, c.t, c.zone, floor, next, c.wantFloor, c.wantTo)
		}
	}
}

// Each moment lies in one hour, day and month, and these follow each other without a gap, over the turns of summer time too.
func TestGrainsPartTheTime(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), 0)
		for _, g := range []Grain{Hour, Day, Month} {
			floor, next := g.Floor(at, berlin), g.Next(at, berlin)
			if floor.After(at) || !next.After(at) || !g.Floor(floor, berlin).Equal(floor) || !g.Next(floor, berlin).Equal(next) || !g.Floor(next, berlin).Equal(next) {
				t.Fatalf("%v of %v: %v to %v", g, at, floor, next)
			}
			if ceil := g.Ceil(at, berlin); ceil.Before(at) || !ceil.Equal(floor) && !ceil.Equal(next) || !g.Begins(ceil, berlin) || g.Begins(at, berlin) != ceil.Equal(at) {
				t.Fatalf("%v: the first behind %v is %v", g, at, ceil)
			}
		}
	})
}
