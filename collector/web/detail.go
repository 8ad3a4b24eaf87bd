package web

import (
	"net/http"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

func (s *server) detailEndpoints() {
	get(s, endpoint{path: "/v1/sessions", formats: []string{asJSON, asCSV, asXLSX}, costly: true, example: "base=nc-vtc-cnc&from=2026-03-02&to=2026-03-09",
		summary: table.Text{ZH: "使用记录", EN: "Sessions"},
		detail:  table.Text{ZH: "一个基地（或一台设备）每次使用的起止、用途、使用方与机时，最多 31 天。", EN: "Every use of a base's machines, or of one: from when to when, what for, whose, and for how long; 31 days at most."},
	}, s.sessions)
	get(s, endpoint{path: "/v1/explain", costly: true, example: "base=nc-vtc-cnc&asset=lathe-01&from=2026-03-05&to=2026-03-06&metric=effective_hours",
		summary: table.Text{ZH: "一个数字的由来", EN: "Why a figure is what it is"},
		detail: table.Text{ZH: "一台设备的时间被如何判定、为何如此、哪些部分计入某个指标，以及所依据的网关批次；最多七天。",
			EN: "What an asset's time was judged to be, part by part and why; which parts count for a metric; and the batches of gateways that it rests on. Seven days at most."},
	}, s.explain)
}

// ofAsset is one base, and one machine or all.
type ofAsset struct {
	In
	Base   string `query:"base" required:"true"`
	Asset  string `query:"asset"`
	From   string `query:"from" required:"true"`
	To     string `query:"to" required:"true"`
	Format string `query:"format" enum:"json,csv,xlsx"`
}

// detail reads what is asked of one base.
func (s *server) detail(a *asked, days int) (base, asset string, from, to time.Time, err error) {
	base, asset = a.values.Get("base"), a.values.Get("asset")
	if err = a.base("base", base); err != nil {
		return
	}
	if from, to, err = a.span(s.zone(a, base)); err != nil {
		return
	}
	if err = within(from, to, days); err != nil {
		return
	}
	if s.KeepFacts > 0 && from.Before(s.Now().Add(-s.KeepFacts)) {
		err = wrong(http.StatusBadRequest, "from", "is older than single facts are kept, and what they were cannot be told any more",
			"早于原始记录的保存期，已无法逐条给出")
	}
	return
}

// mostSessionDays bounds how many days of single uses are told at once.
const mostSessionDays = 31

// Sessions are the uses of a base's machines.
type Sessions struct {
	Base     string    `json:"base"`
	Asset    string    `json:"asset,omitempty"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Sessions []Session `json:"sessions" nullable:"false"`
}

// A Session is one use.
type Session struct {
	Asset        string    `json:"asset"`
	From         time.Time `json:"from"`
	To           time.Time `json:"to"`
	Purpose      string    `json:"purpose"`
	Affiliation  string    `json:"affiliation"`
	Organisation string    `json:"organisation,omitempty"`
	Project      string    `json:"project,omitempty"`
	Layer        string    `json:"layer" doc:"What said so: the spot, a booking, the timetable."`
	HeldMS       int64     `json:"held_ms" doc:"With evidence that somebody used it."`
	EffectiveMS  int64     `json:"effective_ms" doc:"Of it, switched on."`
	RunningMS    int64     `json:"running_ms" doc:"Of it, running."`
	Estimated    bool      `json:"estimated" doc:"Some of it rests on an estimate."`
}

func (s *server) sessions(a *asked, _ *ofAsset) (*reply[Sessions], error) {
	base, asset, from, to, err := s.detail(a, mostSessionDays)
	if err != nil {
		return nil, err
	}
	all, err := s.Sessions(a.ctx, base, asset, from, to)
	if err != nil {
		return nil, err
	}
	if len(all) > mostLines {
		return nil, wrong(http.StatusUnprocessableEntity, "to", "there are more than 10000 sessions; narrow from and to, or name an asset", "使用记录超过 10000 条；请缩短时间范围或指定设备")
	}
	body := Sessions{base, asset, from.UTC(), to.UTC(), []Session{}}
	for _, one := range all {
		body.Sessions = append(body.Sessions, Session{one.Asset, one.From.UTC(), one.To.UTC(), one.Purpose, one.Affiliation, one.Organisation, one.Project, one.Layer,
			one.HeldMS, one.EffectiveMS, one.RunningMS, one.Estimated})
	}
	return &reply[Sessions]{body: body, document: func() table.Document { return s.sessionsDocument(a, base, all) }}, nil
}

func (s *server) sessionsDocument(a *asked, id string, all []report.Session) table.Document {
	title := table.Text{ZH: "使用记录", EN: "Sessions"}
	base, zone := a.catalogue.Base(id), s.zone(a, id)
	hours := func(id, zh, en string) table.Column {
		return table.Column{ID: id, Head: table.Text{ZH: zh, EN: en}, Unit: "h", Format: table.Decimal}
	}
	sheet := table.Sheet{ID: "sessions", Title: title, Columns: []table.Column{
		column("base", "基地", "base"), column("asset", "设备", "asset"), column("asset_name", "设备名称", "name of asset"),
		{ID: "from", Head: table.Text{ZH: "开始", EN: "from"}, Format: table.Moment}, {ID: "to", Head: table.Text{ZH: "结束", EN: "to"}, Format: table.Moment},
		column("purpose", "用途", "purpose"), column("purpose_name", "用途名称", "name of purpose"), column("affiliation", "使用方", "user"),
		column("organisation", "使用单位", "organisation"), column("project", "项目", "project"), column("layer", "依据", "by"),
		hours("held_hours", "占用", "held"), hours("effective_hours", "有效机时", "effective"), hours("running_hours", "运行机时", "running"), column("estimated", "含估计", "estimated"),
	}}
	for _, one := range all {
		var called table.Text
		if asset := base.Asset(one.Asset); asset != nil {
			called = asset.Text
		}
		sheet.Rows = append(sheet.Rows, []table.Cell{name(id), name(one.Asset), table.SayIn(called), table.At(one.From.In(zone)), table.At(one.To.In(zone)),
			name(one.Purpose), table.SayIn(s.text(one.Purpose)), name(one.Affiliation), name(one.Organisation), name(one.Project), name(one.Layer),
			inHours(one.HeldMS), inHours(one.EffectiveMS), inHours(one.RunningMS), yes(one.Estimated)})
	}
	return table.Document{Title: title, File: "sessions", Sheets: []table.Sheet{sheet}}
}

func inHours(ms int64) table.Cell { return table.Amount(float64(ms) / 3_600_000) }
