package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"basemeter/collector/report"
)

// Two spans that differ by a minute would tell by their difference where one person was in it.
func TestPeopleAreToldOfByWholeDaysAlone(t *testing.T) {
	for span, wrong := range map[string]string{ // it is noon in Beijing on the second of March
		"from=2026-02-01&to=2026-03-01":                                      "",
		"from=2026-02-01T00:00:00%2B08:00&to=2026-02-28T16:00:00Z":           "", // written otherwise, they are days
		"from=2026-02-01&to=2026-03-02T12:00:00%2B08:00":                     "", // up to now
		"from=2026-02-01&to=2026-03-02T18:30:00%2B08:00":                     "", // and up to what is still to come
		"from=2026-02-01&to=2026-03-03":                                      "",
		"from=2026-02-01&to=2026-03-02T11:59:00%2B08:00":                     "to",
		"from=2026-02-01&to=2026-02-28T09:00:00%2B08:00":                     "to",
		"from=2026-02-01T00:00:00.001%2B08:00&to=2026-03-01":                 "from",
		"from=2026-02-01T00:00:00Z&to=2026-03-01":                            "from", // another place's midnight
		"from=2026-02-27T09:00:00%2B08:00&to=2026-02-27T09:01:00%2B08:00":    "from to",
		"from=2026-02-27T09:00:00%2B08:00&to=2026-03-02T18:30:00%2B08:00":    "from",
		"from=2026-03-02T08:00:00%2B08:00&to=2026-03-02T18:30:00%2B08:00":    "from",
		"from=2026-02-27T09:00:00%2B08:00&to=2026-03-01&version=2025-2026.1": "from",
	} {
		for _, path := range []string{"/v1/attendance?", "/v1/attendance?format=csv&by=user_group&", "/v1/attendance?metrics=workstation_utilization&", "/v1/forms/sj3?"} {
			d := newDesk()
			w := d.ask(path + "base=nc-alpha&" + span)
			if wrong == "" {
				if w.Code != http.StatusOK {
					t.Errorf("%s%s: %d %s", path, span, w.Code, w.Body)
				}
				continue
			}
			p := refused(t, w, http.StatusBadRequest)
			var named []string
			for _, one := range p.Errors {
				named = append(named, one.Parameter)
				if !strings.Contains(one.Detail, "expected a date, such as 2026-0") || !strings.Contains(one.DetailZH, "应为日期，例如 2026-0") {
					t.Errorf("%s%s: %+v", path, span, one)
				}
			}
			if strings.Join(named, " ") != wrong || len(d.asked) != 0 {
				t.Errorf("%s%s: %v, asked %d times", path, span, named, len(d.asked))
			}
		}
		if w := newDesk().ask("/v1/utilisation?base=nc-alpha&" + span); w.Code != http.StatusOK {
			t.Errorf("machines, %s: %d %s", span, w.Code, w.Body)
		}
	}
}

// Of several bases the days are those of Beijing, and of one they are its own.
func TestTheDaysArePeoplesOwn(t *testing.T) {
	for question, want := range map[string]int{
		"base=far&from=2026-02-01&to=2026-03-01":                             200,
		"base=far&from=2026-02-01T00:00:00Z&to=2026-03-01T00:00:00Z":         200,
		"base=far&from=2026-02-01T00:00:00%2B08:00&to=2026-03-01":            400,
		"from=2026-02-01T00:00:00%2B08:00&to=2026-03-01T00:00:00%2B08:00":    200,
		"from=2026-02-01T00:00:00Z&to=2026-03-01":                            400,
		"from=2026-02-01&to=" + url.QueryEscape("2026-02-28T23:00:00+08:00"): 400, // not cut to what several bases have
		"from=2026-02-01&to=2026-05-01T09:00:00Z":                            200,
	} {
		d := newDesk()
		d.scope = report.Scope{}
		if w := d.ask("/v1/attendance?" + question); w.Code != want {
			t.Errorf("%s: %d %s", question, w.Code, w.Body)
		}
	}
}

func TestTheReferenceSaysThatPeopleWantWholeDays(t *testing.T) {
	for lang, words := range map[string][]string{"zh": {wholeFrom.ZH, wholeTo.ZH}, "en": {wholeFrom.EN, wholeTo.EN}} {
		page := newDesk().ask("/docs?lang=" + lang).Body.String()
		_, about, _ := strings.Cut(page, `id="v1-attendance"`)
		about, _, _ = strings.Cut(about, `id="v1-coverage"`)
		contains(t, about, words...)
	}
	if p := refused(t, newDesk().ask("/v1/attendance?to=2026-03-01"), http.StatusBadRequest); !strings.Contains(p.Detail, wholeFrom.EN) || !strings.Contains(p.DetailZH, wholeFrom.ZH) {
		t.Errorf("%+v", p)
	}
}
