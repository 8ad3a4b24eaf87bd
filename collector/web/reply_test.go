package web

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"basemeter/collector/report"
)

// Whoever has an answer already is told so, in the same language and format alone.
func TestATagSaysWhetherAnAnswerHasChanged(t *testing.T) {
	d := newDesk()
	const path = "/v1/utilisation?" + march + "&by=base,asset"
	tags := map[string]string{}
	for _, variant := range []string{"", "&format=csv", "&format=xlsx", "&format=xlsx&lang=en", "&lang=en", "&limit=2"} {
		w := d.ask(path + variant)
		tag := w.Header().Get("ETag")
		if w.Code != http.StatusOK || len(tag) < 20 || w.Header().Get("Cache-Control") != "private, no-cache" || !strings.Contains(strings.Join(w.Header().Values("Vary"), ", "), "Accept-Language, Authorization") {
			t.Errorf("%s: %d %v", variant, w.Code, w.Header())
		}
		if other, twice := tags[tag]; twice {
			t.Errorf("%q and %q have one tag", variant, other)
		}
		tags[tag] = variant
		for _, header := range []string{tag, "W/" + tag, `"other", ` + tag, strings.TrimSuffix(tag, `"`) + compressed + `"`, "*"} {
			if again := d.ask(path+variant, "If-None-Match", header); again.Code != http.StatusNotModified || again.Body.Len() != 0 || again.Header().Get("ETag") != tag {
				t.Errorf("%s with %s: %d %v", variant, header, again.Code, again.Header())
			}
		}
		if again := d.ask(path+variant, "If-None-Match", `"other"`); again.Code != http.StatusOK {
			t.Errorf("%s: %d for another tag", variant, again.Code)
		}
	}
	for tag, variant := range tags {
		d.world[1].number++
		if w := d.ask(path+variant, "If-None-Match", tag); w.Code != http.StatusOK || w.Header().Get("ETag") == tag {
			t.Errorf("%s has changed, and its tag has not", variant)
		}
	}
	if w := d.ask(path + "&version=2025-2026.1"); w.Header().Get("Cache-Control") != "private, max-age=86400" {
		t.Errorf("a frozen version: %v", w.Header())
	}
	for _, fixed := range []string{"/docs", "/openapi.json", "/openapi.yaml"} {
		w := d.ask(fixed)
		if again := d.ask(fixed, "If-None-Match", w.Header().Get("ETag")); w.Code != http.StatusOK || again.Code != http.StatusNotModified {
			t.Errorf("%s: %d, %d", fixed, w.Code, again.Code)
		}
	}
}

// A browser that takes zstd as well was sent that, under a tag that was not known again.
func TestAnswersAreCompressedForThoseWhoAsk(t *testing.T) {
	d := newDesk()
	d.lines = 50
	for _, path := range []string{"/v1/utilisation?" + march + "&by=asset&city=nanchang", "/v1/utilisation?" + march + "&by=asset&city=nanchang&format=csv", "/docs", "/openapi.json", "/"} {
		plain, zipped := d.ask(path), d.ask(path, "Accept-Encoding", "deflate, gzip, br, zstd")
		if plain.Header().Get("Content-Encoding") != "" || zipped.Header().Get("Content-Encoding") != "gzip" || !strings.Contains(strings.Join(plain.Header().Values("Vary"), ", "), "Accept-Encoding") {
			t.Fatalf("%s: %v, %v", path, plain.Header(), zipped.Header())
		}
		if tag := zipped.Header().Get("ETag"); tag != "" && (tag == plain.Header().Get("ETag") || d.ask(path, "If-None-Match", tag).Code != http.StatusNotModified) {
			t.Errorf("%s: other bytes under the tag %s, or a tag that is not known again", path, tag)
		}
		size := zipped.Body.Len()
		r, err := gzip.NewReader(zipped.Body)
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(r); err != nil || string(body) != plain.Body.String() || size >= len(body)/2 {
			t.Errorf("%s: %v, %d of %d bytes", path, err, size, len(body))
		}
	}
}

// next is where the head of an answer says that the next page is.
func next(h http.Header) string {
	link, found := strings.CutSuffix(h.Get("Link"), `>; rel="next"`)
	if !found {
		return ""
	}
	return strings.TrimPrefix(link, "<")
}

