package record

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"
)

//go:embed batch.schema.json
var batchSchema []byte

const stream = "00112233445566778899aabbccddeeff"

// at is 2026-03-02 12:00 in Shanghai.
const at = 1_772_424_000_000

var whole = Batch{Base: "b_copper_pilot", Gateway: "gw-01", Stream: stream, Sequence: 7, Facts: Facts{
	Epoch: 2, Estimated: true,
	Spells: []Spell{
		{Asset: "lathe-1", State: Running, FromMS: at, ToMS: at + 300_000, Estimated: true},
		{Asset: "lathe-2", State: Unknown, FromMS: at, ToMS: at + 1, Why: `meter-2/power: "no" reading`, Estimated: true},
	},
	Samples: []Sample{
		{Asset: "lathe-1", AtMS: at + 500, Values: []Value{{"power", 1234.5}, {"energy_import", 1e9}, {"current", -0.25}}},
		{Asset: "lathe-1", AtMS: at + 600, Values: []Value{{"energy_import", 3}, {"energy_import_change", 1.5}, {"count", 7}},
			Flags: []Flag{{"energy_import", "reset"}, {"count", "first"}}},
	},
	Badges: []Badge{{Reader: "door", Card: "0123456789abcdef", AtMS: at + 900}},
	Presences: []Presence{
		{Place: "hall-a", Reader: "door", Card: "0123456789abcdef", Group: "cnc-2401", FromMS: at, ToMS: at + 5_700_000, KnownMS: at + 5_700_000, Ended: "out"},
		{Place: "lathe-1", Reader: "lathe", Card: "fedcba9876543210", FromMS: at, ToMS: at + 7_200_000, KnownMS: at, Ended: "closing", Continues: true},
	},
	Sessions: []Session{
		{Asset: "lathe-1", Purpose: "employee_training", By: "card", Group: "firm-a", FromMS: at, ToMS: at + 9_000_000, KnownMS: at + 60_000, Ended: "longest"},
		{Asset: "lathe-2", Purpose: "student_training", By: "switch", FromMS: at, ToMS: at + 300_000, KnownMS: at + 300_000},
	},
	Counts: []Count{{Place: "hall-a", Counter: "beam-1", FromMS: at, ToMS: at + 300_000, Passages: 12}},
}}

func encode(b Batch) []byte {
	return AppendBatch(nil, b.Base, b.Gateway, b.Stream, b.Sequence, AppendFacts(nil, &b.Facts))
}

// The wire form outlives every gateway: a change of this file is a new schema version.
func TestGolden(t *testing.T) {
	golden, err := os.ReadFile("testdata/batch.json")
	if err != nil {
		t.Fatal(err)
	}
	if got := encode(whole); !bytes.Equal(got, bytes.TrimSpace(golden)) {
		t.Errorf("encoded\n%s\nwant\n%s", got, golden)
	}
	if got, err := DecodeBatch(golden); err != nil || !reflect.DeepEqual(got, whole) {
		t.Errorf("decoded %+v, %v", got, err)
	}
}

func schema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(batchSchema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("urn:basemeter:batch:1", document); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("urn:basemeter:batch:1")
}

// allowed asks the published schema; false if it is not even JSON.
func allowed(s *jsonschema.Schema, data []byte) bool {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	return err == nil && s.Validate(v) == nil
}

