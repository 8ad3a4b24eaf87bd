package web

import (
	"encoding/json"
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
	w := d.ask("/v1/explain?base=nc&asset=lathe&from=2026-03-02T11:30:00%2B08:00&to=2026-03-02T04:00:00Z")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json; charset=utf-8" || d.where != "nc lathe 2026-03-02T03:30:00Z 2026-03-02T04:00:00Z" {
		t.Fatalf("%d %v %s, asked %q", w.Code, w.Header(), w.Body, d.where)
	}
	const first = `{"asset":"lathe","base":"nc","from":"2026-03-02T03:30:00Z","parts":[` +
		`{"from":"2026-03-02T03:30:00Z","to":"2026-03-02T03:35:00Z","state":"running","context":"session","purpose":"pilot_test","affiliation":"outside",` +
		`"open":true,"held":true,"attended":false,"estimated":false,"corrected":false,"because":[` +
		`{"axis":"state","rule":"state.spell","zh":"网关记录的时段","en":"a spell that the gateway told","of":"m/power"},` +
		`{"axis":"context","rule":"context.booking","zh":"预约","en":"a booking","of":"b-17"},` +
		`{"axis":"held","rule":"held.on","zh":"设备已开机","en":"the asset was on","of":"running"}]},`
	if !strings.HasPrefix(w.Body.String(), first) || !strings.HasSuffix(w.Body.String(), `]}],"to":"2026-03-02T04:00:00Z"}`+"\n") {
		t.Errorf("%s\nwant %s…", w.Body, first)
	}
	var answer struct{ Parts []explained }
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range answer.Parts {
		rules := []string{p.From.Format("04"), p.Context, p.Purpose, p.Affiliation}
		for _, r := range p.Because {
			if words := utilisation.Rules[r.Rule]; r.ZH == "" || r.EN == "" || r.ZH != words.ZH || r.EN != words.EN {
				t.Errorf("%s says %q and %q", r.Rule, r.ZH, r.EN)
			}
			rules = append(rules, r.Rule)
		}
		got = append(got, strings.Join(rules, " "))
	}
	const want = `30 session pilot_test outside state.spell context.booking held.on
35 session pilot_test outside state.spell context.booking held.none
40 free none none state.silence context.open
45 session unattributed unattributed state.spell context.running held.on
50 session unattributed host state.silence context.card held.present estimated.stay
55 session student_training host state.correction context.correction held.correction`
	if got := strings.Join(got, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if last := answer.Parts[len(answer.Parts)-1]; !last.Corrected || !strings.Contains(last.Because[0].Of, "c-1 (王: 电表坏了)") {
		t.Errorf("%+v", last)
	}
}

func TestNothingToExplain(t *testing.T) {
	if w := newDesk().ask("/v1/explain?base=nc&asset=lathe&" + march); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"parts":[]`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestWhatIsWrongInAQuestionForReasonsIsNamed(t *testing.T) {
	const lathe = "base=nc&asset=lathe&"
	for _, c := range []struct{ query, parameter, detail string }{
		{"", "asset", "expected a base and an asset"},
		{march + "&base=nc", "asset", "is missing"},
		{march + "&base=nc&asset=", "asset", "is missing"},
		{march + "&asset=lathe", "asset", "expected a base and an asset"},
		{lathe, "from", `"" is neither a date`},
		{lathe + "from=2026-03-01", "to", `"" is neither a date`},
		{lathe + "from=2026-02-30&to=2026-03-01", "from", "neither a date"},
		{lathe + "from=1800-01-01&to=1800-01-02", "from", "the year 1"},
		{lathe + "from=2026-03-01&to=9999-03-01", "to", "the year 9999"},
		{lathe + "from=2026-03-01&to=2026-03-01", "to", "seven days"},
		{lathe + "from=2026-03-02&to=2026-03-01", "to", "seven days"},
		{lathe + "from=2026-03-01&to=2026-03-08T00:00:00.001%2B08:00", "to", "seven days"},
		{lathe + "from=1900-01-02&to=2200-01-01", "to", "seven days"},
		{lathe + march + "&by=base", "by", "unknown; allowed: base, asset, from, to"},
		{lathe + march + "&format=csv", "format", "unknown"},
		{lathe + march + "&base=nc", "base", "more than once"},
		{lathe + "from=%zz", "query", "invalid URL escape"},
	} {
		d := newDesk()
		parameter, detail := problemOf(t, d.ask("/v1/explain?"+c.query), http.StatusBadRequest)
		if parameter != c.parameter || !strings.Contains(detail, c.detail) || d.where != "" {
			t.Errorf("%s: %s: %s; want %s: …%s…; asked %q", c.query, parameter, detail, c.parameter, c.detail, d.where)
		}
	}
}

func TestSevenDaysByTheBasesClockCanBeExplained(t *testing.T) {
	for query, want := range map[string]string{
		"base=nc&asset=a&from=2026-03-01&to=2026-03-08":  "nc a 2026-02-28T16:00:00Z 2026-03-07T16:00:00Z",
		"base=far&asset=a&from=2026-03-01&to=2026-03-08": "far a 2026-03-01T00:00:00Z 2026-03-08T00:00:00Z",
	} {
		d := newDesk()
		if w := d.ask("/v1/explain?" + query); w.Code != http.StatusOK || d.where != want {
			t.Errorf("%s: %d, asked %q, want %q", query, w.Code, d.where, want)
		}
	}
}
