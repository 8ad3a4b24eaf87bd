package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/utilisation"
)

// morning is half an hour before noon: a booking held and one that nobody came to, use without a plan, and what was put right.
func morning() []utilisation.Span {
	at := func(minute int) int64 { return now.Add(time.Duration(minute-30) * time.Minute).UnixMilli() }
	spell := func(state record.State, from, to int) record.Spell {
		return record.Spell{State: state, FromMS: at(from), ToMS: at(to), Why: "m/power"}
	}
	booking := &utilisation.Use{Layer: utilisation.Booking, ID: "b-17", Purpose: "pilot_test", Affiliation: utilisation.Outside}
	running := record.Running
	return utilisation.Account(utilisation.Facts{
		Spells:    []record.Spell{spell(record.Running, 0, 5), spell(record.Off, 5, 10), spell(record.Running, 15, 20)},
		Presences: []record.Presence{{Place: "lathe", Reader: "lathe-reader", Card: "aa", Group: "g1", FromMS: at(20), KnownMS: at(20), ToMS: at(25), Ended: "closing"}},
	}, utilisation.Plan{
		Asset:   "lathe",
		Slots:   []utilisation.Slot{{FromMS: at(0), ToMS: at(10), Open: true, OpenBy: "weekly", Use: booking}, {FromMS: at(10), ToMS: at(15), Open: true, OpenBy: "weekly"}},
		Members: map[string]utilisation.Member{"g1": {Affiliation: utilisation.Host}},
		Corrections: []utilisation.Correction{{ID: "c-1", FromMS: at(25), ToMS: at(30), State: &running, Purpose: "student_training", Affiliation: utilisation.Host,
			Reason: "电表坏了", Author: "王"}},
	}, at(0), at(30))
}

func TestWhyAnHourWasJudgedSo(t *testing.T) {
	d := newDesk()
	d.spans = morning()
	w := d.ask("/v1/explain?base=nc-alpha&asset=asset-alpha&metric=effective_hours&from=2026-03-02T11:30:00%2B08:00&to=2026-03-02T04:00:00Z")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json; charset=utf-8" || d.where != "nc-alpha asset-alpha 2026-03-02T03:30:00Z 2026-03-02T04:00:00Z" {
		t.Fatalf("%d %v %s, asked %q", w.Code, w.Header(), w.Body, d.where)
	}
	const first = `{"base":"nc-alpha","asset":"asset-alpha","from":"2026-03-02T03:30:00Z","to":"2026-03-02T04:00:00Z","metric":"effective_hours","counts_ms":900000,"parts":[` +
		`{"from":"2026-03-02T03:30:00Z","to":"2026-03-02T03:35:00Z","state":"running","context":"session","purpose":"pilot_test","affiliation":"outside",` +
		`"open":true,"held":true,"attended":false,"estimated":false,"corrected":false,"because":[` +
		`{"axis":"state","rule":"state.spell","zh":"网关记录的时段","en":"a spell that the gateway told","of":"m/power"},` +
		`{"axis":"context","rule":"context.booking","zh":"预约","en":"a booking","of":"b-17"},` +
		`{"axis":"held","rule":"held.on","zh":"设备已开机","en":"the asset was on","of":"running"}],"counts_ms":300000},`
	const last = `"evidence":[{"from":"2026-03-02T03:30:00Z","to":"2026-03-02T03:31:00Z","state":"running","why":"why-alpha","estimated":false,"gateway":"gw-alpha","stream":"stream-alpha","sequence":3131313}]}` + "\n"
	if !strings.HasPrefix(w.Body.String(), first) || !strings.HasSuffix(w.Body.String(), last) {
		t.Errorf("%s\nwant %s…%s", w.Body, first, last)
	}
	answer := got[Explained](t, w)
	var judged []string
	for _, p := range answer.Parts {
		rules := []string{p.From.Format("04"), p.Context, p.Purpose, p.Affiliation}
		for _, r := range p.Because {
			if words := utilisation.Rules[r.Rule]; r.ZH == "" || r.EN == "" || r.ZH != words.ZH || r.EN != words.EN {
				t.Errorf("%s says %q and %q", r.Rule, r.ZH, r.EN)
			}
			rules = append(rules, r.Rule)
		}
		judged = append(judged, strings.Join(rules, " "))
	}
	const want = `30 session pilot_test outside state.spell context.booking held.on
35 session pilot_test outside state.spell context.booking held.none
40 free none none state.silence context.open
45 session unattributed unattributed state.spell context.running held.on
50 session unattributed host state.silence context.card held.present estimated.stay
55 session student_training host state.correction context.correction held.correction`
	if got := strings.Join(judged, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if last := answer.Parts[len(answer.Parts)-1]; !last.Corrected || !strings.Contains(last.Because[0].Of, "c-1 (王: 电表坏了)") {
		t.Errorf("%+v", last)
	}
}

