package live

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"basemeter/agent/record"
)

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

// floor has a machine that runs, one that is grey, a meter that answers and one that does not.
func floor() Floor {
	return Floor{
		Base: "nc", Gateway: "gw-01", Version: "9", At: noon, ClockSynced: true, Pending: 3,
		Assets: []Asset{
			{Name: "lathe-01", TextZH: "1 号车床", TextEN: "lathe 1", State: "running", Since: noon.Add(-12 * time.Second), Why: "m1/power = 1240 ≥ 800 W", Points: []string{"m1/power"},
				Purpose: "student_training", People: new(2)},
			{Name: "mill-01", State: "unknown", Since: noon.Add(-3 * time.Minute), Why: "m2/power: silent", Points: []string{"m2/power"}},
		},
		Areas: []Area{{Name: "hall-a", TextZH: "数控车间", TextEN: "CNC hall", People: 12}},
		Lines: []Line{{Name: "rs485-1", Kind: "rs485", Port: "/dev/serial/by-id/x", Load: 0.25, Devices: []Device{
			{Device: record.Device{Name: "m1", Requests: 100, Answers: 99, Timeouts: 1, P50MS: 21.2, P99MS: 35, Load: 0.2}, Profile: "sdm120", Unit: "1",
				Points: []Point{
					{Name: "m1/power", Unit: "W", Value: 1240.25, At: noon, AgeMS: 120, Quality: record.Good},
					{Name: "m1/energy_import", Unit: "kWh", Value: 7, At: noon, AgeMS: 15_000, Quality: record.Good, Flag: "reset"},
				}},
			{Device: record.Device{Name: "m2", Absent: true, Timeouts: 7}, Since: noon.Add(-time.Minute), Error: "m2: nothing answered",
				Points: []Point{{Name: "m2/power", Unit: "W", Quality: record.None}}},
		}}},
		Faults: []string{`m2: nothing <b>answered</b>`},
	}
}

func TestTheTerminalShowsEverything(t *testing.T) {
	for lang, want := range map[string][]string{
		"zh": {
			"网关现场  nc/gw-01", "时钟：已对时   MQTT 服务器：未连接，数据保存在本机   待确认批次：3", "! m2: nothing <b>answered</b>",
			"1 号车床  运行  12 s        学生实习实训 · 在场 2 人  m1/power = 1240 ≥ 800 W", "mill-01   未知  3 min 00 s                            m2/power：无应答",
			"区域\n数控车间  在场 12 人",
			"rs485-1  rs485 /dev/serial/by-id/x  线路占用 25.0 %", "m1  应答 99 · 21.2 / 35 ms · 超时 1", "m2  应答 0 · 超时 7 · m2: nothing answered",
			"  power          1240.2  W    120 ms  有效", "  energy_import       7  kWh    15 s  有效 · 计数清零",
		},
		"en": {"lathe 1  running  12 s        student training · 2 present", "Areas\nCNC hall  12 present", "by-id/x  in use 25.0 %", "broker: not connected", "  energy_import       7  kWh    15 s  good · reset"},
	} {
		var screen strings.Builder
		if err := (Screen{To: &screen, Lang: lang}).Watch(t.Context(), func(context.Context) (Floor, error) { return floor(), nil }); err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(screen.String(), w) {
				t.Errorf("%s lacks %q:\n%s", lang, w, screen.String())
			}
		}
	}
}

func TestAWatchGoesOnWhenTheAgentIsAwayForAWhile(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	looks := 0
	look := func(context.Context) (Floor, error) {
		if looks++; looks == 2 {
			return Floor{}, errors.New("connection refused")
		}
		if looks == 3 {
			cancel()
		}
		return floor(), nil
	}
	var screen strings.Builder
	err := (Screen{To: &screen, Lang: "en", Every: time.Millisecond, Live: true}).Watch(ctx, look)
	if err != nil || looks != 3 || !strings.Contains(screen.String(), "connection refused") || !strings.HasPrefix(screen.String(), again) {
		t.Errorf("%d looks, %v:\n%s", looks, err, screen.String())
	}
	refused := errors.New("refused")
	err = (Screen{To: &screen, Lang: "en", Every: time.Hour}).Watch(t.Context(), func(context.Context) (Floor, error) { return Floor{}, refused })
	if !errors.Is(err, refused) {
		t.Errorf("the first look failed, and the watch said %v", err)
	}
}

func TestThePageShowsEverythingInBothLanguages(t *testing.T) {
	server := httptest.NewServer(Handler(floor))
	defer server.Close()
	for lang, want := range map[string][]string{
		"zh": {`lang="zh-CN"`, "1 号车床", `<span class="pill running">运行</span>`, "m2/power：无应答", "m2: nothing &lt;b&gt;answered", "无应答，自", "计数清零", "待确认批次：3", "<td>学生实习实训 · 在场 2 人</td>", "数控车间"},
		"en": {`lang="en"`, "lathe 1", "<td>12 present</td>", `<span class="pill unknown">unknown</span>`, "m2/power: silent", "absent since", "no reading yet"},
	} {
		page := get(t, server.URL+"/?lang="+lang)
		for _, w := range want {
			if !strings.Contains(page, w) {
				t.Errorf("%s lacks %q", lang, w)
			}
		}
		if strings.Contains(page, "<b>answered") {
			t.Error("a device's word is taken for HTML")
		}
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var b strings.Builder
	if err := answer.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFetchIsWhatWasServed(t *testing.T) {
	server := httptest.NewServer(Handler(floor))
	defer server.Close()
	got, err := Fetch(t.Context(), server.URL, "")
	if err != nil {
		t.Fatal(err)
	}
	is, _ := json.Marshal(got)
	want, _ := json.Marshal(floor())
	if string(is) != string(want) {
		t.Errorf("fetched %s\nserved  %s", is, want)
	}
	if _, err := Fetch(t.Context(), server.URL+"/nowhere", ""); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("a wrong address says %v", err)
	}
}

func TestTheLanguageIsTheReaders(t *testing.T) {
	for _, c := range []struct{ query, accept, want string }{
		{"", "", "zh"}, {"", "en-US,en;q=0.9", "en"}, {"", "de,en;q=0.5,zh", "en"}, {"lang=zh", "en", "zh"}, {"lang=xx", "zh-CN", "zh"},
	} {
		r := httptest.NewRequest("GET", "/?"+c.query, nil)
		r.Header.Set("Accept-Language", c.accept)
		if got := language(r); got != c.want {
			t.Errorf("%q, %q: %s, want %s", c.query, c.accept, got, c.want)
		}
	}
}

func TestBothLanguagesHaveTheSameWords(t *testing.T) {
	var zh, en []string
	for key := range words["zh"] {
		zh = append(zh, key)
	}
	for key := range words["en"] {
		en = append(en, key)
	}
	slices.Sort(zh)
	slices.Sort(en)
	if !slices.Equal(zh, en) {
		t.Errorf("zh %q\nen %q", zh, en)
	}
}

func TestLengths(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0 ms", 120 * time.Millisecond: "120 ms", 1500 * time.Millisecond: "1.5 s", 59 * time.Second: "59 s",
		61 * time.Second: "1 min 01 s", 26 * time.Hour: "26 h 00 min", 50 * time.Hour: "2 d 02 h",
	} {
		if got := length(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
