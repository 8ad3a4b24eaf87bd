package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// answers has the centre answer as it is told, with what may stand before a collector: a proxy, or somebody else.
func answers(status int, kind, body string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		w.Write([]byte(body))
		return true
	}
}

func TestFaultsAreSaidInPlainWords(t *testing.T) {
	gone := newCentre(t)
	gone.Close()
	const json, html = "application/json", "text/html"
	for _, c := range []struct {
		name, args string
		before     func(http.ResponseWriter, *http.Request) bool
		code       int
		want       string
	}{
		{"one option", "--from yesterday --to 2026-03-02 --lang en", nil, 1, `: --from: "yesterday" is neither a date like 2026-03-02 nor a time like 2026-03-02T08:00:00+08:00`},
		{"all options, in Chinese", "--from yesterday --to tomorrow", nil, 1, "：参数有误\n--from：“yesterday”既不是 2026-03-02 这样的日期，也不是 2026-03-02T08:00:00+08:00 这样的时间\n--to：“tomorrow”既不是 2026-03-02 这样的日期，也不是 2026-03-02T08:00:00+08:00 这样的时间"},
		{"options by the names that they have here", "--period 2026 --metric visits --lang en", nil, 1, `: --metric: "visits" is none of machine-hours; /v1/metrics lists them`},
		{"a base that is not there", "--list bases --base other --format csv", nil, 1, "：--base：没有“other”"},
		{"a form that is not there", "--period 2026 --form sj4 --lang en", nil, 1, `: --form: there is no "sj4"`},
		{"a sheet that is not there", "--period 2026 --form sj3 --sheet x --lang en", nil, 1, `--sheet: there is no "x"; expected one of: machines, notes`},
		{"a version that is not there", "--period 2026 --frozen 2024-2025.1", nil, 1, "：--frozen：没有“2024-2025.1”"},
		{"a floor that is none", "--period 2026 --floor 80 --lang en", nil, 1, `: --floor: "80"; expected a number between 0 and 1`},
		{"a token is needed", "--period 2026 --lang en", answers(401, "application/problem+json", `{"title":"t","detail":"a token is needed","detail_zh":"需要访问令牌"}`), 1,
			": a token is needed; its file is named by --token-file or BASEMETER_TOKEN_FILE"},
		{"an answer without words", "--period 2026", answers(502, html, "<html>busy</html>"), 1, "：502 Bad Gateway"},
		{"busy without saying until when", "--period 2026", answers(503, html, "<html>busy</html>"), 1, "：503 Service Unavailable"},
		{"somebody else's page", "--period 2026 --lang en", answers(200, html, "<html>hello</html>"), 1, `: the answer is "text/html"; expected "application/json" of a collector`},
		{"somebody else's page instead of a workbook", "--period 2026 --lang en --format xlsx", answers(200, html, "<html>hello</html>"), 1, `: the answer is "text/html"; expected "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" of a collector`},
		{"somebody else's JSON", "--period 2026 --lang en", answers(200, json, `{"hello":1}`), 1, ": answer: it has no lines; expected that of a collector"},
		{"half an answer", "--period 2026 --lang en --format json", answers(200, json, `{"lines":[{"base`), 1, ": answer: not the JSON of a collector: unexpected end of JSON input"},
		{"a dimension of a later version", "--period 2026 --lang en", answers(200, json, `{"by":["galaxy"],"lines":[]}`), 1, `: answer: it is divided by "galaxy", which this version of basemeter does not know`},
		{"pages without end", "--period 2026 --lang en", answers(200, json, `{"lines":[],"next":"more"}`), 1, ": a page without lines says that there are more"},
		{"nobody there", "--period 2026 --lang en --url " + gone.URL, nil, 1, gone.URL + " does not answer: dial tcp " + strings.TrimPrefix(gone.URL, "http://") + ": connect: connection refused"},
		{"an address without http", "--period 2026 --lang en --url 127.0.0.1:8080", nil, 2, "--url: 127.0.0.1:8080 is no address such as http://127.0.0.1:8080"},
		{"no such token", "--period 2026 --token-file /no/such/file", nil, 1, "--token-file: open /no/such/file: no such file or directory"},
		{"no such format", "--period 2026 --format xml", nil, 2, `--format must be one of "","table","csv","json","xlsx" but got "xml"`},
		{"no such language", "--period 2026 --lang fr", nil, 2, `--lang must be one of "zh","en" but got "fr"`},
		{"no such option", "--figures", nil, 2, "unknown flag --figures"},
		{"nothing asked", "", nil, 2, "需要 --from 和 --to，或 --period"},
		{"half a span", "--lang en --from 2026-01-01", nil, 2, "expected --from and --to, or --period"},
		{"two spans", "--lang en --from 2026-01-01 --period 2026", nil, 2, "--period stands instead of --from and --to"},
		{"a place of machines", "--lang en --period 2026 --place hall", nil, 2, "--place: goes with --people"},
		{"an asset of people", "--lang en --period 2026 --people --asset lathe", nil, 2, "--asset: is of machines, not with --people"},
		{"a form divided", "--lang en --period 2026 --form sj3 --by city", nil, 2, "--by: is for figures, not with --form or --list"},
		{"a sheet of a workbook", "--lang en --period 2026 --form sj3 --sheet notes -o x.xlsx", nil, 2, "--sheet: chooses a sheet of table or csv"},
		{"a sheet of figures", "--lang en --period 2026 --sheet notes", nil, 2, "--sheet: goes with --form"},
		{"half a span of a form", "--lang en --form sj3 --to 2026-01-01", nil, 2, "expected --from and --to, or --period"},
		{"a weight of figures", "--lang en --period 2026 --weight 40", nil, 2, "--weight: goes with --form"},
		{"all assets of figures", "--period 2026 --all-assets", nil, 2, "--all-assets：应与 --form 连用"},
		{"a floor of a list", "--lang en --list forms --floor 0.7", nil, 2, "--floor: not with --list"},
		{"a list of a span", "--lang en --list forms --period 2026", nil, 2, "--period: not with --list"},
		{"a list of a base", "--lang en --list metrics --base nc", nil, 2, "--base: not with this list"},
		{"versions of a city", "--list frozen --city nanchang", nil, 2, "--city：不能与此列表同时使用"},
		{"a base that a script forgot", "--period 2026 --base=", nil, 2, "--base: is empty; leave it out to ask for all / 为空；要查全部请不写该选项"},
	} {
		t.Run(c.name, func(t *testing.T) {
			centre := newCentre(t)
			centre.before = c.before
			out, said, code := centre.run(t, strings.Fields(c.args)...)
			if code != c.code || out != "" || !strings.HasPrefix(said, "basemeter: error: ") || !strings.HasSuffix(unindented(said), c.want+"\n") {
				t.Errorf("exit %d, printed %q, said %q, want %d …%s", code, out, said, c.code, c.want)
			}
		})
	}
}

