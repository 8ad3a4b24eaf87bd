package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"basemeter/collector/access"
	"basemeter/collector/forms"
	"basemeter/collector/plan"
	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/web"
)

// TestMain is also the command itself, if asked.
func TestMain(m *testing.M) {
	if os.Getenv("BASEMETER_COMMAND") != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// process is the command as a process of its own.
func process(t *testing.T, args ...string) *exec.Cmd {
	c := exec.CommandContext(t.Context(), os.Args[0], args...)
	c.Env = append(os.Environ(), "BASEMETER_COMMAND=1", "LANG=zh_CN.UTF-8", "http_proxy=", "HTTP_PROXY=", "BASEMETER_URL=http://127.0.0.1:1", "BASEMETER_TOKEN_FILE=")
	return c
}

// command runs it.
func command(t *testing.T, env string, args ...string) (out, said string, code int) {
	t.Helper()
	c := process(t, args...)
	c.Env = append(c.Env, env)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return stdout.String(), stderr.String(), c.ProcessState.ExitCode()
}

// A centre is the real API over figures that are made by hand, and what it was asked.
type centre struct {
	*httptest.Server
	options web.Options
	ms      int64                                                    // what an atom comes to
	before  func(w http.ResponseWriter, r *http.Request) (done bool) // may answer otherwise

	fails   error // what the database says
	handler http.Handler

	mu     sync.Mutex
	asked  []string
	header http.Header
}

func newCentre(t *testing.T) *centre {
	c := &centre{ms: 2 * 3_600_000}
	words := func(lang string) func(string) string { return plan.Taxonomy().Words(lang) }
	c.options = web.Options{Version: "test", Answer: c.answer, Catalogue: catalogue, Form: form, Words: words,
		Forms:    []web.Form{formNamed("sj3"), formNamed("state-data"), formNamed("benefit")},
		Frozen:   func(context.Context) ([]report.Frozen, error) { return frozen(), nil },
		WriteCSV: table.WriteCSV, WriteXLSX: table.WriteXLSX,
		Now: func() time.Time { return day(2026, 10, 1) }, Log: slog.New(slog.DiscardHandler)}
	c.serve()
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		c.asked, c.header = append(c.asked, r.URL.Path+"?"+r.URL.RawQuery), r.Header
		c.mu.Unlock()
		if c.before == nil || !c.before(w, r) {
			c.handler.ServeHTTP(w, r.WithContext(access.With(r.Context(), access.Grant{Token: "t"})))
		}
	}))
	t.Cleanup(c.Close)
	return c
}

// serve has the API begin with the options as they are now.
func (c *centre) serve() { c.handler = web.Handler(c.options) }

// run runs basemeter report against it.
func (c *centre) run(t *testing.T, args ...string) (out, said string, code int) {
	t.Helper()
	return command(t, "BASEMETER_URL="+c.URL+"/", append([]string{"report"}, args...)...)
}

// direct is what the API itself answers.
func (c *centre) direct(t *testing.T, question string) string {
	t.Helper()
	answer, err := http.Get(c.URL + question)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(answer.Status, err, string(body))
	}
	return string(body)
}

// questions are what it was asked of a path.
func (c *centre) questions(path string) (all []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, one := range c.asked {
		if query, found := strings.CutPrefix(one, path+"?"); found {
			all = append(all, query)
		}
	}
	return all
}

var beijing = time.FixedZone("Asia/Shanghai", 8*60*60)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, beijing) }

func catalogue() *report.Catalogue {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	return &report.Catalogue{Version: "plan-1", Bases: []report.Base{
		{ID: "gz", Text: table.Text{ZH: "赣州基地", EN: "Ganzhou base"}, City: "ganzhou", Clock: zone,
			Terms: []report.Term{{Code: "2025-2026-1", From: day(2025, 9, 8), To: day(2026, 1, 25)}, {Code: "2025-2026-2", From: day(2026, 3, 2), To: day(2026, 7, 5)}}},
		{ID: "nc", Text: table.Text{ZH: "南昌基地", EN: "Nanchang base"}, City: "nanchang", Clock: zone,
			Areas:  []report.Area{{ID: "hall", Text: table.Text{ZH: "大厅", EN: "hall"}, Workstations: 12}},
			Assets: []report.Asset{{ID: "lathe", Text: table.Text{ZH: "车床", EN: "lathe"}}, {ID: "mill", Text: table.Text{ZH: "铣床", EN: "mill"}}},
			Terms:  []report.Term{{Code: "2025-2026-1", From: day(2025, 9, 1), To: day(2026, 1, 25)}, {Code: "2025-2026-2", From: day(2026, 3, 2), To: day(2026, 7, 5)}}},
	}}
}

func frozen() []report.Frozen {
	return []report.Frozen{{Base: "nc", Version: "2025-2026.1", Period: "2025-2026", From: day(2025, 9, 1), To: day(2026, 9, 1), Rows: 7, Digest: "0123abcd",
		Reason: "年度上报", Author: "实训处", Made: day(2026, 9, 3)}}
}

func atoms() []report.Group {
	return []report.Group{
		{City: "nanchang", Base: "nc", Asset: "lathe", Place: "hall", Purpose: "student_training", Affiliation: "host", UserGroup: "college_student", Month: "2026-03"},
		{City: "nanchang", Base: "nc", Asset: "mill", Place: "lathe", Purpose: "student_training", Affiliation: "host", UserGroup: "college_student", Month: "2026-04"},
		{City: "ganzhou", Base: "gz", Asset: "press", Place: "yard", Purpose: "student_training", Affiliation: "host", UserGroup: "college_student", Month: "2026-03"},
	}
}

