package collector_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector"
	"basemeter/collector/collectortest"
	"basemeter/collector/report"
	"basemeter/configs"
)

var monday = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

const (
	stream = "00112233445566778899aabbccddeeff"
	secret = "correct horse"
)

// A centre is a collector between a real broker and a real database, which may be started anew.
type centre struct {
	*testing.T
	config configs.Collector
	broker *collectortest.Broker
	url    string
	stop   func() error
}

func newCentre(t *testing.T) *centre {
	t.Helper()
	dir := t.TempDir()
	token := filepath.Join(dir, "token")
	if err := os.WriteFile(token, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := &centre{T: t, broker: collectortest.Mosquitto(t)}
	c.config = configs.Collector{
		MQTT:     configs.MQTT{Broker: c.broker.URL(), ClientID: "collector"},
		Group:    "g",
		InfluxDB: configs.InfluxDB{URL: collectortest.Influx(t).URL, Database: "d"},
		Aside:    configs.Aside{Dir: filepath.Join(dir, "aside"), MaxBytes: 1 << 20},
		HTTP:     configs.CollectorHTTP{TokenFile: token},
	}
	c.start()
	return c
}

// start runs a collector until the test or stop ends it.
func (c *centre) start() {
	c.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		c.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(c.Output(), nil))
	self, err := collector.New(c.config, collector.Options{Log: log, Listener: listener})
	if err != nil {
		c.Fatal(err)
	}
	c.url = "http://" + listener.Addr().String()
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- self.Run(ctx) }()
	c.stop = sync.OnceValue(func() error {
		end()
		return <-ended
	})
	c.Cleanup(func() { _ = c.stop() })
	c.until("the database has answered", func() bool {
		status, _ := c.ask("/v1/utilisation?from=2026-01-01&to=2026-01-02", secret)
		return status == http.StatusOK
	})
}

