package web

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

var now = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC) // noon in Beijing

// A desk is a server whose answers a test decides, and what it was asked.
type desk struct {
	options Options
	rows    []report.Row
	people  []report.PeopleRow
	spans   []utilisation.Span
	live    []Live
	figures []report.FigureRow
	fails   error
	well    bool
	asked   report.Query
	where   string // what Explain was asked
}

func newDesk() *desk {
	d := &desk{well: true}
	d.rows = []report.Row{{Base: "nc", Asset: "lathe", Assets: 1, Running: 3_600_000, Standby: 1_800_000, Unknown: 1_800_000, Elapsed: 7_200_000, Coverage: 0.75}}
	d.people = []report.PeopleRow{{Base: "nc", Place: "车间", Person: 3_600_000, Estimate: 60_500, Visits: 4}}
	d.figures = []report.FigureRow{{Base: "nc", Metric: "allocation", ZH: "占用率", EN: "allocation efficiency", Unit: "1", Value: 0.5, Coverage: 0.75, Formula: "AUBT / PBT", Source: "ISO 22400-2"}}
	d.live = []Live{{Base: "nc", Gateway: "gw", Asset: "lathe", TextZH: "车床", TextEN: "Lathe", State: "running",
		Since: now.Add(-90 * time.Second), At: now, Why: "m/power", Values: map[string]record.Shown{"m/power": good(812.53), "m/odd": good(1), "m/energy_import": good(5.256), "m/current": {Number: 4, Quality: record.Stale}}}}
	d.options = Options{
		Report: func(_ context.Context, q report.Query) ([]report.Row, error) {
			d.asked = q
			return d.rows, d.fails
		},
		People: func(_ context.Context, q report.Query) ([]report.PeopleRow, error) {
			d.asked = q
			return d.people, d.fails
		},
		Explain: func(_ context.Context, base, asset string, from, to time.Time) ([]utilisation.Span, error) {
			d.where = base + " " + asset + " " + from.UTC().Format(time.RFC3339Nano) + " " + to.UTC().Format(time.RFC3339Nano)
			return d.spans, d.fails
		},
		Figures: func(_ context.Context, q report.Query) ([]report.FigureRow, error) {
			d.asked = q
			return d.figures, d.fails
		},
		Words: func(lang string) func(string) string { return func(id string) string { return lang + ":" + id } },
		Plan:  func() string { return "0123456789ab" },
		Zone: func(base string) *time.Location {
			return map[string]*time.Location{"planned": time.FixedZone("", 3600)}[base]
		},
		Live:    func() []Live { return d.live },
		Health:  func(context.Context) (bool, any) { return d.well, map[string]bool{"well": d.well} },
		Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("metric 1\n")) }),
		Bases:   map[string]Base{"nc": {TextZH: "南昌", TextEN: "Nanchang"}, "far": {Zone: time.UTC}},
		Now:     func() time.Time { return now },
		Log:     slog.New(slog.DiscardHandler),
	}
	return d
}

func (d *desk) ask(path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	Handler(d.options).ServeHTTP(w, r)
	return w
}

// problemOf holds an answer to be problem+json, and returns what it says.
func problemOf(t *testing.T, w *httptest.ResponseRecorder, status int) (parameter, detail string) {
	t.Helper()
	kind, _, err := mime.ParseMediaType(w.Header().Get("Content-Type"))
	var p struct {
		Type, Title, Detail, Parameter string
		Status                         int
	}
	if err == nil {
		err = json.Unmarshal(w.Body.Bytes(), &p)
	}
	if err != nil || w.Code != status || p.Status != status || kind != "application/problem+json" || p.Type == "" || p.Title == "" || p.Detail == "" {
		t.Fatalf("%d %s %s (%v), want a problem of %d", w.Code, kind, w.Body, err, status)
	}
	return p.Parameter, p.Detail
}

const march = "from=2026-03-01&to=2026-03-02"

