package main

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestMain is also the command itself, if asked.
func TestMain(m *testing.M) {
	if os.Getenv("BASEMETER_COMMAND") != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// command runs the command as a process of its own.
func command(t *testing.T, env string, args ...string) (out, said string, code int) {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], args...)
	c.Env = append(os.Environ(), "BASEMETER_COMMAND=1", "LANG=zh_CN.UTF-8", "http_proxy=", "HTTP_PROXY=", env)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return stdout.String(), stderr.String(), c.ProcessState.ExitCode()
}

// A collector answers as it is told, and keeps what it was asked.
type collector struct {
	*httptest.Server
	asked  url.Values
	header http.Header
	path   string
}

func newCollector(t *testing.T, status int, body string) *collector {
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.asked, c.header, c.path = r.URL.Query(), r.Header, r.URL.Path
		w.WriteHeader(status)
		w.Write([]byte(body))
	}))
	t.Cleanup(c.Close)
	return c
}

const (
	figures  = `{"from":"2026-02-28T16:00:00Z","report":[{"base":"nc","asset":"lathe","assets":1,"running_s":7200.000,"standby_s":1800.500,"off_s":0.000,"fault_s":0.000,"unknown_s":0.001,"elapsed_s":9000.501,"coverage":0.999,"estimated_s":0.000,"effective_s":8100.000}]}` + "\n"
	purposes = `{"report":[{"purpose":"student_training","affiliation":"host","assets":3,"running_s":3600,"standby_s":1800,"elapsed_s":5400,"coverage":1,"effective_s":5400},
		{"purpose":"none","affiliation":"none","assets":3,"off_s":7200,"unknown_s":7200,"elapsed_s":14400,"coverage":0.5}]}`
	people = `{"report":[{"place":"hall","user_group":"college_student","person_s":28800,"estimated_s":7200,"visits":4},
		{"place":"hall","user_group":"unattributed","person_s":1800,"visits":1}]}`
	lines = "\ufeffbase,asset\nnc,lathe\n"
)

func TestReport(t *testing.T) {
	for _, c := range []struct {
		name, answer, env string
		args              []string
		want, asked       string
	}{
		{"a table in Chinese", figures, "", nil, `
基地  设备   有效机时 h  运行 h  待机 h  停机 h  故障 h  未知 h  统计时长 h  覆盖率
nc    lathe        2.25    2.00    0.50    0.00    0.00    0.00        2.50  99.9 %
`, "from=2026-03-01&to=2026-03-02"},
		{"a table in English, as the terminal says", figures, "LANG=en_GB.UTF-8", nil, `
base  asset  effective h  running h  standby h  off h  fault h  unknown h  elapsed h  coverage
nc    lathe         2.25       2.00       0.50   0.00     0.00       0.00       2.50    99.9 %
`, "from=2026-03-01&to=2026-03-02"},
		{"a table in English, as asked", figures, "", []string{"--lang", "en", "--base", "nc", "--asset", "lathe", "--by", "base"}, `
base  asset  effective h  running h  standby h  off h  fault h  unknown h  elapsed h  coverage
nc    lathe         2.25       2.00       0.50   0.00     0.00       0.00       2.50    99.9 %
`, "asset=lathe&base=nc&by=base&from=2026-03-01&to=2026-03-02"},
		{"by purpose and user, of a frozen version", purposes, "", []string{"--by", "purpose,affiliation", "--frozen", "2025-2026.1"}, `
设备  用途          使用方  有效机时 h  运行 h  待机 h  停机 h  故障 h  未知 h  统计时长 h   覆盖率
× 3   学生实习实训  本单位        1.50    1.00    0.50    0.00    0.00    0.00        1.50  100.0 %
× 3   未使用        未使用        0.00    0.00    0.00    2.00    0.00    2.00        4.00   50.0 %
`, "by=purpose%2Caffiliation&from=2026-03-01&to=2026-03-02&version=2025-2026.1"},
		{"people", people, "", []string{"--people", "--by", "place,user_group"}, `
地点  人员类别  人时 h  其中估计 h  人次
hall  高职学生    8.00        2.00     4
hall  未归类      0.50        0.00     1
`, "by=place%2Cuser_group&from=2026-03-01&to=2026-03-02"},
		{"csv as the server gives it", lines, "", []string{"--format", "csv"}, "\n" + lines, "format=csv&from=2026-03-01&to=2026-03-02"},
		{"json as the server gives it", figures, "", []string{"--format", "json"}, "\n" + figures, "from=2026-03-01&to=2026-03-02"},
	} {
		t.Run(c.name, func(t *testing.T) {
			centre := newCollector(t, http.StatusOK, c.answer)
			args := append([]string{"report", "--url", centre.URL + "/", "--from", "2026-03-01", "--to", "2026-03-02"}, c.args...)
			out, said, code := command(t, c.env, args...)
			if code != 0 || said != "" || "\n"+out != c.want {
				t.Errorf("exit %d, said %q, printed\n%s\nwant%s", code, said, out, c.want)
			}
			if got := centre.asked.Encode(); got != c.asked {
				t.Errorf("asked %s, want %s", got, c.asked)
			}
			if want := map[bool]string{true: "/v1/attendance", false: "/v1/utilisation"}[c.answer == people]; centre.path != want {
				t.Errorf("asked for %s, want %s", centre.path, want)
			}
		})
	}
}

