package pages

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

func TestNumbersAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct {
		value    float64
		decimals int
		want     string
	}{{0, 1, "0.0"}, {999.94, 1, "999.9"}, {999.95, 1, "1,000.0"}, {2.65, 1, "2.7"}, {1234567.891, 2, "1,234,567.89"}, {12, 0, "12"}, {1000, 0, "1,000"}, {-1234.5, 1, "−1,234.5"}, {-0.01, 1, "0.0"}} {
		if got := grouped(c.value, c.decimals); got != c.want {
			t.Errorf("%v: %s, want %s", c.value, got, c.want)
		}
	}
	for share, want := range map[float64]string{0: "0.0%", 0.1559: "15.6%", 1: "100.0%", 0.99999: ">99.9%", 0.999: "99.9%", 1.25: "125.0%"} {
		if got := percent(share); got != want {
			t.Errorf("%v: %s, want %s", share, got, want)
		}
	}
}

func TestLengthsAsPeopleSayThem(t *testing.T) {
	a := &asking{Lang: "en", word: words["en"]}
	for ms, want := range map[int64]string{0: "0 s", 59_999: "59 s", 60_000: "1 min", 3_569_999: "59 min", 3_570_000: "1 h 00 min", 3_600_000: "1 h 00 min", 9_540_000: "2 h 39 min"} {
		if got := a.length(ms); got != want {
			t.Errorf("%d ms: %s, want %s", ms, got, want)
		}
	}
}

func TestAFigureInWords(t *testing.T) {
	a := &asking{Lang: "zh", word: words["zh"], floor: 0.8}
	for _, c := range []struct {
		figure      report.Figure
		text, known string
		faint, none bool
	}{
		{report.Figure{Metric: "effective_hours", Value: 1234.5, Numerator: 1, Coverage: 0.993}, "1,234.5", "覆盖率", false, false},
		{report.Figure{Metric: "effective_hours", Value: 3, Numerator: 1, Coverage: 0.799}, "3.0", "覆盖率", true, false},
		{report.Figure{Metric: "external_share", Value: 0.25, Numerator: 1, Denominator: 4, Coverage: 0.8}, "25.0%", "覆盖率", false, false},
		{report.Figure{Metric: "external_share", Coverage: 1}, "–", "覆盖率", false, false}, // nothing to divide by is not nothing
		{report.Figure{Metric: "visits", Value: 1200, Numerator: 1200, Coverage: 1}, "1,200", "实测比例", false, false},
		{report.Figure{Metric: "visits"}, "0", "", false, false}, // of nobody nothing is doubtful
		{report.Figure{Metric: "visits", Missing: report.Withheld}, "不公布", "", false, true},
		{report.Figure{Metric: "people", Missing: report.NotDivided}, "不可拆分", "", false, true},
		{report.Figure{Metric: "people", Missing: report.NotKept}, "已不保存", "", false, true},
	} {
		n := a.number(&c.figure, "")
		if n.Text != c.text || n.Faint != c.faint || n.Missing != c.none || n.Known != c.known || c.none && n.Title == "" {
			t.Errorf("%+v: %+v", c.figure, n)
		}
	}
}

func TestBothLanguagesHaveEveryWord(t *testing.T) {
	zh, en := slices.Sorted(maps.Keys(words["zh"])), slices.Sorted(maps.Keys(words["en"]))
	if !slices.Equal(zh, en) {
		for _, w := range zh {
			if words["en"][w] == "" {
				t.Errorf("no English %q", w)
			}
		}
		for _, w := range en {
			if words["zh"][w] == "" {
				t.Errorf("no Chinese %q", w)
			}
		}
	}
	verbs := regexp.MustCompile(`%[a-z0-9]+`)
	for w := range words["zh"] {
		if got, want := verbs.FindAllString(words["en"][w], -1), verbs.FindAllString(words["zh"][w], -1); !slices.Equal(got, want) {
			t.Errorf("%q: %v in English, %v in Chinese", w, got, want)
		}
	}
}

// What templates and code ask for by name there must be; and no word stands there in vain.
func TestEveryWordIsUsed(t *testing.T) {
	var text strings.Builder
	for _, pattern := range []string{".", "templates"} {
		entries, err := os.ReadDir(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if name := e.Name(); strings.HasSuffix(name, ".html") || strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !strings.HasPrefix(name, "words") {
				b, err := os.ReadFile(pattern + "/" + name)
				if err != nil {
					t.Fatal(err)
				}
				text.Write(b)
			}
		}
	}
	used := map[string]bool{}
	for _, found := range regexp.MustCompile(`index \$w "([^"]+)"|\$w\.([a-z]+)|\.Word\.([a-z]+)|\.word\["([^"]+)"\]|add\("([^"]+)"|\{"[a-z_]+", "([a-z ]+)"\}`).FindAllStringSubmatch(text.String(), -1) {
		word := strings.Join(found[1:], "")
		if used[word] = true; words["zh"][word] == "" && !strings.HasSuffix(word, " ") && found[6] == "" {
			t.Errorf("%q has no words", word)
		}
	}
	made := regexp.MustCompile(`^(page|period|by|unit|short|missing|day|per|axis|context|mark|is|means|title|field) |^(city|county|zone|cluster|consortium|base|asset|line|purpose|affiliation|user_group|month|running|standby|off|fault|unknown|kind|variant|owner)$`)
	for word := range words["zh"] {
		if !used[word] && !made.MatchString(word) && !strings.Contains(text.String(), `"`+word+`"`) {
			t.Errorf("%q is used nowhere", word)
		}
	}
}

func TestEveryMetricIsParted(t *testing.T) {
	for _, m := range utilisation.Metrics {
		for _, lang := range []string{"zh", "en"} {
			a := &asking{Lang: lang, word: words[lang]}
			over, under := a.sides(&m)
			if over == "" || (m.Unit == utilisation.Ratio) != (under != "") {
				t.Errorf("%s in %s is %q over %q", m.ID, lang, over, under)
			}
		}
	}
}

func TestEveryMetricOfThePagesIsInTheDictionary(t *testing.T) {
	for _, id := range slices.Concat(keyMetrics, sideMetrics, placeMetrics, machineMetrics, useMetrics, peopleMetrics, certifiedMetrics, lost, []string{"corrected_hours", "elapsed_hours"}) {
		if _, ok := definitionOf(id); !ok {
			t.Errorf("no %s", id)
		}
	}
}