func TestWhatIsWrongInAQuestionIsNamed(t *testing.T) {
	for _, c := range []struct{ query, parameter, detail string }{
		{"", "from", `"" is neither a date`},
		{"from=2026-03-01", "to", `"" is neither a date`},
		{"from=yesterday&to=2026-03-02", "from", `"yesterday"`},
		{"from=2026-02-30&to=2026-03-02", "from", "neither a date"},
		{"from=2026-03-01T00:00:00&to=2026-03-02", "from", "neither a date"},
		{"from=0001-01-01&to=2026-03-02", "from", "the year 0"}, // midnight in Beijing was still the year before
		{"from=2026-03-01&to=9999-12-31", "to", "the year 9999"},
		{"from=2026-03-01&to=9999-12-31T23:59:59-23:59", "to", "the year 10000"},
		{"from=2026-03-02&to=2026-03-02", "to", "is not after from"},
		{"from=2026-03-03&to=2026-03-02", "to", "is not after from"},
		{march + "&by=city", "by", `"city" is not a grouping; allowed: base, `},
		{march + "&by=base,base", "by", "named twice"},
		{march + "&format=xlsx", "format", `"xlsx"; allowed: json, csv`},
		{march + "&form=csv", "form", "unknown; allowed: from, to, by, base, asset, version, format"},
		{march + "&zz=1&aa=1", "aa", "unknown"},
		{march + "&from=2026-01-01", "from", "more than once"},
		{march + "&asset=a&asset=b", "asset", "more than once"},
		{march + "&version=a&version=b", "version", "more than once"},
		{march + "&base=%zz", "query", "invalid URL escape"},
		{march + ";format=csv", "query", "semicolon"},
	} {
		for _, path := range []string{"/v1/utilisation?", "/v1/attendance?"} {
			d := newDesk()
			parameter, detail := problemOf(t, d.ask(path+c.query), http.StatusBadRequest)
			if parameter != c.parameter || !strings.Contains(detail, c.detail) {
				t.Errorf("%s%s: %s: %s; want %s: …%s…", path, c.query, parameter, detail, c.parameter, c.detail)
			}
			if !d.asked.Now.IsZero() {
				t.Errorf("%s%s: the database was asked all the same", path, c.query)
			}
		}
	}
	for path, detail := range map[string]string{
		"/v1/utilisation?" + march + "&by=place":    `"place" is not a grouping; allowed: base, asset, purpose, affiliation`,
		"/v1/attendance?" + march + "&by=asset":     `"asset" is not a grouping; allowed: base, place, purpose, affiliation, user_group`,
		"/v1/utilisation?" + march + "&by=purpose,": `"" is not a grouping`,
	} {
		if parameter, got := problemOf(t, newDesk().ask(path), http.StatusBadRequest); parameter != "by" || !strings.Contains(got, detail) {
			t.Errorf("%s: %s %s, want …%s…", path, parameter, got, detail)
		}
	}
}

