package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// period turns --period into --from and --to. What is no year nor month is a term of the bases that are asked for.
func (a *client) period(ctx context.Context) error {
	if a.Period == "" {
		return nil
	}
	from, to, known := calendarPeriod(string(a.Period))
	if !known {
		var err error
		if from, to, err = a.term(ctx); err != nil {
			return err
		}
	}
	a.From, a.To = given(from), given(to)
	return nil
}

// calendarPeriod reads 2025-2026, 2026 and 2026-03. An academic year begins with September.
func calendarPeriod(text string) (from, to string, known bool) {
	if first, last, two := strings.Cut(text, "-"); two && len(first) == 4 && len(last) == 4 {
		y, err := strconv.Atoi(first)
		if z, err2 := strconv.Atoi(last); err == nil && err2 == nil && z == y+1 {
			return first + "-09-01", last + "-09-01", true
		}
	}
	if t, err := time.Parse("2006-01", text); err == nil {
		return t.Format(time.DateOnly), t.AddDate(0, 1, 0).Format(time.DateOnly), true
	}
	if t, err := time.Parse("2006", text); err == nil {
		return t.Format(time.DateOnly), t.AddDate(1, 0, 0).Format(time.DateOnly), true
	}
	return "", "", false
}

// term looks the period up in the calendars of the bases that are asked for.
func (a *client) term(ctx context.Context) (from, to string, err error) {
	bases, err := a.bases(ctx)
	if err != nil {
		return "", "", err
	}
	spans, codes := map[string][]string{}, map[string]bool{} // the bases by span
	for _, b := range bases {
		for _, t := range b.Terms {
			codes[t.Code] = true
			if t.Code == string(a.Period) {
				from, to = t.From, t.To
				spans[t.From+" – "+t.To] = append(spans[t.From+" – "+t.To], b.ID)
			}
		}
	}
	switch len(spans) {
	case 1:
		return from, to, nil
	case 0:
		return "", "", errors.New(a.unknownPeriod(slices.Sorted(maps.Keys(codes))))
	}
	var lines []string
	for _, span := range slices.Sorted(maps.Keys(spans)) {
		lines = append(lines, span+a.words(": ", "：")+shortened(spans[span]))
	}
	return "", "", fmt.Errorf(a.words("--period: %s is not the same time at all bases; ask for one with --base, or give --from and --to\n%s",
		"--period：各基地 %s 的起止不同；请用 --base 指定基地，或改用 --from 和 --to\n%s"), a.Period, strings.Join(lines, "\n"))
}

func (a *client) unknownPeriod(codes []string) string {
	terms := a.words("there are no terms in the calendars of the bases asked for", "所查基地的校历中没有学期")
	if len(codes) > 0 {
		terms = a.words("a term: ", "学期：") + shortened(codes)
	}
	return fmt.Sprintf(a.words("--period: %q is neither an academic year (2025-2026), a year (2026), nor a month (2026-03); %s",
		"--period：“%s”不是学年（2025-2026）、年（2026）或月（2026-03）；%s"), a.Period, terms)
}

// shortened is a list that a line can hold.
func shortened(list []string) string {
	const most = 8
	if len(list) > most {
		return strings.Join(list[:most], ", ") + fmt.Sprintf(", … (%d)", len(list))
	}
	return strings.Join(list, ", ")
}