func TestPagesHaveEveryLineOnce(t *testing.T) {
	d := newDesk()
	d.lines = 25
	for _, format := range []string{"json", "csv"} {
		seen, pages := map[string]int{}, 0
		path := "/v1/utilisation?" + march + "&by=asset&limit=7&city=nanchang&format=" + format
		for ; path != ""; pages++ {
			w := d.ask(path)
			if w.Code != http.StatusOK {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			path = next(w.Header())
			if format == "csv" {
				for i, line := range strings.Split(strings.TrimSpace(w.Body.String()), "\n") {
					if i > 0 {
						seen[strings.Split(line, ",")[2]]++
					}
				}
				continue
			}
			f := got[Figures](t, w)
			for _, l := range f.Lines {
				seen[l.Asset]++
			}
			more := 0
			if pages > 2 {
				more = 27
			}
			if f.Count != 54+more || len(f.Lines) > 7 || (f.Next == "") != (path == "") || pages <= 2 && f.Total.Figures[0].Numerator != 3131313+5757575+50*3_600_000 {
				t.Errorf("page %d: %d of %d lines, next %q", pages, len(f.Lines), f.Count, f.Next)
			}
			if pages == 2 { // a base more that stands before: nothing is shifted
				d.world = append(d.world, one{"nc-aa", "nanchang", "aaa", 1})
				d.world[0], d.world[3] = d.world[3], d.world[0]
				d.world[1], d.world[3] = d.world[3], d.world[1]
			}
		}
		d.world = threeBases()
		if len(seen) != 54 || pages != 8 {
			t.Errorf("%s: %d lines on %d pages", format, len(seen), pages)
		}
		for asset, n := range seen {
			if n != 1 {
				t.Errorf("%s stands %d times", asset, n)
			}
		}
	}
	for _, list := range []string{"/v1/assets?limit=1", "/v1/bases?limit=1"} {
		pages := 0
		for path := list; path != ""; pages++ {
			w := d.ask(path)
			if w.Code != http.StatusOK {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			path = next(w.Header())
		}
		if want := map[string]int{"/v1/assets?limit=1": 6, "/v1/bases?limit=1": 3}[list]; pages != want {
			t.Errorf("%s: %d pages, want %d", list, pages, want)
		}
	}
}

// The pages of one answer end at the same moment, however long the walk takes.
func TestPagesEndWhereTheFirstDid(t *testing.T) {
	d := newDesk()
	clock := now
	d.options.Now = func() time.Time { return clock }
	w := d.ask("/v1/utilisation?from=2026-02-01&to=2026-05-01&by=asset&limit=2")
	clock = clock.AddDate(0, 0, 3)
	d.ask(next(w.Header()))
	if len(d.asked) != 2 || !d.asked[0].To.Equal(d.asked[1].To) {
		t.Errorf("%v, then %v", d.asked[0].To, d.asked[1].To)
	}
}

func TestACursorIsForItsOwnQuestion(t *testing.T) {
	d := newDesk()
	w := d.ask("/v1/utilisation?" + march + "&by=asset&limit=1")
	cursor := got[Figures](t, w).Next
	if cursor == "" || strings.Contains(cursor, "alpha") {
		t.Fatalf("cursor %q", cursor)
	}
	for path, want := range map[string]int{
		"/v1/utilisation?" + march + "&by=asset&limit=3&format=csv&lang=en&cursor=" + cursor: 200,
		"/v1/utilisation?" + march + "&by=base&limit=1&cursor=" + cursor:                     400,
		"/v1/coverage?" + march + "&by=asset&limit=1&cursor=" + cursor:                       400,
		"/v1/utilisation?" + march + "&by=asset&limit=1&cursor=" + cursor[:10]:               400,
		"/v1/assets?limit=1&cursor=" + cursor:                                                400,
	} {
		if w := d.ask(path); w.Code != want {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

// exchanged is what one answer of the exchange says.
func exchanged(t *testing.T, d *desk, path string) (lines []ExchangeLine) {
	t.Helper()
	w := d.ask(path)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/x-ndjson; charset=utf-8" || w.Header().Get("ETag") != "" {
		t.Fatalf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	for line := range strings.SplitSeq(strings.TrimSpace(w.Body.String()), "\n") {
		var l ExchangeLine
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		lines = append(lines, l)
	}
	return lines
}

func TestTheExchangeGoesOnFromWhereItEnded(t *testing.T) {
	d := newDesk()
	since, rows, rounds := "", 0, 0
	for more := true; more; rounds++ {
		path := "/v1/exchange?limit=2"
		if since != "" {
			path += "&since=" + since
		}
		lines := exchanged(t, d, path)
		end := lines[len(lines)-1]
		if end.Kind != "end" || end.Next == nil || *end.Next == "" || *end.Next == since && len(lines) > 1 {
			t.Fatalf("%+v", lines)
		}
		since, more, rows = *end.Next, end.More, rows+len(lines)-1
	}
	if rows != 18 || rounds != 4 { // three bases, two days, and of each its line, a row of machines and one of people; the last finds nothing
		t.Errorf("%d rows in %d rounds", rows, rounds)
	}
	all := exchanged(t, d, "/v1/exchange")
	if len(all) != 19 || all[0].Kind != "day" || all[0].Base != "gz-gamma" || all[0].Day != "2026-03-01" || all[1].Kind != "machine" || all[1].Sums["running_ms"] != 7_373_737 || all[1].Affiliation != "host" ||
		all[2].Kind != "people" || all[2].Sums["person_ms"] != 7_373_737 || all[18].More {
		t.Errorf("%+v", all)
	}
	if p := refused(t, d.ask("/v1/exchange?since=x"), http.StatusBadRequest); p.Parameter != "since" {
		t.Errorf("%+v", p)
	}
}

// Few changes are not the last ones: the rest of a page may have been other bases'. And of nothing the end says where to go on.
func TestAnExchangeGoesOnAsLongAsItsCursorDoes(t *testing.T) {
	d := newDesk()
	d.options.Exchange = func(_ context.Context, _ report.Scope, since string, _ int) ([]report.Change, string, error) {
		return nil, map[string]string{"": "a", "a": "b", "b": "b"}[since], nil
	}
	if lines := exchanged(t, d, "/v1/exchange"); len(lines) != 1 || *lines[0].Next != "b" || lines[0].More {
		t.Errorf("%+v", lines)
	}
	d = newDesk()
	d.world = nil
	d.options.Exchange = func(context.Context, report.Scope, string, int) ([]report.Change, string, error) { return nil, "", nil }
	if w := d.ask("/v1/exchange"); w.Body.String() != `{"kind":"end","next":""}`+"\n" {
		t.Errorf("%s", w.Body)
	}
}

// When the database goes away in the midst, what was told is not lost.
func TestAnExchangeThatIsCutOffSaysHowFarItCame(t *testing.T) {
	d := newDesk()
	asked := 0
	d.options.Exchange = func(ctx context.Context, within report.Scope, since string, most int) ([]report.Change, string, error) {
		if asked++; asked == 3 {
			return nil, "", errors.New("connection refused")
		}
		return make([]report.Change, most), since + "x", nil
	}
	lines := exchanged(t, d, "/v1/exchange")
	if end := lines[len(lines)-1]; end.Kind != "end" || *end.Next != "xx" || !end.More || end.Detail == "" || end.DetailZH == "" {
		t.Errorf("%+v", lines)
	}
}

func TestQuestionsThatTakeLongWaitForTheirTurn(t *testing.T) {
	d := newDesk()
	taken, full := 0, false
	d.options.Turn = func(context.Context) (func(), error) {
		if full {
			return nil, errors.New("full")
		}
		taken++
		return func() { taken-- }, nil
	}
	for path, costly := range map[string]bool{"/v1/utilisation?" + march: true, "/v1/attendance?" + march: true, "/v1/sessions?base=nc-alpha&" + march: true, "/v1/exchange": true,
		"/v1/forms/sj3?" + march: true, "/v1/explain?base=nc-alpha&asset=mill-alpha&from=2026-03-01&to=2026-03-02": true, "/v1/corrections": true, "/v1/bases": false, "/v1/now": false, "/health": false} {
		full = false
		if w := d.ask(path); w.Code != http.StatusOK || taken != 0 {
			t.Errorf("%s: %d, %d turns are not given back", path, w.Code, taken)
		}
		full = true
		w := d.ask(path)
		if !costly && w.Code == http.StatusOK {
			continue
		}
		if refused(t, w, http.StatusServiceUnavailable); w.Header().Get("Retry-After") != "5" || !costly {
			t.Errorf("%s: %v", path, w.Header())
		}
	}
}

// The page of the floor asks the ledger as well. While it has to wait, the floor is shown without figures.
func TestThePageWaitsForItsTurn(t *testing.T) {
	d := newDesk()
	d.options.Turn = func(context.Context) (func(), error) { return nil, errors.New("full") }
	w := d.ask("/")
	if body := w.Body.String(); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "5" || !strings.Contains(body, "正在计算的查询太多") || !strings.Contains(body, `id="floor"`) {
		t.Errorf("%d %v %s", w.Code, w.Header(), body)
	}
	if len(d.asked) > 0 {
		t.Error("the ledger was asked")
	}
}

func TestHealth(t *testing.T) {
	d := newDesk()
	if w := d.ask("/health"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "gz-gamma") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	d.well, d.scope = false, report.Scope{City: "nanchang"}
	if w := d.ask("/health"); w.Code != http.StatusServiceUnavailable || w.Body.String() != `{"well":false}`+"\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if p := refused(t, d.ask("/metrics"), http.StatusForbidden); p.Type != "/docs#scope" {
		t.Errorf("%+v", p)
	}
}

// The reference loads nothing from elsewhere, and tells of every endpoint in both languages.
func TestTheReference(t *testing.T) {
	d := newDesk()
	for lang, words := range map[string][]string{"zh": {"接口文档", "设备机时与利用率", "必填", "截止时间", "无需令牌"}, "en": {"API reference", "Machine-hours and how assets were used", "required", "up to when", "no token needed"}} {
		w := d.ask("/docs?lang=" + lang)
		page := w.Body.String()
		for path := range publish(t, d).paths {
			words = append(words, "<code>"+path+"</code>")
		}
		contains(t, page, words...)
		for _, elsewhere := range []string{"<script", "src=", "@import", "https://", "<no value>", "url("} {
			if strings.Contains(page, elsewhere) {
				t.Errorf("%s: %s in the page", lang, elsewhere)
			}
		}
		if !strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%v", w.Header())
		}
		contains(t, page, "    figures: [{\n      coverage: number\n", "value: number | null", "kind: day | machine | people | end", "next?: string")
		for _, k := range kinds {
			contains(t, page, `id="`+k.anchor+`"`)
		}
	}
	if len(referenceWords["zh"]) != len(referenceWords["en"]) {
		t.Error("one language has more words")
	}
}
