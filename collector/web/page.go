package web

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/report"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// states in the order in which bars are drawn.
var states = []string{"running", "standby", "fault", "off", "unknown"}

// A view is all that the template needs, in one language.
type view struct {
	Lang, Other string // zh or en, and the one to switch to
	Word        map[string]string
	Period      string
	Periods     []string
	From, To    string
	Begin, End  string // the same, for programs
	States      []string
	Totals      []total
	Cards       []card
	Areas       []place
	Uses        []useRow
	People      []peopleRow
	Clock       string
	Trouble     string // why there are no figures
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

// A peopleRow is who was there.
type peopleRow struct{ Group, User, Hours, Estimated, Visits string }

// A place is an area, and how many are there, in words.
type place struct{ Base, Name, Present string }

type segment struct {
	State string
	Width template.CSS // percent
	Title string
}

// page is the floor as it is and the utilisation so far. While the database does not answer it is the floor alone.
func (s server) page(w http.ResponseWriter, r *http.Request) {
	v := s.view(r)
	q := report.Query{Now: s.Now(), Grace: grace, To: s.Now(), From: periodStart(v.Period, s.Now()), By: []report.Dimension{report.ByBase, report.ByAsset}}
	rows, failure := s.Report(r.Context(), q)
	status := http.StatusOK
	if failure != nil {
		s.Log.Debug("page without figures", "reason", failure) // the store says so once
		v.Trouble, status = failure.Error(), http.StatusBadGateway
	}
	v.From, v.To = q.From.In(beijing).Format("2006-01-02 15:04"), q.To.In(beijing).Format("2006-01-02 15:04")
	v.Begin, v.End = q.From.UTC().Format(time.RFC3339), q.To.UTC().Format(time.RFC3339)
	v.Clock = q.Now.In(beijing).Format("15:04:05")
	v.Totals = v.totals(rows)
	v.Cards = s.cards(v, rows)
	v.Areas = s.places(v)
	if failure == nil {
		v.Uses, v.People = s.uses(r.Context(), v, q), s.people(r.Context(), v, q)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'")
	w.WriteHeader(status)
	if err := pageTemplate.Execute(w, v); err != nil {
		s.Log.Debug("page not taken", "reason", err)
	}
}

func (s server) view(r *http.Request) view {
	v := view{Lang: "zh", Other: "en", Period: "today", Periods: []string{"today", "week", "month"}, States: states}
	asked := r.URL.Query().Get("lang")
	if asked == "" {
		asked = preferred(r.Header.Get("Accept-Language"))
	}
	if asked == "en" {
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

// byState are a row's milliseconds in the order of states.
func byState(r report.Row) [5]int64 {
	return [5]int64{int64(r.Running), int64(r.Standby), int64(r.Fault), int64(r.Off), int64(r.Unknown)}
}

func (v view) totals(rows []report.Row) []total {
	var sums [5]int64
	var all int64
	for _, r := range rows {
		for i, ms := range byState(r) {
			sums[i] += ms
			all += ms
		}
	}
	var list []total
	for i, state := range states {
		list = append(list, total{state, v.length(sums[i]), share(sums[i], all)})
	}
	return list
}

// cards joins what is said now with the figures; an asset that has only one of them is shown all the same.
func (s server) cards(v view, rows []report.Row) []card {
	now := s.Live()
	live := map[[2]string]Live{}
	for _, l := range now {
		live[[2]string{l.Base, l.Asset}] = l
	}
	var cards []card
	for _, r := range rows {
		key := [2]string{r.Base, r.Asset}
		cards = append(cards, s.card(v, live[key], r))
		delete(live, key)
	}
	for _, l := range now {
		if _, left := live[[2]string{l.Base, l.Asset}]; left {
			cards = append(cards, s.card(v, l, report.Row{Base: l.Base, Asset: l.Asset}))
		}
	}
	return cards
}

func (s server) places(v view) (list []place) {
	for _, a := range s.areas() {
		if a.People != nil {
			name := cmp.Or(map[string]string{"zh": a.TextZH, "en": a.TextEN}[v.Lang], a.Area)
			list = append(list, place{s.baseName(v, a.Base), name, fmt.Sprintf(v.Word["present"], *a.People)})
		}
	}
	return list
}

func (s server) card(v view, l Live, r report.Row) card {
	c := card{Base: s.baseName(v, r.Base), Asset: r.Asset, Name: r.Asset, State: l.State, Why: v.inWords(l.Why),
		Running: v.length(int64(r.Running)), Elapsed: v.length(int64(r.Elapsed)), Coverage: fmt.Sprintf("%.1f %%", 100*r.Coverage), Figures: r.Elapsed > 0}
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
	for i, ms := range byState(r) {
		if ms > 0 {
			c.Bar = append(c.Bar, segment{states[i], template.CSS(fmt.Sprintf("%.3f%%", 100*float64(ms)/float64(r.Elapsed))),
				v.Word[states[i]] + " " + v.length(ms) + " · " + share(ms, int64(r.Elapsed))})
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

func (s server) baseName(v view, base string) string {
	b := s.Bases[base]
	if name := map[string]string{"zh": b.TextZH, "en": b.TextEN}[v.Lang]; name != "" {
		return name
	}
	return base
}

func share(part, whole int64) string {
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