// What the database says against it comes through, too.
func TestADatabaseThatIsAway(t *testing.T) {
	centre := newCentre(t)
	centre.fails = errors.New("influx: connection refused")
	_, said, code := centre.run(t, "--period", "2026", "--lang", "en")
	if want := "basemeter: error: " + centre.URL + "/: the database does not answer: influx: connection refused\n"; code != 1 || said != want {
		t.Errorf("exit %d, said %q", code, said)
	}
}

func TestTheTokenIsReadFromItsFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("correct horse\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, env := range []string{"BASEMETER_TOKEN_FILE=" + file, ""} {
		centre := newCentre(t)
		args := []string{"report", "--url", centre.URL, "--period", "2026"}
		if env == "" {
			args = append(args, "--token-file", file)
		}
		_, said, code := command(t, env, args...)
		if got := centre.header.Get("Authorization"); code != 0 || got != "Bearer correct horse" {
			t.Errorf("exit %d, said %q, sent %q", code, said, got)
		}
	}
}

// A collector that has no time is asked again when it says, within bounds.
func TestABusyCollectorIsAskedAgain(t *testing.T) {
	const problem = `{"title":"Busy","detail":"too many questions","detail_zh":"查询太多"}`
	for _, c := range []struct {
		status      int
		after, args string
		times       int
		code        int
		said        string
	}{
		{503, "0", "--lang en", 2, 0, "%[1]s/: too many questions; asking again in 10ms\n%[1]s/: too many questions; asking again in 10ms\n"},
		{429, "1", "", 1, 0, "%[1]s/：查询太多；1.01s 后再试\n"},
		{503, "0", "--quiet", 2, 0, ""},
		{503, "3600", "--lang en", 1, 1, "basemeter: error: %[1]s/: too many questions; asking again only makes sense in 1h0m0.01s\n"},
	} {
		centre := newCentre(t)
		refused := 0
		centre.before = func(w http.ResponseWriter, r *http.Request) bool {
			if refused == c.times {
				return false
			}
			refused++
			w.Header().Set("Retry-After", c.after)
			return answers(c.status, "application/problem+json", problem)(w, r)
		}
		out, said, code := centre.run(t, strings.Fields("--period 2026 --format csv "+c.args)...)
		want := c.said
		if want != "" {
			want = fmt.Sprintf(want, centre.URL)
		}
		if code != c.code || said != want || (code == 0) != (out != "") {
			t.Errorf("exit %d, said %q, want %q, printed %q", code, said, want, out)
		}
	}
}

func TestLanguage(t *testing.T) {
	for lang, want := range map[string]string{"": "zh", "C": "zh", "zh_CN.UTF-8": "zh", "en_US.UTF-8": "en", "en": "en"} {
		if got := language(lang); got != want {
			t.Errorf("%q: %s, want %s", lang, got, want)
		}
	}
	centre := newCentre(t)
	out, _, code := command(t, "LANG=en_GB.UTF-8", "report", "--url", centre.URL, "--list", "forms")
	if code != 0 || !bytes.Contains([]byte(out), []byte("Instruments")) {
		t.Errorf("exit %d, printed %q", code, out)
	}
}

func TestHelpEndsWithExamples(t *testing.T) {
	out, said, code := command(t, "", "report", "--help")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if code != 0 || said != "" || !strings.Contains(out, "\nWhen / 时间\n") || !strings.HasPrefix(lines[len(lines)-1], "  basemeter report ") {
		t.Errorf("exit %d, said %q, printed\n%s", code, said, out)
	}
	// The examples are commands that can be meant.
	for _, line := range lines {
		if args, example := strings.CutPrefix(line, "  basemeter report "); example {
			args, _, _ = strings.Cut(args, " #")
			fields := strings.Fields(args)
			if i := len(fields) - 1; strings.HasPrefix(fields[i-1], "-o") {
				fields[i] = filepath.Join(t.TempDir(), fields[i])
			}
			centre := newCentre(t)
			if _, said, code := centre.run(t, fields...); code != 0 && !strings.Contains(said, "没有“nc-vtc-cnc”") && !strings.Contains(said, "没有“utilisation”") {
				t.Errorf("%s: exit %d, said %q", args, code, said)
			}
		}
	}
}
