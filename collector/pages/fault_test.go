package pages_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

// What the ledger will not answer is the reader's to change, on whichever page: it is not the database that is away.
func TestAQuestionThatIsRefusedSaysWhatToChange(t *testing.T) {
	text := table.Text{ZH: "人员数字不能这样拆分", EN: "people cannot be divided so"}
	for _, c := range []struct {
		err    error
		status int
		want   []string // in Chinese, then in English
	}{
		{&report.QuestionError{Parameter: "user_group", Text: text}, 400, []string{"人员类别 (<code>user_group</code>)", text.ZH + "。请改变这项选择", "User group (<code>user_group</code>)", text.EN + ". Change this choice"}},
		{fmt.Errorf("report: %w", &report.QuestionError{Parameter: "metrics", Text: text}), 400, []string{"<code>metric</code>", text.ZH, "<code>metric</code>", text.EN}},
		{&report.QuestionError{Parameter: "to", Text: text}, 400, []string{"<code>last</code>", text.ZH, "<code>last</code>", text.EN}},
		{&report.TooManyError{Lines: 123456, Most: 50000}, 400, []string{"<code>by</code>", "123456 行，最多 50000 行；请缩小范围", "<code>by</code>", "123456 lines, and 50000 at most are given; narrow"}},
		{&report.UnknownError{Parameter: "version", Value: "2025-2026-1.9"}, 404, []string{"<code>period</code>", "没有“2025-2026-1.9”", "<code>period</code>", "2025-2026-1.9"}},
	} {
		o := options(fresh())
		o.Answer = func(context.Context, report.Query) (report.Answer, error) { return report.Answer{}, c.err }
		for _, path := range every {
			if path == "/metrics" || path == "/base" || path == "/improve" || path == "/certificate" { // they ask nothing
				continue
			}
			refused(t, path, c.status, c.want, func(path string) (int, http.Header, string) {
				w := get(t, o, report.Scope{}, path)
				return w.Code, w.Header(), w.Body.String()
			})
		}
	}
}

// refused holds a page that cannot be shown to what it must say in either language, and to a way on.
func refused(t *testing.T, path string, status int, want []string, get func(path string) (int, http.Header, string)) {
	t.Helper()
	sign := "?"
	if strings.Contains(path, "?") {
		sign = "&"
	}
	for i, lang := range []string{"zh", "en"} {
		code, header, body := get(path + sign + "lang=" + lang)
		if code != status {
			t.Errorf("%s: %d %s", path, code, text(body))
		}
		checked(t, path, header, body)
		contains(t, body, want[2*i], want[2*i+1], `href="./?lang=`+lang+`"`)
	}
}

// The parts of a page that are asked for last are refused like the first.
func TestAWeekThatIsRefusedSaysWhatToChange(t *testing.T) {
	o := options(fresh())
	o.Heat = func(context.Context, string, string, time.Time, time.Time) (report.Heat, error) {
		return report.Heat{}, &report.QuestionError{Parameter: "period", Text: table.Text{ZH: "太长", EN: "it is too long"}}
	}
	for _, path := range []string{"/?base=nc-cnc", "/base?base=nc-cnc", "/improve?base=nc-cnc"} {
		refused(t, path, 400, []string{"<code>period</code>", "太长", "<code>period</code>", "it is too long"}, func(path string) (int, http.Header, string) {
			w := get(t, o, report.Scope{}, path)
			return w.Code, w.Header(), w.Body.String()
		})
	}
}

// While there is no room a page is refused before the ledger is asked; what is wrong with a question is said at once.
func TestAPageWaitsForItsTurn(t *testing.T) {
	p := fresh()
	o := options(p)
	taken := 0
	o.Turn = func(context.Context) (func(), error) {
		taken++
		return func() { taken-- }, nil
	}
	for _, path := range every {
		if page(t, o, report.Scope{}, path); taken != 0 {
			t.Errorf("%s: %d turns are not given back", path, taken)
		}
	}
	p.Asked = nil
	o.Turn = func(context.Context) (func(), error) { return nil, errors.New("full") }
	for _, path := range every {
		if path == "/metrics" {
			page(t, o, report.Scope{}, path)
			continue
		}
		refused(t, path, http.StatusServiceUnavailable, []string{"正在计算的查询太多", "重试", "Too many questions", "Try again"}, func(path string) (int, http.Header, string) {
			w := get(t, o, report.Scope{}, path)
			if w.Header().Get("Retry-After") != "5" {
				t.Errorf("%s: %v", path, w.Header())
			}
			return w.Code, w.Header(), w.Body.String()
		})
	}
	if len(p.Asked) > 0 {
		t.Error("the ledger was asked")
	}
	if w := get(t, o, report.Scope{}, "/?by=weather"); w.Code != http.StatusBadRequest {
		t.Errorf("what is wrong waits: %d", w.Code)
	}
}

// Who has chosen what cannot be answered gets the same page without it, and all else that was chosen.
func TestAFaultLeadsBackToThePageWithoutIt(t *testing.T) {
	o := options(fresh())
	for path, want := range map[string]string{
		"/?lang=en&base=nc-cnc&by=weather":                               "/?base=nc-cnc&lang=en",
		"/explain?lang=en&base=nc-cnc&metric=luck&floor=0.5":             "/explain?base=nc-cnc&floor=0.5&lang=en",
		"/base?lang=en&base=nc-cnc&period=custom&from=x&last=2026-03-01": "/base?base=nc-cnc&lang=en",
		"/improve?lang=en&base=nowhere&period=2026-03":                   "/improve?lang=en&period=2026-03",
		"/certificate?lang=en&base=nc-cnc&period=2025-13":                "/certificate?base=nc-cnc&lang=en",
		"/metrics?lang=en&floor=2":                                       "/metrics?lang=en",
		"/explain?lang=en&base=nc-cnc&asset=m-99&metric=effective_hours": "/explain?base=nc-cnc&lang=en&metric=effective_hours",
	} {
		body := get(t, o, report.Scope{}, path).Body.String()
		if got := linkOf(t, body, "Show the page without this choice"); got != want {
			t.Errorf("%s leads back to %s", path, got)
		} else if w := get(t, o, report.Scope{}, got); w.Code != http.StatusOK {
			t.Errorf("%s leads back to %s: %d", path, got, w.Code)
		}
	}
}
