package collector

import (
	"context"
	"crypto/subtle"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"basemeter/collector/access"
	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// joined at merge: everything in this file stands in for what is written beside it, and goes away.

var errNotJoined = errors.New("not joined yet")

// Answer forms figures of the ledger by what Build knew: bases, assets and uses of machines, places and groups of people.
func (c *Collector) Answer(ctx context.Context, q report.Query) (report.Answer, error) {
	of, err := c.version(ctx, q.Version)
	if err != nil {
		return report.Answer{}, err
	}
	if list := q.Where[report.ByBase]; len(list) == 1 {
		q.Base = list[0]
	}
	if list := q.Where[report.ByAsset]; len(list) == 1 {
		q.Asset = list[0]
	}
	totals, whole := map[report.Group]*utilisation.Totals{}, &utilisation.Totals{Ledger: utilisation.Ledger{}, Crowd: utilisation.Crowd{}, Cards: -1}
	assets := map[report.Group]map[string]bool{}
	in := func(g report.Group) *utilisation.Totals {
		if totals[g] == nil {
			totals[g], assets[g] = &utilisation.Totals{Ledger: utilisation.Ledger{}, Crowd: utilisation.Crowd{}, Cards: -1}, map[string]bool{}
		}
		return totals[g]
	}
	err = report.Each(ctx, of, q, func(r utilisation.Row) {
		g := chosen(q.By, report.Group{Base: r.Base, Asset: r.Asset, Purpose: r.Purpose, Affiliation: r.Affiliation.String()})
		in(g).Ledger.Add(utilisation.Ledger{r.Key: r.Cell})
		whole.Ledger.Add(utilisation.Ledger{r.Key: r.Cell})
		assets[g][r.Base+"/"+r.Asset] = true
	})
	if err == nil && slices.Contains(q.Metrics, "person_hours") {
		totals = map[report.Group]*utilisation.Totals{}
		err = report.EachCrowd(ctx, of, q, func(r utilisation.CrowdRow) {
			g := chosen(q.By, report.Group{Base: r.Base, Place: r.Place, Purpose: r.Purpose, Affiliation: r.Affiliation.String(), UserGroup: r.UserGroup})
			in(g).Crowd.Add(utilisation.Crowd{r.CrowdKey: r.CrowdCell})
			whole.Crowd.Add(utilisation.Crowd{r.CrowdKey: r.CrowdCell})
		})
	}
	if err != nil {
		return report.Answer{}, err
	}
	a := report.Answer{From: q.From, To: q.To, By: q.By, Metrics: q.Metrics, Version: q.Version, Lines: []report.Line{}, Total: lineOf(report.Group{}, whole, q.Metrics)}
	if q.Now.Before(q.To) {
		a.To = q.Now
	}
	if q.Version == "" {
		a.Formula, a.Plan = utilisation.Formula, c.plans.version()
	}
	for _, g := range slices.SortedFunc(maps.Keys(totals), report.Group.Compare) {
		l := lineOf(g, totals[g], q.Metrics)
		l.Bases, l.Assets = 1, len(assets[g])
		a.Lines = append(a.Lines, l)
	}
	return a, nil
}

func chosen(by []report.Dimension, all report.Group) report.Group {
	var g report.Group
	for d, field := range map[report.Dimension]*string{report.ByBase: &g.Base, report.ByAsset: &g.Asset, report.ByPurpose: &g.Purpose,
		report.ByAffiliation: &g.Affiliation, report.ByPlace: &g.Place, report.ByUserGroup: &g.UserGroup} {
		if slices.Contains(by, d) {
			*field = all.At(d)
		}
	}
	return g
}

func lineOf(g report.Group, t *utilisation.Totals, ids []string) report.Line {
	l := report.Line{Group: g}
	for _, id := range ids {
		m, _ := utilisation.MetricOf(id)
		f := m.Of(t)
		l.Figures = append(l.Figures, report.Figure{Metric: id, Value: f.Value, Numerator: f.Numerator, Denominator: f.Denominator, Coverage: f.Coverage, EstimatedMS: f.EstimatedMS})
	}
	return l
}

// Catalogue knows nothing yet.
func (c *Collector) Catalogue() *report.Catalogue { return &report.Catalogue{} }

func (c *Collector) sessions(context.Context, string, string, time.Time, time.Time) ([]report.Session, error) {
	return nil, errNotJoined
}

func (c *Collector) evidence(context.Context, string, string, time.Time, time.Time) ([]report.Evidence, error) {
	return nil, errNotJoined
}

func (c *Collector) frozen(context.Context) ([]report.Frozen, error) { return nil, errNotJoined }

func (c *Collector) corrections(context.Context, string) ([]report.Correction, error) {
	return nil, errNotJoined
}

func (c *Collector) exchange(context.Context, report.Scope, string, int) ([]report.Change, string, error) {
	return nil, "", errNotJoined
}

func writeCSV(w io.Writer, s table.Sheet, _ string) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	var head []string
	for _, c := range s.Columns {
		head = append(head, c.ID)
	}
	lines := [][]string{head}
	for _, row := range s.Rows {
		var line []string
		for _, c := range row {
			line = append(line, fmt.Sprint(cellOf(c)))
		}
		lines = append(lines, line)
	}
	return out.WriteAll(lines)
}

func cellOf(c table.Cell) any {
	switch c.Kind {
	case table.Number:
		return strconv.FormatFloat(c.Number, 'f', -1, 64)
	case table.Time:
		return c.Time.Format(time.RFC3339)
	}
	return c.Text.ZH
}

func writeXLSX(w io.Writer, d table.Document, lang string) error {
	f := excelize.NewFile()
	defer f.Close()
	for _, s := range d.Sheets {
		if _, err := f.NewSheet(s.ID); err != nil {
			return err
		}
		for i, c := range s.Columns {
			at, _ := excelize.CoordinatesToCellName(i+1, 1)
			if err := f.SetCellStr(s.ID, at, c.Head.In(lang)); err != nil {
				return err
			}
			for j, row := range s.Rows {
				at, _ := excelize.CoordinatesToCellName(i+1, j+2)
				if err := f.SetCellValue(s.ID, at, cellOf(row[i])); err != nil {
					return err
				}
			}
		}
	}
	_, err := f.WriteTo(w)
	return err
}

// guarded asks for the token: as a bearer token by a program, as a password, with any name, by a person's browser.
func guarded(token string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, password, basic := r.BasicAuth()
		if !basic {
			password = bearer(r)
		}
		if token == "" || subtle.ConstantTimeCompare([]byte(password), []byte(token)) == 1 {
			r = r.WithContext(access.With(r.Context(), access.Grant{}))
		} else {
			w.Header().Set("WWW-Authenticate", `Basic realm="basemeter", charset="UTF-8"`)
		}
		next.ServeHTTP(w, r)
	})
}

func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}
