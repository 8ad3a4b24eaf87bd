package sim

import (
	"context"
	"encoding/xml"
	"io"
	"net/http"
	"testing"
	"time"
)

// streams is what a client of our own kind does not use: a decoder by structure.
type streams struct {
	XMLName xml.Name
	Header  struct {
		Instance uint64 `xml:"instanceId,attr"`
		Next     uint64 `xml:"nextSequence,attr"`
		Last     uint64 `xml:"lastSequence,attr"`
	}
	Devices []struct {
		Name       string `xml:"name,attr"`
		Components []struct {
			Events struct {
				Execution string
			}
			Samples struct {
				Wattage struct {
					Text     string `xml:",chardata"`
					Sequence uint64 `xml:"sequence,attr"`
				}
			}
			Condition struct {
				Fault *struct {
					Type string `xml:"type,attr"`
				}
			}
		} `xml:"ComponentStream"`
	} `xml:"Streams>DeviceStream"`
	Errors []struct {
		Code string `xml:"errorCode,attr"`
	} `xml:"Errors>Error"`
}

func fetch(t *testing.T, url string) (status int, doc streams) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(text, &doc); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return answer.StatusCode, doc
}

func TestMTConnectAgent(t *testing.T) {
	m, now := New(1, born, 1), noon()
	l := listen(t)
	agent := &MTConnect{Machines: map[string]*Machine{"cnc-1": m, "cnc-2": New(2, born, 1)}, Now: func() time.Time { return now }, Instance: 7}
	beside(t, func(ctx context.Context) error { return ServeMTConnect(ctx, l, agent) })
	url := "http://" + l.Addr().String()

	if _, all := fetch(t, url+"/current"); len(all.Devices) != 3 || all.Header.Instance != 7 || all.Header.Next != all.Header.Last+1 {
		t.Errorf("%+v", all)
	}
	if status, refused := fetch(t, url+"/cnc-3/current"); status != http.StatusNotFound || refused.Errors[0].Code != "NO_DEVICE" {
		t.Errorf("%d, %+v", status, refused)
	}
	if status, refused := fetch(t, url+"/sample"); status != http.StatusNotFound || refused.Errors[0].Code != "INVALID_URI" {
		t.Errorf("%d, %+v", status, refused)
	}
	want := map[State]string{Off: "UNAVAILABLE", Standby: "READY", Running: "ACTIVE", Fault: "INTERRUPTED"}
	met := map[State]bool{}
	var last uint64
	for range 60 { // it may take some of its spells until each state has been met
		now = now.Add(7 * time.Second)
		_, doc := fetch(t, url+"/cnc-1/current")
		if len(doc.Devices) != 2 || doc.Header.Last < last {
			t.Fatalf("%+v", doc)
		}
		last = doc.Header.Last
		state, parts := m.StateAt(now), doc.Devices[1].Components
		met[state] = true
		if got := parts[1].Events.Execution; got != want[state] {
			t.Errorf("%v shows %s", state, got)
		}
		if fault := parts[1].Condition.Fault; (fault != nil) != (state == Fault) {
			t.Errorf("%v shows %+v", state, fault)
		}
	}
	if len(met) != 4 {
		t.Errorf("only %v were met", met)
	}
	// What does not change keeps its number.
	_, one := fetch(t, url+"/cnc-1/current")
	_, two := fetch(t, url+"/cnc-1/current")
	if a, b := one.Devices[1].Components[2].Samples.Wattage, two.Devices[1].Components[2].Samples.Wattage; a != b {
		t.Errorf("%+v, then %+v", a, b)
	}
}
