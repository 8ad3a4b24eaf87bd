package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"basemeter/collector/access"
	"basemeter/collector/report"
	"basemeter/collector/table"
)

// A Problem is an error as RFC 9457 writes it, in both languages.
type Problem struct {
	Type      string  `json:"type" format:"uri-reference" doc:"Where the kind of problem is described."`
	Title     string  `json:"title"`
	TitleZH   string  `json:"title_zh"`
	Status    int     `json:"status"`
	Detail    string  `json:"detail"`
	DetailZH  string  `json:"detail_zh"`
	Parameter string  `json:"parameter,omitempty" doc:"The first parameter that was wrong, if any was."`
	Errors    []Wrong `json:"errors,omitempty" nullable:"false" doc:"Every parameter that was wrong, with what was expected."`

	header http.Header // what stands in the answer's head besides
}

// A Wrong is one parameter that was wrong.
type Wrong struct {
	Parameter string `json:"parameter"`
	Detail    string `json:"detail"`
	DetailZH  string `json:"detail_zh"`
}

func (p *Problem) Error() string { return p.Detail }

// kinds of problems: where the reference describes them, and their titles.
var kinds = map[int]struct {
	anchor string
	title  table.Text
}{
	http.StatusBadRequest:          {"parameters", table.Text{ZH: "参数有误", EN: "A parameter is wrong"}},
	http.StatusUnauthorized:        {"token", table.Text{ZH: "需要访问令牌", EN: "A token is needed"}},
	http.StatusForbidden:           {"scope", table.Text{ZH: "超出权限范围", EN: "Not within the scope of the token"}},
	http.StatusNotFound:            {"unknown", table.Text{ZH: "没有该对象", EN: "There is no such thing"}},
	http.StatusMethodNotAllowed:    {"method", table.Text{ZH: "只能读取", EN: "Only reading is allowed"}},
	http.StatusUnprocessableEntity: {"too-much", table.Text{ZH: "一次要求的太多", EN: "Too much is asked for at once"}},
	http.StatusTooManyRequests:     {"too-fast", table.Text{ZH: "请求过于频繁", EN: "Too many requests"}}, // said by the guard
	http.StatusBadGateway:          {"database", table.Text{ZH: "数据库没有应答", EN: "The database does not answer"}},
	http.StatusServiceUnavailable:  {"busy", table.Text{ZH: "正忙", EN: "Busy"}},
}

func problemOf(status int, detail table.Text) *Problem {
	k := kinds[status]
	return &Problem{Type: "/docs#" + k.anchor, Title: k.title.EN, TitleZH: k.title.ZH, Status: status, Detail: detail.EN, DetailZH: detail.ZH}
}

// A fault is what is wrong with one parameter, and what was expected.
type fault struct {
	parameter string
	table.Text
}

// faults are all that is wrong with a question.
type faults []fault

func (f *faults) add(parameter string, text table.Text) { *f = append(*f, fault{parameter, text}) }

// problem names them all; nil if there is none.
func (f faults) problem(status int) error {
	if len(f) == 0 {
		return nil
	}
	var zh, en []string
	var wrong []Wrong
	for _, one := range f {
		en, zh = append(en, one.parameter+": "+one.EN), append(zh, one.parameter+"："+one.ZH)
		wrong = append(wrong, Wrong{one.parameter, one.EN, one.ZH})
	}
	p := problemOf(status, table.Text{EN: strings.Join(en, "; "), ZH: strings.Join(zh, "；")})
	p.Parameter, p.Errors = f[0].parameter, wrong
	return p
}

// wrong is the problem of one parameter.
func wrong(status int, parameter, en, zh string) error {
	return faults{{parameter, table.Text{EN: en, ZH: zh}}}.problem(status)
}

// problem is what an error is to whoever asked. What the database says may speak of bases that he may not see.
func (s *server) problem(a *asked, err error) *Problem {
	var known *Problem
	var unknown *report.UnknownError
	var question *report.QuestionError
	var many *report.TooManyError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &unknown) && unknown.Parameter == "since":
		return wrong(http.StatusBadRequest, "since", "is no cursor that an answer gave", "不是答复中给出的游标").(*Problem)
	case errors.As(err, &unknown):
		return wrong(http.StatusNotFound, unknown.Parameter, fmt.Sprintf("there is no %q", unknown.Value), fmt.Sprintf("没有“%s”", unknown.Value)).(*Problem)
	case errors.As(err, &many):
		return tooManyLines(many.Lines).(*Problem)
	case errors.As(err, &question):
		return faults{{question.Parameter, question.Text}}.problem(http.StatusBadRequest).(*Problem)
	case errors.Is(err, report.ErrNotKept):
		return wrong(http.StatusBadRequest, "from", "is older than single facts are kept", "早于单条记录的保存期限").(*Problem)
	}
	s.Log.Error("answer", "path", a.path, "reason", err)
	p := problemOf(http.StatusBadGateway, table.Text{EN: "the database does not answer", ZH: "数据库没有应答"})
	if a.grant.Scope == (report.Scope{}) {
		p.Detail, p.DetailZH = p.Detail+": "+err.Error(), p.DetailZH+"："+err.Error()
	}
	return p
}

// ungranted is the answer to a request that shows no token.
func ungranted() *Problem {
	return problemOf(http.StatusUnauthorized, table.Text{EN: "a token is needed: Authorization: Bearer …, or as the password", ZH: "需要访问令牌：Authorization: Bearer …，或作为密码输入"})
}

func (s *server) writeProblem(w http.ResponseWriter, p *Problem) {
	var body bytes.Buffer
	if err := json.NewEncoder(&body).Encode(p); err != nil {
		panic("web: a problem is not JSON: " + err.Error())
	}
	for name, values := range p.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	if _, err := w.Write(body.Bytes()); err != nil {
		s.Log.Debug("answer not taken", "reason", err)
	}
}

// elsewhere is whatever has no endpoint.
func (s *server) elsewhere(w http.ResponseWriter, r *http.Request) {
	if _, granted := access.Of(r.Context()); !granted {
		s.writeProblem(w, ungranted())
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		p := problemOf(http.StatusMethodNotAllowed, table.Text{EN: "expected GET", ZH: "应为 GET"})
		p.header = http.Header{"Allow": {"GET, HEAD"}}
		s.writeProblem(w, p)
		return
	}
	s.writeProblem(w, problemOf(http.StatusNotFound, table.Text{EN: "nothing is served here; /docs says what is, and where", ZH: "此地址没有内容；/docs 列出了全部接口"}))
}
