package main

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// A screen is a page in a real Chromium.
type screen struct {
	*testing.T
	ctx context.Context
}

// newScreen starts a browser that goes with the test.
func newScreen(t *testing.T) *screen {
	t.Helper()
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("no Chromium to look at the page with, run make deps: %v", err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "zh-CN"),
		chromedp.UserDataDir(t.TempDir()))
	ctx, end := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ = chromedp.NewContext(ctx)
	t.Cleanup(func() {
		defer end()
		polite, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		if err := chromedp.Cancel(polite); err != nil {
			t.Errorf("end of the browser: %v", err)
		}
	})
	s := &screen{t, ctx}
	s.do(chromedp.EmulateViewport(1280, 900))
	return s
}

func (s *screen) do(actions ...chromedp.Action[chromedp.Void]) {
	s.Helper()
	if err := chromedp.Do(s.ctx, actions...); err != nil {
		s.Fatal(err)
	}
}

// value is what an expression of JavaScript comes to on the page.
func value[T any](s *screen, expression string) T {
	s.Helper()
	v, err := chromedp.Run(s.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		s.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits until an expression is true on the page. While one page gives way to the next there may be no document to
// ask, or one that goes away while it is asked, which is not yet.
func (s *screen) until(what, expression string) {
	s.Helper()
	whole := `!!document.documentElement && !!document.body && (` + expression + `)`
	for limit := time.Now().Add(15 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		is, err := chromedp.Run(s.ctx, chromedp.Evaluate[bool](whole, chromedp.EvalAwaitPromise))
		if is {
			return
		}
		if gone := err != nil && strings.Contains(err.Error(), "navigated or closed"); err != nil && !gone {
			s.Fatalf("%s: %v", expression, err)
		}
		if time.Now().After(limit) {
			s.Fatalf("still not: %s: %s\n%s", what, expression, value[string](s, `document.body.innerText`))
		}
	}
}

const (
	tiles  = `document.querySelectorAll("article.card").length`
	pills  = `[...document.querySelectorAll(".pill")].map(p => p.innerText).join(" ")`
	within = `document.documentElement.scrollWidth <= window.innerWidth`
)

// What a visitor sees of a demo that runs.
func TestThePageOfARunningDemo(t *testing.T) {
	t.Parallel()
	s := newScreen(t)
	p := start(t, "demo", "--grid", "2s", "--addr", "127.0.0.1:0")

	s.do(chromedp.Navigate(p.url + "?lang=zh"))
	value[bool](s, `window.sameDocument = true`)
	s.until("tiles appear", tiles+` >= 8`)
	s.until("some machine is known", `document.querySelectorAll(".pill:not(.unknown)").length > 0`)
	if heading := value[string](s, `document.querySelector("h1").innerText`); heading != "设备机时" {
		t.Errorf("heading %q", heading)
	}
	before := value[string](s, pills)
	s.until("a state changes on the screen", pills+` !== `+"`"+before+"`")
	s.until("figures appear", `document.querySelectorAll(".bar i").length >= 8`)
	if !value[bool](s, `window.sameDocument === true`) {
		t.Error("the page was loaded anew")
	}

	// Who walks with the keyboard does not lose the place when the page renews itself.
	s.until("there is something to download", `!document.getElementById("downloads").hidden`)
	value[bool](s, `document.getElementById("csv").focus(), true`)
	clock := value[string](s, `document.getElementById("clock").innerText`)
	s.until("the page is renewed", `document.getElementById("clock").innerText !== "`+clock+`"`)
	if focus := value[string](s, `document.activeElement.id`); focus != "csv" {
		t.Errorf("the focus went from the CSV link to %q", focus)
	}
	for _, id := range []string{"csv", "json"} {
		if got := value[string](s, `fetch(document.getElementById("`+id+`").href).then(a => a.status + " " + a.headers.get("Content-Type"))`); !strings.HasPrefix(got, "200 ") || !strings.Contains(got, id) {
			t.Errorf("the link to %s gives %s", id, got)
		}
	}

	s.do(chromedp.Click(chromedp.ID("language")))
	s.until("the page is in English", `document.documentElement.lang === "en" && `+tiles+` >= 8`)
	if text := value[string](s, `document.body.innerText`); !strings.Contains(text, "CNC lathe 1") || strings.Contains(text, "车床") {
		t.Errorf("in English it reads\n%s", text)
	}

	s.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile))
	for _, path := range []string{"?lang=zh", "?lang=en", "?lang=en&period=month"} {
		s.do(chromedp.Navigate(p.url + path))
		s.until("tiles appear on a phone", tiles+` >= 8`)
		if !value[bool](s, within) || value[int](s, `window.innerWidth`) != 360 {
			t.Errorf("%s on a phone is %d wide of %d", path, value[int](s, `document.documentElement.scrollWidth`), value[int](s, `window.innerWidth`))
		}
		if small := value[string](s, `[...document.querySelectorAll("nav a")].filter(a => a.getBoundingClientRect().height < 24).map(a => a.innerText).join()`); small != "" {
			t.Errorf("%s: %s is hard to hit with a thumb", path, small)
		}
	}
	p.signal(os.Interrupt)
	if code := p.ends(20 * time.Second); code != 0 {
		t.Errorf("exit %d", code)
	}
	s.until("it says that the server is gone", `getComputedStyle(document.getElementById("lost")).display === "block"`)
	if value[int](s, tiles) < 8 {
		t.Error("the last that was known is gone from the screen")
	}
}
