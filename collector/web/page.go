package web

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"basemeter/agent/record"
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

// A card is one asset: how it is, and where its time went.
type card struct {
	Base, Name, Asset string
	State, Since, Age string
	Why               string
	Values            []string
	Bar               []segment
	Running, Elapsed  string
	Coverage          string
	Figures           bool // whether there are any
}

// A useRow is what machines were used for, and by whom.
type useRow struct{ Purpose, User, Effective, Share string }

// A peopleRow is who was there. Of fewer than five people it says just that.
type peopleRow struct{ Group, User, Hours, Estimated, Visits string }

// A place is an area, and how many are there, in words.
type place struct{ Base, Name, Present string }

type segment struct {
	State string
	Width template.CSS // percent
	Title string
}

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

// language is the one of a page: that which is asked for, or else the reader's.
func language(r *http.Request) string {
	if lang := r.URL.Query().Get("lang"); lang == "zh" || lang == "en" {
		return lang
	}
	if r.URL.Query().Has("lang") {
		return "zh"
	}
	return preferred(r.Header.Get("Accept-Language"))
}

// preferred is the language that a browser names first of the two there are; browsers name them in the order of their
// users' liking. Who reads neither reads English; who says nothing reads Chinese.
func preferred(header string) string {
	for tag := range strings.SplitSeq(strings.ToLower(header), ",") {
		switch tag = strings.TrimSpace(tag); {
		case strings.HasPrefix(tag, "zh"):
			return "zh"
		case strings.HasPrefix(tag, "en"):
			return "en"
		}
	}
	if strings.TrimSpace(header) == "" {
		return "zh"
	}
	return "en"
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

// cards joins what is said now with the figures; an asset that has only one of them is shown all the same.
func (s *server) cards(a *asked, v view, now []Live, lines []report.Line) []card {
	live := map[[2]string]Live{}
	for _, l := range now {
		live[[2]string{l.Base, l.Asset}] = l
	}
	var cards []card
	for i := range lines {
		key := [2]string{lines[i].Base, lines[i].Asset}
		cards = append(cards, s.card(a, v, live[key], &lines[i]))
		delete(live, key)
	}
	for _, l := range now {
		if _, left := live[[2]string{l.Base, l.Asset}]; left {
			cards = append(cards, s.card(a, v, l, &report.Line{Group: report.Group{Base: l.Base, Asset: l.Asset}}))
		}
	}
	return cards
}

func (s *server) places(a *asked, v view, areas []Area) (list []place) {
	for _, one := range areas {
		if one.People != nil {
			name := cmp.Or(map[string]string{"zh": one.TextZH, "en": one.TextEN}[v.Lang], one.Area)
			list = append(list, place{s.baseName(a, v, one.Base), name, fmt.Sprintf(v.Word["present"], *one.People)})
		}
	}
	return list
}

func (s *server) card(a *asked, v view, l Live, line *report.Line) card {
	ms, all := byState(line)
	c := card{Base: s.baseName(a, v, line.Base), Asset: line.Asset, Name: line.Asset, State: l.State, Why: v.inWords(l.Why),
		Running: v.length(ms[0]), Elapsed: v.length(all), Coverage: portion(all-ms[4], all), Figures: all > 0}
	if name := map[string]string{"zh": l.TextZH, "en": l.TextEN}[v.Lang]; name != "" {
		c.Name = name
	}
	if l.State == "" {
		c.State, c.Why = record.Unknown.String(), v.Word["no word"]
	} else if !l.Since.IsZero() {
		c.Since = l.Since.In(beijing).Format("01-02 15:04:05")
		c.Age = v.length(s.Now().Sub(l.Since).Milliseconds())
	}
	c.Values = v.values(l.Values)
	for i, ms := range ms {
		if ms > 0 {
			c.Bar = append(c.Bar, segment{states[i], template.CSS(fmt.Sprintf("%.3f%%", 100*float64(ms)/float64(all))),
				v.Word[states[i]] + " " + v.length(ms) + " · " + portion(ms, all)})
		}
	}
	return c
}

// shown are the points that the page has words for, the most telling first.
var shown = []string{"power", "current", "voltage", "count", "energy_import"}

// values are what was last read, by device/point, and still holds.
func (v view) values(read map[string]record.Shown) []string {
	var list []string
	for _, point := range shown {
		for _, full := range slices.Sorted(maps.Keys(read)) {
			if _, name, _ := strings.Cut(full, "/"); name == point && read[full].Quality == record.Good {
				list = append(list, fmt.Sprintf(v.Word[point], read[full].Number))
			}
		}
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
