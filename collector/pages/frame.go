package pages

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"basemeter/collector/report"
)

//go:embed templates/*.html style.css
var files embed.FS

var (
	style     = must(files.ReadFile("style.css"))
	templates = parsed("overview", "explain", "base", "improve", "certificate", "metrics", "fault")
	// policy lets a page load nothing, run nothing, and be styled by its own sheet alone.
	policy = fmt.Sprintf("default-src 'none'; style-src 'sha256-%s'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", digest(style))
)

func must(text []byte, err error) string {
	if err != nil {
		panic(err)
	}
	return string(text)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// parts hand a part of a page what it needs besides the words.
var parts = template.FuncMap{
	"with_chart": func(f frame, c chart) any {
		return struct {
			Word  map[string]string
			Chart chart
		}{f.Word, c}
	},
	"with_grid": func(f frame, g grid, by string) any {
		return struct {
			Word map[string]string
			Grid grid
			By   string
		}{f.Word, g, by}
	},
	"with_word": func(f frame, r ranked) any {
		return struct {
			Word map[string]string
			Of   ranked
		}{f.Word, r}
	},
	"with_levels": func(f frame) any {
		return struct {
			frame
			Levels []string
		}{f, []string{"h0", "h1", "h2", "h3", "h4", "h5"}}
	},
}

func parsed(names ...string) map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, name := range names {
		all[name] = template.Must(template.New(name).Funcs(parts).ParseFS(files, "templates/frame.html", "templates/parts.html", "templates/"+name+".html"))
	}
	return all
}

// A frame is what all pages have in common.
type frame struct {
	Lang, Other string
	OtherHref   string
	Word        map[string]string
	Style       template.CSS
	Title       string
	Page        string
	Nav         []link
	Picker      *picker // nil: the page has none
	About       []string
	Body        any
}

type link struct {
	Href, Text string
	Current    bool
}

// page serves one of the pages: what it is made of is all there before the first byte is sent.
func (s server) page(name string, make func(*asking) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a, err := s.ask(r)
		status, file := http.StatusOK, name
		var body any
		if err == nil {
			body, err = a.inTurn(name, make)
		}
		if err != nil {
			f := faultOf(err)
			if f.status >= 500 {
				s.Log.Debug("page without figures", "page", name, "reason", err) // the store says so once
			}
			body, status, file = a.faultPage(name, f), f.status, "fault"
			if f.again > 0 {
				w.Header().Set("Retry-After", strconv.Itoa(int(f.again.Seconds())))
			}
		}
		var text bytes.Buffer
		if err := templates[file].ExecuteTemplate(&text, "frame", a.frame(name, r, body, err != nil)); err != nil {
			s.Log.Error("page", "page", name, "reason", err)
			http.Error(w, "the page cannot be shown", http.StatusInternalServerError)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Language", map[string]string{"zh": "zh-CN", "en": "en"}[a.Lang])
		h.Set("Content-Security-Policy", policy)
		h.Set("Cache-Control", "private, no-store")
		h.Add("Vary", "Accept-Language")
		w.WriteHeader(status)
		if _, err := w.Write(text.Bytes()); err != nil {
			s.Log.Debug("page not taken", "reason", err)
		}
	}
}

// inTurn makes a page when there is room for it. What asks nothing of the ledger need not wait.
func (a *asking) inTurn(page string, make func(*asking) (any, error)) (any, error) {
	if a.Turn == nil || page == "metrics" || page == "nowhere" {
		return make(a)
	}
	release, err := a.Turn(a.ctx)
	if err != nil {
		a.Log.Debug("no turn", "page", page, "reason", err)
		return nil, busy()
	}
	defer release()
	return make(a)
}

func (a *asking) frame(name string, r *http.Request, body any, wrong bool) frame {
	f := frame{Lang: a.Lang, Other: "en", Word: a.word, Style: template.CSS(style), Page: name, Body: body, Title: a.word["page "+name]}
	if a.Lang == "en" {
		f.Other = "zh"
	}
	q := r.URL.Query()
	q.Set("lang", f.Other)
	f.OtherHref = "?" + q.Encode()
	if wrong { // what was asked is not carried on
		f.Title, f.OtherHref, a.given = a.word["page nowhere"], here+"?lang="+f.Other, url.Values{}
	}
	for _, page := range []string{"overview", "base", "improve", "certificate", "metrics"} {
		f.Nav = append(f.Nav, link{a.toPage(page), a.word["page "+page], page == name})
	}
	if a.FloorHref != "" {
		f.Nav = append(f.Nav, link{a.FloorHref, a.word["floor page"], false})
	}
	if t, ok := body.(interface{ heading() string }); ok {
		f.Title = t.heading()
	}
	if p, ok := body.(interface{ told() (*picker, []string) }); ok {
		f.Picker, f.About = p.told()
	}
	return f
}

// toPage keeps the place, the period and the language alone.
func (a *asking) toPage(page string) string {
	return a.href(pathOf(page), "metric", "", "by", "", "asset", "", "line", "", "purpose", "", "affiliation", "", "user_group", "")
}

// pathOf is the address of a page, seen from any other.
func pathOf(page string) string {
	if page == "overview" {
		return here
	}
	return page
}

// about is what every page states: the period, up to when the figures reach, and by what they were judged.
func (a *asking) about(answer *report.Answer) []string {
	reach := answer.To
	if reach.IsZero() || reach.After(a.now) {
		reach = a.now
	}
	list := []string{
		fmt.Sprintf(a.word["about period"], a.placeName(), a.period.name, a.period.from.Format(time.DateOnly), a.period.last().Format(time.DateOnly)),
		fmt.Sprintf(a.word["about reach"], reach.In(a.period.zone).Format("2006-01-02 15:04"), reach.In(a.period.zone).Format("-07:00")),
	}
	if a.period.version != "" {
		for _, f := range a.period.frozen {
			list = append(list, fmt.Sprintf(a.word["about frozen"], f.Version, f.Formula, orNone(f.Plan, a), a.baseName(f.Base)))
		}
	} else {
		list = append(list, fmt.Sprintf(a.word["about ledger"], answer.Formula, orNone(answer.Plan, a)))
	}
	for _, d := range narrowing {
		if id := a.only[d]; id != "" {
			list = append(list, a.word[string(d)]+": "+a.groupName(a.groupOf(d), d))
		}
	}
	return append(list, a.word["about estimated"], fmt.Sprintf(a.word["about coverage"], strings.Replace(percent(a.floor), ".0%", "%", 1)))
}

func orNone(version string, a *asking) string {
	if version == "" {
		return a.word["no plan"]
	}
	return version
}

// groupOf is a group that says what the page is narrowed to.
func (a *asking) groupOf(d report.Dimension) report.Group {
	g := report.Group{Base: a.place.id}
	switch id := a.only[d]; d {
	case report.ByAsset:
		g.Asset = id
	case report.ByLine:
		g.Line = id
	case report.ByPurpose:
		g.Purpose = id
	case report.ByAffiliation:
		g.Affiliation = id
	case report.ByUserGroup:
		g.UserGroup = id
	}
	return g
}