// ask is an answer's status and body; no token is shown if it is empty.
func (c *centre) ask(path, token string) (int, string) {
	c.Helper()
	request, err := http.NewRequestWithContext(c.Context(), http.MethodGet, c.url+path, nil)
	if err != nil {
		c.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	client := http.Client{Timeout: 20 * time.Second}
	answer, err := client.Do(request)
	if err != nil {
		c.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		c.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// report is each asset's hours by the metrics asked for.
func (c *centre) report(query string, metrics ...string) (lines []string) {
	c.Helper()
	status, body := c.ask("/v1/utilisation?by=base,asset&metrics="+strings.Join(metrics, ",")+"&"+query, secret)
	var answer report.Answer
	if err := json.Unmarshal([]byte(body), &answer); status != http.StatusOK || err != nil {
		c.Fatalf("%d %s (%v)", status, body, err)
	}
	for _, l := range answer.Lines {
		text := l.Base + "/" + l.Asset
		for _, f := range l.Figures {
			text += fmt.Sprintf(" %d", f.Numerator/1000)
		}
		lines = append(lines, text)
	}
	return lines
}

// until waits for a condition that nothing announces.
func (c *centre) until(what string, is func() bool) {
	c.Helper()
	collectortest.Until(c, what, 15*time.Second, is)
}

// drawn are spells of an asset, a letter for five minutes from begin on.
func drawn(begin time.Time, asset, drawing string) record.Facts {
	var f record.Facts
	for i, letter := range drawing {
		from := begin.Add(time.Duration(i) * 5 * time.Minute).UnixMilli()
		state := map[rune]record.State{'o': record.Off, 's': record.Standby, 'r': record.Running, 'f': record.Fault}[letter]
		f.Spells = append(f.Spells, record.Spell{Asset: asset, State: state, FromMS: from, ToMS: from + 300_000})
	}
	return f
}

func (c *centre) send(g *collectortest.Gateway, messages map[uint64][]byte) map[uint64]string {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.Context(), 20*time.Second)
	defer cancel()
	rejected, err := g.Send(ctx, messages)
	if err != nil {
		c.Fatal(err)
	}
	return rejected
}

// From a gateway's batch to a figure, over everything that is real.
func TestABatchBecomesAFigure(t *testing.T) {
	c := newCentre(t)
	g := collectortest.NewGateway(t, c.broker, "nc", "gw", stream)
	c.send(g, map[uint64][]byte{
		1: g.Message(1, drawn(monday, "lathe", "rrrrrrssssoo"+"rrrff")), // an hour, and a part of the next
		2: g.Message(2, drawn(monday, "mill", "ssss")),
	})
	const span = "from=2026-03-02T04:00:00Z&to=2026-03-02T06:00:00Z"
	check := func(when string) {
		t.Helper()
		got := c.report(span, "running_hours", "standby_hours", "off_hours", "fault_hours", "unknown_hours", "elapsed_hours", "effective_hours", "out_of_hours")
		want := []string{"nc/lathe 2700 1200 600 600 2100 7200 2700 2700", // without a plan nothing is open, and what runs is used all the same
			"nc/mill 0 1200 0 0 6000 7200 0 0"}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got  %q\nwant %q", when, got, want)
		}
	}
	check("at once after the acknowledgement")

	c.send(g, map[uint64][]byte{1: g.Message(1, drawn(monday, "lathe", "rrrrrrssssoo"+"rrrff"))})
	check("after the same batch came again")

	if err := c.stop(); err != nil {
		t.Errorf("Run: %v", err)
	}
	c.start()
	check("from another collector")

	late := drawn(monday, "mill", "....rr")
	late.Spells = late.Spells[4:]
	c.send(g, map[uint64][]byte{3: g.Message(3, late)})
	if rows := c.report(span+"&asset=mill", "running_hours", "unknown_hours"); len(rows) != 1 || rows[0] != "nc/mill 600 5400" {
		t.Errorf("late facts of an hour that was accounted: %+v", rows)
	}
	if rows := c.report("from=2026-03-02T04:10:00Z&to=2026-03-02T04:35:00Z", "running_hours"); !slices.Equal(rows, []string{"nc/lathe 1200", "nc/mill 600"}) {
		t.Errorf("both ends in an hour, by base: %+v", rows)
	}
}

func TestAPoisonedBatchIsKeptAsideAndBlocksNobody(t *testing.T) {
	c := newCentre(t)
	recent := time.Now().Add(-2 * time.Hour).Truncate(time.Hour).UTC() // only streams that live are in the metrics
	g := collectortest.NewGateway(t, c.broker, "nc", "gw", stream)
	poison := []byte(strings.Replace(string(g.Message(2, drawn(recent, "lathe", "r"))), `"running"`, `"asleep"`, 1))
	rejected := c.send(g, map[uint64][]byte{1: g.Message(1, drawn(recent, "lathe", "r")), 2: poison, 3: g.Message(3, drawn(recent, "mill", "s"))})
	if len(rejected) != 1 || !strings.Contains(rejected[2], "asleep") {
		t.Errorf("rejected: %v", rejected)
	}
	if rows := c.report("base=nc&from="+recent.Format(time.RFC3339)+"&to="+recent.Add(time.Hour).Format(time.RFC3339), "running_hours", "standby_hours"); !slices.Equal(rows, []string{"nc/lathe 300 0", "nc/mill 0 300"}) {
		t.Errorf("its neighbours: %+v", rows)
	}
	kept, err := filepath.Glob(filepath.Join(c.config.Aside.Dir, "*-gw-*.json"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept aside: %v %v", kept, err)
	}
	if payload, err := os.ReadFile(kept[0]); err != nil || string(payload) != string(poison) {
		t.Errorf("kept %s, sent %s (%v)", payload, poison, err)
	}
	if _, body := c.ask("/metrics", secret); !strings.Contains(body, `basemeter_collector_batches_rejected_total{reason="unreadable"} 1`) ||
		!strings.Contains(body, `basemeter_collector_stream_missing{base="nc",gateway="gw",stream="`+stream+`"} 1`) {
		t.Errorf("metrics do not say it:\n%s", body)
	}
}

func TestTheFloorAndHealthOverTheBroker(t *testing.T) {
	c := newCentre(t)
	g := collectortest.NewGateway(t, c.broker, "nc", "gw", stream)
	now := func() string {
		_, body := c.ask("/v1/now", secret)
		return body
	}
	g.Say("status", []byte(record.Online))
	g.Say("now/lathe", []byte(`{"asset":"lathe","text_zh":"车床","state":"running","since_ms":1772424000000,"at_ms":1772424000000}`))
	c.until("the asset runs", func() bool { return strings.Contains(now(), `"running"`) })
	c.until("all is well", func() bool { status, _ := c.ask("/health", ""); return status == http.StatusOK })
	if _, page := c.ask("/", secret); !strings.Contains(page, "车床") {
		t.Errorf("the page does not show it:\n%s", page)
	}
	if err := c.stop(); err != nil {
		t.Errorf("Run: %v", err)
	}
	c.start()
	c.until("a new collector knows it", func() bool { return strings.Contains(now(), `"running"`) })
	g.Say("status", []byte(record.Offline))
	c.until("it is unknown", func() bool { return strings.Contains(now(), `"gateway gw: offline"`) })
	if status, body := c.ask("/health", secret); status != http.StatusServiceUnavailable || !strings.Contains(body, `"offline"`) {
		t.Errorf("health: %d %s", status, body)
	}
	if status, body := c.ask("/health", ""); status != http.StatusServiceUnavailable || body != `{"well":false}`+"\n" {
		t.Errorf("health tells a stranger: %d %s", status, body)
	}
}

func TestNothingButHealthIsServedWithoutTheToken(t *testing.T) {
	c := newCentre(t)
	for _, path := range []string{"/", "/v1/now", "/v1/utilisation?from=2026-03-02&to=2026-03-03", "/metrics", "/nothing", "/health/x"} {
		for _, token := range []string{"", "wrong"} {
			if status, body := c.ask(path, token); status != http.StatusUnauthorized {
				t.Errorf("%s with token %q: %d %s", path, token, status, body)
			}
		}
		if status, _ := c.ask(path, secret); status == http.StatusUnauthorized {
			t.Errorf("%s with the token: %d", path, status)
		}
	}
	if status, _ := c.ask("/health", ""); status == http.StatusUnauthorized {
		t.Error("health asks for the token")
	}
}

func TestWhatANewCollectorCannotUse(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty")
	if err := os.WriteFile(empty, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := configs.Collector{HTTP: configs.CollectorHTTP{Listen: "127.0.0.1:0"}, InfluxDB: configs.InfluxDB{URL: "http://127.0.0.1:1", Database: "d"}}
	for _, c := range []struct {
		want   string
		change func(*configs.Collector)
	}{
		{"mqtt.password_file: ", func(c *configs.Collector) { c.MQTT.PasswordFile = filepath.Join(dir, "none") }},
		{"mqtt.ca_file: ", func(c *configs.Collector) { c.MQTT.CAFile = empty }},
		{"http.token_file: ", func(c *configs.Collector) { c.HTTP.TokenFile = filepath.Join(dir, "none") }},
		// An empty file left everything open to everybody.
		{"http.token_file: " + empty + " is empty", func(c *configs.Collector) { c.HTTP.TokenFile = empty }},
		{"http.listen: ", func(c *configs.Collector) { c.HTTP.Listen = "256.0.0.1:80" }},
		{"http.access: open, while others can reach ", func(c *configs.Collector) { c.HTTP.Access, c.HTTP.Listen = configs.AccessOpen, "0.0.0.0:0" }},
		{"base nc: timezone: ", func(c *configs.Collector) { c.Bases = []configs.Base{{Name: "nc", Timezone: "Mars/Olympus"}} }},
		{"influxdb.password_file: ", func(c *configs.Collector) { c.InfluxDB.PasswordFile = filepath.Join(dir, "none") }},
		{"influxdb.token_file: ", func(c *configs.Collector) { c.InfluxDB.TokenFile = filepath.Join(dir, "none") }},
	} {
		config := good
		c.change(&config)
		_, err := collector.New(config, collector.Options{Log: slog.New(slog.DiscardHandler)})
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("got %v, want %s…", err, c.want)
		}
	}
}
