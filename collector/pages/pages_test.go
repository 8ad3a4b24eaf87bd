package pages_test

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"basemeter/collector/pages"
	"basemeter/collector/pages/pagestest"
	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// province is made once: it takes a while, and pages change nothing of it.
var province = pagestest.New(4)

// fresh is the same province, with nothing asked yet.
func fresh() *pagestest.Province {
	p := *province
	p.Asked = nil
	return &p
}

// every is an address of every kind of page, with the pages it stands for.
var every = []string{
	"/", "/?by=purpose", "/?by=affiliation", "/?by=user_group", "/?by=month", "/?by=city", "/?place=city:nanchang", "/?place=cluster:electronics",
	"/?base=nc-cnc&by=asset&period=academic", "/?base=nc-cnc&by=line", "/?period=2026-03", "/?period=custom&from=2026-03-02&last=2026-03-08", "/?period=frozen:2025-2026-1.1",
	"/explain?metric=effective_hours", "/explain?metric=external_share&base=nc-cnc", "/explain?metric=person_hours&base=gz-metal&user_group=employee", "/explain?metric=allocation&base=nc-cnc&asset=m-01",
	"/explain?metric=effective_hours&base=nc-cnc&asset=m-01&period=2026-03-18", "/?base=nc-cnc&asset=m-01&by=month", "/explain?base=nc-cnc&asset=m-01&period=frozen:2025-2026-1.1",
	"/base", "/base?base=nc-cnc&period=academic", "/base?base=jj-robot", "/improve", "/improve?base=nc-cnc", "/improve?base=jj-robot", "/certificate", "/certificate?base=nc-cnc", "/certificate?base=nc-cnc&period=frozen:2025-2026-1.1", "/metrics",
}

// page is a page that is served well: whole, light, and without anything from elsewhere.
func page(t *testing.T, o pages.Options, scope report.Scope, path string) string {
	t.Helper()
	w := get(t, o, scope, path)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", path, w.Code, text(w.Body.String()))
	}
	return checked(t, path, w.Header(), w.Body.String())
}

func checked(t *testing.T, path string, h http.Header, body string) string {
	t.Helper()
	if h.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") || strings.Contains(h.Get("Content-Security-Policy"), "unsafe") {
		t.Errorf("%s: %v", path, h)
	}
	if len(body) > 150_000 {
		t.Errorf("%s weighs %d", path, len(body))
	}
	for _, not := range []string{"<script", " style=", "<no value>", "ZgotmplZ", "NaN", "0001-01-01", "%!", "http:/"} {
		if strings.Contains(strings.ReplaceAll(body, "floor=NaN", ""), not) { // a link keeps what was asked for
			t.Errorf("%s has %q", path, not)
		}
	}
	d := xml.NewDecoder(strings.NewReader(empty.ReplaceAllString(body, "<$1$2/>")))
	d.Entity = xml.HTMLEntity
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("%s is not well formed: %v", path, err)
		}
	}
	for _, table := range regexp.MustCompile(`(?s)<table.*?</table>`).FindAllString(body, -1) {
		if !strings.Contains(table, "<caption") || !strings.Contains(table, `scope="col"`) || strings.Contains(table, "<th>") {
			t.Errorf("%s: a table cannot be read aloud: %s", path, table[:200])
		}
	}
	return body
}

// empty are the elements that HTML never closes.
var empty = regexp.MustCompile(`<(meta|input|br)\b([^>]*)>`)

