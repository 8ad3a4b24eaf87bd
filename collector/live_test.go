package collector

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/store"
)

// stand is a floor on which one gateway has said how one asset is.
func stand(t testing.TB) (*floor, *time.Time) {
	t.Helper()
	now := noon
	f := newFloor(func() time.Time { return now })
	hear(t, f, "status", record.Online)
	hear(t, f, "now/lathe", `{"asset":"lathe","text_zh":"车床","text_en":"lathe","state":"running","since_ms":1772424000000,"at_ms":1772424005000,"why":"m/power","values":{"m/power":{"number":812.5,"unit":"W","at_ms":1772424005000,"quality":"good"}}}`)
	hear(t, f, "health", `{"at_ms":1772424000000,"version":"1","pending":3}`)
	return f, &now
}

func hear(t testing.TB, f *floor, what, payload string) {
	t.Helper()
	if err := f.hear(record.Topic("b", "gw", what), []byte(payload)); err != nil {
		t.Fatal(err)
	}
}

func TestTheFloorIsWhatGatewaysSay(t *testing.T) {
	f, _ := stand(t)
	l := f.live()
	if len(l) != 1 {
		t.Fatalf("%+v", l)
	}
	a := l[0]
	if a.Base != "b" || a.Gateway != "gw" || a.Asset != "lathe" || a.TextZH != "车床" || a.TextEN != "lathe" || a.State != "running" ||
		!a.Since.Equal(time.UnixMilli(1772424000000)) || !a.At.Equal(time.UnixMilli(1772424005000)) || a.Why != "m/power" || a.Values["m/power"].Number != 812.5 {
		t.Errorf("%+v", a)
	}
	g := f.known()
	if len(g) != 1 || g[0].Base != "b" || g[0].Gateway != "gw" || g[0].Status != "online" || !g[0].Since.Equal(noon) || g[0].Health.Pending != 3 {
		t.Errorf("%+v", g)
	}
}

// An area is no machine, and nobody is told who is in it.
func TestAnAreaIsKeptApart(t *testing.T) {
	f, _ := stand(t)
	hear(t, f, "now/hall", `{"kind":"area","asset":"hall","text_zh":"车间","state":"","since_ms":0,"at_ms":1772424005000,"people":12}`)
	hear(t, f, "now/lathe", `{"asset":"lathe","state":"running","since_ms":0,"at_ms":0,"purpose":"pilot_test","people":0}`)
	if l := f.live(); len(l) != 1 || l[0].Purpose != "pilot_test" || l[0].People == nil {
		t.Errorf("%+v", l)
	}
	if a := f.present(); len(a) != 1 || a[0].Area != "hall" || a[0].TextZH != "车间" || *a[0].People != 12 {
		t.Errorf("%+v", a)
	}
	hear(t, f, "status", record.Offline)
	if a, l := f.present(), f.live()[0]; a[0].People != nil || l.People != nil || l.Purpose != "" {
		t.Errorf("nobody knows any more: %+v, %+v", a[0], l)
	}
	hear(t, f, "now/hall", "")
	if a := f.present(); len(a) != 0 {
		t.Errorf("%+v", a)
	}
}

func TestTheNewestWordCounts(t *testing.T) {
	f, _ := stand(t)
	hear(t, f, "now/lathe", `{"asset":"lathe","state":"off","since_ms":1772424100000}`)
	if l := f.live(); len(l) != 1 || l[0].State != "off" || l[0].Values != nil {
		t.Errorf("%+v", l)
	}
}

func TestAGatewayThatIsGoneKnowsNothingOfItsAssets(t *testing.T) {
	f, now := stand(t)
	*now = noon.Add(time.Minute)
	hear(t, f, "status", record.Offline)
	*now = noon.Add(time.Hour)
	hear(t, f, "status", record.Offline) // said again, as the broker does to each new subscriber
	l := f.live()[0]
	if l.State != "unknown" || l.Why != "gateway gw: offline" || l.Values != nil || !l.Since.Equal(noon.Add(time.Minute)) {
		t.Errorf("%+v", l)
	}
	if l.TextZH != "车床" {
		t.Error("its name is forgotten")
	}
	hear(t, f, "status", record.Online)
	if l := f.live()[0]; l.State != "running" || l.Values["m/power"].Number != 812.5 {
		t.Errorf("back, it is %+v", l)
	}
}

// Before a gateway's status was heard, its assets were unknown since the year 1, for 2562047 hours.
func TestNoDateWhereNoneIsKnown(t *testing.T) {
	f := newFloor(time.Now)
	hear(t, f, "now/lathe", `{"asset":"lathe","state":"unknown","since_ms":0,"why":"no reading yet"}`)
	body, err := json.Marshal(f.live())
	if err != nil {
		t.Fatal(err)
	}
	if text := string(body); strings.Contains(text, "since") || strings.Contains(text, `"at"`) || !strings.Contains(text, `"unknown"`) {
		t.Error(text)
	}
}

func TestTheFloorIsInOrder(t *testing.T) {
	f := newFloor(time.Now)
	for _, id := range [][3]string{{"b-2", "g", "a"}, {"b", "g2", "z"}, {"b", "g1", "a"}} {
		for what, payload := range map[string]string{"status": "online", "now/" + id[2]: `{"asset":"` + id[2] + `","state":"off"}`} {
			if err := f.hear(record.Topic(id[0], id[1], what), []byte(payload)); err != nil {
				t.Fatal(err)
			}
		}
	}
	var order, gateways string
	for _, l := range f.live() {
		order += l.Base + "/" + l.Asset + " "
	}
	for _, g := range f.known() {
		gateways += g.Base + "/" + g.Gateway + " "
	}
	if order != "b/a b/z b-2/a " || gateways != "b/g1 b/g2 b-2/g " {
		t.Errorf("assets %s, gateways %s", order, gateways)
	}
}