// answer adds up atoms. Visits are withheld; the hours of gz are doubtful.
func (c *centre) answer(_ context.Context, q report.Query) (report.Answer, error) {
	if c.fails != nil {
		return report.Answer{}, c.fails
	}
	if q.Version != "" && q.Version != "2025-2026.1" {
		return report.Answer{}, &report.UnknownError{Parameter: "version", Value: q.Version}
	}
	a := report.Answer{From: q.From, To: q.To, By: q.By, Metrics: q.Metrics, Version: q.Version, Formula: 2, Plan: "plan-1"}
	sums := map[report.Group]int64{}
	for _, atom := range atoms() {
		fits := true
		for d, list := range q.Where {
			fits = fits && slices.Contains(list, atom.At(d))
		}
		if !fits {
			continue
		}
		sums[projected(q.By, atom)] += c.ms
		sums[report.Group{Day: "total"}] += c.ms
	}
	for g, ms := range sums {
		if g.Day != "total" {
			a.Lines = append(a.Lines, lineOf(g, ms, q.Metrics))
		}
	}
	slices.SortFunc(a.Lines, func(x, y report.Line) int { return x.Compare(y.Group) })
	a.Total = lineOf(report.Group{}, sums[report.Group{Day: "total"}], q.Metrics)
	return a, nil
}

func projected(by []report.Dimension, atom report.Group) (g report.Group) {
	for _, d := range by {
		switch d {
		case report.ByCity:
			g.City = atom.City
		case report.ByBase:
			g.Base = atom.Base
		case report.ByAsset:
			g.Asset = atom.Asset
		case report.ByPlace:
			g.Place = atom.Place
		case report.ByMonth:
			g.Month = atom.Month
		case report.ByUserGroup:
			g.UserGroup = atom.UserGroup
		case report.ByPurpose:
			g.Purpose = atom.Purpose
		case report.ByAffiliation:
			g.Affiliation = atom.Affiliation
		}
	}
	return g
}

func lineOf(g report.Group, ms int64, metrics []string) report.Line {
	l := report.Line{Group: g, Bases: 1, Assets: 2}
	for _, id := range metrics {
		f := report.Figure{Metric: id, Value: float64(ms) / 3_600_000, Numerator: ms, Coverage: 0.95}
		if g.Base == "gz" {
			f.Coverage = 0.5
		}
		if id == "visits" {
			f = report.Figure{Metric: id, Missing: report.Withheld}
		}
		if id == "external_share" {
			f.Value, f.Denominator = 0.125, 8*ms
		}
		l.Figures = append(l.Figures, f)
	}
	return l
}

// formNamed is how the real form of an id is offered.
func formNamed(id string) web.Form {
	f, err := forms.Find(id)
	if err != nil {
		panic(err)
	}
	one := web.Form{ID: id, Text: table.Text{ZH: "仪器设备", EN: "Instruments"}, Year: "academic", Period: f.Period, Takes: f.Takes}
	if f.Year == forms.Calendar {
		one.Year = "calendar"
	}
	return one
}

// form has every kind of cell, in two sheets.
func form(_ context.Context, id string, q report.Query, _ web.Choice) (table.Document, error) {
	faint := table.Amount(1234.5678)
	faint.Faint, faint.Least = true, true
	first := table.Sheet{ID: "machines", Title: table.Text{ZH: "设备", EN: "Machines"}, Above: []table.Text{{ZH: "期间：" + q.From.Format(time.DateOnly), EN: "from " + q.From.Format(time.DateOnly)}},
		Columns: []table.Column{{ID: "name", Head: table.Text{ZH: "名称", EN: "name"}}, {ID: "hours", Head: table.Text{ZH: "使用", EN: "used"}, Unit: "h", Format: table.Decimal},
			{ID: "share", Head: table.Text{ZH: "占比", EN: "share"}, Format: table.Percent}, {ID: "since", Head: table.Text{ZH: "启用", EN: "since"}, Format: table.Date},
			{ID: "sign", Head: table.Text{ZH: "签字", EN: "signed"}}, {ID: "visits", Head: table.Text{ZH: "人次", EN: "visits"}, Format: table.Whole}},
		Rows: [][]table.Cell{
			{table.SayIn(table.Text{ZH: "车床", EN: "lathe"}), faint, table.Amount(1. / 3), table.At(day(2021, 3, 1)), {Kind: table.Manual}, {Kind: table.Withheld}},
			{table.Say("mill"), table.Amount(2), {}, {}, {Kind: table.Manual}, {Kind: table.Unknown, Text: table.Text{ZH: "没有保存", EN: "not kept"}}}},
		Below: []table.Text{{ZH: "来源：台账", EN: "source: the ledger"}}}
	second := table.Sheet{ID: "notes", Title: table.Text{ZH: "说明", EN: "Notes"}, Columns: []table.Column{{ID: "note", Head: table.Text{ZH: "说明", EN: "note"}}}, Rows: [][]table.Cell{{table.Say("2026-03-01T00:00:00Z")}}}
	return table.Document{Title: table.Text{ZH: "仪器设备", EN: "Instruments"}, File: id, Sheets: []table.Sheet{first, second}}, nil
}
