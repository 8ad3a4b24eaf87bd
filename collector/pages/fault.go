package pages

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"time"

	"basemeter/collector/report"
)

// A fault is what is wrong with a question: one of its fields, in both languages.
type fault struct {
	field  string // a parameter
	status int
	zh, en string
	again  time.Duration // in how long it may be well; 0: it is not said
}

func (f *fault) Error() string { return f.field + ": " + f.en }

func bad(field, zh, en string) *fault {
	return &fault{field: field, status: http.StatusBadRequest, zh: zh, en: en}
}

// absent is what is said of a base that does not exist, and of one that whoever asks may not see: the same.
func absent(field, value string) *fault {
	return &fault{field: field, status: http.StatusNotFound, zh: "没有“" + value + "”，或您无权查看。", en: `there is no "` + value + `", or you may not see it.`}
}

func (a *asking) nowhere() (any, error) {
	return nil, &fault{status: http.StatusNotFound, zh: "没有这个页面。", en: "There is no such page."}
}

func busy() *fault {
	return &fault{status: http.StatusServiceUnavailable, again: 5 * time.Second, zh: "正在计算的查询太多，请几秒后重试。",
		en: "Too many questions that take long are being answered. Try again in some seconds."}
}

// faultOf is what an error tells a reader.
func faultOf(err error) *fault {
	if f := (*fault)(nil); errors.As(err, &f) {
		return f
	}
	if u := (*report.UnknownError)(nil); errors.As(err, &u) {
		return absent(fieldOf(u.Parameter), u.Value)
	}
	if q := (*report.QuestionError)(nil); errors.As(err, &q) {
		return bad(fieldOf(q.Parameter), q.Text.ZH+"。请改变这项选择。", q.Text.EN+". Change this choice.")
	}
	if m := (*report.TooManyError)(nil); errors.As(err, &m) {
		return bad("by", fmt.Sprintf("结果有 %d 行，最多 %d 行；请缩小范围、缩短期间，或换一种分组。", m.Lines, m.Most),
			fmt.Sprintf("the answer has %d lines, and %d at most are given; narrow the place, shorten the period, or group by something else.", m.Lines, m.Most))
	}
	return &fault{status: http.StatusBadGateway, zh: "数据库没有应答，暂时没有数字。请稍后刷新；如果一直如此，请联系系统管理员。",
		en: "The database does not answer, so there are no figures for now. Reload later; if it stays so, tell whoever runs this system."}
}

// fieldOf is the field of a page by which a parameter of a query is chosen.
func fieldOf(parameter string) string {
	return cmp.Or(map[string]string{"metrics": "metric", "version": "period", "to": "last"}[parameter], parameter)
}