func TestNonsenseChangesNothing(t *testing.T) {
	for topic, payload := range map[string]string{
		"basemeter/1/b/gw/now/lathe":         `{"asset":"lathe","state":`,
		"basemeter/1/b/gw/now/mill":          `{"asset":"lathe","state":"running"}`,
		"basemeter/1/b/gw/now/Mill":          `{"asset":"Mill","state":"running"}`,
		"basemeter/1/b/gw/now/a":             `{"asset":"a","state":"asleep"}`,
		"basemeter/1/b/gw/now/b":             `{"asset":"b","state":"running","values":{"m/p":1e999}}`,
		"basemeter/1/b/gw/now/c":             `null`,
		"basemeter/1/b/gw/now/d":             `{"asset":"d","state":"running","since_ms":999999999999999999}`,
		"basemeter/1/b/gw/now/e":             `{"asset":"e","state":"running","at_ms":-1}`,
		"basemeter/1/b/gw/now/":              `{"asset":"","state":"running"}`,
		"basemeter/1/b/gw/now/f":             `{"asset":"f","kind":"floor","state":"running"}`,
		"basemeter/1/b/gw/now/g":             `{"asset":"g","kind":"area","people":-1}`,
		"basemeter/1/b/gw/status":            `tired`,
		"basemeter/1/b/gw2/status":           `"online"`,
		"basemeter/1/b/gw/health":            `{"pending":-1}`,
		"basemeter/1/b/gw2/health":           `[]`,
		"basemeter/1/b/gw/facts":             `{}`,
		"basemeter/1/b/gw/ack":               `{}`,
		"basemeter/1/b//status":              `online`,
		"basemeter/1/b/<script>/status":      `online`,
		"basemeter/2/b/gw/status":            `offline`,
		"basemeter/1/b/gw/status/and/beyond": `offline`,
		"":                                   `offline`,
	} {
		f, _ := stand(t)
		live, known := f.live(), f.known()
		if err := f.hear(topic, []byte(payload)); err == nil {
			t.Errorf("%s %s is taken", topic, payload)
		}
		if !reflect.DeepEqual(f.live(), live) || !reflect.DeepEqual(f.known(), known) {
			t.Errorf("%s %s changed the floor", topic, payload)
		}
	}
}

// A gateway that was taken away for good made health say 503 until the collector was started anew.
func TestWhatTheBrokerForgetsTheFloorForgets(t *testing.T) {
	f, _ := stand(t)
	hear(t, f, "now/lathe", "")
	if l := f.live(); len(l) != 0 {
		t.Errorf("%+v", l)
	}
	hear(t, f, "status", "")
	hear(t, f, "health", "")
	if g := f.known(); len(g) != 0 {
		t.Errorf("%+v", g)
	}
}

func FuzzHear(f *testing.F) {
	f.Add("basemeter/1/b/gw/now/lathe", []byte(`{"asset":"lathe","state":"running","values":{"m/power":1}}`))
	f.Add("basemeter/1/b/gw/status", []byte("offline"))
	f.Add("basemeter/1/b/gw/health", []byte(`{"faults":["x"]}`))
	f.Add("basemeter/1/b/gw/now/lathe", []byte(""))
	f.Add("basemeter/1/b/gw/now/lathe", []byte(`{"asset":"lathe","state":"off","since_ms":9223372036854775807}`)) // no JSON has that year
	f.Fuzz(func(t *testing.T, topic string, payload []byte) {
		floor, _ := stand(t)
		live, known := floor.live(), floor.known()
		err := floor.hear(topic, payload)
		if err != nil && (!reflect.DeepEqual(floor.live(), live) || !reflect.DeepEqual(floor.known(), known)) {
			t.Errorf("%q %q: %v, and yet it changed the floor", topic, payload, err)
		}
		if _, err := json.Marshal(floor.live()); err != nil {
			t.Errorf("%q %q: what is served is no JSON: %v", topic, payload, err)
		}
		for _, l := range floor.live() {
			if _, err := record.ParseState(l.State); err != nil || record.CheckID(l.Asset) != nil {
				t.Errorf("%q %q: %+v", topic, payload, l)
			}
		}
	})
}

// asked is a store that counts what it is asked.
type asked struct {
	times int
	err   error
}

func (a *asked) Gateways(ctx context.Context, _ time.Time) ([]store.Gateway, error) {
	a.times++
	return []store.Gateway{{Name: "gw"}}, errors.Join(a.err, ctx.Err())
}

func TestHealthAsksTheDatabaseSeldom(t *testing.T) {
	var s streams
	a := asked{err: errors.New("away")}
	for range 3 {
		if _, err := s.known(t.Context(), &a); err == nil {
			t.Error("the database is away, and that is not said")
		}
	}
	if a.times != 1 {
		t.Errorf("asked %d times", a.times)
	}
}

// Who hung up while the database was slow left "context canceled" behind for everybody.
func TestWhoHangsUpSpoilsNobodysAnswer(t *testing.T) {
	var s streams
	a := asked{}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.known(gone, &a); err == nil {
		t.Error("an answer for one who has gone")
	}
	if list, err := s.known(t.Context(), &a); err != nil || len(list) != 1 {
		t.Errorf("the next one gets %v, %v", list, err)
	}
}