func TestWhatIsAsked(t *testing.T) {
	utc := func(text string) time.Time {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct {
		path, from, to, by   string
		base, asset, version string
		zone                 *time.Location
	}{
		{"/v1/utilisation?" + march, "2026-02-28T16:00:00Z", "2026-03-01T16:00:00Z", "base asset", "", "", "", beijing},
		{"/v1/utilisation?" + march + "&base=nc", "2026-02-28T16:00:00Z", "2026-03-01T16:00:00Z", "base asset", "nc", "", "", beijing},
		{"/v1/utilisation?" + march + "&base=far&by=base&version=2025-2026.1", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", "base", "far", "", "2025-2026.1", time.UTC},
		{"/v1/utilisation?from=2026-03-01T08:00:00%2B08:00&to=2026-03-01T00:00:00.5Z&by=asset&asset=lathe", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00.5Z", "base asset", "", "lathe", "", beijing},
		{"/v1/utilisation?" + march + "&by=affiliation,purpose", "2026-02-28T16:00:00Z", "2026-03-01T16:00:00Z", "affiliation purpose", "", "", "", beijing},
		{"/v1/attendance?" + march, "2026-02-28T16:00:00Z", "2026-03-01T16:00:00Z", "base place", "", "", "", beijing},
		{"/v1/attendance?" + march + "&base=far&by=place,user_group&asset=hall&version=v", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", "base place user_group", "far", "hall", "v", time.UTC},
	} {
		d := newDesk()
		if w := d.ask(c.path); w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", c.path, w.Code, w.Body)
		}
		q := d.asked
		var by []string
		for _, k := range q.By {
			by = append(by, string(k))
		}
		if !q.From.Equal(utc(c.from)) || !q.To.Equal(utc(c.to)) || strings.Join(by, " ") != c.by || q.Base != c.base || q.Asset != c.asset ||
			q.Version != c.version || q.Zone != c.zone || q.LeastUse != leastUse || !q.Now.Equal(now) || q.Grace == 0 {
			t.Errorf("%s: asked %+v", c.path, q)
		}
	}
}

func TestFiguresAsJSON(t *testing.T) {
	d := newDesk()
	w := d.ask("/v1/utilisation?" + march)
	const want = `{"by":["base","asset"],"formula":3,"from":"2026-02-28T16:00:00Z","now":"2026-03-02T04:00:00Z","plan":"0123456789ab","report":[{"base":"nc","asset":"lathe","assets":1,` +
		`"running_s":3600.000,"standby_s":1800.000,"off_s":0.000,"fault_s":0.000,"unknown_s":1800.000,"elapsed_s":7200.000,"coverage":0.75,"estimated_s":0.000,` +
		`"open_s":0.000,"planned_s":0.000,"planned_unknown_s":0.000,"effective_s":0.000,"open_use_s":0.000,"out_of_hours_s":0.000,"no_show_s":0.000,"attended_s":0.000,"corrected_s":0.000,` +
		`"energy_kwh":0,"standby_kwh":0,"days_used":0,"allocation":0,"utilization_efficiency":0,"availability_iso":0}],` +
		`"to":"2026-03-01T16:00:00Z","version":""}` + "\n"
	if w.Body.String() != want || w.Header().Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("%s\n%s\nwant\n%s", w.Header().Get("Content-Type"), w.Body, want)
	}
	d.rows = []report.Row{}
	if w := d.ask("/v1/utilisation?" + march + "&format=json"); !strings.Contains(w.Body.String(), `"report":[]`) {
		t.Errorf("no rows: %s", w.Body)
	}
}

func TestFiguresAsCSV(t *testing.T) {
	w := newDesk().ask("/v1/utilisation?" + march + "&format=csv")
	text, bom := strings.CutPrefix(w.Body.String(), "\ufeff")
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if !bom || err != nil || len(lines) != 2 || lines[1][5] != "3600.000" {
		t.Errorf("mark %v, %q, %v", bom, lines, err)
	}
	if w.Header().Get("Content-Type") != "text/csv; charset=utf-8" || w.Header().Get("Content-Disposition") != `attachment; filename="utilisation.csv"` {
		t.Errorf("%v", w.Header())
	}
}

func TestPeopleAsJSON(t *testing.T) {
	d := newDesk()
	w := d.ask("/v1/attendance?" + march + "&version=2025-2026.1")
	const want = `{"by":["base","place"],"from":"2026-02-28T16:00:00Z","now":"2026-03-02T04:00:00Z",` +
		`"report":[{"base":"nc","place":"车间","person_s":3600.000,"estimated_s":60.500,"visits":4}],"to":"2026-03-01T16:00:00Z","version":"2025-2026.1"}` + "\n"
	if w.Body.String() != want || w.Header().Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("%s\n%s\nwant\n%s", w.Header().Get("Content-Type"), w.Body, want)
	}
	d.people = []report.PeopleRow{}
	if w := d.ask("/v1/attendance?" + march + "&format=json"); !strings.Contains(w.Body.String(), `"report":[]`) {
		t.Errorf("no rows: %s", w.Body)
	}
}

func TestPeopleAsCSV(t *testing.T) {
	w := newDesk().ask("/v1/attendance?" + march + "&format=csv")
	const want = "\ufeffbase,place,purpose,affiliation,user_group,person_s,estimated_s,visits\nnc,车间,,,,3600.000,60.500,4\n"
	if w.Body.String() != want || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" || w.Header().Get("Content-Disposition") != `attachment; filename="attendance.csv"` {
		t.Errorf("%v\n%s", w.Header(), w.Body)
	}
}

