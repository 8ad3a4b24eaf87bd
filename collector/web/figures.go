package web

import (
	"time"

	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// bounds of a question for figures.
const (
	mostDays       = 3653 // ten years
	mostSingleDays = 400  // grouped by day
	mostLines      = 10_000
	mostBy         = 6
	mostAssets     = 500 // that a question may be divided by at once without saying where they stand
)

// Spanned is what every question over a span takes.
type Spanned struct {
	In
	From string `query:"from" required:"true"`
	To   string `query:"to" required:"true"`
}

// Where are the filters that bases have in common.
type Where struct {
	Base       string `query:"base"`
	City       string `query:"city"`
	County     string `query:"county"`
	Zone       string `query:"zone"`
	Cluster    string `query:"cluster"`
	Consortium string `query:"consortium"`
	Kind       string `query:"kind"`
}

// Divided is how figures are divided, paged and written.
type Divided struct {
	Purpose     string `query:"purpose"`
	Affiliation string `query:"affiliation"`
	By          string `query:"by"`
	Metrics     string `query:"metrics"`
	Version     string `query:"version"`
	Floor       share  `query:"floor"`
	Paged
	Format string `query:"format" enum:"json,csv,xlsx"`
}

type ofMachines struct {
	Spanned
	Where
	Line  string `query:"line"`
	Asset string `query:"asset"`
	Divided
}

type ofPeople struct {
	Spanned
	Where
	Place     string `query:"place"`
	UserGroup string `query:"user_group"`
	Divided
}

// Figures is an answer, or a page of it.
type Figures struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	By      []string  `json:"by" nullable:"false"`
	Metrics []string  `json:"metrics" nullable:"false"`
	Version string    `json:"version,omitempty"`
	Formula int64     `json:"formula,omitempty"`
	Plan    string    `json:"plan,omitempty"`
	Floor   float64   `json:"floor"`
	Lines   []Line    `json:"lines" nullable:"false"`
	Count   int       `json:"lines_total"`
	Next    string    `json:"next,omitempty"`
	Total   Line      `json:"total"`
}

// A Line is the figures of one group.
type Line struct {
	report.Group
	Bases   int      `json:"bases"`
	Assets  int      `json:"assets"`
	Figures []Figure `json:"figures" nullable:"false"`
}

// A Figure is one number, with what must be known to defend it. Where there is none, it is null, not 0.
type Figure struct {
	Metric      string   `json:"metric"`
	Value       *float64 `json:"value" nullable:"true"`
	Numerator   int64    `json:"numerator"`
	Denominator int64    `json:"denominator,omitempty"`
	Coverage    float64  `json:"coverage"`
	EstimatedMS int64    `json:"estimated_ms"`
	Missing     string   `json:"missing,omitempty" enum:"withheld,not_divided,not_kept"`
	Doubtful    bool     `json:"doubtful,omitempty"`
}

// A kindOf is one of the kinds of figures.
type kindOf struct {
	file      string
	title     table.Text
	allowed   []report.Dimension
	by        []report.Dimension
	metrics   []string
	mayDivide func(m *utilisation.Metric) bool
}