func anyBatch(t *rapid.T) Batch {
	id := rapid.StringMatching(`[a-z0-9][a-z0-9_-]{0,12}`)
	b := Batch{Base: id.Draw(t, "base"), Gateway: id.Draw(t, "gateway"), Stream: stream,
		Sequence: rapid.Uint64Range(1, math.MaxInt64).Draw(t, "sequence")}
	b.Epoch = rapid.Uint64Range(0, MaxEpoch).Draw(t, "epoch")
	b.Estimated = rapid.Bool().Draw(t, "estimated")
	ms := rapid.Int64Range(EarliestMS, LatestMS-1)
	for range rapid.IntRange(0, 4).Draw(t, "spells") {
		from := ms.Draw(t, "from")
		b.Spells = append(b.Spells, Spell{id.Draw(t, "asset"), State(rapid.IntRange(0, States-1).Draw(t, "state")), from,
			from + rapid.Int64Range(1, MaxSpellMS).Draw(t, "length"), rapid.StringN(0, 50, 200).Draw(t, "why"), b.Estimated})
	}
	for range rapid.IntRange(0, 4).Draw(t, "samples") {
		s := Sample{Asset: id.Draw(t, "asset"), AtMS: ms.Draw(t, "at")}
		for name, v := range rapid.MapOfN(rapid.StringMatching(`[a-z][a-z0-9_]{0,4}`), rapid.Float64(), 1, 5).Draw(t, "values") {
			s.Values = append(s.Values, Value{name, v})
			if rapid.IntRange(0, 3).Draw(t, "counter") == 0 {
				s.Values = append(s.Values, Value{name + ChangeSuffix, rapid.Float64Min(0).Draw(t, "change")})
			}
			if rapid.IntRange(0, 3).Draw(t, "flagged") == 0 {
				s.Flags = append(s.Flags, Flag{name, rapid.SampledFrom(FlagKinds).Draw(t, "flag")})
			}
		}
		b.Samples = append(b.Samples, s)
	}
	for range rapid.IntRange(0, 3).Draw(t, "badges") {
		b.Badges = append(b.Badges, Badge{id.Draw(t, "reader"), rapid.StringMatching(`[0-9a-f]{16,64}`).Draw(t, "card"), ms.Draw(t, "at")})
	}
	stay := func() (from, known, to int64) {
		from = ms.Draw(t, "from")
		to = from + rapid.Int64Range(1, MaxStayMS).Draw(t, "length")
		return from, rapid.Int64Range(from, to).Draw(t, "known"), to
	}
	group := rapid.StringMatching(`([a-z0-9][a-z0-9_-]{0,12})?`)
	for range rapid.IntRange(0, 3).Draw(t, "presences") {
		p := Presence{Place: id.Draw(t, "place"), Reader: id.Draw(t, "reader"), Card: rapid.StringMatching(`[0-9a-f]{16,64}`).Draw(t, "card"),
			Group: group.Draw(t, "group"), Ended: rapid.SampledFrom(Endings).Draw(t, "ended"), Continues: rapid.Bool().Draw(t, "continues")}
		p.FromMS, p.KnownMS, p.ToMS = stay()
		b.Presences = append(b.Presences, p)
	}
	for range rapid.IntRange(0, 3).Draw(t, "sessions") {
		s := Session{Asset: id.Draw(t, "asset"), Purpose: id.Draw(t, "purpose"), By: rapid.SampledFrom(Choosers).Draw(t, "by"),
			Group: group.Draw(t, "group"), Ended: rapid.SampledFrom(append([]string{""}, Endings...)).Draw(t, "ended")}
		s.FromMS, s.KnownMS, s.ToMS = stay()
		b.Sessions = append(b.Sessions, s)
	}
	for range rapid.IntRange(0, 3).Draw(t, "counts") {
		from := ms.Draw(t, "from")
		b.Counts = append(b.Counts, Count{id.Draw(t, "place"), id.Draw(t, "counter"), from,
			from + rapid.Int64Range(1, MaxSpellMS).Draw(t, "length"), rapid.Int64Range(1, MaxPassages).Draw(t, "passages")})
	}
	return b
}

func TestWhatIsEncodedIsDecodedAndAllowedByTheSchema(t *testing.T) {
	s := schema(t)
	rapid.Check(t, func(t *rapid.T) {
		b := anyBatch(t)
		data := encode(b)
		got, err := DecodeBatch(data)
		if err != nil || !reflect.DeepEqual(got, b) {
			t.Fatalf("%s\ndecoded %+v, %v\nwant %+v", data, got, err, b)
		}
		if !allowed(s, data) {
			t.Fatalf("the schema refuses %s", data)
		}
	})
}

// beyondSchema is what a JSON Schema cannot say.
var beyondSchema = map[string]bool{
	"an end before its beginning": true, "a spell of two hours": true, "a key twice": true, "a value twice": true, "a number beyond all": true,
	"an escape in a name": true, "a flag on no value": true, "a flag twice": true,
	"a stay of a day and more": true, "known before it began": true, "a count of two hours": true,
}

