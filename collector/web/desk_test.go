package web

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"basemeter/agent/record"
	"basemeter/collector/access"
	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

var now = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC) // noon in Beijing

// A desk is a server whose answers a test decides, and what it was asked.
type desk struct {
	options Options
	world   world
	scope   report.Scope
	nobody  bool // asks without a grant
	fails   error
	well    bool
	asked   []report.Query
	choice  Choice // that a form was last asked for
	where   string // what Explain was asked
	spans   []utilisation.Span
	lines   int // how many lines there are besides, to be paged
	handler http.Handler
}

func newDesk() *desk {
	d := &desk{well: true, world: threeBases()}
	d.options = Options{
		Version: "test", Answer: d.answer, Catalogue: func() *report.Catalogue { return d.world.catalogue() },
		Sessions: func(_ context.Context, base, asset string, from, to time.Time) ([]report.Session, error) {
			return d.world.sessions(base, asset, from), d.fails
		},
		Explain: func(_ context.Context, base, asset string, from, to time.Time) ([]utilisation.Span, error) {
			d.where = base + " " + asset + " " + from.UTC().Format(time.RFC3339Nano) + " " + to.UTC().Format(time.RFC3339Nano)
			if d.world.catalogue().Base(base).Asset(asset) == nil && d.fails == nil {
				return nil, &report.UnknownError{Parameter: "asset", Value: base + "/" + asset}
			}
			return d.spans, d.fails
		},
		Evidence: func(_ context.Context, base, asset string, from, to time.Time) ([]report.Evidence, error) {
			return d.world.evidence(base, from), d.fails
		},
		Frozen: func(context.Context) ([]report.Frozen, error) { return d.world.frozen(), d.fails },
		Corrections: func(_ context.Context, base string) ([]report.Correction, error) {
			return d.world.corrections(base), d.fails
		},
		Exchange: d.exchange, Form: d.form, Forms: []Form{
			{"sj3", table.Text{ZH: "仪器设备", EN: "Instruments"}, "academic", lastYear, []string{"all_assets"}},
			{"all", table.Text{ZH: "全部", EN: "Everything"}, "calendar", lastYear, []string{"all_assets", "use_in", "weight"}}},
		Known: func(_ context.Context, within report.Scope, dimension report.Dimension, id string) (bool, error) {
			heard := map[report.Dimension]string{report.ByBase: "heard", report.ByPurpose: "student_training,odd", report.ByAffiliation: "host", report.ByUserGroup: "college_student", report.ByCity: "jian"}
			return slices.Contains(strings.Split(heard[dimension], ","), id) && (dimension != report.ByBase || within.Has(id, nil)), d.fails
		},
		Words: func(lang string) func(string) string { return func(id string) string { return lang + ":" + id } },
		Live:  func() []Live { return d.world.live() }, Areas: func() []Area { return d.world.areas() },
		Health: func(context.Context) (bool, any) {
			return d.well, map[string]any{"well": d.well, "gateways": d.world.ids()}
		},
		Metrics:  http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "metric 1", d.world.ids()) }),
		Bases:    map[string]Base{"far": {TextZH: "远", TextEN: "Far", Zone: time.UTC}},
		WriteCSV: writeCSV, WriteXLSX: writeXLSX,
		Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler),
	}
	return d
}

// answer adds up what a query may see.
func (d *desk) answer(_ context.Context, q report.Query) (report.Answer, error) {
	d.asked = append(d.asked, q)
	if d.fails != nil {
		return report.Answer{}, d.fails
	}
	if q.Version != "" && q.Version != "2025-2026.1" {
		return report.Answer{}, &report.UnknownError{Parameter: "version", Value: q.Version}
	}
	a := report.Answer{From: q.From, To: q.To, By: q.By, Metrics: q.Metrics, Version: q.Version, Formula: 2, Plan: "0123456789ab", Lines: []report.Line{}}
	if q.Now.Before(q.To) {
		a.To = q.Now
	}
	sums := map[report.Group]int64{}
	var all int64
	for _, atom := range d.world.atoms(d.lines) {
		b := d.world.catalogue().Base(atom.Base)
		fits := q.Within.Has(atom.Base, b)
		for dimension, list := range q.Where {
			fits = fits && slices.Contains(list, atom.At(dimension))
		}
		if fits {
			sums[project(q.By, atom.Group)] += atom.ms
			all += atom.ms
		}
	}
	for g, ms := range sums {
		a.Lines = append(a.Lines, lineFor(g, ms, q.Metrics))
	}
	if q.Most > 0 && len(a.Lines) > q.Most {
		return report.Answer{}, &report.TooManyError{Lines: len(a.Lines), Most: q.Most}
	}
	slices.SortFunc(a.Lines, func(x, y report.Line) int { return x.Group.Compare(y.Group) })
	a.Total = lineFor(report.Group{}, all, q.Metrics)
	return a, nil
}

func lineFor(g report.Group, ms int64, metrics []string) report.Line {
	l := report.Line{Group: g, Bases: 1, Assets: 1}
	for _, id := range metrics {
		f := report.Figure{Metric: id, Value: float64(ms) / 3_600_000, Numerator: ms, Coverage: 0.75, EstimatedMS: 60_000}
		if id == "visits" {
			f = report.Figure{Metric: id, Missing: report.Withheld}
		}
		l.Figures = append(l.Figures, f)
	}
	return l
}

