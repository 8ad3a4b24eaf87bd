package sim

import (
	"context"
	"encoding/xml"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// MTConnect is an agent in front of machines: what it shows of each is worked out when it is asked. Its zero value has
// no machines.
type MTConnect struct {
	Machines map[string]*Machine // by name
	Now      func() time.Time
	Instance uint64 // of its buffer: another one each time an agent starts

	mu   sync.Mutex
	last uint64 // sequence number
	seen map[string]observation
}

// An observation is what an item has shown since a sequence number.
type observation struct {
	text     string
	sequence uint64
	at       time.Time
}

// ServeMTConnect answers probes of what is current, of all machines or one: /current, /NAME/current. It serves until ctx
// ends, which is no error, or the listener fails, and closes the listener and all connections.
func ServeMTConnect(ctx context.Context, listener net.Listener, agent *MTConnect) error {
	server := &http.Server{Handler: agent, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	return unlessOver(ctx, server.Serve(listener))
}

// ServeHTTP is a request to the agent.
func (a *MTConnect) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/xml")
	name, ok := strings.CutSuffix(strings.Trim(r.URL.Path, "/"), "current")
	name = strings.TrimSuffix(name, "/")
	switch machine := a.Machines[name]; {
	case !ok || r.Method != http.MethodGet:
		w.WriteHeader(http.StatusNotFound)
		a.refuse(w, "INVALID_URI", "The agent knows no such request.")
	case name == "":
		a.current(w, a.names())
	case machine == nil:
		w.WriteHeader(http.StatusNotFound)
		a.refuse(w, "NO_DEVICE", "Could not find the device '"+name+"'")
	default:
		a.current(w, []string{name})
	}
}

func (a *MTConnect) names() (names []string) {
	for name := range a.Machines {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (a *MTConnect) header() string {
	return fmt.Sprintf(`creationTime="%s" sender="sim" instanceId="%d" version="2.0.0.1" bufferSize="131072"`,
		a.Now().UTC().Format(time.RFC3339), a.Instance)
}

func (a *MTConnect) refuse(w http.ResponseWriter, code, text string) {
	var escaped strings.Builder
	xml.EscapeText(&escaped, []byte(text))
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>
<MTConnectError xmlns="urn:mtconnect.org:MTConnectError:2.0"><Header %s/>
  <Errors><Error errorCode="%s">%s</Error></Errors>
</MTConnectError>
`, a.header(), code, escaped.String())
}

// current writes the document that an agent of version 2.0 does, with itself as the first device.
func (a *MTConnect) current(w http.ResponseWriter, names []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var devices strings.Builder
	for _, name := range names {
		devices.WriteString(a.device(name))
	}
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>
<MTConnectStreams xmlns:m="urn:mtconnect.org:MTConnectStreams:2.0" xmlns="urn:mtconnect.org:MTConnectStreams:2.0">
  <Header %s nextSequence="%d" firstSequence="1" lastSequence="%d"/>
  <Streams>
    <DeviceStream name="Agent" uuid="sim-agent">
      <ComponentStream component="Agent" name="Agent" componentId="agent"><Events>
        <Availability dataItemId="agent_avail" sequence="1" timestamp="2026-09-01T00:00:00Z">AVAILABLE</Availability>
      </Events></ComponentStream>
    </DeviceStream>
%s  </Streams>
</MTConnectStreams>
`, a.header(), a.last+1, a.last, devices.String())
}

// device is a machine, whose adapter goes with its power.
func (a *MTConnect) device(name string) string {
	now := a.Now()
	m := a.Machines[name]
	available, execution, condition, watts := "AVAILABLE", "", "Normal", fmt.Sprintf("%.1f", m.At(now).Watts)
	switch m.StateAt(now) {
	case Off:
		available, execution, condition, watts = "UNAVAILABLE", "UNAVAILABLE", "Unavailable", "UNAVAILABLE"
	case Standby:
		execution = "READY"
	case Running:
		execution = "ACTIVE"
	case Fault:
		execution, condition = "INTERRUPTED", "Fault"
	}
	return fmt.Sprintf(`    <DeviceStream name="%[1]s" uuid="sim-%[1]s">
      <ComponentStream component="Device" name="%[1]s" componentId="d"><Events>
        <Availability dataItemId="avail" %[2]s</Availability>
      </Events></ComponentStream>
      <ComponentStream component="Path" name="path" componentId="p"><Events>
        <Execution dataItemId="exec" name="execution" %[3]s</Execution>
      </Events><Condition>
        <%[4]s type="SYSTEM" dataItemId="system" %[5]s</%[4]s>
      </Condition></ComponentStream>
      <ComponentStream component="Electric" name="elec" componentId="e"><Samples>
        <Wattage dataItemId="watts" name="power" %[6]s</Wattage>
      </Samples></ComponentStream>
    </DeviceStream>
`, name, a.observe(name, "avail", available, available), a.observe(name, "exec", execution, execution),
		condition, a.observe(name, "system", condition, ""), a.observe(name, "watts", watts, watts))
}

// observe is the rest of an element, which has a new sequence number if what it shows is new.
func (a *MTConnect) observe(machine, item, shows, text string) string {
	if a.seen == nil {
		a.seen, a.last = map[string]observation{}, 1 // the first is the agent's own
	}
	key := machine + "/" + item
	o, ok := a.seen[key]
	if !ok || o.text != shows {
		a.last++
		o = observation{shows, a.last, a.Now()}
		a.seen[key] = o
	}
	return fmt.Sprintf(`sequence="%d" timestamp="%s">%s`, o.sequence, o.at.UTC().Format(time.RFC3339Nano), text)
}