func TestWhatIsRefused(t *testing.T) {
	s := schema(t)
	good := string(encode(whole))
	for _, c := range []struct{ name, old, new, want string }{
		{"no JSON", `{"schema"`, `{schema`, "invalid character"},
		{"a cut", `"passages":12}]}}`, ``, "unexpected EOF"},
		{"something behind", `}]}}`, `}]}} {}`, "something follows the end"},
		{"a wrong version", `"schema":1`, `"schema":2`, "/schema at byte 11: schema 2: this side speaks 1"},
		{"an unknown key", `"epoch"`, `"era":1,"epoch"`, `key "era" is unknown`},
		{"a key twice", `"epoch":2`, `"epoch":2,"epoch":2`, `key "epoch" stands twice`},
		{"a value twice", `"power":`, `"power":1,"power":`, `key "power" stands twice`},
		{"a missing key", `"base":"b_copper_pilot",`, ``, "a key is missing: expected schema, base"},
		{"a type", `"sequence":7`, `"sequence":"7"`, "/sequence at byte"},
		{"a fraction", `"sequence":7`, `"sequence":7.5`, "invalid syntax"},
		{"no sequence", `"sequence":7`, `"sequence":0`, "sequence: 0 is not between"},
		{"a topic in an id", `"gateway":"gw-01"`, `"gateway":"gw/+"`, `gateway: "gw/+" is not an id`},
		{"a stream", stream, "xyz", `stream: "xyz" is not 16 to 64 hexadecimal digits`},
		{"a state", `"running"`, `"ruining"`, `/facts/spells/0/state`},
		{"an end before its beginning", `"to_ms":1772424300000`, `"to_ms":1772423999999`, "spells[0].to_ms: 1772423999999 is not after"},
		{"a spell of two hours", `"to_ms":1772424300000`, `"to_ms":1772431200000`, "spells[0].to_ms: a spell of 7200000 ms is longer than 1h0m0s"},
		{"a date of 1970", `"from_ms":1772424000000,"to_ms":1772424300000`, `"from_ms":12,"to_ms":13`, "spells[0].from_ms: 12 is not between 2020 and 2100"},
		{"NaN", `1234.5`, `NaN`, "invalid character"},
		{"a number beyond all", `1234.5`, `1e999`, "power: strconv.ParseFloat"},
		{"a value that is text", `1234.5`, `"1234.5"`, "expected number"},
		{"an escape in a name", `"power"`, `"pow\u0065r"`, "an escape in a name"},
		{"an escaped quote in a name", `"power":1234.5`, `"a\":1,":5`, "an escape in a name"},
		{"a value that is an object", `1234.5`, `{"a":1}`, "expected number"},
		{"a value that is null", `1234.5`, `null`, "expected number"},
		{"a field's name", `"power"`, `"Power W"`, `samples[0].values: "Power W" is not a point's name`},
		{"no values", `{"power":1234.5,"energy_import":1e+09,"current":-0.25}`, `{}`, "samples[0].values: 0 of them"},
		{"a flag on no value", `{"energy_import":"reset"`, `{"energy":"reset"`, `samples[1].flags: no value is called "energy"`},
		{"a flag of no kind", `"reset"`, `"reboot"`, `samples[1].flags.energy_import: "reboot" is none of`},
		{"a flag twice", `"count":"first"`, `"energy_import":"first"`, `key "energy_import" stands twice`},
		{"a value that is called as a flag", `"count":7`, `"count_flag":7`, `samples[1].values: "count_flag"`},
		{"the change of a flag", `"count":7`, `"count_flag_change":7`, `samples[1].values: "count_flag"`},
		{"the change of a change", `"count":7`, `"count_change_change":7`, `samples[1].values: "count_change"`},
		{"a flag on a change", `{"energy_import":"reset"`, `{"energy_import_change":"reset"`, `samples[1].flags: "energy_import_change"`},
		{"a card's number", `"0123456789abcdef"`, `"6102437"`, `badges[0].card`},
		{"no place", `"place":"hall-a","reader"`, `"reader"`, "a key is missing: expected place, reader"},
		{"a stay of a day and more", `"to_ms":1772431200000,"known_ms":1772424000000,"ended":"closing"`, `"to_ms":1772510400001,"known_ms":1772424000000,"ended":"closing"`, "presences[1].to_ms: a stay of 86400001 ms is longer than 24h0m0s"},
		{"known before it began", `"known_ms":1772424000000,"ended":"closing"`, `"known_ms":1772423999999,"ended":"closing"`, "presences[1].known_ms: 1772423999999 is not between"},
		{"an end of no kind", `"ended":"closing"`, `"ended":"tired"`, `presences[1].ended: "tired" is none of`},
		{"a stay that goes on", `"ended":"closing"`, `"ended":""`, `presences[1].ended: "" is none of`},
		{"a group with a blank", `"group":"cnc-2401"`, `"group":"CNC 2401"`, `presences[0].group: "CNC 2401" is not an id`},
		{"a chooser", `"by":"switch"`, `"by":"hand"`, `sessions[1].by: "hand" is none of`},
		{"a purpose", `"purpose":"student_training"`, `"purpose":"实训"`, `sessions[1].purpose`},
		{"nobody passed", `"passages":12`, `"passages":0`, "counts[0].passages: 0 is not between"},
		{"a count of two hours", `"to_ms":1772424300000,"passages"`, `"to_ms":1772431200000,"passages"`, "counts[0].to_ms: a count of 7200000 ms"},
		{"no date yet", `"epoch":2`, `"epoch":2,"boot":"4b1d"`, "have no date yet"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bad := strings.Replace(good, c.old, c.new, 1)
			if bad == good {
				t.Fatalf("%q is not in %s", c.old, good)
			}
			if _, err := DecodeBatch([]byte(bad)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			if allowed(s, []byte(bad)) != beyondSchema[c.name] {
				t.Errorf("the schema disagrees")
			}
		})
	}
	if _, err := DecodeBatch(make([]byte, MaxBatchBytes+1)); err == nil || !strings.Contains(err.Error(), "at most 1048576") {
		t.Errorf("too large: %v", err)
	}
}

