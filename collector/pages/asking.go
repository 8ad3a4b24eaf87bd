package pages

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"basemeter/collector/access"
	"basemeter/collector/report"
)

// An asking is one request: who asks, in which language, and for what.
type asking struct {
	server
	ctx   context.Context
	scope report.Scope
	list  *report.Catalogue // all there is; only what scope has may be shown
	now   time.Time
	word  map[string]string // of the pages
	term  func(id string) string
	given url.Values // what stood in the question, in fields of ours only

	Lang   string
	place  place
	period period
	only   map[report.Dimension]string // narrowed to, besides the place
	by     report.Dimension
	metric string
	floor  float64
	frozen []report.Frozen // those that may be seen
}

// fields are what may stand in a question.
var fields = []string{"lang", "period", "from", "last", "place", "base", "asset", "line", "purpose", "affiliation", "user_group", "by", "metric", "floor"}

// narrowing are the fields that narrow what is asked.
var narrowing = []report.Dimension{report.ByAsset, report.ByLine, report.ByPurpose, report.ByAffiliation, report.ByUserGroup}

// ask reads a request. Even with an error there is enough of an asking to tell of it.
func (s server) ask(r *http.Request) (*asking, error) {
	a := &asking{server: s, ctx: r.Context(), now: s.Now(), Lang: language(r), list: s.Catalogue(), only: map[report.Dimension]string{}, given: url.Values{}, floor: report.CoverageFloor}
	a.word, a.term = words[a.Lang], s.Words(a.Lang)
	grant, ok := access.Of(a.ctx)
	if !ok {
		return a, &fault{status: http.StatusForbidden, zh: "没有访问权限。", en: "Access is not granted."}
	}
	a.scope = grant.Scope
	given, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return a, bad("", "地址中的参数无法读取。", "the parameters of the address cannot be read.")
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		switch {
		case !slices.Contains(fields, name):
			return a, bad(name, "没有这个参数；可用："+strings.Join(fields, ", "), "there is no such parameter; there are: "+strings.Join(fields, ", "))
		case len(given[name]) > 1:
			return a, bad(name, "出现了不止一次。", "stands more than once.")
		case given.Get(name) != "":
			a.given.Set(name, given.Get(name))
		}
	}
	return a, a.read()
}

// read takes the fields in the order in which they depend on each other.
func (a *asking) read() error {
	a.frozenSeen()
	for _, step := range []func() error{a.readPlace, a.readPeriod, a.readOnly, a.readBy, a.readMetric, a.readFloor} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// frozenSeen fetches the frozen versions; without a database there are none, and the page will say so by itself.
func (a *asking) frozenSeen() {
	all, err := a.Frozen(a.ctx)
	if err != nil {
		a.Log.Debug("page without frozen versions", "reason", err)
	}
	for _, f := range all {
		if a.scope.Has(f.Base, a.list.Base(f.Base)) {
			a.frozen = append(a.frozen, f)
		}
	}
}

func (a *asking) readOnly() error {
	for _, d := range narrowing {
		if id := a.given.Get(string(d)); id != "" {
			a.only[d] = id
		}
	}
	asset, line := a.only[report.ByAsset], a.only[report.ByLine]
	switch {
	case (asset != "" || line != "") && a.place.kind != report.ByBase:
		return bad("base", "设备和产线属于某个基地，请先选择基地。", "is missing: a machine or a line belongs to a base.")
	case asset != "" && a.place.card != nil && a.place.card.Asset(asset) == nil:
		return absent("asset", asset)
	}
	return nil
}

func (a *asking) readBy() error {
	a.by = report.Dimension(a.given.Get("by"))
	if a.by == "" {
		a.by = report.ByBase
		if a.place.kind == report.ByBase {
			a.by = report.ByAsset
		}
	}
	if !slices.Contains(groupings, a.by) {
		return bad("by", "不能这样分组；可用："+joined(groupings), "is no grouping; there are: "+joined(groupings))
	}
	return nil
}

func (a *asking) readMetric() error {
	a.metric = a.given.Get("metric")
	if a.metric == "" {
		a.metric = "effective_hours"
	}
	if _, known := definitionOf(a.metric); !known {
		return bad("metric", "指标字典中没有这个指标。", "is not in the dictionary of metrics.")
	}
	return nil
}

func (a *asking) readFloor() error {
	text := a.given.Get("floor")
	if text == "" {
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !(f >= 0 && f <= 1) {
		return bad("floor", "应为 0 到 1 之间的数，例如 0.8。", "is not a number from 0 to 1, such as 0.8.")
	}
	a.floor = f
	return nil
}

// language is as the page of the floor chooses it.
func language(r *http.Request) string {
	switch asked := r.URL.Query().Get("lang"); asked {
	case "zh", "en":
		return asked
	}
	header := r.Header.Get("Accept-Language")
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

func joined(all []report.Dimension) string {
	var names []string
	for _, d := range all {
		names = append(names, string(d))
	}
	return strings.Join(names, ", ")
}