var tag = regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]+>`)

// text is what people read of a page.
func text(body string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tag.ReplaceAllString(body, " "))), " ")
}

func contains(t *testing.T, body string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(body, w) {
			t.Errorf("no %q in\n%s", w, text(body))
		}
	}
}

// links are the addresses on a page, by their words.
func links(body string) (all [][2]string) {
	for _, found := range regexp.MustCompile(`(?s)<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>`).FindAllStringSubmatch(body, -1) {
		all = append(all, [2]string{text(found[2]), html.UnescapeString(found[1])})
	}
	return all
}

func linkOf(t *testing.T, body, words string) string {
	t.Helper()
	for _, l := range links(body) {
		if l[0] == words {
			return "/" + strings.TrimPrefix(l[1], "./")
		}
	}
	t.Fatalf("no link %q in %s", words, text(body))
	return ""
}

func TestEveryPageInBothLanguages(t *testing.T) {
	o := options(fresh())
	for _, path := range every {
		for lang, tag := range map[string]string{"zh": "zh-CN", "en": "en"} {
			sign := "?"
			if strings.Contains(path, "?") {
				sign = "&"
			}
			body := page(t, o, report.Scope{}, path+sign+"lang="+lang)
			contains(t, body, `<html lang="`+tag+`">`)
			if lang == "en" && strings.Contains(body, "合计") {
				t.Errorf("%s in English is not", path)
			}
		}
	}
}

func TestEveryPageSaysWhatItsFiguresAre(t *testing.T) {
	o := options(fresh())
	for _, path := range every {
		if body := page(t, o, report.Scope{}, path); path != "/base" && path != "/improve" && !strings.HasPrefix(path, "/certificate") && path != "/metrics" {
			contains(t, body, "数字截至 ", fmt.Sprintf("公式版本 %d", utilisation.Formula), "“估计”：", "低于 80% 的数字存疑")
		}
	}
	contains(t, text(page(t, o, report.Scope{}, "/")), "2025-2026-2 学期（2026-02-23 至 2026-07-12）", "数字截至 2026-07-10 15:30（UTC+08:00）", "计划版本 2026-07-01.3")
}

// Forty machines, eleven months and seven purposes are a page that a slow line carries.
func TestALargeBaseIsALightPage(t *testing.T) {
	o := options(pagestest.New(40))
	for _, path := range []string{"/?base=nc-cnc&by=asset&period=academic&lang=en", "/base?base=nc-cnc&period=academic&lang=zh", "/explain?base=nc-cnc&metric=external_share&period=academic&lang=en"} {
		contains(t, page(t, o, report.Scope{}, path), "m-40")
	}
}

func TestTheLanguageIsTheOneThatIsNamedFirst(t *testing.T) {
	for header, want := range map[string]string{"": "zh-CN", "zh-CN,zh;q=0.9,en;q=0.8": "zh-CN", "en-GB, en;q=0.9, zh-CN;q=0.8": "en", "de, zh;q=0.4": "zh-CN", "de": "en"} {
		contains(t, get(t, options(fresh()), report.Scope{}, "/metrics", "Accept-Language", header).Body.String(), `<html lang="`+want+`">`)
	}
}

// A visitor opens a number, and goes on down to its spells; there the parts add up to it.
func TestANumberCanBeFollowedDownToItsSpells(t *testing.T) {
	o := options(fresh())
	body := page(t, o, report.Scope{}, "/?lang=zh&period=2025-2026-2")
	body = page(t, o, report.Scope{}, linkOf(t, body, "有效机时"))
	contains(t, body, "各次使用中设备处于开机状态的时间之和", "构成", "按基地分解")
	body = page(t, o, report.Scope{}, linkOf(t, body, "南昌数控技术开放型产教融合实践中心"))
	contains(t, body, "按设备分解")
	body = page(t, o, report.Scope{}, linkOf(t, body, "数控车床 1"))
	contains(t, body, "按月份分解", "选择 7 天以内的期间")
	body = page(t, o, report.Scope{}, linkOf(t, body, "2026年3月"))
	contains(t, body, "按日期分解")
	body = page(t, o, report.Scope{}, linkOf(t, body, "2026-03-18"))
	contains(t, body, "数控车床 1 的时段", "现场选择的用途", "开放时间，无人使用", "gw-nc-cnc", "证据", "产品中试")
	sum := regexp.MustCompile(`以上时段计入 ([0-9.,]+) 小时；本数字的分子为 ([0-9.,]+) 小时`).FindStringSubmatch(body)
	if sum == nil || sum[1] != sum[2] || sum[1] == "0.0000" {
		t.Errorf("the spells add up to %v", sum)
	}
}

// Every metric of machine time is the sum of its spells, on every page that says so.
func TestSpellsAddUpToEveryMetric(t *testing.T) {
	o := options(fresh())
	for _, metric := range []string{"effective_hours", "open_use_hours", "external_hours", "internal_hours", "allocation", "idle_open_hours", "no_show_hours", "attended_hours", "unattended_hours", "running_hours", "unknown_hours", "elapsed_hours", "corrected_hours", "coverage"} {
		for _, period := range []string{"2026-03-16", "custom&from=2026-03-12&last=2026-03-18"} {
			body := page(t, o, report.Scope{}, "/explain?lang=en&base=nc-cnc&asset=m-01&metric="+metric+"&period="+period)
			sum := regexp.MustCompile(`Of these spells ([0-9.,]+) h count; the numerator of the number is ([0-9.,]+) h`).FindStringSubmatch(body)
			if sum == nil || sum[1] != sum[2] {
				t.Errorf("%s in %s: %v", metric, period, sum)
			}
		}
	}
}

// Time before a machine was known, and after it last told of itself, is in no figure; its explanation holds all of a day.
func TestSpellsThatDoNotAddUpAreExplained(t *testing.T) {
	p := fresh()
	o := options(p)
	whole := o.Explain
	o.Explain = func(ctx context.Context, base, asset string, from, to time.Time) (all spans, err error) {
		all, err = whole(ctx, base, asset, from, to)
		last := all[len(all)-1].ToMS
		return append(all, utilisation.Span{FromMS: last, ToMS: last + 60_000, Key: utilisation.Key{Purpose: utilisation.None}}), err
	}
	const path = "/explain?lang=en&base=nc-cnc&asset=m-01&period=2026-03-16&metric="
	contains(t, page(t, o, report.Scope{}, path+"elapsed_hours"), "They differ")
	if strings.Contains(page(t, o, report.Scope{}, path+"effective_hours"), "They differ") {
		t.Error("what adds up is said to differ")
	}
}

func TestCorrectionsStandBesideWhatWasMeasured(t *testing.T) {
	o := options(fresh())
	body := page(t, o, report.Scope{}, "/explain?lang=zh&base=nc-cnc&asset=m-01&period=academic")
	contains(t, body, "人工更正", "省赛集训，未改预约", "lab-office", "技能竞赛", "c-7")
	row := regexp.MustCompile(`(?s)<td>技能竞赛 本单位</td><td>([^<]*)</td>`).FindStringSubmatch(body)
	if row == nil || !strings.Contains(row[1], "运行") {
		t.Errorf("it does not say what was measured: %v", row)
	}
	if strings.Contains(page(t, o, report.Scope{}, "/explain?lang=zh&base=nc-cnc&asset=m-02&period=academic"), "省赛集训") {
		t.Error("another machine's correction is shown")
	}
}

func TestExportsAskForTheSameFigures(t *testing.T) {
	o := options(fresh())
	for path, want := range map[string]string{
		"/?lang=en&period=2026-03&base=nc-cnc&by=asset&purpose=pilot_test": "utilisation?base=nc-cnc&by=asset&format=FORMAT&from=2026-03-01&purpose=pilot_test&to=2026-04-01",
		"/?lang=en&period=2025&place=city:nanchang&by=month":               "utilisation?by=month&city=nanchang&format=FORMAT&from=2025-01-01&to=2026-01-01",
		"/?lang=en&period=frozen:2025-2026-1.1":                            "utilisation?base=nc-cnc&by=base&format=FORMAT&from=2025-09-01&to=2026-01-19&version=2025-2026-1.1",
		"/?lang=en&period=2026-03&by=user_group":                           "attendance?by=user_group&format=FORMAT&from=2026-03-01&to=2026-04-01",
	} {
		body := page(t, o, report.Scope{}, path)
		for _, format := range []string{"XLSX", "CSV", "JSON"} {
			got := strings.Replace(strings.TrimPrefix(linkOf(t, body, "Export "+format), "/"), "lang=en&", "", 1)
			if got != "../v1/"+strings.Replace(want, "FORMAT", strings.ToLower(format), 1) {
				t.Errorf("%s: %s is %s", path, format, got)
			}
		}
	}
}

func TestTheFormsAreOfThePlaceAndPeriodAlone(t *testing.T) {
	body := page(t, options(fresh()), report.Scope{}, "/?lang=en&period=2026-03&base=nc-cnc&purpose=pilot_test")
	if got := linkOf(t, body, "Workbook of forms"); got != "/../v1/forms/utilisation?base=nc-cnc&format=xlsx&from=2026-03-01&lang=en&to=2026-04-01" {
		t.Error(got)
	}
}

// A machine has no user group. What cannot be told of one is said so, and the rest of the page stands.
func TestWhatCannotBeDividedIsSaidToBeSo(t *testing.T) {
	o := options(fresh())
	contains(t, page(t, o, report.Scope{}, "/?base=nc-cnc&user_group=college_student&by=user_group"), "不可拆分", "高职学生")
	contains(t, page(t, o, report.Scope{}, "/explain?metric=effective_hours&base=nc-cnc&user_group=college_student"), "这个指标不能这样拆分")
	contains(t, page(t, o, report.Scope{}, "/?base=nc-cnc&line=line-1&by=asset"), "不可拆分", "line-1")
}

func TestLowCoverageIsShownAndNeverRanked(t *testing.T) {
	o := options(fresh())
	contains(t, page(t, o, report.Scope{}, "/base?base=jj-robot&lang=zh"), "覆盖率偏低，存疑", `class="n faint"`, `class="n c faint"`)
	body := page(t, o, report.Scope{}, "/improve?base=jj-robot&lang=zh")
	ranked, apart, _ := strings.Cut(body, `id="apart"`)
	for _, name := range []string{"数控车床 1", "工业机器人 4"} {
		if strings.Contains(ranked, name) || !strings.Contains(apart, name) {
			t.Errorf("%s, of which too little is known, is ranked", name)
		}
	}
	contains(t, ranked, "立式加工中心 2")
	if body := page(t, o, report.Scope{}, "/improve?base=jj-robot&lang=zh&floor=0.5"); strings.Contains(body, `id="apart"`) {
		t.Error("another floor changes nothing")
	}
}

// The week is of all use: beside figures of one purpose it would be read as that purpose's.
func TestAWeekIsNotShownBesideOnePurpose(t *testing.T) {
	o := options(fresh())
	contains(t, page(t, o, report.Scope{}, "/?base=nc-cnc"), `id="heat-t"`)
	if strings.Contains(page(t, o, report.Scope{}, "/?base=nc-cnc&purpose=pilot_test"), `id="heat-t"`) {
		t.Error("it is")
	}
}

func TestFewPeopleAreWithheld(t *testing.T) {
	body := page(t, options(fresh()), report.Scope{}, "/?base=gz-metal&by=user_group&lang=zh")
	contains(t, body, "不足五人", "为保护个人信息不予显示")
	contains(t, page(t, options(fresh()), report.Scope{}, "/explain?metric=person_hours&base=gz-metal&user_group=employee&lang=en"), "fewer than five")
}

func TestWithoutDataPagesSayWhatToDo(t *testing.T) {
	none := &pagestest.Province{Now: province.Now, List: &report.Catalogue{}}
	o := options(none)
	contains(t, page(t, o, report.Scope{}, "/?lang=zh"), "这个范围和期间内还没有数据", "换一个更长的期间")
	for _, path := range []string{"/base", "/improve", "/certificate"} {
		contains(t, page(t, o, report.Scope{}, path+"?lang=zh"), "登记表中还没有您可以查看的基地")
	}
	contains(t, page(t, options(fresh()), report.Scope{}, "/base?base=nc-cnc&period=2024&lang=en"), "There are no figures for this place and period yet")
	contains(t, page(t, options(fresh()), report.Scope{}, "/certificate?base=nc-cnc&period=2024&lang=en"), "There are no figures for this place and period yet")
}

func TestACertificateIsADraftUntilItIsFrozen(t *testing.T) {
	o := options(fresh())
	body := page(t, o, report.Scope{}, "/certificate?base=nc-cnc&lang=zh")
	contains(t, body, "草稿", "2026-02-23 – 2026-07-12", "2025-2026-1.1")
	contains(t, body, "https://figures.example.cn/figures/certificate?base=nc-cnc&amp;from=2026-02-23&amp;lang=zh&amp;last=2026-07-12&amp;period=custom") // this term is another one next year
	body = page(t, o, report.Scope{}, linkOf(t, body, "2025-2026-1.1 (2025-2026-1)"))
	contains(t, body, "9f2c1f0a6f8b0e6d2a4b7c1d9e3f5a60718293a4b5c6d7e8f90a1b2c3d4e5f60", "2026-01-20.1", "evaluator-1", "核对地址", "签字", "其中更正", "frozen%3A2025-2026-1.1")
	if strings.Contains(body, "草稿") {
		t.Error("a frozen one is called a draft")
	}
}

// Whoever asks says what Host is: on a sheet of paper it would lead others wherever he likes.
func TestACertificateBearsNoAddressButTheConfigured(t *testing.T) {
	for _, public := range []string{"", "https://figures.example.cn"} {
		o := options(fresh())
		o.Public = public
		for _, path := range []string{"/certificate?base=nc-cnc&lang=zh", "/certificate?base=nc-cnc&lang=zh&period=frozen:2025-2026-1.1"} {
			r := httptest.NewRequest(http.MethodGet, "http://evil.example"+path, nil).WithContext(granted(report.Scope{}))
			r.Header.Set("X-Forwarded-Host", "evil.example")
			w := httptest.NewRecorder()
			pages.Handler(o).ServeHTTP(w, r)
			body := w.Body.String()
			if w.Code != http.StatusOK || strings.Contains(body, "evil") || strings.Contains(body, "核对地址") != (public != "") || strings.Contains(body, "/figures/certificate?") != (public != "") {
				t.Errorf("%q %s: %d %s", public, path, w.Code, text(body))
			}
		}
	}
}

func TestFaultsNameTheirField(t *testing.T) {
	o := options(fresh())
	for _, c := range []struct {
		path   string
		status int
		want   string
	}{
		{"/?period=2025-13", 400, "<code>period</code>"}, {"/?period=custom&from=x&last=2026-01-01", 400, "<code>from</code>"}, {"/?period=custom&from=2026-02-01&last=2026-01-01", 400, "<code>last</code>"},
		{"/?by=weather", 400, "<code>by</code>"}, {"/?place=planet:mars", 400, "<code>place</code>"}, {"/explain?metric=luck", 400, "<code>metric</code>"}, {"/?floor=2", 400, "<code>floor</code>"}, {"/?floor=NaN", 400, "<code>floor</code>"},
		{"/?asset=m-01", 400, "<code>base</code>"}, {"/?colour=red", 400, "<code>colour</code>"}, {"/?by=base&by=city", 400, "<code>by</code>"}, {"/?period=2099", 400, "<code>period</code>"}, {"/?%zz", 400, "问题无法回答"},
		{"/base?base=nowhere", 404, "<code>base</code>"}, {"/explain?base=nc-cnc&asset=m-99", 404, "<code>asset</code>"}, {"/?place=city:atlantis", 404, "<code>place</code>"}, {"/?period=frozen:none", 404, "<code>period</code>"}, {"/nothing", 404, "没有这个页面"},
	} {
		w := get(t, o, report.Scope{}, c.path)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s: %d %s", c.path, w.Code, text(w.Body.String()))
		}
		checked(t, c.path, w.Header(), w.Body.String())
	}
}

func TestWithoutTheDatabaseAPageSaysSo(t *testing.T) {
	p := fresh()
	p.Fails = errors.New("connection <refused>")
	for _, path := range []string{"/", "/base?base=nc-cnc", "/explain", "/improve?base=nc-cnc", "/certificate?base=nc-cnc"} {
		w := get(t, options(p), report.Scope{}, path)
		contains(t, w.Body.String(), "数据库没有应答")
		if w.Code != http.StatusBadGateway || strings.Contains(w.Body.String(), "refused") {
			t.Errorf("%s: %d %s", path, w.Code, text(w.Body.String()))
		}
	}
}

// Whatever a registry calls its machines, the page stays ours.
func TestNoTextBecomesMarkup(t *testing.T) {
	const hostile = `</title><script>alert(1)</script><img src=x onerror="alert(2)">'"&`
	p := pagestest.New(1)
	b := p.List.Base(pagestest.Large)
	b.Text.ZH, b.Assets[0].Text.ZH, b.Areas[0].Text.ZH, b.Organisations[0].Text.ZH, p.Told[0].Author = hostile, hostile, hostile, hostile, hostile
	o := options(p)
	o.Words = func(string) func(string) string { return func(string) string { return hostile } }
	for _, path := range append(every, "/?period="+url.QueryEscape(hostile), "/?"+url.QueryEscape(hostile)+"=1", "/base?base="+url.QueryEscape(hostile)) {
		w := get(t, o, report.Scope{}, path)
		if body := w.Body.String(); strings.Contains(body, "<script") || strings.Contains(body, "<img") || strings.Contains(body, `onerror="`) {
			t.Errorf("%s: markup", path)
		}
		checked(t, path, w.Header(), w.Body.String())
	}
}
