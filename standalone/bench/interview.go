package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"basemeter/standalone/bench/province"
)

// A question is asked over HTTP, as anybody would.
type question struct {
	what, path, aim string
}

const year = "from=2025-09-01&to=2026-09-01"

// The questions that are also asked of a smaller province, and of two years.
var growing = []question{
	{"a year by city", "/v1/utilisation?by=city&" + year, "≤ 2 s"},
	{"a year by cluster", "/v1/utilisation?by=cluster&" + year, "≤ 2 s"},
	{"a year by base", "/v1/utilisation?by=base&" + year, "≤ 2 s"},
	{"two years by city", "/v1/utilisation?by=city&from=2024-09-01&to=2026-09-01", ""},
	{"two years by base", "/v1/utilisation?by=base&from=2024-09-01&to=2026-09-01", ""},
	{"a year of people by city and affiliation", "/v1/attendance?by=city,affiliation&" + year, "≤ 2 s"},
	{"two years of people by city and affiliation", "/v1/attendance?by=city,affiliation&from=2024-09-01&to=2026-09-01", ""},
}

// questions are all, with those about one base and its city.
func questions(b province.Base) []question {
	base, city := "&base="+b.ID, "&city="+b.City
	return slices.Concat(growing, []question{
		{"one base, a year by asset", "/v1/utilisation?by=asset&" + year + base, "≤ 300 ms"},
		{"one base, a year by month", "/v1/utilisation?by=month&" + year + base, "≤ 300 ms"},
		{"one base, a year by purpose", "/v1/utilisation?by=purpose&" + year + base, "≤ 300 ms"},
		{"one base, a year by asset and month", "/v1/utilisation?by=asset,month&" + year + base, ""},
		{"one base, a month by asset and day", "/v1/utilisation?by=asset,day&from=2026-03-01&to=2026-04-01" + base, ""},
		{"one base, a year of people by user group and month", "/v1/attendance?by=user_group,month&" + year + base, ""},
		{"one city, a year by base", "/v1/utilisation?by=base&" + year + city, ""},
		{"one city, a year by asset", "/v1/utilisation?by=base,asset&limit=1000&" + year + city, ""},
		{"one city, a year by day", "/v1/utilisation?by=city,day&" + year + city, ""},
		{"one city, a year's workbook", "/v1/forms/utilisation?format=xlsx&" + year + city, ""},
	})
}

// An interview is a collector that is asked.
type interview struct {
	url       string
	collector *child
	database  *child
	client    *http.Client
}

// A reading is what the collector had read from its database.
type reading struct {
	questions, rows, bytes int64
	collector, database    time.Duration // of processors, until now
}

// settled waits until the collector has proved what is closed: it asks the database nothing for a while.
func (i *interview) settled(ctx context.Context) error {
	if err := await(ctx, "the collector", func() (bool, error) {
		return strings.Contains(i.collector.said(), "broker reached"), i.collector.alive()
	}); err != nil {
		return err
	}
	for before := (reading{}); ; {
		if err := sleep(ctx, 3*time.Second); err != nil {
			return err
		}
		now, err := i.read(ctx)
		if err != nil {
			return err
		}
		if now.questions-before.questions <= 1 { // metrics asks for the gateways
			return nil
		}
		before = now
	}
}

// ask asks once to warm up and then several times, and tells the median and the extremes, and what a question cost the
// processors: the database's and the collector's own.
func (i *interview) ask(ctx context.Context, q question) error {
	const times = 3
	var took []time.Duration
	var size int64
	if _, err := i.get(ctx, q.path, io.Discard); err != nil {
		return err
	}
	before, err := i.read(ctx)
	if err != nil {
		return err
	}
	for range times {
		began := time.Now()
		if size, err = i.get(ctx, q.path, io.Discard); err != nil {
			return err
		}
		took = append(took, time.Since(began))
	}
	after, err := i.read(ctx)
	if err != nil {
		return err
	}
	slices.Sort(took)
	ms := func(d time.Duration) string { return strconv.FormatFloat(float64(d.Microseconds())/1000, 'f', 0, 64) }
	fmt.Printf("  %-48s %6s ms [%s…%s], processors %s + %s ms, %d rows, %.1f MB read, %.0f kB told   %s\n", q.what,
		ms(took[times/2]), ms(took[0]), ms(took[times-1]), ms((after.database-before.database)/times), ms((after.collector-before.collector)/times),
		(after.rows-before.rows)/times, float64(after.bytes-before.bytes)/times/1e6, float64(size)/1e3, q.aim)
	return nil
}

func (i *interview) memory(what, aim string) error {
	peak, err := i.collector.peak()
	if err == nil {
		row(what, megabytes(peak), aim)
	}
	return err
}

// get answers how many bytes were told.
func (i *interview) get(ctx context.Context, path string, to io.Writer) (int64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, i.url+path, nil)
	if err != nil {
		return 0, err
	}
	answer, err := i.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<12))
		return 0, fmt.Errorf("%s: %s", answer.Status, said)
	}
	return io.Copy(to, answer.Body)
}

// read is what the collector's own counters say, and the kernel's.
func (i *interview) read(ctx context.Context) (r reading, err error) {
	if r.collector, err = i.collector.cpu(); err != nil {
		return r, err
	}
	if r.database, err = i.database.cpu(); err != nil {
		return r, err
	}
	var text strings.Builder
	if _, err = i.get(ctx, "/metrics", &text); err != nil {
		return r, err
	}
	into := map[string]*int64{"basemeter_collector_database_questions_total": &r.questions, "basemeter_collector_database_rows_total": &r.rows,
		"basemeter_collector_database_bytes_total": &r.bytes}
	for lines := bufio.NewScanner(strings.NewReader(text.String())); lines.Scan(); {
		if words := strings.Fields(lines.Text()); len(words) == 2 && into[words[0]] != nil {
			if *into[words[0]], err = strconv.ParseInt(words[1], 10, 64); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}