func (s *server) figureEndpoints() {
	machines := kindOf{"utilisation", table.Text{ZH: "设备机时", EN: "Machine-hours"}, report.MachineDimensions, []report.Dimension{report.ByBase},
		[]string{"effective_hours", "running_hours", "standby_hours", "off_hours", "fault_hours", "unknown_hours", "open_use_hours", "external_share",
			"allocation", "utilization_efficiency", "coverage"}, machinesMetric}
	people := kindOf{"attendance", table.Text{ZH: "人员使用", EN: "Attendance"}, report.PeopleDimensions, []report.Dimension{report.ByBase},
		[]string{"person_hours", "person_hours_inside", "person_hours_society", "visits"}, peopleMetric}
	coverage := machines
	coverage.file, coverage.title, coverage.by = "coverage", table.Text{ZH: "数据覆盖率", EN: "Coverage of the data"}, []report.Dimension{report.ByBase, report.ByAsset}
	coverage.metrics = []string{"coverage", "elapsed_hours", "unknown_hours", "corrected_hours"}
	formats := []string{asJSON, asCSV, asXLSX}
	get(s, endpoint{path: "/v1/utilisation", formats: formats, costly: true, example: "from=2026-03-01&to=2026-04-01&by=city,month",
		summary: table.Text{ZH: "设备机时与利用率", EN: "Machine-hours and how assets were used"},
		detail: table.Text{ZH: "按任意维度汇总的机时指标，每个数字都带覆盖率。不写 by 时每个基地一行。多个基地合计时只算到最后一个完整的日子。",
			EN: "Figures of machines, divided as you like, each with its coverage. Without by there is a line for each base. Of more than one base it ends with the last whole day."},
	}, func(a *asked, _ *ofMachines) (*reply[Figures], error) { return s.figures(a, machines) })
	get(s, endpoint{path: "/v1/attendance", formats: formats, costly: true, example: "from=2026-03-01&to=2026-04-01&by=base,user_group",
		summary: table.Text{ZH: "人时与人次", EN: "Person-hours and visits"},
		detail: table.Text{ZH: "人员使用情况。不足五人的数字不给出，missing 为 withheld。",
			EN: "Where people were, and for how long. Figures of fewer than five people are not given: missing says withheld."},
	}, func(a *asked, _ *ofPeople) (*reply[Figures], error) { return s.figures(a, people) })
	get(s, endpoint{path: "/v1/coverage", formats: formats, costly: true, example: "from=2026-03-01&to=2026-03-08&city=nanchang",
		summary: table.Text{ZH: "数据覆盖率", EN: "Coverage of the data"},
		detail: table.Text{ZH: "有多少时间是已知的，多少未知、估计或经人工更正；默认按基地和设备。",
			EN: "How much of the time is known, unknown, estimated or corrected by people; by base and asset unless by says otherwise."},
	}, func(a *asked, _ *ofMachines) (*reply[Figures], error) { return s.figures(a, coverage) })
}

func (s *server) figures(a *asked, k kindOf) (*reply[Figures], error) {
	q, err := s.query(a, k)
	if err != nil {
		return nil, err
	}
	at, err := a.position(&q)
	if err != nil {
		return nil, err
	}
	q.Most = mostLines
	got, err := s.Answer(a.ctx, q)
	if err != nil {
		return nil, err
	}
	floor := a.floor()
	lines, next := at.page(a, got.Lines, q.To)
	f := figuresOf(&got, lines, floor)
	f.Next = next
	part := got
	part.Lines = lines
	document := func() table.Document {
		sheet := part.SheetAt(s.text, a.catalogue, floor)
		if a.format == asCSV || next != "" || at.begun {
			sheet.Rows = sheet.Rows[:len(lines)] // programs add up by themselves, and a page is no total
		}
		sheet.ID, sheet.Title = k.file, k.title
		return table.Document{Title: k.title, File: k.file, Sheets: []table.Sheet{sheet}}
	}
	return &reply[Figures]{body: f, document: document, next: next, frozen: q.Version != ""}, nil
}

func figuresOf(got *report.Answer, lines []report.Line, floor float64) Figures {
	f := Figures{From: got.From.UTC(), To: got.To.UTC(), By: []string{}, Metrics: got.Metrics, Version: got.Version, Formula: got.Formula, Plan: got.Plan,
		Floor: floor, Lines: make([]Line, len(lines)), Count: len(got.Lines), Total: lineOf(&got.Total, floor)}
	for _, d := range got.By {
		f.By = append(f.By, string(d))
	}
	for i := range lines {
		f.Lines[i] = lineOf(&lines[i], floor)
	}
	return f
}

func lineOf(l *report.Line, floor float64) Line {
	line := Line{Group: l.Group, Bases: l.Bases, Assets: l.Assets, Figures: make([]Figure, len(l.Figures))}
	for i, f := range l.Figures {
		one := Figure{Metric: f.Metric, Missing: string(f.Missing)}
		if f.Missing == "" {
			one = Figure{f.Metric, &f.Value, f.Numerator, f.Denominator, f.Coverage, f.EstimatedMS, "", f.Coverage < floor}
		}
		line.Figures[i] = one
	}
	return line
}

// text is what an id of the taxonomy means.
func (s *server) text(id string) table.Text {
	return table.Text{ZH: s.Words("zh")(id), EN: s.Words("en")(id)}
}
