package schoolyear

import "time"

// Truth is what a report of the year must say. What is nowhere more than nothing is not in it.
type Truth struct {
	Assets map[AssetKey]Measures
	People map[PeopleKey]People
}

// An AssetKey is what an asset's time is divided among. Month is as "2025-10", by local time; empty: the whole year.
type AssetKey struct{ Month, Asset, Purpose, Affiliation string }

// A PeopleKey is what people's time is divided among. Place is an area or an asset.
type PeopleKey struct{ Month, Place, Purpose, Affiliation, UserGroup string }

// Measures are milliseconds of one asset, by the names that the ledger's JSON has for them.
type Measures struct {
	Unknown    int64 `json:"unknown_ms"`
	Off        int64 `json:"off_ms"`
	Standby    int64 `json:"standby_ms"`
	Running    int64 `json:"running_ms"`
	Fault      int64 `json:"fault_ms"`
	POT        int64 `json:"pot_ms"`
	PBT        int64 `json:"pbt_ms"`
	PBTUnknown int64 `json:"pbt_unknown_ms"`
	AUBT       int64 `json:"aubt_ms"`
	AUPT       int64 `json:"aupt_ms"`
	AUST       int64 `json:"aust_ms"`
	APT        int64 `json:"apt_ms"`
	ADET       int64 `json:"adet_ms"`
	ADOT       int64 `json:"adot_ms"`
	Effective  int64 `json:"effective_ms"`
	OpenUse    int64 `json:"open_use_ms"`
	OutOfHours int64 `json:"out_of_hours_ms"`
	Held       int64 `json:"held_ms"`
	NoShow     int64 `json:"no_show_ms"`
	Attended   int64 `json:"attended_ms"`
	Occupied   int64 `json:"occupied_ms"`
}

// People are person-milliseconds, the part of them that is estimated, and visits.
type People struct {
	Person    int64 `json:"person_ms"`
	Estimated int64 `json:"person_estimated_ms"`
	Visits    int64 `json:"visits"`
}

// monthOf is the local month of a moment. UTC+8 knows no summer time.
func monthOf(at int64) string { return time.UnixMilli(at + 8*hour).UTC().Format("2006-01") }

// addAsset books a cell in its month and in the year.
func (t *Truth) addAsset(cell span, key AssetKey, m moments) {
	for _, month := range []string{monthOf(cell.from), ""} {
		key.Month = month
		sum := t.Assets[key]
		sum.add(cell.to-cell.from, m)
		t.Assets[key] = sum
	}
}

// addPeople books time and visits in the month of a moment and in the year.
func (t *Truth) addPeople(at int64, key PeopleKey, p People) {
	for _, month := range []string{monthOf(at), ""} {
		key.Month = month
		sum := t.People[key]
		t.People[key] = People{sum.Person + p.Person, sum.Estimated + p.Estimated, sum.Visits + p.Visits}
	}
}
