package web

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

func TestWhatIsWrongInAQuestionIsNamed(t *testing.T) {
	for _, c := range []struct{ query, parameters, detail, zh string }{
		{"", "from to", "from: is missing", "缺少该参数"},
		{"from=2026-02-01", "to", "is missing", "缺少该参数"},
		{"from=yesterday&to=2026-03-02", "from", `"yesterday" is neither a date`, "既不是"},
		{"from=2026-02-30&to=soon", "from to", "neither a date", "既不是"},
		{"from=2026-02-01T00:00:00&to=2026-03-01", "from", "neither a date", "既不是"},
		{"from=0001-01-01&to=2026-03-01", "from", "the year 0", "年份"}, // midnight in Beijing was still the year before
		{"from=2026-02-01&to=9999-12-31T23:59:59-23:59", "to", "the year 10000", "年份"},
		{"from=2026-03-01&to=2026-03-01", "to", "is not after from", "不晚于"},
		{"from=2010-03-01&to=2026-03-01", "to", "more than 3653 days", "3653 天"},
		{"from=2026-03-02&to=2026-03-03", "from", "last whole day", "完整的日子"},
		{march + "&by=colour", "by", `"colour" is not a grouping; allowed: city, `, "可用的维度"},
		{march + "&by=base,base", "by", "named twice", "各写一次"},
		{march + "&by=base,", "by", `"" is not a grouping`, "可用的维度"},
		{march + "&by=asset,city,county,zone,kind,month", "by", "names 7 dimensions; expected at most 6", "最多 6 个"},
		{march + "&metrics=nothing,coverage,coverage", "metrics metrics", `"nothing" is none of `, "写了两次"},
		{march + "&format=pdf&lang=fr", "format lang", `"pdf"; expected one of: json, csv, xlsx`, "应为：json, csv, xlsx"},
		{"from=x&colour=1", "colour from to", `"x" is neither a date`, "既不是"},
		{march + "&form=csv", "form", "unknown; expected one of: lang, from, to, base, city", "没有该参数"},
		{march + "&zz=1&aa=1", "aa zz", "unknown", "没有该参数"},
		{march + "&from=2026-01-01", "from", "more than once", "多次"},
		{march + "&base=", "base", "is empty", "为空"},
		{march + "&city=nanchang,,ganzhou", "city", "empty value", "空值"},
		{march + "&limit=0&floor=2", "floor limit", `"0"; expected a whole number between 1 and 10000`, "整数"},
		{march + "&limit=1e3", "limit", "a whole number", "整数"},
		{march + "&floor=NaN", "floor", "a number between 0 and 1", "0 到 1"},
		{march + "&cursor=x", "cursor", "is no cursor", "游标"},
		{march + "&base=%zz", "query", "invalid URL escape", "无法解析"},
		{march + ";format=csv", "query", "semicolon", "无法解析"},
		{march + "&city=" + strings.Repeat("a", 2001), "city", "at most 2000 bytes", "最多 2000"},
	} {
		for _, path := range []string{"/v1/utilisation?", "/v1/coverage?"} {
			d := newDesk()
			p := refused(t, d.ask(path+c.query), http.StatusBadRequest)
			var parameters []string
			for _, one := range p.Errors {
				parameters = append(parameters, one.Parameter)
			}
			path := strings.Replace(path, "coverage", "utilisation", 1)
			if strings.Join(parameters, " ") != c.parameters || p.Parameter != parameters[0] || !strings.Contains(p.Detail, c.detail) || !strings.Contains(p.DetailZH, c.zh) {
				t.Errorf("%s%s: %+v; want %s: …%s… …%s…", path, c.query, p, c.parameters, c.detail, c.zh)
			}
			if len(d.asked) != 0 {
				t.Errorf("%s%s: the ledger was asked all the same", path, c.query)
			}
		}
	}
	for path, detail := range map[string]string{
		"/v1/utilisation?" + march + "&by=place":         `"place" is not a grouping; allowed: city`,
		"/v1/attendance?" + march + "&by=asset":          `"asset" is not a grouping`,
		"/v1/attendance?" + march + "&metrics=off_hours": `"off_hours" is none of attendance`,
		"/v1/utilisation?" + march + "&metrics=visits":   `"visits" is none of machine-hours`,
		"/v1/attendance?" + march + "&line=a":            "unknown",
	} {
		if p := refused(t, newDesk().ask(path), http.StatusBadRequest); !strings.Contains(p.Detail, detail) {
			t.Errorf("%s: %s, want …%s…", path, p.Detail, detail)
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
	for _, c := range []struct{ path, from, to, by, where string }{
		{"/v1/utilisation?" + march, "2026-01-31T16:00:00Z", "2026-02-28T16:00:00Z", "base", ""},
		{"/v1/utilisation?from=2026-02-01&to=2026-05-01", "2026-01-31T16:00:00Z", "2026-03-01T16:00:00Z", "base", ""},                              // of several bases up to the last midnight
		{"/v1/utilisation?from=2026-02-01&to=2026-05-01&base=nc-alpha", "2026-01-31T16:00:00Z", "2026-04-30T16:00:00Z", "base", "base=nc-alpha"},   // of one as far as it is told
		{"/v1/utilisation?" + march + "&base=far&by=base&version=2025-2026.1", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "base", "base=far"}, // by its own clock
		{"/v1/utilisation?from=2026-02-01T08:00:00%2B08:00&to=2026-03-01T00:00:00.5Z&by=asset&asset=lathe&base=nc-alpha", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00.5Z", "base asset", "asset=lathe base=nc-alpha"},
		{"/v1/utilisation?" + march + "&by=affiliation,purpose&city=nanchang,%20ganzhou&kind=kind-alpha&purpose=odd", "2026-01-31T16:00:00Z", "2026-02-28T16:00:00Z", "affiliation purpose", "city=nanchang+ganzhou kind=kind-alpha purpose=odd"},
		{"/v1/attendance?" + march + "&by=place,user_group&place=hall&user_group=college_student", "2026-01-31T16:00:00Z", "2026-02-28T16:00:00Z", "base place user_group", "place=hall user_group=college_student"},
		{"/v1/coverage?" + march, "2026-01-31T16:00:00Z", "2026-02-28T16:00:00Z", "base asset", ""},
		{"/v1/forms/sj3?" + march + "&city=nanchang", "2026-01-31T16:00:00Z", "2026-02-28T16:00:00Z", "base asset", "city=nanchang"},
	} {
		d := newDesk()
		d.scope = report.Scope{}
		if w := d.ask(c.path); w.Code != http.StatusOK || len(d.asked) != 1 {
			t.Fatalf("%s: %d %s", c.path, w.Code, w.Body)
		}
		q := d.asked[0]
		var by, where []string
		for _, k := range q.By {
			by = append(by, string(k))
		}
		for _, k := range slices.Sorted(maps.Keys(q.Where)) {
			where = append(where, string(k)+"="+strings.Join(q.Where[k], "+"))
		}
		if !q.From.Equal(utc(c.from)) || !q.To.Equal(utc(c.to)) || strings.Join(by, " ") != c.by || strings.Join(where, " ") != c.where ||
			q.Catalogue == nil || q.Zone == nil || !q.Now.Equal(now) || q.Grace == 0 {
			t.Errorf("%s: asked %+v", c.path, q)
		}
	}
	d := newDesk()
	d.scope = report.Scope{City: "nanchang"}
	if d.ask("/v1/utilisation?" + march); d.asked[0].Within != d.scope {
		t.Errorf("within %v", d.asked[0].Within)
	}
}

// Where there is one base nobody has to name it to hear of today.
func TestTheOnlyBaseNeedsNoName(t *testing.T) {
	const today = "/v1/utilisation?from=2026-03-02&to=2026-03-03"
	city := newDesk()
	city.scope = report.Scope{City: "ganzhou"}
	alone := newDesk()
	alone.world = alone.world[:1]
	configured := newDesk()
	configured.world = nil
	for _, d := range []*desk{city, alone, configured} {
		if w := d.ask(today); w.Code != http.StatusOK || !d.asked[0].To.After(now) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	if configured.asked[0].Zone != time.UTC {
		t.Errorf("by the clock of %v", configured.asked[0].Zone)
	}
	two := newDesk()
	two.scope = report.Scope{City: "nanchang"}
	for _, path := range []string{today, today + "&base=nc-alpha,nc-beta"} {
		refused(t, two.ask(path), http.StatusBadRequest)
	}
}

func TestDefaultMetricsAreInTheDictionary(t *testing.T) {
	for _, path := range []string{"/v1/utilisation?", "/v1/attendance?", "/v1/coverage?"} {
		for _, id := range got[Figures](t, newDesk().ask(path+march)).Metrics {
			if _, known := utilisation.MetricOf(id); !known {
				t.Errorf("%s: %s is no metric", path, id)
			}
		}
	}
}

func TestFiguresInThreeFormats(t *testing.T) {
	d := newDesk()
	const path = "/v1/utilisation?" + march + "&by=base,asset&metrics=effective_hours,allocation&city=nanchang"
	w := d.ask(path + "&floor=0.7")
	const want = `{"from":"2026-01-31T16:00:00Z","to":"2026-02-28T16:00:00Z","by":["base","asset"],"metrics":["effective_hours","allocation"],"formula":2,"plan":"0123456789ab","floor":0.7,"lines":[` +
		`{"base":"nc-alpha","asset":"asset-alpha","bases":1,"assets":1,"figures":[{"metric":"effective_hours","value":0.8698091666666666,"numerator":3131313,"coverage":0.75,"estimated_ms":60000},`
	if !strings.HasPrefix(w.Body.String(), want) || w.Header().Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("%v %s\nwant %s…", w.Header(), w.Body, want)
	}
	f := got[Figures](t, d.ask(path))
	if len(f.Lines) != 4 || f.Count != 4 || f.Total.Figures[0].Numerator != 3131313+5757575 || !f.Total.Figures[0].Doubtful || f.Floor != report.CoverageFloor {
		t.Errorf("%+v", f)
	}
	withheld := got[Figures](t, d.ask("/v1/attendance?"+march+"&metrics=visits")).Lines[0].Figures[0]
	if withheld.Value != nil || withheld.Missing != "withheld" || withheld.Doubtful {
		t.Errorf("%+v", withheld)
	}
	csv := d.ask(path, "Accept", "text/csv")
	const lines = "base,base_name,asset,asset_name,bases,assets,effective_hours,allocation,lowest_coverage,estimated_hours\nnc-alpha,标alpha,asset-alpha,标alpha,1,1,0.8698091666666666,"
	if csv.Header().Get("Content-Type") != "text/csv; charset=utf-8" || csv.Header().Get("Content-Disposition") != `attachment; filename="utilisation.csv"` ||
		!strings.HasPrefix(csv.Body.String(), lines) || strings.Count(csv.Body.String(), "\n") != 5 {
		t.Errorf("%v\n%s", csv.Header(), csv.Body)
	}
	for lang, words := range map[string][]string{"zh": {"有效机时", "合计", "标alpha"}, "en": {"effective machine-hours", "total", "Mark alpha"}} {
		book := d.ask(path+"&format=xlsx", "Accept-Language", lang)
		if head := book.Header(); head.Get("Content-Disposition") != `attachment; filename="utilisation.xlsx"` || !strings.HasPrefix(head.Get("Content-Language"), lang) {
			t.Errorf("%v", head)
		}
		text := unpacked(t, book)
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("%s: no %s in %s", lang, word, text)
			}
		}
	}
}

func TestAFormIsAWorkbookFirst(t *testing.T) {
	d := newDesk()
	w := d.ask("/v1/forms/sj3?"+march, "Accept", "text/html, */*;q=0.8")
	if w.Header().Get("Content-Type") != contentTypes[asXLSX] || w.Header().Get("Content-Disposition") != `attachment; filename="sj3.xlsx"` {
		t.Errorf("%v", w.Header())
	}
	f := got[Filled](t, d.ask("/v1/forms/sj3?"+march+"&format=json"))
	if len(f.Sheets) != 1 || fmt.Sprint(f.Sheets[0].Rows[0][len(f.Sheets[0].Columns)-1]) != "map[missing:manual]" {
		t.Errorf("%+v", f)
	}
	for i, c := range f.Sheets[0].Columns { // a doubtful number says so, and its column how it is read
		if c.ID == "effective_hours" && (c.Format != "decimal" || !strings.HasPrefix(fmt.Sprint(f.Sheets[0].Rows[0][i]), "map[doubtful:true number:")) || c.ID == "lowest_coverage" && c.Format != "percent" {
			t.Errorf("%+v: %v", c, f.Sheets[0].Rows[0][i])
		}
	}
	for path, parameter := range map[string]string{"/v1/forms/none?" + march: "id", "/v1/forms/sj3?format=csv&sheet=none&" + march: "sheet", "/v1/forms/sj3?sheet=figures&" + march: "sheet"} {
		status := map[string]int{"id": 404, "sheet": 400}[parameter]
		if p := refused(t, d.ask(path), status); p.Parameter != parameter {
			t.Errorf("%s: %+v", path, p)
		}
	}
	if w := d.ask("/v1/forms/sj3?format=csv&sheet=figures&" + march); w.Code != http.StatusOK {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// What would be more than can be read or made at once is refused, with what to narrow.
func TestTooMuchAtOnce(t *testing.T) {
	d := newDesk()
	d.lines = 200 // of each of three bases
	d.options.Catalogue = func() *report.Catalogue {
		c := d.world.catalogue()
		for i := range c.Bases {
			for n := range 200 {
				c.Bases[i].Assets = append(c.Bases[i].Assets, report.Asset{ID: fmt.Sprint(n), Text: table.Text{}})
			}
		}
		return c
	}
	for query, want := range map[string]string{
		"&by=asset": "606 assets; narrow by city or base", "&by=line,month": "606 assets", "&by=asset&city=nanchang": "", "&by=asset&base=nc-alpha": "", "&by=base": "",
	} {
		w := d.ask("/v1/utilisation?" + march + query)
		if want == "" {
			if w.Code != http.StatusOK {
				t.Errorf("%s: %d %s", query, w.Code, w.Body)
			}
			continue
		}
		if p := refused(t, w, http.StatusUnprocessableEntity); p.Parameter != "by" || !strings.Contains(p.Detail, want) || !strings.Contains(p.DetailZH, "缩小范围") {
			t.Errorf("%s: %+v", query, p)
		}
	}
	d.scope = report.Scope{Base: "nc-alpha"} // 202 of its own
	if w := d.ask("/v1/utilisation?" + march + "&by=asset"); w.Code != http.StatusOK {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if p := refused(t, d.ask("/v1/utilisation?from=2024-01-01&to=2026-03-01&by=day"), http.StatusUnprocessableEntity); !strings.Contains(p.Detail, "group by month instead of day") {
		t.Errorf("%+v", p)
	}
	d.lines = 10_001
	if p := refused(t, d.ask("/v1/utilisation?"+march+"&by=asset"), http.StatusUnprocessableEntity); !strings.Contains(p.Detail, "the answer has 10003 lines, and 10000 at most are given; narrow by city or base, or group by month instead of day") {
		t.Errorf("%+v", p)
	}
	for path, days := range map[string]string{"/v1/sessions?base=nc-alpha&from=2026-01-01&to=2026-02-02": "31 days", "/v1/explain?base=nc-alpha&asset=a&from=2026-02-01&to=2026-02-09": "7 days"} {
		if p := refused(t, d.ask(path), http.StatusBadRequest); !strings.Contains(p.Detail, days) {
			t.Errorf("%s: %+v", path, p)
		}
	}
}

// Beyond what is kept there is only the ledger: a question that cuts one of its hours has no answer.
func TestWhatIsForgottenIsAskedForByTheHour(t *testing.T) {
	for query, want := range map[string]string{
		"from=2026-02-01T00:00:00Z&to=2026-03-02T03:15:00Z": "",
		"from=2026-02-01T00:10:00Z&to=2026-03-02T03:15:00Z": "from",
		"from=2026-02-01T00:00:00Z&to=2026-02-02T03:15:00Z": "to",
		"from=2026-03-02T00:10:00Z&to=2026-03-02T03:15:00Z": "",
	} {
		d := newDesk()
		d.options.KeepFacts = 24 * time.Hour
		d.options.Now = func() time.Time { return now.Add(30 * time.Minute) }
		w := d.ask("/v1/utilisation?base=nc-alpha&" + query)
		if want == "" && w.Code == http.StatusOK {
			continue
		}
		if p := refused(t, w, http.StatusBadRequest); p.Parameter != want || !strings.Contains(p.Detail, "on the hour") {
			t.Errorf("%s: %+v", query, p)
		}
	}
}

// Whoever cites a version that there is not gets no figures of another.
func TestAVersionThatThereIsNot(t *testing.T) {
	for _, path := range []string{"/v1/utilisation?", "/v1/attendance?", "/v1/attendance?format=csv&", "/v1/forms/sj3?"} {
		p := refused(t, newDesk().ask(path+march+"&version=2025-2026.9"), http.StatusNotFound)
		if p.Parameter != "version" || !strings.Contains(p.Detail, `there is no "2025-2026.9"`) || !strings.Contains(p.DetailZH, "没有“2025-2026.9”") {
			t.Errorf("%s: %+v", path, p)
		}
	}
}

func TestWhatIsNotThere(t *testing.T) {
	d := newDesk()
	for path, want := range map[string]int{"/nothing": 404, "/v1": 404, "/v1/figures": 404, "/health/": 404, "/metrics": 200, "/index.html": 404} {
		if w := d.ask(path); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
	for _, path := range []string{"/", "/v1/now", "/v1/utilisation", "/v1/forms/sj3", "/metrics", "/health", "/docs", "/nothing"} {
		w := d.serve(httptest.NewRequest(http.MethodPost, path, strings.NewReader("x")))
		if refused(t, w, http.StatusMethodNotAllowed); w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("POST %s: %v", path, w.Header())
		}
	}
}

func FuzzMoment(f *testing.F) {
	for _, text := range []string{"2026-03-02", "2026-03-02T08:00:00+08:00", "0000-01-01T00:00:00+23:59", "", "2026-3-2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, bad := moment(text, beijing)
		if bad != (table.Text{}) {
			if bad.ZH == "" || bad.EN == "" {
				t.Errorf("%q: %+v", text, bad)
			}
			return
		}
		if _, err := at.UTC().MarshalJSON(); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if again, bad := moment(at.Format(time.RFC3339Nano), beijing); bad.EN != "" || !again.Equal(at) {
			t.Errorf("%q is %v, read again %v (%v)", text, at, again, bad)
		}
	})
}

// FuzzQuery: whatever is asked is answered, with figures or with the parameter that is wrong.
func FuzzQuery(f *testing.F) {
	for _, query := range []string{"", march, march + "&by=base&base=nc-alpha&format=csv", march + "&base=nc-alpha&asset=lathe", "from=9999-12-31T23:59:59-23:59&to=0000-01-01", "%zz&;", "=1&from=2026-03-01T08:00:00%2B08:00",
		march + "&cursor=e30", "since=3&limit=2"} {
		f.Add(query)
	}
	d := newDesk()
	d.ask("/health")
	f.Fuzz(func(t *testing.T, query string) {
		for _, path := range []string{"/v1/utilisation", "/v1/attendance", "/v1/explain", "/v1/sessions", "/v1/assets", "/v1/exchange", "/v1/forms/sj3", "/", "/docs"} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.URL.RawQuery = query
			w := d.serve(r)
			if w.Code == http.StatusOK || w.Code == http.StatusNotModified {
				continue
			}
			refused(t, w, w.Code)
			if w.Code >= 500 {
				t.Errorf("%s?%q: %d", path, query, w.Code)
			}
		}
	})
}
