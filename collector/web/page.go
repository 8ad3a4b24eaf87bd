package web

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"time"

	"basemeter/collector/access"
	"basemeter/collector/report"
	"basemeter/collector/table"
)

var (
	//go:embed page.html
	pageText string
	//go:embed page.js
	pageScript   string
	pageTemplate = template.Must(template.New("page").Parse(pageText))
	// pagePolicy lets the page ask this server for itself, run its own script alone, and draw bars of any width.
	pagePolicy = fmt.Sprintf("default-src 'none'; connect-src 'self'; script-src 'sha256-%s'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'", digest(pageScript))
)

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// states in the order in which bars are drawn.
var states = []string{"running", "standby", "fault", "off", "unknown"}

// A view is all that the template needs, in one language.
type view struct {
	Lang, Other string // zh or en, and the one to switch to
	Word        map[string]string
	Period      string
	Periods     []string
	From, To    string
	Query       template.URL // what programs ask for the same with
	States      []string
	Totals      []total
	Cards       []card
	Areas       []place
	Uses        []useRow
	People      []peopleRow
	Clock       string
	Trouble     string // why there are no figures
	Script      template.JS
}

type total struct {
	State  string
	Length string
	Share  string
}

// A useRow is what machines were used for, and by whom.
type useRow struct{ Purpose, User, Effective, Share string }

// A peopleRow is who was there. Of fewer than five people it says just that.
type peopleRow struct{ Group, User, Hours, Estimated, Visits string }

// page is the floor as it is and the utilisation so far. While the database does not answer it is the floor alone.
func (s *server) page(w http.ResponseWriter, r *http.Request) {
	a := &asked{ctx: r.Context(), path: r.URL.Path, catalogue: s.Catalogue()}
	var granted bool
	if a.grant, granted = access.Of(r.Context()); !granted {
		s.writeProblem(w, ungranted())
		return
	}
	v := s.view(r)
	q := report.Query{Now: s.Now(), Grace: report.Grace, To: s.Now(), From: periodStart(v.Period, s.Now()), By: []report.Dimension{report.ByBase, report.ByAsset},
		Metrics: stateMetrics, Within: a.grant.Scope, Catalogue: a.catalogue, Zone: beijing}
	var got report.Answer
	failure := s.inTurn(a, true, func() (err error) {
		if got, err = s.Answer(a.ctx, q); err == nil {
			v.Uses, v.People = s.uses(a, v, q), s.people(a, v, q)
		}
		return err
	})
	status := http.StatusOK
	if failure != nil {
		s.Log.Debug("page without figures", "reason", failure) // the store says so once
		p := s.problem(a, failure)
		maps.Copy(w.Header(), p.header)
		v.Trouble, status = table.Text{ZH: p.DetailZH, EN: p.Detail}.In(v.Lang), p.Status
	}
	v.From, v.To = q.From.In(beijing).Format("2006-01-02 15:04"), q.To.In(beijing).Format("2006-01-02 15:04")
	v.Query = download(&q, v.Period, got.Lines)
	v.Clock = q.Now.In(beijing).Format("15:04:05")
	v.Totals = v.totals(&got.Total)
	live, areas := s.seenNow(a)
	v.Cards = s.cards(a, v, live, got.Lines)
	v.Areas = s.places(a, v, areas)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", pagePolicy)
	w.WriteHeader(status)
	if err := pageTemplate.Execute(w, v); err != nil {
		s.Log.Debug("page not taken", "reason", err)
	}
}

// download is what programs ask for the same figures with. Of several bases there are none before the day is over.
func download(q *report.Query, period string, lines []report.Line) template.URL {
	query := "from=" + q.From.UTC().Format(time.RFC3339) + "&to=" + q.To.UTC().Format(time.RFC3339)
	bases := map[string]bool{}
	for i := range lines {
		bases[lines[i].Base] = true
	}
	switch {
	case len(bases) == 1:
		return template.URL(query + "&by=base,asset&base=" + url.QueryEscape(lines[0].Base))
	case period == "today":
		return ""
	}
	return template.URL(query)
}

func (s *server) view(r *http.Request) view {
	v := view{Lang: "zh", Other: "en", Period: "today", Periods: []string{"today", "week", "month"}, States: states, Script: template.JS(pageScript)}
	if language(r) == "en" {
		v.Lang, v.Other = "en", "zh"
	}
	for _, p := range v.Periods {
		if r.URL.Query().Get("period") == p {
			v.Period = p
		}
	}
	v.Word = words[v.Lang]
	return v
}

// periodStart is a midnight in Beijing.
func periodStart(period string, now time.Time) time.Time {
	y, m, d := now.In(beijing).Date()
	days := map[string]int{"today": 0, "week": 6, "month": 29}[period]
	return time.Date(y, m, d-days, 0, 0, 0, 0, beijing)
}

// stateMetrics are the figures of states, in their order, and what they are of.
var stateMetrics = []string{"running_hours", "standby_hours", "fault_hours", "off_hours", "unknown_hours", "elapsed_hours", "coverage"}

// byState are a line's milliseconds in the order of states, and all together.
func byState(l *report.Line) (ms [5]int64, all int64) {
	for i := range ms {
		ms[i] = exact(l, stateMetrics[i])
		all += ms[i]
	}
	return ms, all
}

// exact is the numerator of a figure; 0 if there is none.
func exact(l *report.Line, metric string) int64 {
	if f := l.Figure(metric); f != nil {
		return f.Numerator
	}
	return 0
}

func (v view) totals(l *report.Line) []total {
	sums, all := byState(l)
	var list []total
	for i, state := range states {
		list = append(list, total{state, v.length(sums[i]), portion(sums[i], all)})
	}
	return list
}

// baseName is what the registry calls a base, or the configuration.
func (s *server) baseName(a *asked, v view, base string) string {
	if b := a.catalogue.Base(base); b != nil && b.Text != (table.Text{}) {
		return b.Text.In(v.Lang)
	}
	b := s.Bases[base]
	if name := map[string]string{"zh": b.TextZH, "en": b.TextEN}[v.Lang]; name != "" {
		return name
	}
	return base
}

func portion(part, whole int64) string {
	if whole == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(whole))
}

// length is a duration as people say it: hours where there are any.
func (v view) length(ms int64) string {
	switch seconds := ms / 1000; {
	case seconds < 60:
		return fmt.Sprintf("%d %s", seconds, v.Word["s"])
	case seconds < 3600:
		return fmt.Sprintf("%d %s %02d %s", seconds/60, v.Word["min"], seconds%60, v.Word["s"])
	}
	return fmt.Sprintf("%.2f %s", float64(ms)/3_600_000, v.Word["h"])
}

// inWords puts a gateway's reason into the reader's language.
func (v view) inWords(why string) string {
	if v.Lang == "zh" {
		return reasons.Replace(why)
	}
	return why
}