func TestTheTokenIsReadFromItsFile(t *testing.T) {
	centre := newCollector(t, http.StatusOK, figures)
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("correct horse\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, said, code := command(t, "", "report", "--url", centre.URL, "--from", "2026-03-01", "--to", "2026-03-02", "--token-file", file)
	if got := centre.header.Get("Authorization"); code != 0 || got != "Bearer correct horse" {
		t.Errorf("exit %d, said %q, sent %q", code, said, got)
	}
}

func TestErrorsAreSaidInPlainWords(t *testing.T) {
	gone := newCollector(t, http.StatusOK, "")
	gone.Close()
	for _, c := range []struct {
		name   string
		status int
		answer string
		args   []string
		want   string
	}{
		{"the server's own words", 400, `{"title":"Bad Request","status":400,"detail":"from: \"yesterday\" is neither a date nor a time","parameter":"from"}`, nil,
			`: from: "yesterday" is neither a date nor a time`},
		{"a token is needed", 401, `{"detail":"a token is needed"}`, nil, ": a token is needed"},
		{"the database is away", 502, `{"detail":"the database does not answer: gone"}`, nil, ": the database does not answer: gone"},
		{"an answer without words", 503, "<html>busy</html>", nil, ": 503 Service Unavailable"},
		{"somebody else's page", 200, "<html>hello</html>", nil, ": answer: not the JSON of a collector: invalid character '<' looking for beginning of value"},
		{"half an answer", 200, figures[:100], nil, ": answer: not the JSON of a collector: unexpected EOF"},
		{"nobody there", 0, "", []string{"--url", gone.URL}, gone.URL + " does not answer: dial tcp " + strings.TrimPrefix(gone.URL, "http://") + ": connect: connection refused"},
		{"an address without http", 0, "", []string{"--url", "127.0.0.1:8080"}, `--url: 127.0.0.1:8080 is no address such as http://127.0.0.1:8080`},
		{"an address of another kind", 0, "", []string{"--url", "ftp://127.0.0.1"}, `--url: ftp://127.0.0.1 is no address such as http://127.0.0.1:8080`},
		{"no such file", 0, "", []string{"--token-file", "/no/such/file"}, "--token-file: stat /no/such/file: no such file or directory"},
		{"no such format", 0, "", []string{"--format", "xml"}, `--format must be one of "table","csv","json" but got "xml"`},
		{"no such language", 0, "", []string{"--lang", "fr"}, `--lang must be one of "zh","en" but got "fr"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := []string{"report", "--from", "yesterday", "--to", "2026-03-02"}
			if c.status != 0 {
				args = append(args, "--url", newCollector(t, c.status, c.answer).URL)
			}
			out, said, code := command(t, "", append(args, c.args...)...)
			if code == 0 || out != "" || !strings.HasPrefix(said, "basemeter: error: ") || !strings.HasSuffix(said, c.want+"\n") || strings.Count(said, "\n") != 1 {
				t.Errorf("exit %d, printed %q, said %q, want …%s", code, out, said, c.want)
			}
		})
	}
}

func TestAnOutputThatIsFullIsAnError(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	for _, format := range []string{"table", "csv", "json"} {
		c := exec.CommandContext(t.Context(), os.Args[0], "report", "--url", newCollector(t, http.StatusOK, figures).URL, "--from", "2026-03-01", "--to", "2026-03-02", "--format", format)
		c.Env, c.Stdout = append(os.Environ(), "BASEMETER_COMMAND=1"), full
		if err := c.Run(); c.ProcessState.ExitCode() == 0 {
			t.Errorf("%s: exit 0 (%v)", format, err)
		}
	}
}

func TestLanguage(t *testing.T) {
	for lang, want := range map[string]string{"": "zh", "C": "zh", "zh_CN.UTF-8": "zh", "en_US.UTF-8": "en", "en": "en"} {
		if got := language(lang); got != want {
			t.Errorf("%q: %s, want %s", lang, got, want)
		}
	}
}
