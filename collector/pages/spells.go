package pages

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// mostSpan is how long the spells of a machine are told at once.
const mostSpan = 7*24*time.Hour + time.Hour // a day longer by an hour

// Spells are a machine's time part by part, and the evidence it rests on.
type spells struct {
	Name     string
	Strip    chart
	Parts    []part
	Sum      string // what the parts that count add up to
	Evidence []proof
	More     int
}

// A part of a machine's time, with what it was judged to be, and why.
type part struct {
	Day, From, To, Length string
	State, StateName      string
	Context               string
	Purpose               string
	Marks                 []string // estimated, corrected, attended
	Because               []string
	Counts                string // how much of it is in the number; empty: nothing
}

// A proof is a spell with the batch that brought it.
type proof struct {
	From, To, State, StateName, Why string
	Gateway, Stream                 string
	Sequence                        uint64
	Estimated                       bool
}

// corrected is a correction beside what was measured.
type corrected struct {
	Asset, From, To  string
	Says, Measured   string
	Reason           string
	Author, Made, ID string
}

// explainMachine adds the spells, if the period is short enough and they are still kept.
func (a *asking) explainMachine(e *explanation, m *utilisation.Metric, f *report.Figure) error {
	base, asset := a.place.id, a.only[report.ByAsset]
	var err error
	if e.Corrections, err = a.corrections(base, asset); err != nil {
		return err
	}
	from, to := a.period.from, earlier(a.period.to, a.now)
	switch {
	case a.period.version != "":
		e.NoSpells = a.word["spells frozen"]
	case to.Sub(from) > mostSpan:
		e.NoSpells = a.word["spells long"]
	case a.KeepFacts > 0 && from.Before(a.now.Add(-a.KeepFacts)):
		e.NoSpells = a.word["spells forgotten"]
	default:
		return a.spells(e, m, f, from, to)
	}
	return nil
}

// mostParts keeps a page light: seven days of a restless machine are thousands.
const mostParts = 150

func (a *asking) spells(e *explanation, m *utilisation.Metric, f *report.Figure, from, to time.Time) error {
	base, asset := a.place.id, a.only[report.ByAsset]
	spans, err := a.Explain(a.ctx, base, asset, from, to)
	if err != nil {
		return err
	}
	evidence, err := a.Evidence(a.ctx, base, asset, from, to)
	if err != nil {
		return err
	}
	s := &spells{Name: a.assetName(base, asset), More: max(0, max(len(spans), len(evidence))-mostParts)}
	var sum int64
	for i := range spans {
		counts := a.counts(m, &spans[i])
		if sum += counts; i < mostParts {
			s.Parts = append(s.Parts, a.part(&spans[i], counts))
		}
	}
	if a.counted(m) && f.Missing == "" {
		s.Sum = fmt.Sprintf(a.word["spells sum"], a.exact(sum, utilisation.Hours), a.exact(f.Numerator, utilisation.Hours))
		if sum != f.Numerator {
			s.Sum += " " + a.word["spells differ"]
		}
	}
	for _, p := range evidence[:min(mostParts, len(evidence))] {
		s.Evidence = append(s.Evidence, proof{a.clock(p.From, true), a.clock(p.To, true), p.State, a.word[p.State], a.inWords(p.Why), p.Gateway, p.Stream, p.Sequence, p.Estimated})
	}
	if len(spans) > 0 && to.Sub(from) <= 26*time.Hour {
		s.Strip = a.strip(spans)
	}
	e.Spells = s
	return nil
}

// counted tells whether spans have a share in a metric: its sum is of machine time.
func (a *asking) counted(m *utilisation.Metric) bool {
	return m.Needs == utilisation.OfMachines && m.Unit != utilisation.KWh && a.only[report.ByUserGroup] == ""
}

// counts is how much of a span is in the numerator of a metric, narrowed as the page is.
func (a *asking) counts(m *utilisation.Metric, s *utilisation.Span) int64 {
	purpose, whose := a.only[report.ByPurpose], a.only[report.ByAffiliation]
	if !a.counted(m) || purpose != "" && purpose != s.Purpose || whose != "" && whose != s.Affiliation.String() {
		return 0
	}
	totals := utilisation.Totals{Ledger: utilisation.Ledger{s.Key: s.Cell()}, Crowd: utilisation.Crowd{}, Hosted: utilisation.Crowd{}}
	return m.Of(&totals).Numerator
}

func (a *asking) clock(t time.Time, withDay bool) string {
	if withDay {
		return t.In(a.period.zone).Format("01-02 15:04:05")
	}
	return t.In(a.period.zone).Format("15:04:05")
}

