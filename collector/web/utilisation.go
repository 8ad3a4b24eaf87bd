package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// utilisation is GET /v1/utilisation?from=&to=&by=&base=&asset=&version=&format=: machine-hours.
func (s server) utilisation(w http.ResponseWriter, r *http.Request) {
	answer(s, w, r, "utilisation.csv", report.MachineDimensions, []report.Dimension{report.ByBase, report.ByAsset}, s.Report, report.WriteCSV)
}

// attendance is GET /v1/attendance, with the same parameters: person-hours and visits.
func (s server) attendance(w http.ResponseWriter, r *http.Request) {
	answer(s, w, r, "attendance.csv", report.PeopleDimensions, []report.Dimension{report.ByBase, report.ByPlace}, s.People, report.WritePeopleCSV)
}

// figures is GET /v1/figures, with the same parameters: every line of the metric dictionary, by base or by asset.
func (s server) figures(w http.ResponseWriter, r *http.Request) {
	answer(s, w, r, "figures.csv", []report.Dimension{report.ByBase, report.ByAsset}, []report.Dimension{report.ByBase}, s.Figures, report.WriteFigureCSV)
}

func answer[T any](s server, w http.ResponseWriter, r *http.Request, file string, keys, otherwise []report.Dimension,
	ask func(context.Context, report.Query) ([]T, error), writeCSV func(io.Writer, []T) error) {
	q, format, fault := s.query(r.URL.RawQuery, keys, otherwise)
	if fault != nil {
		problem(w, http.StatusBadRequest, fault.parameter, fault.Error())
		return
	}
	rows, err := ask(r.Context(), q)
	if unknown := (*report.UnknownError)(nil); errors.As(err, &unknown) {
		problem(w, http.StatusNotFound, unknown.Parameter, err.Error())
		return
	}
	if err != nil {
		s.Log.Error("report", "reason", err)
		problem(w, http.StatusBadGateway, "", "the database does not answer: "+err.Error())
		return
	}
	if format == "csv" {
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="`+file+`"`)
		if err := writeCSV(w, rows); err != nil {
			s.Log.Debug("answer not taken", "reason", err)
		}
		return
	}
	body := map[string]any{
		"from": q.From.UTC(), "to": q.To.UTC(), "now": q.Now.UTC(), "by": q.By, "version": q.Version, "report": rows,
	}
	if q.Version == "" { // a frozen version has its own
		body["formula"], body["plan"] = utilisation.Formula, s.Plan()
	}
	s.json(w, http.StatusOK, body)
}

// A fault is what is wrong with one parameter.
type fault struct {
	parameter string
	text      string
}

func (f *fault) Error() string { return f.parameter + ": " + f.text }

// read takes the parameters; one that is not known, or stands twice, is an error, not a default.
func read(raw string, parameters ...string) (url.Values, *fault) {
	v, err := url.ParseQuery(raw)
	if err != nil {
		return nil, &fault{"query", err.Error()}
	}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		switch {
		case !slices.Contains(parameters, name):
			return nil, &fault{name, "unknown; allowed: " + strings.Join(parameters, ", ")}
		case len(v[name]) > 1:
			return nil, &fault{name, "stands more than once"}
		}
	}
	return v, nil
}

const leastUse = utilisation.LeastUse

func (s server) query(raw string, keys, otherwise []report.Dimension) (q report.Query, format string, _ *fault) {
	v, bad := read(raw, "from", "to", "by", "base", "asset", "version", "format")
	if bad != nil {
		return q, "", bad
	}
	q = report.Query{Now: s.Now(), Grace: grace, Base: v.Get("base"), Asset: v.Get("asset"), Version: v.Get("version"), By: otherwise,
		Zone: s.zone(v.Get("base")), LeastUse: leastUse}
	var err error
	zone := q.Zone
	if q.From, err = moment(v.Get("from"), zone); err != nil {
		return q, "", &fault{"from", err.Error()}
	}
	if q.To, err = moment(v.Get("to"), zone); err != nil {
		return q, "", &fault{"to", err.Error()}
	}
	if !q.From.Before(q.To) {
		return q, "", &fault{"to", "is not after from"}
	}
	for name, t := range map[string]time.Time{"from": q.From, "to": q.To} {
		if s.forgotten(t) {
			return q, "", &fault{name, "is older than single facts are kept, and only whole hours are known: write it on the hour"}
		}
	}
	if by := v.Get("by"); by != "" {
		if q.By, err = report.ParseDimensions(by, keys); err != nil {
			return q, "", &fault{"by", strings.TrimPrefix(err.Error(), "by: ")}
		}
	}
	switch format = v.Get("format"); format {
	case "", "json", "csv":
		return q, format, nil
	}
	return q, "", &fault{"format", fmt.Sprintf("%q; allowed: json, csv", format)}
}

// forgotten tells whether t lies within an hour of which only the ledger is left.
func (s server) forgotten(t time.Time) bool {
	return s.KeepFacts > 0 && t.Before(s.Now().Add(-s.KeepFacts)) && !t.Truncate(time.Hour).Equal(t)
}

// moment reads 2026-03-02, midnight by the base's clock, or 2026-03-02T08:00:00+08:00.
func moment(text string, zone *time.Location) (time.Time, error) {
	if t, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return within(t)
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, fmt.Errorf("%q is neither a date like 2026-03-02 nor a time like 2026-03-02T08:00:00+08:00", text)
	}
	return within(t)
}

// within holds a moment to years that every part of the way can write.
func within(t time.Time) (time.Time, error) {
	if y := t.UTC().Year(); y < 1900 || y > 2200 {
		return t, fmt.Errorf("the year %d is not between 1900 and 2200", y)
	}
	return t, nil
}

// zone is where a base's days are cut: by the plan, by the collector's configuration, or else in Beijing, as they are for
// all bases together.
func (s server) zone(base string) *time.Location {
	if zone := s.Zone(base); zone != nil {
		return zone
	}
	if b, ok := s.Bases[base]; ok && b.Zone != nil {
		return b.Zone
	}
	return beijing
}

var beijing = time.FixedZone("Asia/Shanghai", 8*60*60) // there is no daylight saving time at present
