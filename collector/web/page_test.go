package web

import (
	"context"
	"errors"
	"html"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/report"
	"basemeter/collector/table"
)

// A floor is a desk whose page a test decides, line by line.
type floor struct {
	desk
	floor, uses, people []report.Line
	live                []Live
}

// line is an asset's time by state, in the order of states.
func line(base, asset string, ms ...int64) report.Line {
	l := report.Line{Group: report.Group{Base: base, Asset: asset}, Bases: 1, Assets: 1}
	for i, n := range ms {
		l.Figures = append(l.Figures, report.Figure{Metric: stateMetrics[i], Numerator: n})
	}
	return l
}

func newFloor() *floor {
	d := &floor{desk: *newDesk(), floor: []report.Line{line("nc", "lathe", 3_600_000, 1_800_000, 0, 0, 1_800_000)}}
	d.live = []Live{{Base: "nc", Gateway: "gw", Asset: "lathe", TextZH: "车床", TextEN: "Lathe", State: "running",
		Since: now.Add(-90 * time.Second), At: now, Why: "m/power", Values: map[string]record.Shown{"m/power": good(812.53), "m/odd": good(1), "m/energy_import": good(5.256), "m/current": {Number: 4, Quality: record.Stale}}}}
	d.options.Bases = map[string]Base{"nc": {TextZH: "南昌", TextEN: "Nanchang"}}
	d.options.Live, d.options.Areas = func() []Live { return d.live }, nil
	d.options.Answer = func(_ context.Context, q report.Query) (report.Answer, error) {
		d.asked = append(d.asked, q)
		a := report.Answer{From: q.From, To: q.To, By: q.By, Metrics: q.Metrics, Lines: d.floor}
		switch {
		case slices.Contains(q.By, report.ByUserGroup):
			a.Lines = d.people
		case slices.Contains(q.By, report.ByPurpose):
			a.Lines = d.uses
		}
		a.Total = added(a.Lines)
		return a, d.fails
	}
	return d
}

// added are the figures of all lines together.
func added(lines []report.Line) (total report.Line) {
	for i := range lines {
		for j, f := range lines[i].Figures {
			if i == 0 {
				total.Figures = append(total.Figures, f)
			} else {
				total.Figures[j].Numerator += f.Numerator
			}
		}
	}
	return total
}

// What the registry calls a base comes before what the configuration does.
func TestTheRegistryNamesABase(t *testing.T) {
	d := newFloor()
	d.options.Catalogue = func() *report.Catalogue {
		return &report.Catalogue{Bases: []report.Base{{ID: "nc", Text: table.Text{ZH: "南昌基地", EN: "Nanchang base"}}}}
	}
	contains(t, d.page(t, "/?lang=zh"), "南昌基地 · lathe")
	contains(t, d.page(t, "/?lang=en"), "Nanchang base · lathe")
}

// A browser runs the script only if it is, to the byte, the one that the policy names.
func TestThePolicyNamesTheScriptThatIsSent(t *testing.T) {
	w := newFloor().ask("/")
	script := regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindAllStringSubmatch(w.Body.String(), -1)
	if len(script) != 1 || len(script[0][1]) < 500 {
		t.Fatalf("the page has %d scripts: %s", len(script), w.Body)
	}
	if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'sha256-"+digest(script[0][1])+"';") {
		t.Errorf("%s, and the script is\n%s", policy, script[0][1])
	}
}

func (d *floor) page(t *testing.T, path string, header ...string) string {
	t.Helper()
	w := d.ask(path, header...)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/html; charset=utf-8" || w.Header().Get("Content-Security-Policy") == "" {
		t.Fatalf("%s: %d %v", path, w.Code, w.Header())
	}
	return w.Body.String()
}

func contains(t *testing.T, page string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(page, w) {
			t.Errorf("no %q in\n%s", w, page)
		}
	}
}