func (a *asking) part(s *utilisation.Span, counts int64) part {
	from, to := time.UnixMilli(s.FromMS).In(a.period.zone), time.UnixMilli(s.ToMS).In(a.period.zone)
	p := part{Day: from.Format("01-02"), From: a.clock(from, false), To: a.clock(to, false), Length: a.length(s.LengthMS()), State: s.State.String(), StateName: a.word[s.State.String()], Context: a.word["context "+s.Context.String()]}
	if s.Context == utilisation.InSession {
		p.Purpose = a.term(s.Purpose) + " · " + a.term(s.Affiliation.String())
	}
	for mark, is := range map[string]bool{"estimated": s.Estimated, "corrected": s.Corrected, "attended": s.Attended, "not held": s.Context == utilisation.InSession && !s.Held} {
		if is {
			p.Marks = append(p.Marks, a.word["mark "+mark])
		}
	}
	slices.Sort(p.Marks)
	for _, r := range s.Reasons() {
		rule := utilisation.Rules[r.Rule]
		text := rule.ZH
		if a.Lang == "en" {
			text = rule.EN
		}
		if r.Of != "" {
			text += " (" + a.inWords(r.Of) + ")"
		}
		p.Because = append(p.Because, a.word["axis "+r.Axis]+": "+text)
	}
	if counts > 0 {
		p.Counts = a.length(counts)
	}
	return p
}

// strip draws a day of a machine as a band of its states.
func (a *asking) strip(spans []utilisation.Span) chart {
	d := &drawing{width: 360, height: 46}
	first, last := spans[0].FromMS, spans[len(spans)-1].ToMS
	scale := d.width / float64(max(1, last-first))
	sums, uses := map[string]int64{}, map[string]bool{}
	for i := range spans {
		s := &spans[i]
		x := float64(s.FromMS-first) * scale
		d.rect(x, 4, float64(s.LengthMS())*scale, 20, "state "+s.State.String(), fmt.Sprintf("%s–%s %s", a.clock(time.UnixMilli(s.FromMS), false), a.clock(time.UnixMilli(s.ToMS), false), a.word[s.State.String()]))
		if s.Context == utilisation.InSession && s.Held {
			uses[s.Purpose] = true
			d.rect(x, 26, float64(s.LengthMS())*scale, 4, "seg "+purposeClass(s.Purpose), a.term(s.Purpose))
		}
		sums[s.State.String()] += s.LengthMS()
	}
	zone := a.period.zone
	for t := time.UnixMilli(first).In(zone); t.UnixMilli() < last; t = t.Add(3 * time.Hour) {
		d.text(float64(t.UnixMilli()-first)*scale, 42, "start", "", t.Format("15:04"))
	}
	desc := ""
	var keys []series
	for state := range record.State(record.States) {
		if name := state.String(); sums[name] > 0 {
			desc += a.word[name] + " " + a.length(sums[name]) + "; "
			keys = append(keys, series{Name: a.word[name] + " " + a.length(sums[name]), Class: name})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(uses)) {
		keys = append(keys, series{Name: a.term(id), Class: purposeClass(id)})
	}
	return chart{Draw: d.done("day", "chart wide", a.word["strip title"], desc), Keys: keys}
}

// corrections are those of a machine in the period, beside what was measured: the original is kept.
func (a *asking) corrections(base, asset string) (list []corrected, err error) {
	all, err := a.Corrections(a.ctx, base)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if asset != "" && c.Asset != asset || !c.From.Before(a.period.to) || !c.To.After(a.period.from) {
			continue
		}
		zone := a.period.zone
		said := corrected{Asset: a.assetName(base, c.Asset), From: c.From.In(zone).Format("2006-01-02 15:04"), To: c.To.In(zone).Format("2006-01-02 15:04"), Reason: c.Reason, Author: c.Author, ID: c.ID, Made: c.Made.In(zone).Format("2006-01-02 15:04")}
		if c.State != "" {
			said.Says += a.word[c.State] + " "
		}
		if c.Purpose != "" {
			said.Says += a.term(c.Purpose) + " "
		}
		if c.Affiliation != "" {
			said.Says += a.term(c.Affiliation)
		}
		said.Measured = a.measured(&c)
		list = append(list, said)
	}
	return list, nil
}

// measured is what a correction stands against, in words.
func (a *asking) measured(c *report.Correction) (text string) {
	if c.To.Sub(c.From) > mostSpan || a.KeepFacts > 0 && c.From.Before(a.now.Add(-a.KeepFacts)) {
		return a.word["measured untold"]
	}
	evidence, err := a.Evidence(a.ctx, c.Base, c.Asset, c.From, c.To)
	if err != nil {
		a.Log.Debug("correction without what was measured", "reason", err)
		return a.word["measured untold"]
	}
	sums, known := map[string]int64{}, int64(0)
	for _, e := range evidence {
		ms := earlier(e.To, c.To).Sub(later(e.From, c.From)).Milliseconds()
		sums[e.State] += max(0, ms)
		known += max(0, ms)
	}
	sums["unknown"] += max(0, c.To.Sub(c.From).Milliseconds()-known)
	for _, state := range []string{"running", "standby", "off", "fault", "unknown"} {
		if sums[state] > 0 {
			text += a.word[state] + " " + a.length(sums[state]) + " "
		}
	}
	return text
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