func TestEveryLineOfTheDictionary(t *testing.T) {
	d := newDesk()
	const want = "\ufeffbase,asset,metric,zh,en,unit,value,coverage,estimated_s,formula,source\nnc,,allocation,占用率,allocation efficiency,1,0.500000,0.750000,0.000,AUBT / PBT,ISO 22400-2\n"
	if w := d.ask("/v1/figures?" + march + "&format=csv"); w.Body.String() != want {
		t.Errorf("%s", w.Body)
	}
	if w := d.ask("/v1/figures?" + march + "&by=asset"); !strings.Contains(w.Body.String(), `"metric":"allocation","zh":"占用率"`) || !slices.Equal(d.asked.By, []report.Dimension{report.ByBase, report.ByAsset}) {
		t.Errorf("%v %s", d.asked.By, w.Body)
	}
	if parameter, _ := problemOf(t, d.ask("/v1/figures?"+march+"&by=purpose"), http.StatusBadRequest); parameter != "by" {
		t.Errorf("by purpose: %q", parameter)
	}
}

// Days are cut by the clock of the plan, if it knows the base.
func TestTheClockOfAPlannedBase(t *testing.T) {
	d := newDesk()
	d.ask("/v1/utilisation?base=planned&from=2026-03-01&to=2026-03-02")
	if want := "2026-02-28T23:00:00Z"; d.asked.From.UTC().Format(time.RFC3339) != want {
		t.Errorf("from %v, want %s", d.asked.From.UTC(), want)
	}
}

func TestADatabaseThatDoesNotAnswer(t *testing.T) {
	d := newDesk()
	d.fails = errors.New("connection refused")
	for _, path := range []string{"/v1/utilisation?" + march, "/v1/utilisation?format=csv&" + march, "/v1/attendance?" + march, "/v1/attendance?format=csv&" + march, "/v1/explain?base=nc&asset=a&" + march} {
		if parameter, detail := problemOf(t, d.ask(path), http.StatusBadGateway); parameter != "" || !strings.Contains(detail, "connection refused") {
			t.Errorf("%s: %s %s", path, parameter, detail)
		}
	}
}

// Whoever cites a version that there is not gets no figures of another.
func TestAVersionThatThereIsNot(t *testing.T) {
	d := newDesk()
	d.fails = fmt.Errorf("report: %w", &report.UnknownError{Parameter: "version", Value: "2025-2026.9"})
	for _, path := range []string{"/v1/utilisation?", "/v1/attendance?", "/v1/attendance?format=csv&"} {
		parameter, detail := problemOf(t, d.ask(path+march+"&version=2025-2026.9"), http.StatusNotFound)
		if parameter != "version" || !strings.Contains(detail, `there is no "2025-2026.9"`) || d.asked.Version != "2025-2026.9" {
			t.Errorf("%s: %s %s, asked %q", path, parameter, detail, d.asked.Version)
		}
	}
}

func TestTheToken(t *testing.T) {
	d := newDesk()
	d.options.Token = "secret"
	basic := func(name, password string) string {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.SetBasicAuth(name, password)
		return r.Header.Get("Authorization")
	}
	for _, c := range []struct {
		name, authorization string
		in                  bool
	}{
		{"none", "", false},
		{"bearer", "Bearer secret", true},
		{"bearer, as some spell it", "bearer secret", true},
		{"a wrong one", "Bearer secre", false},
		{"a longer one", "Bearer secrets", false},
		{"an empty one", "Bearer ", false},
		{"no scheme", "secret", false},
		{"another scheme", "Token secret", false},
		{"basic, without a name", basic("", "secret"), true},
		{"basic, with any name", basic("wang", "secret"), true},
		{"basic, as the name", basic("secret", ""), false},
		{"basic, wrong", basic("wang", "Secret"), false},
		{"basic, broken", "Basic !", false},
	} {
		for _, path := range []string{"/", "/v1/now", "/v1/utilisation?" + march, "/v1/attendance?" + march, "/v1/explain?" + march, "/metrics", "/elsewhere"} {
			w := d.ask(path, "Authorization", c.authorization)
			if c.in {
				if w.Code == http.StatusUnauthorized {
					t.Errorf("%s: %s is not let in to %s", c.name, c.authorization, path)
				}
				continue
			}
			problemOf(t, w, http.StatusUnauthorized)
			if !strings.HasPrefix(w.Header().Get("WWW-Authenticate"), "Basic ") {
				t.Errorf("%s: a browser will not ask for a password: %v", c.name, w.Header())
			}
			if strings.Contains(w.Body.String(), "secret") || strings.Contains(w.Body.String(), "lathe") {
				t.Errorf("%s: the refusal tells %s", c.name, w.Body)
			}
		}
	}
	if w := d.ask("/health"); w.Code != http.StatusOK {
		t.Errorf("health: %d", w.Code)
	}
}