func TestThePageInBothLanguages(t *testing.T) {
	d := newFloor()
	contains(t, d.page(t, "/?lang=zh"), `<html lang="zh-CN">`, "<h2>车床</h2>", `<span class="pill running">运行</span>`, "南昌 · lathe",
		"已持续 1 分 30 秒 (自 03-02 11:58:30)", "依据 m/power", "功率 812.5 W · 电能 5.26 kWh", "1.00 小时", "75.0 %",
		`href="?lang=en&amp;period=today"`, "2026-03-02 00:00 – 2026-03-02 12:00", `href="/figures/?lang=zh"`, `href="/docs?lang=zh"`)
	contains(t, d.page(t, "/?lang=en"), `<html lang="en">`, "<h2>Lathe</h2>", `<span class="pill running">running</span>`, "Nanchang · lathe",
		"for 1 min 30 s (since 03-02 11:58:30)", "by m/power", "812.5 W · 5.26 kWh", "1.00 h", `href="?lang=zh&amp;period=today"`)
}

func TestTheLanguageIsTheOneThatIsNamedFirst(t *testing.T) {
	for _, c := range []struct{ path, header, want string }{
		{"/", "", "zh-CN"},
		{"/", "zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"},
		{"/", "ZH-hans", "zh-CN"},
		{"/", "en-US,en;q=0.9", "en"},
		{"/", "en-GB, en;q=0.9, zh-CN;q=0.8", "en"}, // was shown Chinese
		{"/", "de, fr;q=0.5, zh;q=0.4", "zh-CN"},
		{"/", "de", "en"},
		{"/?lang=zh", "en", "zh-CN"},
		{"/?lang=en", "zh", "en"},
		{"/?lang=fr", "zh", "zh-CN"},
	} {
		if page := newFloor().page(t, c.path, "Accept-Language", c.header); !strings.Contains(page, `<html lang="`+c.want+`">`) {
			t.Errorf("%s with %q is not %s", c.path, c.header, c.want)
		}
	}
}

func TestBothLanguagesHaveEveryWord(t *testing.T) {
	zh, en := slices.Sorted(maps.Keys(words["zh"])), slices.Sorted(maps.Keys(words["en"]))
	if !slices.Equal(zh, en) {
		t.Errorf("zh %q\nen %q", zh, en)
	}
	used := regexp.MustCompile(`index \$?\.?Word "([^"]+)"|\.Word\.([a-z]+)`)
	for _, found := range used.FindAllStringSubmatch(strings.ReplaceAll(pageText, "$.Word", ".Word"), -1) {
		if word := found[1] + found[2]; words["zh"][word] == "" {
			t.Errorf("the page uses %q, which has no words", word)
		}
	}
	for _, point := range shown {
		if words["zh"][point] == "" {
			t.Errorf("no words for %s", point)
		}
	}
}

func TestThePeriods(t *testing.T) {
	for period, want := range map[string]string{
		"today": "2026-03-02T00:00:00+08:00", "week": "2026-02-24T00:00:00+08:00", "month": "2026-02-01T00:00:00+08:00", "century": "2026-03-02T00:00:00+08:00",
	} {
		d := newFloor()
		page := d.page(t, "/?lang=en&period="+period)
		shown := d.asked[0]
		if got := shown.From.Format(time.RFC3339); got != want || !shown.To.Equal(now) {
			t.Errorf("%s: from %s, want %s", period, got, want)
		}
		for id, kind := range map[string]string{"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"} {
			link := linked(page, id)
			w := d.ask(link) // was one long parameter with escaped signs, and refused
			last := d.asked[len(d.asked)-1]
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != kind || !last.From.Equal(shown.From) || !last.To.Equal(shown.To) {
				t.Errorf("%s: %d, asked %v to %v: %s", link, w.Code, last.From, last.To, w.Body)
			}
		}
	}
}

func linked(page, id string) string {
	_, link, _ := strings.Cut(page, `<a id="`+id+`" href="`)
	link, _, _ = strings.Cut(link, `"`)
	return html.UnescapeString(link)
}

