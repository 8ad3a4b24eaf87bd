package pages

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"basemeter/collector/report"
)

// href is a page of ours that keeps what was asked, but for the changes: names and values in turn, of which an empty one
// takes the field away.
func (a *asking) href(page string, changes ...string) string {
	v := maps.Clone(a.given)
	v.Set("lang", a.Lang)
	for i := 0; i+1 < len(changes); i += 2 {
		name, value := changes[i], changes[i+1]
		if name == "base" || name == "place" { // there is one place; what belongs to a base goes with it
			if v.Get("base") != value || name == "place" {
				v.Del("asset")
				v.Del("line")
			}
			v.Del("base")
			v.Del("place")
		}
		if name == "period" {
			v.Del("from")
			v.Del("last")
		}
		if v.Del(name); value != "" {
			v.Set(name, value)
		}
	}
	return page + "?" + v.Encode()
}

// here is a way back to the overview, the page itself: a relative address that works wherever it is mounted.
const here = "./"

// explained is where a number is explained.
func (a *asking) explained(metric string, changes ...string) string {
	return a.href("explain", append([]string{"metric", metric, "by", ""}, changes...)...)
}

// narrowed are the changes that lead to what a group of a table stands for.
func (a *asking) narrowed(d report.Dimension, value string) []string {
	switch d {
	case report.ByMonth, report.ByDay:
		return []string{"period", a.period.within(value)}
	case report.ByCity:
		return []string{"place", "city:" + value}
	}
	return []string{string(d), value}
}

// where narrows a query as the page is narrowed.
func (a *asking) where() map[report.Dimension][]string {
	where := map[report.Dimension][]string{}
	if a.place.kind != "" {
		where[a.place.kind] = []string{a.place.id}
	}
	if a.period.version != "" {
		for _, f := range a.period.frozen {
			if !slices.Contains(where[report.ByBase], f.Base) {
				where[report.ByBase] = append(where[report.ByBase], f.Base)
			}
		}
	}
	for d, id := range a.only {
		where[d] = []string{id}
	}
	return where
}

// export is where programs get the same figures: people's, if they are divided by people, or else machines'.
func (a *asking) export(format string) string {
	path, without := "utilisation", report.ByUserGroup
	if a.by == report.ByUserGroup || a.only[report.ByUserGroup] != "" {
		path, without = "attendance", report.ByLine
	}
	v := url.Values{"by": {string(a.by)}}
	for d, ids := range a.where() {
		if d != without && (path == "utilisation" || d != report.ByAsset) {
			v.Set(string(d), strings.Join(ids, ","))
		}
	}
	return a.taken(path, format, v)
}

// form is the workbook of forms for the same place and period, whatever the page is narrowed to besides.
func (a *asking) form() string {
	v := url.Values{}
	for d, ids := range a.where() {
		if slices.Contains(placeKinds, d) {
			v.Set(string(d), strings.Join(ids, ","))
		}
	}
	return a.taken("forms/utilisation", "xlsx", v)
}

// taken is a path below APIHref for the period of the page.
func (a *asking) taken(path, format string, v url.Values) string {
	v.Set("from", a.period.from.Format("2006-01-02"))
	v.Set("to", a.period.to.Format("2006-01-02"))
	v.Set("format", format)
	if a.period.version != "" {
		v.Set("version", a.period.version)
	}
	if format == "xlsx" {
		v.Set("lang", a.Lang)
	}
	return a.APIHref + path + "?" + v.Encode()
}