func TestHealth(t *testing.T) {
	d := newDesk()
	if w := d.ask("/health"); w.Code != http.StatusOK || w.Body.String() != `{"well":true}`+"\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	d.well = false
	if w := d.ask("/health"); w.Code != http.StatusServiceUnavailable || w.Body.String() != `{"well":false}`+"\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestNow(t *testing.T) {
	d := newDesk()
	const want = `{"assets":[{"base":"nc","gateway":"gw","asset":"lathe","text_zh":"车床","text_en":"Lathe","state":"running",` +
		`"since":"2026-03-02T03:58:30Z","at":"2026-03-02T04:00:00Z","why":"m/power","values":{"m/current":{"number":4,"at_ms":0,"quality":"stale"},"m/energy_import":{"number":5.256,"at_ms":0,"quality":"good"},"m/odd":{"number":1,"at_ms":0,"quality":"good"},"m/power":{"number":812.53,"at_ms":0,"quality":"good"}}}]}` + "\n"
	if w := d.ask("/v1/now"); w.Code != http.StatusOK || w.Body.String() != want {
		t.Errorf("%d %s\nwant %s", w.Code, w.Body, want)
	}
}

func TestWhatIsNotThere(t *testing.T) {
	d := newDesk()
	for path, want := range map[string]int{"/nothing": 404, "/v1": 404, "/health/": 404, "/metrics": 200, "/index.html": 404} {
		if w := d.ask(path); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
	for _, path := range []string{"/", "/v1/now", "/v1/utilisation", "/v1/attendance", "/v1/explain", "/metrics", "/health"} {
		w := httptest.NewRecorder()
		Handler(d.options).ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, strings.NewReader("x")))
		if w.Code != http.StatusMethodNotAllowed && w.Code != http.StatusNotFound {
			t.Errorf("POST %s: %d", path, w.Code)
		}
	}
}

// FuzzQuery: whatever is asked is answered, with figures or with the parameter that is wrong.
func FuzzQuery(f *testing.F) {
	for _, query := range []string{"", march, march + "&by=base&base=nc&format=csv", march + "&base=nc&asset=lathe", "from=9999-12-31T23:59:59-23:59&to=0000-01-01", "%zz&;", "=1&from=2026-03-01T08:00:00%2B08:00"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		for _, path := range []string{"/v1/utilisation", "/v1/attendance", "/v1/explain"} {
			d := newDesk()
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.URL.RawQuery = query
			w := httptest.NewRecorder()
			Handler(d.options).ServeHTTP(w, r)
			switch {
			case w.Code == http.StatusOK && w.Body.Len() > 0:
				if q := d.asked; d.where == "" && (!q.From.Before(q.To) || len(q.By) == 0) {
					t.Errorf("%s?%q: asked %+v", path, query, q)
				}
				if strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") && !json.Valid(w.Body.Bytes()) {
					t.Errorf("%s?%q: %s", path, query, w.Body)
				}
			case w.Code == http.StatusBadRequest:
				problemOf(t, w, http.StatusBadRequest)
			default:
				t.Errorf("%s?%q: %d with %d bytes", path, query, w.Code, w.Body.Len())
			}
		}
	})
}

func FuzzMoment(f *testing.F) {
	for _, text := range []string{"2026-03-02", "2026-03-02T08:00:00+08:00", "0000-01-01T00:00:00+23:59", "", "2026-3-2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, err := moment(text, beijing)
		if err != nil {
			return
		}
		if _, err := at.UTC().MarshalJSON(); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if again, err := moment(at.Format(time.RFC3339Nano), beijing); err != nil || !again.Equal(at) {
			t.Errorf("%q is %v, read again %v (%v)", text, at, again, err)
		}
	})
}

func good(number float64) record.Shown { return record.Shown{Number: number, Quality: record.Good} }