// Of several bases there are no figures of a day that is not over: the page offers no link to a refusal.
func TestThePageOfSeveralBasesLinksToWhatThereIs(t *testing.T) {
	d := newFloor()
	d.floor = append(d.floor, line("hu", "press", 1, 0, 0, 0, 0))
	if page := d.page(t, "/?period=today"); !strings.Contains(page, `<span id="downloads" hidden>`) {
		t.Error(page)
	}
	link := linked(d.page(t, "/?period=week"), "json")
	d.options.Answer = newDesk().answer
	d.handler = nil
	if w := d.ask(link); w.Code != http.StatusOK {
		t.Errorf("%s: %d %s", link, w.Code, w.Body)
	}
}

// Whatever a gateway calls its machines, the page stays ours.
func TestNoTextBecomesMarkup(t *testing.T) {
	const hostile = `</h2><script>alert(1)</script><img src=x onerror="alert(2)">'"&`
	d := newFloor()
	d.live[0].TextZH, d.live[0].Why, d.live[0].State = hostile, hostile, "running"
	d.live[0].Values = map[string]record.Shown{hostile + "/power": {Number: 1, Quality: record.Good}}
	d.live = append(d.live, Live{Base: hostile, Asset: hostile, State: hostile})
	d.floor[0].Base, d.live[0].Base = hostile, hostile
	d.options.Bases = map[string]Base{hostile: {TextZH: hostile}}
	page := d.page(t, "/?lang=zh&period="+"%22%3E%3Cscript%3E")
	if n := strings.Count(page, "<script"); n != 1 || strings.Contains(page, "<img") || strings.Contains(page, `onerror="`) {
		t.Errorf("%d scripts in\n%s", n, page)
	}
	contains(t, page, "&lt;/h2&gt;&lt;script&gt;")
}

func TestTilesOfWhatIsOnlyHalfKnown(t *testing.T) {
	d := newFloor()
	d.live = []Live{
		{Base: "nc", Asset: "new", State: "off", Since: now},                                  // no figures yet
		{Base: "nc", Asset: "mute", State: "unknown", Why: "gateway gw: offline", TextZH: ""}, // since nobody knows when
	}
	page := d.page(t, "/?lang=zh")
	contains(t, page, "<h2>lathe</h2>", "网关没有报告", "<h2>new</h2>", "<h2>mute</h2>", "网关 gw：离线")
	if strings.Count(page, "<article") != 3 || strings.Contains(page, "0001") || strings.Contains(page, "2562047") || strings.Contains(page, "NaN") {
		t.Error(page)
	}
}

func TestThePageSaysHowManyAreThere(t *testing.T) {
	d := newFloor()
	d.options.Areas = func() []Area {
		return []Area{{Base: "nc", Area: "hall", TextZH: "数控<车间>", TextEN: "CNC hall", People: new(12)}, {Base: "nc", Area: "yard"}}
	}
	page := d.page(t, "/?lang=zh")
	contains(t, page, "数控&lt;车间&gt;", "在场 12 人")
	if strings.Contains(page, "yard") || strings.Count(page, "<article") != 1 {
		t.Error(page)
	}
	contains(t, d.page(t, "/?lang=en"), "CNC hall", "12 present")
	contains(t, d.ask("/v1/now").Body.String(), `"areas":[{"base":"nc","gateway":"","area":"hall"`)
}

