package mtconnect

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/sim"
)

var cnc = []Point{
	{Name: "run", Item: "EXECUTION", Is: []string{"ACTIVE"}},
	{Name: "fault", Item: "system", Is: []string{"Fault"}},
	{Name: "power", Item: "power", Scale: 0.001},
}

// agent is a simulated agent in front of two machines, at an hour that the test sets.
func agent(t *testing.T, hour *atomic.Int64) (url string, first *sim.Machine, born time.Time) {
	born = time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	first = sim.New(1, born, 1)
	far := &sim.MTConnect{
		Machines: map[string]*sim.Machine{"cnc-1": first, "铣床 2/a": sim.New(2, born, 1)},
		Now:      func() time.Time { return born.Add(time.Duration(hour.Load())) },
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- sim.ServeMTConnect(ctx, listener, far) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("agent: %v", err)
		}
	})
	return "http://" + listener.Addr().String(), first, born
}

// What a machine really does is what is read, state by state; off is unknown.
func TestSimulatedMachine(t *testing.T) {
	var clock atomic.Int64
	url, machine, born := agent(t, &clock)
	at := drivers.Instant{Boot: "b", Mono: 42}
	s := source(t, Config{Name: "cnc-1", URL: url, Device: "cnc-1", Points: cnc, Now: func() drivers.Instant { return at }})
	met := map[sim.State]bool{}
	for step := range 60 {
		clock.Store(int64(step) * int64(7*time.Second))
		now := born.Add(time.Duration(clock.Load()))
		state := machine.StateAt(now)
		met[state] = true
		got, err := s.Read(t.Context(), nil)
		if state == sim.Off {
			if len(got) > 0 || !errors.Is(err, ErrUnavailable) || errors.Is(err, drivers.ErrAbsent) {
				t.Errorf("off: %v, %v", got, err)
			}
			continue
		}
		if err != nil || len(got) != 3 {
			t.Fatalf("%v: %v, %v", state, got, err)
		}
		want := []float64{0, 0, machine.At(now).Watts / 1000}
		if state == sim.Running {
			want[0] = 1
		}
		if state == sim.Fault {
			want[1] = 1
		}
		for i, r := range got {
			if r.Point != "cnc-1/"+cnc[i].Name || r.At != at || r.Value-want[i] > 0.0001 || want[i]-r.Value > 0.0001 {
				t.Errorf("%v: %+v, want %v", state, r, want[i])
			}
		}
	}
	if len(met) != 4 {
		t.Errorf("only %v were met", met)
	}
	if s := s.Stats(); s.Answers != 60 || s.Requests != 60 || s.P50 == 0 {
		t.Errorf("%+v", s)
	}
}

func TestIdentity(t *testing.T) {
	var clock atomic.Int64
	url, _, _ := agent(t, &clock)
	for device, want := range map[string]string{"cnc-1": "sim-cnc-1", "铣床 2/a": "sim-铣床 2/a"} {
		s := source(t, Config{Name: "m", URL: url, Device: device, Points: cnc})
		if id, err := s.Identity(t.Context()); id != want || err != nil {
			t.Errorf("%q, %v, want %q", id, err, want)
		}
		if err := s.Probe(t.Context()); err != nil {
			t.Error(err)
		}
	}
	for device, want := range map[string]string{
		"":      "m: the agent has several devices: cnc-1, 铣床 2/a: name one",
		"cnc-9": "m: the agent answers NO_DEVICE: Could not find the device 'cnc-9'",
	} {
		s := source(t, Config{Name: "m", URL: url, Device: device, Points: cnc})
		_, err := s.Read(t.Context(), nil)
		if err == nil || err.Error() != want || errors.Is(err, drivers.ErrAbsent) || errors.Is(err, drivers.ErrGarbled) {
			t.Errorf("%q: %v, want %s", device, err, want)
		}
	}
}

// answers is an agent that gives one answer after the other.
func answers(t *testing.T, each ...http.HandlerFunc) *Source {
	t.Helper()
	var n atomic.Int64
	far := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		each[min(int(n.Add(1)), len(each))-1](w, r)
	}))
	t.Cleanup(far.Close)
	return source(t, Config{Name: "m", URL: far.URL, Points: []Point{{Name: "p", Item: "l"}}})
}

