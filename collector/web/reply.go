package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"basemeter/collector/table"
)

// The formats that an answer may be written in.
const (
	asJSON = "json"
	asCSV  = "csv"
	asXLSX = "xlsx"
)

var contentTypes = map[string]string{
	asJSON: "application/json",
	asCSV:  "text/csv",
	asXLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// A reply is what an endpoint answers.
type reply[T any] struct {
	body     T                     // as JSON
	document func() table.Document // as a table; nil: it can be none
	sheet    string                // which of the document's is written as CSV; empty: the first
	next     string                // cursor of the next page; empty: this is the last
	frozen   bool                  // it will never change
}

// entity is the bytes of an answer, and what its tag is made of: a workbook's own bytes hold the time at which it was made.
type entity struct {
	kind, file string
	tag        []byte
	write      func(*bytes.Buffer) error
}

func entityOf[T any](s *server, a *asked, r *reply[T]) (entity, error) {
	if a.format == asJSON || r.document == nil {
		body, err := json.Marshal(r.body)
		return entity{contentTypes[asJSON] + "; charset=utf-8", "", body, func(b *bytes.Buffer) error {
			b.Write(body)
			return b.WriteByte('\n')
		}}, err
	}
	d := r.document()
	tag, err := json.Marshal(d)
	if err != nil {
		return entity{}, err
	}
	if a.format == asXLSX {
		return entity{contentTypes[asXLSX], d.File + ".xlsx", tag, func(b *bytes.Buffer) error { return s.WriteXLSX(b, d, a.lang) }}, nil
	}
	sheet, err := sheetOf(d, r.sheet)
	return entity{contentTypes[asCSV] + "; charset=utf-8", d.File + ".csv", tag, func(b *bytes.Buffer) error { return s.WriteCSV(b, sheet, a.lang) }}, err
}

// sheetOf is the sheet of an id, or the first.
func sheetOf(d table.Document, id string) (table.Sheet, error) {
	var ids []string
	for _, s := range d.Sheets {
		if s.ID == id || id == "" {
			return s, nil
		}
		ids = append(ids, s.ID)
	}
	list := strings.Join(ids, ", ")
	return table.Sheet{}, wrong(http.StatusBadRequest, "sheet", fmt.Sprintf("there is no %q; expected one of: %s", id, list), fmt.Sprintf("没有“%s”；应为：%s", id, list))
}

// answer writes a reply, or that whoever asks has it already.
func answer[T any](s *server, w http.ResponseWriter, a *asked, r *reply[T]) error {
	e, err := entityOf(s, a, r)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(append([]byte(a.lang+" "+a.format+" "+r.next+"\n"), e.tag...))
	tag := base64.RawURLEncoding.EncodeToString(sum[:18])
	h := w.Header()
	h.Set("ETag", `"`+tag+`"`)
	h.Set("Cache-Control", "private, no-cache")
	if r.frozen {
		h.Set("Cache-Control", "private, max-age=86400")
	}
	h.Add("Vary", "Accept, Accept-Language, Authorization")
	h.Set("Content-Language", map[string]string{"zh": "zh-CN", "en": "en"}[a.lang])
	if r.next != "" {
		h.Set("Link", "<"+a.page(r.next)+`>; rel="next"`)
	}
	if matches(a.ifNoneMatch, tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	var body bytes.Buffer
	if err := e.write(&body); err != nil {
		return err
	}
	h.Set("Content-Type", e.kind)
	if e.file != "" {
		h.Set("Content-Disposition", `attachment; filename="`+e.file+`"`)
	}
	if _, err := w.Write(body.Bytes()); err != nil {
		s.Log.Debug("answer not taken", "reason", err) // the caller has hung up
	}
	return nil
}

// matches tells whether one of the tags of If-None-Match is ours. A compressed answer's has a suffix, and a proxy may
// have made it weak.
func matches(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		one = strings.Trim(strings.TrimPrefix(strings.TrimSpace(one), "W/"), `"`)
		if one == "*" || strings.TrimSuffix(one, compressed) == tag {
			return true
		}
	}
	return false
}
