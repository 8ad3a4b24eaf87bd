package configs

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// peopleText is agentText with all that can be said of people.
const peopleText = agentText + `presence:
  timezone: Asia/Shanghai
  closing: "22:30"
  longest_stay: 12h
  areas: [{name: hall, assets: [a1]}]
  readers: [{reader: reader, area: hall, way: toggle}]
  switches: [{asset: a1, contacts: [{point: lamp/contact, purpose: pilot_test}]}]
  counters: [{name: beam, area: hall, point: flow/count}]
`

func TestPresence(t *testing.T) {
	const reader = "{reader: reader, area: hall, way: toggle}"
	said[Agent](t, peopleText, []change{
		{"timezone: Asia/Shanghai", "timezone: Shanghai", `presence.timezone: "Shanghai" is not a time zone; allowed: a name such as Asia/Shanghai`},
		{`"22:30"`, `"24:00"`, `presence.closing: "24:00" is not a time of day; allowed: "00:00" to "23:59", or "" for none`},
		{`"22:30"`, `"8:00"`, `presence.closing: "8:00" is not a time of day; allowed: "00:00" to "23:59", or "" for none`},
		{`"22:30"`, `""`, ""},
		{"12h", "25h", "presence.longest_stay: 25h is out of bounds; allowed: 10m to 24h"},
		{"name: hall,", "name: Hall 1,", `presence.areas[0].name: "Hall 1" does not fit; ` + idAllowed},
		{"[a1]", "[a1, a3]", `presence.areas[0].assets[1]: no asset is called "a3"; did you mean "a1"? allowed: a1, a2`},
		{"[a1]", "[a1, a1]", `presence.areas[0].assets[1]: "a1" is taken by presence.areas[0].assets[0]; choose another`},
		{"areas: [", "areas: [{name: a2}, ", `presence.areas[0].name: "a2" is an asset; an area has another name`},
		{reader, "{reader: door, area: hall, way: in}", `presence.readers[0].reader: no badge reader is called "door"; allowed: reader`},
		{reader, "{reader: m1, area: hall, way: in}", `presence.readers[0].reader: no badge reader is called "m1"; allowed: reader`},
		{reader, "{reader: reader, area: yard, way: in}", `presence.readers[0].area: no area is called "yard"; allowed: hall`},
		{reader, "{reader: reader, asset: hall, way: in}", `presence.readers[0].asset: no asset is called "hall"; allowed: a1, a2`},
		{reader, "{reader: reader, way: in}", "presence.readers[0]: nobody can tell where it is; expected area or asset"},
		{reader, "{reader: reader, area: hall, asset: a1, way: in}", "presence.readers[0].asset: not used with area; allowed: one or the other"},
		{reader, "{reader: reader, area: hall, way: both}", `presence.readers[0].way: "both" is none of the allowed: in, out, toggle, tap`},
		{reader, "{reader: reader, area: hall, way: in, hold: 5m}", "presence.readers[0].hold: not used with in; allowed with tap"},
		{reader, "{reader: reader, area: hall, way: tap, hold: 1s}", "presence.readers[0].hold: 1s is out of bounds; allowed: 10s to 12h"},
		{reader, "{reader: reader, asset: a1, way: tap}", ""},
		{reader, reader + ", {reader: reader, asset: a1, way: tap}", `presence.readers[1].reader: "reader" is taken by presence.readers[0].reader; choose another`},
		{"asset: a1, contacts", "asset: hall, contacts", `presence.switches[0].asset: no asset is called "hall"; allowed: a1, a2`},
		{"pilot_test", "unattributed", `presence.switches[0].contacts[0].purpose: "unattributed" is none of the allowed: ` + strings.Join(Purposes, ", ")},
		{"{point: lamp/contact, purpose: pilot_test}", "{point: m1/power, purpose: pilot_test}", `presence.switches[0].contacts[0].point: "m1/power" is not a contact; allowed: a contact of a gpio line, a point of type bit, or one with is`},
		{"[{point: lamp/contact, purpose: pilot_test}]", "[]", "presence.switches[0].contacts: is missing; expected at least one contact"},
		{"pilot_test}]", "pilot_test}], stale_after: 1s", "presence.switches[0].stale_after: 1s is too short; allowed: 2s or more, two periods of its slowest device and no less than 1s"},
		{"area: hall, point: flow/count", "area: a1, point: flow/count", `presence.counters[0].area: no area is called "a1"; allowed: hall`},
		{"flow/count}]\n", "lamp/contact}]\n", ""},
		{"area: hall, point: flow/count", "area: hall, point: m1/power", `presence.counters[0].point: "m1/power" counts nothing; allowed: a counter or a contact, such as beam-1/count`},
		{"area: hall, point: flow/count", "point: flow/count", "presence.counters[0].area: is missing; expected the name of an area"},
	})
}

func TestPresenceHasDefaults(t *testing.T) {
	agent, faults := Parse[Agent]("f.yaml", []byte(agentText))
	check(t, faults.Err())
	same(t, "a gateway without a word on people", agent.Presence, presenceDefaults)
	agent, faults = Parse[Agent]("f.yaml", []byte(strings.Replace(peopleText, "way: toggle", "way: tap", 1)))
	check(t, faults.Err())
	if r, s := agent.Presence.Readers[0], agent.Presence.Switches[0]; r.Hold.D() != 20*time.Minute || s.StaleAfter.D() != 15*time.Second {
		t.Errorf("%+v, %+v", r, s)
	}
}

// One reader that is wrong stops no other, and people never stop the gateway.
func TestWhatIsWrongOfPeopleIsLeftOut(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"nothing", "12h", "11h", "1 1 1 1"},
		{"a reader", "area: hall, way", "area: hall, weg", "1 0 1 1"},
		{"a switch", "pilot_test", "fun", "1 1 0 1"},
		{"a counter", "point: flow/count}]\n", "point: flow/n}]\n", "1 1 1 0"},
		{"an area", "name: hall,", "name: Hall,", "0 0 0 0"},
		{"an hour", `"22:30"`, "late", "0 0 0 0"},
		{"all of it", "presence:\n", "presence: 7\nspare:\n", "0 0 0 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			agent, faults := Parse[Agent]("f.yaml", []byte(strings.Replace(peopleText, c.old, c.new, 1)))
			left, rest := agent.Without(faults)
			p := left.Presence
			if got := fmt.Sprint(len(p.Areas), len(p.Readers), len(p.Switches), len(p.Counters)); got != c.want || len(rest) > 0 && rest[0].Path != "spare" {
				t.Errorf("left %s, want %s; fatal %v\nfaults %v", got, c.want, rest, faults)
			}
		})
	}
}
