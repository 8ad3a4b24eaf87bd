package store

import (
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"basemeter/collector/collectortest"
)

const answer = `{"results":[{"statement_id":0,"series":[{"name":"m","tags":{"asset":"a"},"columns":["time","v","s"],"values":[[1,-5,"x"],[2,null,"y"]],"partial":true}],"partial":true}]}
{"results":[{"statement_id":0,"series":[{"name":"m","tags":{"asset":"b"},"columns":["time","v","s"],"values":[[3,9007199254740993,true],[4,-1.75,1e-7]]}]}]}
`

func rows(t *testing.T, body string) ([]row, error) {
	t.Helper()
	var got []row
	err := decode(strings.NewReader(body), func(r *row) error {
		kept := *r
		kept.cells = slices.Clone(r.cells)
		got = append(got, kept)
		return nil
	})
	return got, err
}

func TestDecode(t *testing.T) {
	got, err := rows(t, answer)
	whole := func(n int64) cell { return cell{number: n, fraction: float64(n)} }
	want := []row{
		{0, map[string]string{"asset": "a"}, []cell{whole(1), whole(-5), {text: "x"}}},
		{0, map[string]string{"asset": "a"}, []cell{whole(2), {}, {text: "y"}}},
		{0, map[string]string{"asset": "b"}, []cell{whole(3), whole(9007199254740993), {yes: true}}},
		{0, map[string]string{"asset": "b"}, []cell{whole(4), {number: -1, fraction: -1.75}, {fraction: 1e-7}}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestAnAnswerCutShortIsAnError: half a year of a ledger must not pass for a year.
func TestAnAnswerCutShortIsAnError(t *testing.T) {
	for cut := range len(answer) - 1 {
		if _, err := rows(t, answer[:cut]); err == nil && cut > 0 {
			t.Errorf("cut at byte %d of %d: no error", cut, len(answer))
		}
	}
	var said *QueryError
	if _, err := rows(t, `{"results":[{"statement_id":0,"error":"too many rows"}]}`); !errors.As(err, &said) || said.Reason != "too many rows" {
		t.Errorf("an error within the answer: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(answer)
	f.Add(`{"error":"x"}`)
	f.Add(`{"results":[{"series":[{"values":[[1.5]]}]}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		_ = decode(strings.NewReader(body), func(*row) error { return nil }) // an error or rows, never a panic
	})
}

// scan reads a quoted string as InfluxQL's own scanner does, and returns what is behind it.
func scan(quoted string) (value, rest string, err error) {
	runes := []rune(quoted)
	var out []rune
	for i := 1; i < len(runes); i++ {
		switch r := runes[i]; {
		case r == runes[0]:
			return string(out), string(runes[i+1:]), nil
		case r == '\n':
			return "", "", errors.New("new line in a string")
		case r == '\\':
			i++
			if i == len(runes) {
				return "", "", io.ErrUnexpectedEOF
			}
			escaped, ok := map[rune]rune{'n': '\n', '\\': '\\', '"': '"', '\'': '\''}[runes[i]]
			if !ok {
				return "", "", errors.New("bad escape")
			}
			out = append(out, escaped)
		default:
			out = append(out, r)
		}
	}
	return "", "", io.ErrUnexpectedEOF
}

func FuzzQuoting(f *testing.F) {
	for _, s := range []string{"", "plain", `it's`, `"`, `\`, `\'`, "a\nb", `'; DROP DATABASE "d`, "电表"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		for _, quoted := range []string{text(s), identifier(s)} {
			if got, rest, err := scan(quoted); err != nil || got != s || rest != "" {
				t.Errorf("%s is read as %q and %q, %v", quoted, got, rest, err)
			}
		}
	})
}

// TestQuotingOnTheRealServer: names that break out of bad quotes.
func TestQuotingOnTheRealServer(t *testing.T) {
	db := collectortest.Influx(t)
	for _, name := range []string{`d`, `with space`, `qu"ote`, `it's`, `"; DROP DATABASE "d`, "电表"} {
		s := open(t, db, func(o *Options) { o.Database = name })
		seen := false
		if err := s.query(t.Context(), "", "SHOW DATABASES", func(r *row) error {
			seen = seen || r.cells[0].text == name
			return nil
		}); err != nil || !seen {
			t.Errorf("database %q was not made, %v", name, err)
		}
		if spells, err := s.Spells(t.Context(), name, name, monday, monday.AddDate(0, 0, 1)); err != nil || len(spells) != 0 {
			t.Errorf("spells of %q: %v, %v", name, spells, err)
		}
	}
	if !strings.Contains(db.Query("", "SHOW DATABASES"), `["d"]`) {
		t.Error("a name has dropped a database")
	}
}

func TestGapsInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sequences := rapid.SliceOf(rapid.Uint64Range(1, 40)).Draw(t, "sequences")
		g := gaps{next: 1}
		for _, n := range sequences {
			g.add(n)
		}
		var missing []uint64
		for _, r := range g.missing {
			for n := r.First; n <= r.Last; n++ {
				missing = append(missing, n)
			}
		}
		var want []uint64
		for n := uint64(1); len(sequences) > 0 && n < slices.Max(sequences); n++ {
			if !slices.Contains(sequences, n) {
				want = append(want, n)
			}
		}
		if !slices.Equal(missing, want) {
			t.Fatalf("missing %v, want %v", missing, want)
		}
	})
}

func TestARefusedQuestionSaysWhy(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	err := s.command(t.Context(), "SELEKT")
	var said *QueryError
	if !errors.As(err, &said) || said.Status != 400 || !strings.Contains(said.Reason, "SELEKT") {
		t.Errorf("%v", err)
	}
}
