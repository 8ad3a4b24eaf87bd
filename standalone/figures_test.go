package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"basemeter/collector/access"
	"basemeter/collector/pages"
	"basemeter/collector/pages/pagestest"

	"github.com/chromedp/chromedp"
)

// figures serve the pages of figures of a province, as the collector mounts them, and keep what programs were asked for.
func figures(t *testing.T) (address string, exports func() []string) {
	p := pagestest.New(6)
	handler := pages.Handler(pages.Options{Answer: p.Answer, Catalogue: p.Catalogue, Heat: p.Heat, Explain: p.Explain, Evidence: p.Evidence, Frozen: p.Frozen, Corrections: p.Corrections,
		Words: pagestest.Words, Prefix: "/figures/", FloorHref: "../", Now: func() time.Time { return p.Now }, Log: slog.New(slog.DiscardHandler)})
	var lock sync.Mutex
	var asked []string
	mux := http.NewServeMux()
	mux.Handle("/figures/", http.StripPrefix("/figures", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r.WithContext(access.With(r.Context(), access.Grant{})))
	})))
	mux.HandleFunc("/v1/", func(w http.ResponseWriter, r *http.Request) {
		lock.Lock()
		defer lock.Unlock()
		asked = append(asked, r.URL.RequestURI())
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL + "/figures/", func() []string {
		lock.Lock()
		defer lock.Unlock()
		return asked
	}
}

// follow clicks the first link of these words, and waits for the page behind it.
func (s *screen) follow(words, heading string) {
	s.Helper()
	if !value[bool](s, `(() => { const a = [...document.querySelectorAll("main a")].find(a => a.innerText.trim() === "`+words+`"); if (a) a.click(); return !!a })()`) {
		s.Fatalf("no link %q on\n%s", words, value[string](s, `document.body.innerText`))
	}
	s.until("the page behind "+words, `!!document.querySelector("footer") && document.body.innerText.includes("`+heading+`")`)
}

// What an evaluator does: choose a term, open a number down to its spells, read it in another language, take it along.
func TestAnEvaluatorFollowsANumberToItsSpells(t *testing.T) {
	t.Parallel()
	s := newScreen(t)
	address, exports := figures(t)
	s.do(chromedp.Navigate(address + "?lang=zh"))
	s.until("the overview", `document.querySelectorAll(".keys li").length === 6`)
	if value[string](s, `getComputedStyle(document.querySelector(".band")).backgroundColor`) != "rgb(23, 54, 93)" {
		t.Error("the page's own style is refused")
	}
	if n := value[int](s, `performance.getEntriesByType("resource").filter(e => !e.name.endsWith("/favicon.ico")).length + document.scripts.length`); n != 0 {
		t.Errorf("the page loads or runs %d things", n)
	}
	if value[bool](s, `[...document.querySelectorAll(".own")].some(e => e.getClientRects().length > 0)`) {
		t.Error("days of one's own are asked for although a term is chosen")
	}
	value[bool](s, `document.getElementById("period").value = "term-1", true`)
	s.do(chromedp.Click(chromedp.CSS("form.picker button")))
	s.until("last term", `document.querySelector(".about li")?.innerText.includes("2025-09-01 至 2026-01-18") === true`)

	s.follow("有效机时", "按基地分解")
	s.follow("南昌数控技术开放型产教融合实践中心", "按设备分解")
	s.follow("数控车床 1", "按月份分解")
	s.follow("2025年11月", "按日期分解")
	s.follow("2025-11-12", "判定理由")
	sum := regexp.MustCompile(`以上时段计入 ([0-9.,]+) 小时；本数字的分子为 ([0-9.,]+) 小时`).FindStringSubmatch(value[string](s, `document.body.innerText`))
	if sum == nil || sum[1] != sum[2] {
		t.Errorf("the spells add up to %v", sum)
	}
	if value[int](s, `document.querySelectorAll("#spells tbody tr").length`) < 5 || !value[bool](s, `document.querySelector("#evidence").innerText.includes("gw-nc-cnc")`) {
		t.Error("spells or evidence are missing")
	}
	s.do(chromedp.Click(chromedp.ID("language")))
	s.until("the same in English", `document.documentElement.lang === "en" && document.querySelector("h1")?.innerText.startsWith("Effective machine-hours") === true && document.body.innerText.includes("Spells of CNC lathe 1") && !!document.querySelector("footer")`)

	s.do(chromedp.Navigate(address + "?lang=en&base=nc-cnc&period=2026-03"))
	for _, name := range []string{"XLSX", "CSV", "JSON"} {
		if status := value[int](s, `fetch(document.getElementById("export-`+name+`").href).then(a => a.status, () => 0)`); status != 0 {
			t.Errorf("the policy lets a page fetch: %d", status)
		}
		answer, err := http.Get(value[string](s, `document.getElementById("export-`+name+`").href`))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	got := strings.Join(exports(), "\n")
	for _, want := range []string{"/v1/utilisation?base=nc-cnc&by=asset&format=xlsx&from=2026-03-01&lang=en&to=2026-04-01", "/v1/utilisation?base=nc-cnc&by=asset&format=csv&from=2026-03-01&to=2026-04-01", "/v1/utilisation?base=nc-cnc&by=asset&format=json"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

func TestPagesOfFiguresFitAPhone(t *testing.T) {
	t.Parallel()
	s := newScreen(t)
	address, _ := figures(t)
	s.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile))
	for _, path := range []string{"?lang=zh", "?lang=en&base=nc-cnc&by=asset", "explain?lang=zh&base=nc-cnc&asset=m-01&period=2026-03-18", "base?lang=en&base=jj-robot", "improve?lang=zh&base=nc-cnc", "certificate?lang=en&base=nc-cnc", "certificate?lang=zh&base=nc-cnc&period=frozen:2025-2026-1.1", "metrics?lang=en", "?period=x"} {
		s.do(chromedp.Navigate(address + path))
		s.until("the page", `!!document.querySelector("footer")`)
		if !value[bool](s, within) {
			t.Errorf("%s on a phone is %d wide of %d", path, value[int](s, `document.documentElement.scrollWidth`), value[int](s, `window.innerWidth`))
		}
		if small := value[string](s, `[...document.querySelectorAll("nav a, .picker select, button, .links a")].filter(a => a.getBoundingClientRect().height < 24).map(a => a.innerText).join()`); small != "" {
			t.Errorf("%s: %s is hard to hit with a thumb", path, small)
		}
		if hidden := value[int](s, `[...document.querySelectorAll("table.grid tbody .c")].filter(c => { const r = c.getBoundingClientRect(); return r.left < 0 || r.right > innerWidth + 1 }).length`); hidden != 0 {
			t.Errorf("%s: the coverage of %d lines is off the screen", path, hidden)
		}
	}
}

func TestACertificateIsOneSheetOfPaper(t *testing.T) {
	t.Parallel()
	s := newScreen(t)
	address, _ := figures(t)
	for _, path := range []string{"?base=nc-cnc&lang=zh", "?base=nc-cnc&lang=en", "?base=jj-robot&lang=en", "?base=nc-cnc&lang=zh&period=frozen:2025-2026-1.1", "?base=nc-cnc&lang=en&period=frozen:2025-2026-1.1"} {
		s.do(chromedp.Navigate(address + "certificate" + path))
		pdf, err := chromedp.Run(s.ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
		if err != nil {
			t.Fatal(err)
		}
		if n := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1)); n != 1 {
			t.Errorf("%s is printed on %d pages", path, n)
		}
	}
}
