package mtconnect

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"basemeter/drivers"
)

func golden(t testing.TB) string {
	text, err := os.ReadFile("testdata/current-2.0.xml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// one is what a point of the golden document is.
func one(t *testing.T, text, device string, p Point) (float64, error) {
	t.Helper()
	doc, err := decode(strings.NewReader(text), []Point{p})
	if err != nil {
		return 0, err
	}
	d, err := doc.find(device)
	if err != nil {
		return 0, err
	}
	return d.shows[0].value(&p)
}

func TestItems(t *testing.T) {
	text := golden(t)
	for _, c := range []struct {
		item  string
		is    string
		scale float64
		want  float64
		err   error
	}{
		{item: "exec", is: "ACTIVE", want: 1},
		{item: "execution", is: "ACTIVE", want: 1},
		{item: "EXECUTION", is: "active", want: 1},
		{item: "Execution", is: "READY FEED_HOLD", want: 0},
		{item: "FUNCTIONAL_MODE", is: "SETUP", want: 1},
		{item: "Sload", want: 37},
		{item: "Srpm", scale: 0.5, want: 600},
		{item: "PATH_FEEDRATE", want: -1.5},
		{item: "feed", want: -1.5},
		{item: "Availability", is: "AVAILABLE", want: 1},
		{item: "Stemp", is: "Fault", want: 1},
		{item: "Stemp", is: "WARNING", want: 1},
		{item: "spindle", is: "Normal", want: 0},
		{item: "TEMPERATURE", is: "Fault", want: 1},
		{item: "system", is: "Normal", want: 1},
		{item: "SYSTEM", is: "Fault", want: 0},
		{item: "Xpos", err: errUnknown},
		{item: "Xpos", is: "UNAVAILABLE", err: errUnknown},
		{item: "Xtravel", is: "Fault", err: errUnknown},
		{item: "Xtravel", is: "Unavailable", err: errUnknown},
		{item: "Load", err: errSeveral},
		{item: "nothing", err: errMissing},
		{item: "agent_avail", is: "AVAILABLE", err: errMissing},
		{item: "exec", err: errNumber},
		{item: "Ppos", err: errNumber},
		{item: "woff", err: errNumber},
		{item: "X", err: errMissing}, // a cell's key, a component's name
	} {
		got, err := one(t, text, "", Point{Item: c.item, Is: strings.Fields(c.is), Scale: c.scale})
		if got != c.want || err != c.err {
			t.Errorf("%s is %q: %v, %v, want %v, %v", c.item, c.is, got, err, c.want, c.err)
		}
	}
}

// Every version says the same, each in its own namespace; so does a document without any.
func TestVersions(t *testing.T) {
	text := golden(t)
	for _, as := range []string{
		text,
		strings.ReplaceAll(text, "Streams:2.0", "Streams:1.2"),
		strings.ReplaceAll(text, "urn:mtconnect.org:", "urn:mtconnect.com:"),
		strings.ReplaceAll(text, ` xmlns="urn:mtconnect.org:MTConnectStreams:2.0"`, ""),
		prefixed(text),
		strings.Replace(text, "UTF-8", "utf-8", 1),
		strings.Replace(text, "UTF-8", "US-ASCII", 1),
		"\uFEFF" + text,
		strings.ReplaceAll(text, "\n", "\r\n"),
	} {
		got, err := one(t, as, "", Point{Item: "exec", Is: []string{"ACTIVE"}})
		if got != 1 || err != nil {
			t.Errorf("%v, %v in\n%.300s", got, err, as)
		}
	}
}

// prefixed is text with every element in a namespace with a prefix.
func prefixed(text string) string {
	return strings.NewReplacer("</", "</m:", "<?", "<?", "<!", "<!", "<", "<m:").Replace(text)
}

func TestNoDocuments(t *testing.T) {
	text := golden(t)
	for name, c := range map[string]struct {
		text string
		err  error
	}{
		"empty":          {"", errShort},
		"a page":         {"<html><body>It works!</body></html>", errForeign},
		"a probe":        {"<MTConnectDevices/>", errForeign},
		"no XML":         {"OK", errShort},
		"a wrong tag":    {strings.Replace(text, "</Execution>", "</execution>", 1), drivers.ErrGarbled},
		"another set":    {strings.Replace(text, "UTF-8", "GB2312", 1), drivers.ErrGarbled},
		"an entity":      {strings.Replace(text, "ACTIVE", "&boom;", 1), drivers.ErrGarbled},
		"no end of tags": {"<MTConnectStreams>" + strings.Repeat("<a>", 100), errTooDeep},
		"no end of text": {"<MTConnectStreams>" + strings.Repeat(" ", maxSize), errTooLarge},
	} {
		if _, err := decode(strings.NewReader(c.text), []Point{{Item: "exec"}}); !errors.Is(err, c.err) || !errors.Is(err, drivers.ErrGarbled) {
			t.Errorf("%s: %v, want %v", name, err, c.err)
		}
	}
}

// Wherever a document is cut, nothing comes of it.
func TestEveryCut(t *testing.T) {
	text := strings.TrimSpace(golden(t))
	for cut := 0; cut < len(text); cut += 3 {
		if _, err := decode(strings.NewReader(text[:cut]), []Point{{Item: "exec"}}); !errors.Is(err, drivers.ErrGarbled) {
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
}

func TestAgentErrors(t *testing.T) {
	for text, want := range map[string]AgentError{
		`<MTConnectError><Header/><Errors><Error errorCode="NO_DEVICE">Could not
			find it</Error></Errors></MTConnectError>`: {"NO_DEVICE", "Could not find it"},
		`<m:MTConnectError xmlns:m="urn:mtconnect.com:MTConnectError:1.0"><Error errorCode="INVALID_PATH"/></m:MTConnectError>`: {"INVALID_PATH", ""},
		`<MTConnectError><Errors><NoDevice errorCode="NO_DEVICE"><URI>http://a</URI></NoDevice></Errors></MTConnectError>`:      {"NO_DEVICE", "http://a"},
		`<MTConnectError/>`: {"an error without a code", ""},
	} {
		_, err := decode(strings.NewReader(text), nil)
		if err != want {
			t.Errorf("%v, want %v", err, want)
		}
	}
}

func TestFind(t *testing.T) {
	doc := document{devices: []device{{name: "Agent", agent: true}, {name: "a", uuid: "1"}, {name: "b", uuid: "2"}}}
	for name, want := range map[string]string{"a": "a", "2": "b", "Agent": "Agent"} {
		if d, err := doc.find(name); err != nil || d.name != want {
			t.Errorf("%s: %v, %v", name, d, err)
		}
	}
	for name, want := range map[string]string{
		"": "the agent has several devices: a, b: name one", "c": `the agent has no device "c", but a, b`,
	} {
		if _, err := doc.find(name); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	if _, err := (&document{devices: doc.devices[:1]}).find(""); err == nil {
		t.Error("an agent without a device has one")
	}
}

// An item that stands twice is taken as it was last, in whatever order it stands.
func TestTwice(t *testing.T) {
	for _, order := range []string{"12", "21"} {
		var items string
		for _, n := range order {
			items += `<Load dataItemId="l" sequence="` + string(n) + `">` + string(n) + `</Load>`
		}
		text := `<MTConnectStreams><Header/><Streams><DeviceStream name="a"><ComponentStream><Samples>` + items +
			`</Samples></ComponentStream></DeviceStream></Streams></MTConnectStreams>`
		if got, err := one(t, text, "", Point{Item: "l"}); got != 2 || err != nil {
			t.Errorf("%s: %v, %v", order, got, err)
		}
	}
}

// FuzzDecode gives finite numbers or an error, whatever it is fed.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(golden(f)))
	for _, seed := range []string{
		"", "<MTConnectStreams/>", "<MTConnectError><Errors><Error errorCode='X'>y</Error></Errors></MTConnectError>",
		`<MTConnectStreams><Streams><DeviceStream><ComponentStream component="Agent"><Events><Load dataItemId="exec">1e999</Load></Events></ComponentStream></DeviceStream></Streams></MTConnectStreams>`,
		`<MTConnectStreams><Streams><ComponentStream><a><b><Load>1</Load></b></a></ComponentStream></Streams></MTConnectStreams>`,
		`<MTConnectStreams><a><DeviceStream/><b><c><d/></c></b></a></MTConnectStreams>`,
	} {
		f.Add([]byte(seed))
	}
	points := []Point{{Item: "exec", Is: []string{"ACTIVE"}}, {Item: "LOAD", Scale: 1e300}, {Item: "TEMPERATURE", Is: []string{"Fault"}}}
	f.Fuzz(func(t *testing.T, text []byte) {
		doc, err := decode(bytes.NewReader(text), points)
		if err != nil {
			if !isRefusal(err) && !errors.Is(err, drivers.ErrGarbled) {
				t.Errorf("%v", err)
			}
			return
		}
		for _, d := range doc.devices {
			for i := range points {
				v, err := d.shows[i].value(&points[i])
				if v-v != 0 || err != nil && v != 0 {
					t.Errorf("%v, %v", v, err)
				}
			}
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	text := golden(b)
	filler := strings.Repeat(`<WorkOffset dataItemId="w" sequence="1" timestamp="2026-09-01T00:00:02Z">12.5</WorkOffset>`+"\n", 1000)
	text = strings.Replace(text, "<Events>", "<Events>"+filler, 3)
	points := []Point{{Item: "exec", Is: []string{"ACTIVE"}}, {Item: "Sload"}}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decode(strings.NewReader(text), points); err != nil {
			b.Fatal(err)
		}
	}
}
