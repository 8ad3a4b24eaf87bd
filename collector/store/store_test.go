package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/collectortest"
)

var monday = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

const stream = "00112233445566778899aabbccddeeff"

func minute(n int) int64 { return monday.Add(time.Duration(n) * time.Minute).UnixMilli() }

// batch has one spell a letter, each five minutes long, of asset a.
func batch(sequence uint64, drawing string) record.Batch {
	b := record.Batch{Base: "base", Gateway: "gw", Stream: stream, Sequence: sequence}
	for i, letter := range drawing {
		state := map[rune]record.State{'?': record.Unknown, 'o': record.Off, 's': record.Standby, 'r': record.Running, 'f': record.Fault}[letter]
		at := int(sequence-1)*60 + 5*i
		b.Spells = append(b.Spells, record.Spell{Asset: "a", State: state, FromMS: minute(at), ToMS: minute(at + 5)})
	}
	return b
}

func open(t testing.TB, db *collectortest.InfluxProcess, change ...func(*Options)) *Store {
	t.Helper()
	o := Options{URL: db.URL, Database: "base meter", Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	for _, c := range change {
		c(&o)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	s, err := Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func write(t testing.TB, s *Store, batches ...record.Batch) {
	t.Helper()
	if err := s.WriteFacts(t.Context(), batches); err != nil {
		t.Fatal(err)
	}
}

func drawn(t testing.TB, s *Store, from, to int) string {
	t.Helper()
	spells, err := s.Spells(t.Context(), "base", "a", time.UnixMilli(minute(from)), time.UnixMilli(minute(to)))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, spell := range spells {
		out.WriteByte("?osrf"[spell.State])
	}
	return out.String()
}

func TestOpenMakesWhatIsMissing(t *testing.T) {
	db := collectortest.Influx(t)
	open(t, db, func(o *Options) { o.KeepFacts = 400 * 24 * time.Hour })
	show := func() string { return db.Query("", `SHOW RETENTION POLICIES ON "base meter"`) }
	for _, want := range []string{`["facts","9600h0m0s","672h0m0s",1,false]`, `["ledger","0s","672h0m0s",1,false]`} {
		if got := show(); !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	open(t, db, func(o *Options) { o.KeepFacts = 48 * time.Hour })
	if got := show(); !strings.Contains(got, `["facts","9600h0m0s"`) {
		t.Errorf("a shorter keep_facts has thrown facts away: %s", got)
	}
	open(t, db)
	if got := show(); !strings.Contains(got, `["facts","0s"`) {
		t.Errorf("a longer keep_facts was not taken up: %s", got)
	}
}

func TestOpenWaitsForTheDatabase(t *testing.T) {
	db := collectortest.Influx(t)
	db.Kill()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Open(ctx, Options{URL: db.URL, Database: "d"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("without a database: %v", err)
	}
	opened := make(chan error, 1) // the answer may come after the test has failed
	log := newHeard()
	go func() {
		_, err := Open(t.Context(), Options{URL: db.URL, Database: "d", Log: log.logger()})
		opened <- err
	}()
	log.await(t, "database takes nothing")
	db.Restart()
	if err := <-opened; err != nil {
		t.Error(err)
	}
	if !log.has("database back") {
		t.Error("it did not say that the database is back")
	}
}

func TestOpenDoesNotWaitForAWrongConfiguration(t *testing.T) {
	db := collectortest.Influx(t)
	_, err := Open(t.Context(), Options{URL: db.URL, Database: "d", KeepFacts: time.Minute})
	var said *QueryError
	if !errors.As(err, &said) || !strings.Contains(err.Error(), "at least 1h") {
		t.Errorf("kept a minute: %v", err)
	}
}

func TestRoundTrip(t *testing.T) {
	db := collectortest.Influx(t)
	s := open(t, db)
	why := "one line \\ \"quoted\" 'x', a=b 电表无应答 \\"
	b := batch(1, "rs")
	b.Spells[1].Why = strings.Replace(why, "one line", "one\nline", 1)
	b.Epoch, b.Estimated = 7, true
	b.Samples = []record.Sample{{Asset: "a", AtMS: minute(1), Values: []record.Value{{Name: "power_w", Number: 1500}, {Name: "amps", Number: -0.25}}}}
	b.Badges = []record.Badge{{Reader: "door", Card: "0123456789abcdef", AtMS: minute(2)}}
	write(t, s, b)
	got, err := s.Spells(t.Context(), "base", "a", monday, monday.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	want := []record.Spell{
		{Asset: "a", State: record.Running, FromMS: minute(0), ToMS: minute(5), Estimated: true},
		{Asset: "a", State: record.Standby, FromMS: minute(5), ToMS: minute(10), Why: why, Estimated: true},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for _, c := range []struct{ ask, want string }{
		{`SELECT power_w, amps FROM facts.sample WHERE asset='a' AND base='base' AND gateway='gw'`, fmt.Sprintf(`[[%d,1500,-0.25]]`, minute(1)*1e6+7)},
		{`SELECT card FROM facts.badge WHERE reader='door' AND base='base' AND gateway='gw'`, fmt.Sprintf(`[[%d,"0123456789abcdef"]]`, minute(2)*1e6+7)},
		{`SELECT sequence, facts FROM facts.batch WHERE base='base' AND gateway='gw' AND stream='` + stream + `'`, fmt.Sprintf(`[[%d,1,4]]`, minute(10)*1e6+1)},
		{`SELECT state, to_ms, estimated, stream, sequence FROM facts.spell WHERE gateway='gw' LIMIT 1`,
			fmt.Sprintf(`[[%d,"running",%d,true,"%s",1]]`, minute(0)*1e6+7, minute(5), stream)},
	} {
		if got := db.Query("base meter", c.ask); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s", c.ask, got, c.want)
		}
	}
}

// What a counter showed, what it counted and what befell it are three fields, whose types never change.
func TestACounterIsThreeFields(t *testing.T) {
	db := collectortest.Influx(t)
	s := open(t, db)
	b := batch(1, "r")
	for i, sample := range []record.Sample{
		{Values: []record.Value{{Name: "energy", Number: 9999.75}}, Flags: []record.Flag{{Name: "energy", Kind: "first"}}},
		{Values: []record.Value{{Name: "energy", Number: 0.5}, {Name: "energy_change", Number: 0.75}}, Flags: []record.Flag{{Name: "energy", Kind: "rollover"}}},
		{Values: []record.Value{{Name: "energy", Number: 1}, {Name: "energy_change", Number: 0.5}}},
	} {
		sample.Asset, sample.AtMS = "a", minute(i)
		b.Samples = append(b.Samples, sample)
	}
	write(t, s, b, b) // a repeat is the same points
	rows := fmt.Sprintf(`[[%d,9999.75,null,"first"],[%d,0.5,0.75,"rollover"],[%d,1,0.5,null]]`, minute(0)*1e6, minute(1)*1e6, minute(2)*1e6)
	for _, c := range []struct{ ask, want string }{
		{`SELECT energy, energy_change, energy_flag FROM facts.sample WHERE asset='a'`, rows},
		{`SHOW FIELD KEYS FROM facts.sample`, `[["energy","float"],["energy_change","float"],["energy_flag","string"]]`},
	} {
		if got := db.Query("base meter", c.ask); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s", c.ask, got, c.want)
		}
	}
}

func TestSpellsAreThoseThatOverlap(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	write(t, s, batch(1, "rsofrsofrsof"))
	hour := record.Batch{Base: "base", Gateway: "gw", Stream: stream, Sequence: 2}
	hour.Spells = []record.Spell{{Asset: "a", State: record.Fault, FromMS: minute(60), ToMS: minute(120)}}
	write(t, s, hour)
	for _, c := range []struct {
		from, to int
		want     string
	}{
		{0, 5, "r"}, {0, 6, "rs"}, {4, 5, "r"}, {5, 10, "s"}, {-60, 0, ""}, {0, 60, "rsofrsofrsof"},
		{55, 61, "ff"}, {119, 120, "f"}, {120, 121, ""}, {-100000, 1000000, "rsofrsofrsoff"},
	} {
		if got := drawn(t, s, c.from, c.to); got != c.want {
			t.Errorf("minutes %d to %d: %q, want %q", c.from, c.to, got, c.want)
		}
	}
	if spells, err := s.Spells(t.Context(), "base", "a", time.Time{}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil || len(spells) != 13 {
		t.Errorf("since ever: %d spells, %v", len(spells), err)
	}
}

func TestARepeatChangesNothing(t *testing.T) {
	db := collectortest.Influx(t)
	s := open(t, db)
	count := func() string {
		return db.Query("base meter", `SELECT count(to_ms) FROM facts.spell; SELECT count(power_w) FROM facts.sample; SELECT count(card) FROM facts.badge; SELECT count(sequence) FROM facts.batch`)
	}
	batches := []record.Batch{batch(1, "rrss"), batch(2, "oo")}
	batches[0].Samples = []record.Sample{{Asset: "a", AtMS: minute(1), Values: []record.Value{{Name: "power_w", Number: 1}}}}
	batches[1].Badges = []record.Badge{{Reader: "door", Card: "0123456789abcdef", AtMS: minute(2)}}
	write(t, s, batches...)
	once := count()
	write(t, s, batches...)
	write(t, s, batches[1])
	if again := count(); again != once {
		t.Errorf("written three times: %s, once: %s", again, once)
	}
}

func TestASteppedClockOverwritesNothing(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	first, second := batch(1, "r"), batch(1, "s")
	second.Sequence, second.Epoch = 2, 1
	write(t, s, second, first)
	if got := drawn(t, s, 0, 5); got != "rs" {
		t.Errorf("got %q, want both, the older epoch first", got)
	}
}

func TestManyBatchesAreCutIntoRequests(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	var batches []record.Batch
	for n := range uint64(120) { // 12 000 points
		b := record.Batch{Base: "base", Gateway: "gw", Stream: stream, Sequence: n + 1}
		for i := range 100 {
			at := minute(0) + int64(n)*100_000 + int64(i)*1000
			b.Spells = append(b.Spells, record.Spell{Asset: "a", State: record.Running, FromMS: at, ToMS: at + 1000})
		}
		batches = append(batches, b)
	}
	write(t, s, batches...)
	spells, err := s.Spells(t.Context(), "base", "a", monday, monday.Add(24*time.Hour))
	if err != nil || len(spells) != 12_000 {
		t.Errorf("%d spells, %v", len(spells), err)
	}
}
