package mtconnect

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/drivertest"
)

func TestMain(m *testing.M) { os.Exit(drivertest.Main(m)) }

func noTime() drivers.Instant { return drivers.Instant{} }

// A stand is an agent with faults, whose three items have another value at every round.
type stand struct {
	t       *testing.T
	address string
	late    time.Duration

	mu    sync.Mutex
	round int
	fault drivertest.Fault

	server *http.Server
	ended  sync.WaitGroup
}

func newStand(t *testing.T, late time.Duration) *stand {
	s := &stand{t: t, address: "127.0.0.1:0", late: late}
	s.plug()
	t.Cleanup(s.unplug)
	return s
}

func (s *stand) plug() {
	listener, err := net.Listen("tcp", s.address)
	if err != nil {
		s.t.Fatal(err)
	}
	s.address = listener.Addr().String()
	server := &http.Server{Handler: s}
	s.server = server
	s.ended.Go(func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.t.Error(err)
		}
	})
}

func (s *stand) unplug() {
	if s.server == nil {
		return
	}
	s.server.Close()
	s.ended.Wait()
	s.server = nil
}

func (s *stand) next(f drivertest.Fault) func(drivers.Reading) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.round++
	s.fault = f
	round := s.round
	return func(r drivers.Reading) bool {
		var item int
		fmt.Sscanf(r.Point, "cnc/i%d", &item)
		return r.Value == float64(10*round+item)
	}
}

func (s *stand) document() string {
	var items string
	for i := range 3 {
		items += fmt.Sprintf(`<Load dataItemId="i%d" sequence="%d">%d</Load>`, i, 3*s.round+i, 10*s.round+i)
	}
	return fmt.Sprintf(`<MTConnectStreams xmlns="urn:mtconnect.org:MTConnectStreams:1.3">
<Header instanceId="1" nextSequence="%d"/><Streams><DeviceStream name="cnc" uuid="u">
<ComponentStream component="Axes"><Samples>%s</Samples></ComponentStream></DeviceStream></Streams></MTConnectStreams>`,
		3*s.round+4, items)
}

func (s *stand) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	fault, text := s.fault, s.document()
	s.fault = drivertest.None
	s.mu.Unlock()
	whole := len(text)
	switch fault {
	case drivertest.Corrupt:
		text = strings.Replace(text, "</Load>", "</Lord>", 1)
	case drivertest.CutShort:
		text = text[:whole/2]
	case drivertest.Refusal:
		text = `<MTConnectError><Errors><Error errorCode="NO_DEVICE"/></Errors></MTConnectError>`
		whole = len(text)
		w.WriteHeader(http.StatusNotFound)
	case drivertest.Silent:
		<-r.Context().Done()
		return
	case drivertest.Late:
		select {
		case <-r.Context().Done():
		case <-time.After(s.late):
		}
	}
	if fault != drivertest.Refusal {
		w.Header().Set("Content-Length", strconv.Itoa(whole))
	}
	w.Write([]byte(text))
}

func (s *stand) bench(timeout time.Duration) *drivertest.Bench {
	b := &drivertest.Bench{Next: s.next, Unplug: s.unplug, Plug: s.plug, Faults: []drivertest.Fault{
		drivertest.Corrupt, drivertest.CutShort, drivertest.Refusal, drivertest.Silent, drivertest.Late,
	}}
	for i := range 3 {
		item := fmt.Sprintf("i%d", i)
		b.Sources = append(b.Sources, source(s.t, Config{
			Name: "cnc", URL: "http://" + s.address, Points: []Point{{Name: item, Item: item}}, Timeout: timeout,
		}))
	}
	return b
}

func source(t testing.TB, c Config) *Source {
	t.Helper()
	if c.Now == nil {
		c.Now = noTime
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestConform(t *testing.T) {
	timeout := drivertest.Timeout(300 * time.Millisecond)
	drivertest.Conform(t, func(t *testing.T) *drivertest.Bench { return newStand(t, timeout+50*time.Millisecond).bench(timeout) })
}

func TestHammer(t *testing.T) {
	const timeout = 100 * time.Millisecond
	drivertest.Hammer(t, newStand(t, 3*timeout).bench(timeout), 60)
}