// The parts say how a figure comes about, a ratio as well: here 5 of 15 planned minutes were held.
func TestTheBusinessOfEachPartForAMetric(t *testing.T) {
	d := newDesk()
	d.spans = morning()
	const span = "/v1/explain?base=nc-alpha&asset=asset-alpha&from=2026-03-02T03:30:00Z&to=2026-03-02T04:00:00Z"
	for metric, want := range map[string][2]int64{"running_hours": {900_000, -1}, "unknown_hours": {600_000, -1}, "utilization_efficiency": {300_000, 300_000}, "allocation": {300_000, 900_000}, "elapsed_hours": {1_800_000, -1}} {
		e := got[Explained](t, d.ask(span+"&metric="+metric))
		var counts, of int64
		for _, p := range e.Parts {
			counts += *p.Counts
			if p.Of != nil {
				of += *p.Of
			}
		}
		if *e.Counts != want[0] || counts != want[0] || (e.Of == nil) != (want[1] < 0) || e.Of != nil && (*e.Of != want[1] || of != want[1]) {
			t.Errorf("%s: %d of %v, parts %d of %d; want %v", metric, *e.Counts, e.Of, counts, of, want)
		}
	}
	for _, metric := range []string{"nothing", "energy_kwh", "visits", "quota_ratio", "days_used"} {
		if p := refused(t, d.ask(span+"&metric="+metric), http.StatusBadRequest); p.Parameter != "metric" {
			t.Errorf("%s: %+v", metric, p)
		}
	}
	if e := got[Explained](t, d.ask(span)); e.Counts != nil || e.Parts[0].Counts != nil {
		t.Error("it counts for no metric, and yet it does")
	}
}

func TestNothingToExplain(t *testing.T) {
	if w := newDesk().ask("/v1/explain?base=nc-alpha&asset=asset-alpha&from=2026-03-01&to=2026-03-02"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"parts":[]`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if p := refused(t, newDesk().ask("/v1/explain?base=nc-alpha&asset=none&from=2026-03-01&to=2026-03-02"), http.StatusNotFound); p.Parameter != "asset" {
		t.Errorf("%+v", p)
	}
}

func TestWhatIsWrongInAQuestionForReasonsIsNamed(t *testing.T) {
	const lathe, march = "base=nc-alpha&asset=asset-alpha&", "from=2026-03-01&to=2026-03-02"
	for _, c := range []struct{ query, parameter, detail string }{
		{march + "&base=nc-alpha", "asset", "is missing"},
		{march + "&base=nc-alpha&asset=", "asset", "is empty"},
		{march + "&asset=lathe", "base", "is missing"},
		{lathe, "from", "is missing"},
		{lathe + "from=2026-03-01", "to", "is missing"},
		{lathe + "from=2026-02-30&to=2026-03-01", "from", "neither a date"},
		{lathe + "from=1800-01-01&to=1800-01-02", "from", "the year 1"},
		{lathe + "from=2026-03-01&to=9999-03-01", "to", "the year 9999"},
		{lathe + "from=2026-03-01&to=2026-03-01", "to", "not after from"},
		{lathe + "from=2026-03-02&to=2026-03-01", "to", "not after from"},
		{lathe + "from=2026-03-01&to=2026-03-08T00:00:00.001%2B08:00", "to", "7 days"},
		{lathe + "from=1900-01-02&to=2200-01-01", "to", "7 days"},
		{lathe + march + "&by=base", "by", "unknown; expected one of: lang, base, asset, from, to, metric"},
		{lathe + march + "&base=nc", "base", "more than once"},
		{lathe + "from=%zz", "query", "invalid URL escape"},
	} {
		d := newDesk()
		p := refused(t, d.ask("/v1/explain?"+c.query), http.StatusBadRequest)
		if p.Parameter != c.parameter || !strings.Contains(p.Detail, c.detail) || d.where != "" {
			t.Errorf("%s: %s: %s; want %s: …%s…; asked %q", c.query, p.Parameter, p.Detail, c.parameter, c.detail, d.where)
		}
	}
}

// Without its facts an hour would be explained by silence, whatever the ledger says of it.
func TestWhatIsForgottenIsNotExplained(t *testing.T) {
	d := newDesk()
	d.options.KeepFacts = 24 * time.Hour
	for _, path := range []string{"/v1/explain?base=nc-alpha&asset=asset-alpha&from=2026-02-20T00:00:00Z&to=2026-02-20T01:00:00Z", "/v1/sessions?base=nc-alpha&from=2026-02-20&to=2026-02-21"} {
		if p := refused(t, d.ask(path), http.StatusBadRequest); p.Parameter != "from" || d.where != "" {
			t.Errorf("%+v, asked %q", p, d.where)
		}
	}
}