func load(instance, next, value int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<MTConnectStreams><Header instanceId="%d" nextSequence="%d"/><Streams><DeviceStream name="a"><ComponentStream>
			<Samples><Load dataItemId="l">%d</Load></Samples></ComponentStream></DeviceStream></Streams></MTConnectStreams>`,
			instance, next, value)
	}
}

func TestAgentStartsAnew(t *testing.T) {
	s := answers(t, load(1, 10, 1), load(1, 10, 2), load(2, 3, 3), load(2, 5, 4))
	for want := range 4 {
		got, err := s.Read(t.Context(), nil)
		if err != nil || got[0].Value != float64(want+1) {
			t.Errorf("%v, %v", got, err)
		}
	}
	if s.Restarts() != 1 {
		t.Errorf("%d restarts", s.Restarts())
	}
}

// An answer out of the past is not believed, but an agent that has really gone back is.
func TestOutOfThePast(t *testing.T) {
	s := answers(t, load(0, 10, 1), load(0, 5, 2), load(0, 6, 3), load(0, 6, 4))
	for i, want := range []float64{1, 0, 3, 4} {
		got, err := s.Read(t.Context(), nil)
		switch {
		case want == 0:
			if len(got) > 0 || !errors.Is(err, drivers.ErrGarbled) {
				t.Errorf("%v, %v", got, err)
			}
		case err != nil || got[0].Value != want:
			t.Errorf("%d: %v, %v", i, got, err)
		}
	}
	if s := s.Stats(); s.Garbled != 1 || s.Answers != 3 {
		t.Errorf("%+v", s)
	}
}

func TestOddAnswers(t *testing.T) {
	elsewhere := httptest.NewServer(load(1, 1, 1))
	t.Cleanup(elsewhere.Close)
	for name, c := range map[string]struct {
		far  http.HandlerFunc
		want string
	}{
		"sent elsewhere": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) },
			"m: the agent answers 302 Found"},
		"a server that is busy": {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "busy", http.StatusServiceUnavailable) },
			"m: the agent answers 503 Service Unavailable"},
		"a login page": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html><body/></html>") },
			"m: the answer makes no sense: no MTConnectStreams"},
		"an item that is not there": {func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `<MTConnectStreams><Streams><DeviceStream name="a"/></Streams></MTConnectStreams>`)
		}, "m: item l: the device has no such item"},
		"a packed bomb": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			packed := gzip.NewWriter(w)
			fmt.Fprint(packed, "<MTConnectStreams>")
			blank := []byte(strings.Repeat(" ", 1<<20))
			for range 9 {
				packed.Write(blank)
			}
			packed.Close()
		}, "m: the answer makes no sense: larger than 8 MiB"},
	} {
		got, err := answers(t, c.far).Read(t.Context(), nil)
		if len(got) > 0 || err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, %v, want %s", name, got, err, c.want)
		}
	}
}

func TestPackedAnswer(t *testing.T) {
	s := answers(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "gzip" {
			t.Error("packed answers are not asked for")
		}
		w.Header().Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(w)
		fmt.Fprint(packed, golden(t))
		packed.Close()
	})
	s.config.Points = []Point{{Name: "p", Item: "Sload"}}
	if got, err := s.Read(t.Context(), nil); err != nil || len(got) != 1 || got[0].Value != 37 {
		t.Errorf("%v, %v", got, err)
	}
}

// A machine that shows one thing and not another gives what it shows.
func TestPartOfIt(t *testing.T) {
	s := answers(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, golden(t)) })
	s.config.Points = []Point{{Name: "a", Item: "Xpos"}, {Name: "b", Item: "Sload"}, {Name: "c", Item: "nothing"}, {Name: "d", Item: "Xload"}}
	got, err := s.Read(t.Context(), nil)
	if len(got) != 2 || got[0].Value != 37 || got[1].Value != 2 || err == nil || err.Error() != "m: item nothing: the device has no such item" {
		t.Errorf("%v, %v", got, err)
	}
}

// All questions go over one connection, the refused ones too.
func TestKeepsConnection(t *testing.T) {
	var connections atomic.Int64
	refusal := func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `<MTConnectError><Errors><Error errorCode="X"/></Errors></MTConnectError>`+"\n")
	}
	var n atomic.Int64
	far := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1)%3 == 0 {
			refusal(w, r)
			return
		}
		load(1, 1, 1)(w, r)
	}))
	far.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	far.Start()
	t.Cleanup(far.Close)
	s := source(t, Config{Name: "m", URL: far.URL, Points: []Point{{Name: "p", Item: "l"}}})
	for range 9 {
		s.Read(t.Context(), nil)
	}
	if connections.Load() != 1 {
		t.Errorf("%d connections", connections.Load())
	}
	if s := s.Stats(); s.Answers != 6 || s.Refusals != 3 {
		t.Errorf("%+v", s)
	}
}

func TestSourcesThatMakeNoSense(t *testing.T) {
	good := []Point{{Name: "p", Item: "l"}}
	for name, c := range map[string]Config{
		"no scheme":           {URL: "agent:5000", Points: good},
		"another scheme":      {URL: "ftp://agent", Points: good},
		"no host":             {URL: "http://", Points: good},
		"a query":             {URL: "http://agent/?interval=0", Points: good},
		"no points":           {URL: "http://agent"},
		"no item":             {URL: "http://agent", Points: []Point{{Name: "p"}}},
		"a scale without use": {URL: "http://agent", Points: []Point{{Name: "p", Item: "l", Is: []string{"A"}, Scale: 2}}},
	} {
		if _, err := New(c); err == nil {
			t.Errorf("%s is no error", name)
		}
	}
}

func TestWhatIsAsked(t *testing.T) {
	for url, want := range map[string]string{
		"http://h:5000": "http://h:5000/d/current", "http://h:5000/": "http://h:5000/d/current", "http://h/agent": "http://h/agent/d/current",
	} {
		if s := source(t, Config{URL: url, Device: "d", Points: cnc}); s.url != want {
			t.Errorf("%s: %s, want %s", url, s.url, want)
		}
	}
}
