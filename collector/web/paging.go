package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"basemeter/collector/report"
)

// A count is how many lines a page may have, as it was written.
type count string

// Schema documents it.
func (count) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeInteger, Minimum: new(1.), Maximum: new(float64(mostLines))}
}

// Paged is what every list of many lines takes.
type Paged struct {
	Limit  count  `query:"limit"`
	Cursor string `query:"cursor"`
}

// A mark is where a page ended. It names the last line, not its number, so that a line which appears meanwhile shifts
// none; and where the first page ended in time, so that the pages together are one answer.
type mark struct {
	Of    []byte       `json:"of"` // the question
	To    time.Time    `json:"to,omitzero"`
	After report.Group `json:"after,omitzero"`
	Key   string       `json:"key,omitempty"` // the last line's, of what is no figure
}

// A position is where a page begins, and how long it is.
type position struct {
	mark
	begun bool // it is not the first
	most  int
}

// page are the lines from here on, and the cursor of what follows them, if anything does.
func (p *position) page(a *asked, lines []report.Line, to time.Time) (page []report.Line, next string) {
	if p.begun {
		i := slices.IndexFunc(lines, func(l report.Line) bool { return l.Group.Compare(p.After) > 0 })
		if i < 0 {
			return nil, ""
		}
		lines = lines[i:]
	}
	if len(lines) <= p.most {
		return lines, ""
	}
	return lines[:p.most], a.marked(mark{To: to, After: lines[p.most-1].Group})
}

// pageOf is a page of a list that is ordered by key.
func pageOf[T any](a *asked, list []T, key func(*T) string) (page []T, next string, err error) {
	at := position{most: a.limit()}
	if at.begun, err = a.resume(&at.mark); err != nil {
		return nil, "", err
	}
	if at.begun {
		i := slices.IndexFunc(list, func(one T) bool { return key(&one) > at.Key })
		if i < 0 {
			return []T{}, "", nil
		}
		list = list[i:]
	}
	if len(list) <= at.most {
		return list, "", nil
	}
	return list[:at.most], a.marked(mark{Key: key(&list[at.most-1])}), nil
}

// limit is how many lines a page has.
func (a *asked) limit() int {
	if n, err := strconv.Atoi(a.values.Get("limit")); err == nil {
		return n
	}
	return mostLines
}

// question is what tells a question from others, whatever the page and the way of writing.
func (a *asked) question() []byte {
	h := sha256.New()
	h.Write([]byte(a.path))
	for _, name := range slices.Sorted(maps.Keys(a.values)) {
		if name != "cursor" && name != "limit" && name != "format" && name != "lang" {
			h.Write([]byte("\n" + name + "=" + a.values.Get(name)))
		}
	}
	return h.Sum(nil)[:12]
}

// position reads the cursor, and has the question end where it did on the first page.
func (a *asked) position(q *report.Query) (p position, err error) {
	p.most = a.limit()
	if p.begun, err = a.resume(&p.mark); err != nil || !p.begun {
		return p, err
	}
	if !q.From.Before(p.To) || p.To.After(q.To) {
		return p, badCursor()
	}
	q.To = p.To
	return p, nil
}

// resume reads the cursor into what it was made of; false: there is none.
func (a *asked) resume(m *mark) (bool, error) {
	text := a.values.Get("cursor")
	if text == "" {
		return false, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(raw, m) != nil || string(m.Of) != string(a.question()) {
		return false, badCursor()
	}
	return true, nil
}

func badCursor() error {
	return wrong(http.StatusBadRequest, "cursor", "is no cursor that an answer to this question gave", "不是对这个查询的答复给出的游标")
}

func (a *asked) marked(m mark) string {
	m.Of = a.question()
	raw, err := json.Marshal(m)
	if err != nil {
		panic("web: a cursor is not JSON: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}