func project(by []report.Dimension, all report.Group) (g report.Group) {
	fields := map[report.Dimension]*string{report.ByCity: &g.City, report.ByBase: &g.Base, report.ByAsset: &g.Asset, report.ByPlace: &g.Place,
		report.ByPurpose: &g.Purpose, report.ByAffiliation: &g.Affiliation, report.ByUserGroup: &g.UserGroup, report.ByMonth: &g.Month, report.ByDay: &g.Day}
	for _, d := range by {
		if field := fields[d]; field != nil {
			*field = all.At(d)
		}
	}
	return g
}

func (d *desk) exchange(_ context.Context, within report.Scope, since string, most int) (changes []report.Change, next string, err error) {
	if d.fails != nil {
		return nil, "", d.fails
	}
	first := 0
	if since != "" {
		if first, err = strconv.Atoi(since); err != nil || first < 0 {
			return nil, "", &report.UnknownError{Parameter: "since", Value: since}
		}
	}
	all := d.world.changes(within)
	if first > len(all) {
		first = len(all)
	}
	last := min(first+most, len(all))
	return all[first:last], strconv.Itoa(last), nil
}

// lastYear is one that no other rule would come to.
func lastYear(now time.Time, zone *time.Location) (from, to time.Time) {
	last := now.In(zone).Year() - 1
	return time.Date(last, 2, 3, 0, 0, 0, 0, zone), time.Date(last, 11, 12, 0, 0, 0, 0, zone)
}

func (d *desk) form(ctx context.Context, id string, q report.Query, choice Choice) (table.Document, error) {
	d.choice = choice
	q.By, q.Metrics = []report.Dimension{report.ByBase, report.ByAsset}, []string{"effective_hours"}
	a, err := d.answer(ctx, q)
	if err != nil {
		return table.Document{}, err
	}
	s := a.Sheet(func(id string) table.Text { return table.Say(id).Text }, q.Catalogue)
	s.Columns = append(s.Columns, table.Column{ID: "sign", Head: table.Text{ZH: "签字", EN: "signed"}})
	for i := range s.Rows {
		s.Rows[i] = append(s.Rows[i], table.Cell{Kind: table.Manual})
	}
	return table.Document{Title: table.Text{ZH: "仪器设备", EN: "Instruments"}, File: id, Sheets: []table.Sheet{s}}, nil
}

// ask asks with the desk's scope.
func (d *desk) ask(path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return d.serve(r)
}

func (d *desk) serve(r *http.Request) *httptest.ResponseRecorder {
	if d.handler == nil {
		d.handler = Handler(d.options)
	}
	if !d.nobody {
		r = r.WithContext(access.With(r.Context(), access.Grant{Token: "t", Scope: d.scope}))
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w
}

// got is the answer to a question, as JSON.
func got[T any](t *testing.T, w *httptest.ResponseRecorder) (body T) {
	t.Helper()
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	return body
}

// refused holds an answer to be a problem in both languages, and returns it.
func refused(t *testing.T, w *httptest.ResponseRecorder, status int) (p Problem) {
	t.Helper()
	kind, _, err := mime.ParseMediaType(w.Header().Get("Content-Type"))
	if err == nil {
		err = json.Unmarshal(w.Body.Bytes(), &p)
	}
	if err != nil || w.Code != status || p.Status != status || kind != "application/problem+json" || p.Type == "" || p.Title == "" || p.TitleZH == "" || p.Detail == "" || p.DetailZH == "" {
		t.Fatalf("%d %s %s (%v), want a problem of %d", w.Code, kind, w.Body, err, status)
	}
	for _, one := range p.Errors {
		if one.Parameter == "" || one.Detail == "" || one.DetailZH == "" {
			t.Errorf("%+v says less than it should", one)
		}
	}
	return p
}

const march = "from=2026-02-01&to=2026-03-01"

func writeCSV(w io.Writer, s table.Sheet, lang string) error {
	out := csv.NewWriter(w)
	var head []string
	for _, c := range s.Columns {
		head = append(head, c.ID)
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for _, row := range s.Rows {
		var line []string
		for _, c := range row {
			line = append(line, shownIn(c, lang))
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func shownIn(c table.Cell, lang string) string {
	switch c.Kind {
	case table.Number:
		return strconv.FormatFloat(c.Number, 'f', -1, 64)
	case table.Time:
		return c.Time.Format(time.RFC3339)
	}
	return c.Text.In(lang)
}

func writeXLSX(w io.Writer, d table.Document, lang string) error {
	f := excelize.NewFile()
	defer f.Close()
	for _, s := range d.Sheets {
		if _, err := f.NewSheet(s.ID); err != nil {
			return err
		}
		for i, c := range s.Columns {
			for j := range len(s.Rows) + 1 {
				at, err := excelize.CoordinatesToCellName(i+1, j+1)
				text := c.Head.In(lang)
				if j > 0 {
					text = shownIn(s.Rows[j-1][i], lang)
				}
				if err == nil {
					err = f.SetCellStr(s.ID, at, text)
				}
				if err != nil {
					return err
				}
			}
		}
	}
	_, err := f.WriteTo(w)
	return err
}

// unpacked is what a workbook says.
func unpacked(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	f, err := excelize.OpenReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var text strings.Builder
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&text, sheet, rows)
	}
	return text.String()
}

func good(number float64) record.Shown { return record.Shown{Number: number, Quality: record.Good} }