// The longest name of a point leaves room for its change.
func TestALongNameHasAChange(t *testing.T) {
	s := schema(t)
	for _, c := range []struct {
		letters int
		allowed bool
	}{{64, true}, {65, false}} {
		b := whole
		name := strings.Repeat("a", c.letters)
		b.Samples = []Sample{{Asset: "lathe-1", AtMS: at, Values: []Value{{name, 1}, {name + ChangeSuffix, 1}}}}
		if _, err := DecodeBatch(encode(b)); (err == nil) != c.allowed || allowed(s, encode(b)) != c.allowed {
			t.Errorf("%d letters: %v, and the schema says %v", c.letters, err, allowed(s, encode(b)))
		}
	}
}

func TestFactsThatCountFromABoot(t *testing.T) {
	f := Facts{Boot: "4b1d", Spells: []Spell{{Asset: "a", State: Off, FromMS: 5, ToMS: 10}}}
	if got, err := DecodeFacts(AppendFacts(nil, &f)); err != nil || !reflect.DeepEqual(got, f) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestTopics(t *testing.T) {
	if got := Topic("b", "g", NowTopic, "lathe-1"); got != "basemeter/1/b/g/now/lathe-1" {
		t.Error(got)
	}
	base, gateway, what, asset, err := ParseTopic("basemeter/1/b/g/now/lathe-1")
	if base != "b" || gateway != "g" || what != NowTopic || asset != "lathe-1" || err != nil {
		t.Error(base, gateway, what, asset, err)
	}
	for _, bad := range []string{"", "basemeter/1/b/g", "basemeter/2/b/g/facts", "basemeter/1/b/g/facts/x", "basemeter/1/b/g/now", "x/1/b/g/facts", "basemeter/1/b/g/now/a/b"} {
		if _, _, _, _, err := ParseTopic(bad); err == nil {
			t.Errorf("%q is taken for a topic", bad)
		}
	}
}

// Whatever comes, the decoder answers or refuses; what it accepts is JSON that the standard library reads to the same
// effect, and that the encoder gives back.
func FuzzDecodeBatch(f *testing.F) {
	f.Add(encode(whole))
	f.Add([]byte(`{"schema":1,"base":"b","gateway":"g","stream":"` + stream + `","sequence":1,"facts":{"epoch":0}}`))
	f.Add([]byte(`{"schema":1`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := DecodeBatch(data)
		if err != nil {
			return
		}
		if !json.Valid(data) {
			t.Fatalf("accepted what is no JSON: %q", data)
		}
		again, err := DecodeBatch(encode(b))
		if err != nil || !reflect.DeepEqual(normal(again), normal(b)) {
			t.Fatalf("%q\ngave %+v\nthen %+v, %v", data, b, again, err)
		}
	})
}

// normal makes an empty list the same as none.
func normal(b Batch) Batch {
	if len(b.Spells) == 0 {
		b.Spells = nil
	}
	if len(b.Samples) == 0 {
		b.Samples = nil
	}
	if len(b.Badges) == 0 {
		b.Badges = nil
	}
	return b
}

func benchBatch() []byte {
	b := Batch{Base: "bench", Gateway: "gw", Stream: stream, Sequence: 1}
	for range 50 {
		s := Sample{Asset: "lathe-1", AtMS: at}
		for j := range 20 {
			s.Values = append(s.Values, Value{"value_" + string(rune('a'+j)), 230.25 + float64(j)})
		}
		b.Samples = append(b.Samples, s)
	}
	return encode(b)
}

func BenchmarkDecodeSample(b *testing.B) {
	data := benchBatch()
	b.ReportAllocs()
	for i := 0; i < b.N; i += 50 {
		if _, err := DecodeBatch(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeSample(b *testing.B) {
	batch, err := DecodeBatch(benchBatch())
	if err != nil {
		b.Fatal(err)
	}
	var buffer []byte
	b.ReportAllocs()
	for i := 0; i < b.N; i += 50 {
		buffer = AppendFacts(buffer[:0], &batch.Facts)
	}
}