func TestThePageSaysWhatForAndByWhom(t *testing.T) {
	d := newFloor()
	use := func(purpose, affiliation string, ms int64) report.Line {
		return report.Line{Group: report.Group{Purpose: purpose, Affiliation: affiliation}, Figures: []report.Figure{{Metric: "effective_hours", Numerator: ms}}}
	}
	d.uses = []report.Line{use("pilot_test", "outside", 5_400_000), use("student_training", "host", 1_800_000), use("none", "none", 0)}
	d.people = []report.Line{
		{Group: report.Group{Affiliation: "host", UserGroup: "college_student"}, Figures: []report.Figure{{Metric: "person_hours", Numerator: 7_200_000, EstimatedMS: 60_000}, {Metric: "visits", Numerator: 7}}},
		{Group: report.Group{Affiliation: "outside", UserGroup: "graduate"}, Figures: []report.Figure{{Metric: "person_hours", Missing: report.Withheld}, {Metric: "visits", Missing: report.Withheld}}}}
	page := d.page(t, "/?lang=en")
	contains(t, page, "<td>en:pilot_test<td>en:outside<td class=\"number\">1.50 h<td class=\"number\">75.0 %",
		"<td>en:student_training<td>en:host<td class=\"number\">30 min 00 s<td class=\"number\">25.0 %",
		"<td>en:college_student<td>en:host<td class=\"number\">2.00 h<td class=\"number\">1 min 00 s<td class=\"number\">7", "forgotten badge-out",
		"<td>en:graduate<td>en:outside<td class=\"number\">withheld<td class=\"number\">withheld<td class=\"number\">withheld")
	contains(t, d.page(t, "/?lang=zh"), "<td>zh:graduate<td>zh:outside<td class=\"number\">不公布")
	if strings.Contains(page, "en:none") {
		t.Error("time without any use is shown as one")
	}
}

func TestNobodyHasReportedYet(t *testing.T) {
	d := newFloor()
	d.floor, d.live = nil, nil
	contains(t, d.page(t, "/?lang=zh"), "还没有任何设备的数据")
	contains(t, d.page(t, "/?lang=en"), "No machine has reported yet")
}

// One who opened the page while the database was away saw JSON, and went on seeing it when the database was back.
func TestWithoutTheDatabaseThePageShowsTheFloor(t *testing.T) {
	d := newFloor()
	d.floor, d.fails = nil, errors.New("connection <refused>")
	w := d.ask("/?lang=zh")
	page := w.Body.String()
	if w.Code != http.StatusBadGateway || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	contains(t, page, "数据库没有应答", "connection &lt;refused&gt;", "<h2>车床</h2>", `<span class="pill running">运行</span>`, `<main id="floor">`, "<script>")
	for _, figure := range []string{`class="totals"`, `class="bar"`, `class="figures"`, "0.0 %"} {
		if strings.Contains(page, figure) {
			t.Errorf("%s although there are no figures:\n%s", figure, page)
		}
	}
	d.live = nil
	if page := d.ask("/?lang=zh").Body.String(); strings.Contains(page, "还没有任何设备") {
		t.Error("it says that there is no machine, which it cannot know")
	}
}

func TestTotalsAddUpAllAssets(t *testing.T) {
	d := newFloor()
	d.floor = append(d.floor, line("nc", "mill", 0, 0, 7_200_000, 0, 0))
	contains(t, d.page(t, "/?lang=en"), `running <b>1.00 h</b> <span class="soft">25.0 %</span>`, `fault <b>2.00 h</b> <span class="soft">50.0 %</span>`,
		`unknown <b>30 min 00 s</b> <span class="soft">12.5 %</span>`, `off <b>0 s</b> <span class="soft">0.0 %</span>`)
}

func TestABarIsReadAloud(t *testing.T) {
	contains(t, newFloor().page(t, "/?lang=en"), `role="img" aria-label="running 1.00 h · 50.0 %; standby 30 min 00 s · 25.0 %; unknown 30 min 00 s · 25.0 %; "`,
		`style="width:50.000%"`, `style="width:25.000%"`)
}

func TestLengthsAsPeopleSayThem(t *testing.T) {
	v := view{Word: words["en"]}
	for ms, want := range map[int64]string{0: "0 s", 999: "0 s", 59_999: "59 s", 60_000: "1 min 00 s", 3_599_999: "59 min 59 s", 3_600_000: "1.00 h", 86_400_000: "24.00 h"} {
		if got := v.length(ms); got != want {
			t.Errorf("%d ms: %s, want %s", ms, got, want)
		}
	}
}
