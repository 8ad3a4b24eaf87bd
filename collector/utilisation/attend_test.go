package utilisation

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"basemeter/agent/record"
)

// people draws one card a line: h in the hall, l at the lathe in it, y in the yard; capitals: behind a forgotten
// badge-out. A second drawing of the same card, as another gateway saw it, stands behind a plus.
func people(groups []string, lines ...string) []record.Presence {
	places := map[rune]string{'h': "hall", 'l': "lathe", 'y': "yard"}
	var all []record.Presence
	for i, line := range lines {
		for seen := range strings.SplitSeq(line, "+") {
			runs(seen, func(letter rune, capital bool, from, to int64) {
				p := record.Presence{Place: places[letter], Reader: "r", Card: fmt.Sprint("card", i), Group: groups[i], FromMS: from, ToMS: to, KnownMS: to, Ended: "out"}
				if capital {
					p.KnownMS, p.Ended = from, "closing"
				}
				all = append(all, p)
			})
		}
	}
	return all
}

// crowded is a crowd in words: person-minutes by a part of the key, with the estimated part and the visits.
func crowded(c Crowd, by func(CrowdKey) string) string {
	sums := map[string]CrowdCell{}
	for key, cell := range c {
		sums[by(key)] = sums[by(key)].Plus(cell)
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		cell := sums[name]
		part := fmt.Sprintf("%s=%d", name, cell.PersonMS/60_000)
		if cell.EstimatedMS > 0 {
			part += fmt.Sprintf("(~%d)", cell.EstimatedMS/60_000)
		}
		if cell.Visits > 0 {
			part += fmt.Sprintf("×%d", cell.Visits)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

func TestAttendance(t *testing.T) {
	place := func(k CrowdKey) string { return k.Place }
	user := func(k CrowdKey) string { return k.UserGroup + "/" + k.Affiliation.String() }
	purpose := func(k CrowdKey) string { return k.Purpose }
	for _, c := range []struct {
		name   string
		groups []string
		people []string
		plan   string // of the hall
		by     func(CrowdKey) string
		want   string
	}{
		{"four people for an hour are four hours", []string{"g1", "g1", "g1", "g1"}, []string{"hhhh", "hhhh", "hhhh", "hhhh"}, "", place, "hall=16×4"},
		{"who comes back is another visit", []string{"g1"}, []string{"hh..hh"}, "", place, "hall=4×2"},
		{"who goes from one hall into the next is not", []string{"g1"}, []string{"hh+..yy"}, "", place, "hall=2×1 yard=2"},
		{"at the machine one is not in the hall as well", []string{"g1"}, []string{"hhhhhh+.ll..."}, "", place, "hall=4×1 lathe=2"},
		{"two gateways that see one hall count one person", []string{"g1"}, []string{"hhhh+.hhhh"}, "", place, "hall=5×1"},
		{"a forgotten badge-out is an estimate", []string{"g1"}, []string{"HHHH"}, "", place, "hall=4(~4)×1"},
		{"a proof elsewhere counts before an estimate", []string{"g1"}, []string{"HHHHHH+..yy.."}, "", place, "hall=4(~4)×1 yard=2"},
		{"the same card in the hall and in the yard is in one of them", []string{"g1"}, []string{"hhhh+..yy"}, "", place, "hall=2×1 yard=2"},
		{"by who they are", []string{"g1", "g2", "g9"}, []string{"hh", "hhh", "h"}, "", user, "college_student/host=2×1 employee/outside=3×1 unattributed/unattributed=1×1"},
		{"who is not enrolled belongs to whom the hall was meant for", []string{""}, []string{"hhhh"}, "llbb", user, "unattributed/host=2×1 unattributed/outside=2"},
		{"by what the hall was meant for", []string{"g1"}, []string{"hhhhhh"}, "llbboo", purpose, "pilot_test=2 student_training=2×1 unattributed=2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			places := map[string]Place{"hall": {Slots: drawing{plan: c.plan}.Plan().Slots}}
			if got := crowded(Count(Attend(people(c.groups, c.people...), places, members, minute(0), minute(20))), c.by); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestOfTwoPurposesChosenTheLastCounts(t *testing.T) {
	d := drawing{plan: "llllll", chosen: "eeee.. ..tt.."}
	places := map[string]Place{"lathe": {Slots: d.Plan().Slots, Sessions: d.Facts().Sessions}}
	crowd := Count(Attend(people([]string{"g1"}, "llllll"), places, members, minute(0), minute(6)))
	if got := crowded(crowd, func(k CrowdKey) string { return k.Purpose }); got != "employee_training=2×1 student_training=2 teacher_training=2" {
		t.Error(got)
	}
}

// A visit that a power cut parted is one.
func TestAPowerCutIsNoSecondVisit(t *testing.T) {
	stays := people([]string{"g1"}, "hh..hh")
	stays[1].Continues = true
	if got := crowded(Count(Attend(stays, nil, members, minute(0), minute(9))), func(k CrowdKey) string { return k.Place }); got != "hall=4×1" {
		t.Error(got)
	}
}

// Pseudonyms are a base's own: a card in two bases is two, whose hours add up and whose people cannot be counted together.
func TestACardInTwoBases(t *testing.T) {
	one := people([]string{"g1"}, "hhhh....")
	two := people([]string{"g1"}, "......yy")
	two[0].Card = "the same plastic under another key"
	sum := Crowd{}
	for _, base := range [][]record.Presence{one, two} {
		sum.Add(Count(Attend(base, nil, members, minute(0), minute(9))))
	}
	if got := crowded(sum, func(CrowdKey) string { return "both" }); got != "both=6×2" {
		t.Error(got)
	}
}

// Who comes back within the hour is one person and two visits; the hall and the machine each had one; and of two hours
// together it is only known that there were as many people as in the fuller one.
func TestDifferentPeople(t *testing.T) {
	groups := []string{"g1", "g1", "g1"}
	for _, c := range []struct {
		name, want string
		people     []string
	}{
		{"who comes back", "hall:1", []string{"hh..hh"}},
		{"three in one hall", "hall:3", []string{"hhhh", "..hh", "h..."}},
		{"from the hall to the machine and back", "hall:1 lathe:1", []string{"hhhhhh+.ll..."}},
		{"two meet where one was", "hall:2 yard:1", []string{"hh..", "..hh+yy.."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sums := map[string]int64{}
			for key, cell := range Count(Attend(people(groups[:len(c.people)], c.people...), nil, members, minute(0), minute(20))) {
				sums[key.Place] += cell.People
			}
			if got := fmt.Sprint(sums); got != "map["+c.want+"]" {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	if sum := (CrowdCell{People: 3}).Plus(CrowdCell{People: 5}); sum.People != 5 {
		t.Errorf("of 3 and 5 people there are at least %d", sum.People)
	}
	gone := people([]string{"g1", "g1", "g1"}, "hh", "..hh", "....hh")
	gone[0].Card, gone[2].Card = ErasedMark+"1", ErasedMark+"2"
	for key, cell := range Count(Attend(gone, nil, members, minute(0), minute(20))) {
		if cell.People != 2 {
			t.Errorf("%v: %d people, where the two who were forgotten may be one", key, cell.People)
		}
	}
}

// A card is in one place at a time, for as long as it is in any; and a day is the sum of its hours.
func TestPeopleAreConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, p := anyFacts(t), anyPlan(t)
		from, to := anySpan(t)
		places := map[string]Place{"lathe": {Slots: p.Slots, Sessions: f.Sessions}, "hall": {Slots: p.Slots}}
		reached := map[string]int64{}
		for a := range Attend(f.Presences, places, members, from, to) {
			if a.FromMS < max(from, reached[a.Card]) || a.ToMS <= a.FromMS || a.ToMS > to {
				t.Fatalf("%+v behind %d", a, reached[a.Card])
			}
			reached[a.Card] = a.ToMS
		}
		whole := Count(Attend(f.Presences, places, members, from, to))
		if got, want := whole.Of(anyone).PersonMS, inAnyPlace(f.Presences, from, to); got != want {
			t.Fatalf("%d person-ms, and cards were in the base for %d", got, want)
		}
		parts := Crowd{}
		for at := from; at < to; {
			cut := min(at+rapid.Int64Range(1, 3_600_000).Draw(t, "cut"), to)
			parts.Add(Count(Attend(f.Presences, places, members, at, cut)))
			at = cut
		}
		for key, cell := range parts { // who is in one part may be in another: no sum knows
			if cell.People > whole[key].People || cell.People < 1 {
				t.Fatalf("%v: %d people at least in parts, %d in all", key, cell.People, whole[key].People)
			}
			cell.People = whole[key].People
			parts[key] = cell
		}
		if !maps.Equal(whole, parts) {
			t.Fatalf("whole %v\nparts %v", whole, parts)
		}
		if got, want := different(whole), inEach(Attend(f.Presences, places, members, from, to)); !maps.Equal(got, want) {
			t.Fatalf("different people %v, want %v", got, want)
		}
	})
}

func different(c Crowd) map[CrowdKey]int64 {
	all := map[CrowdKey]int64{}
	for key, cell := range c {
		all[key] = cell.People
	}
	return all
}

// inEach counts different cards by another way: a set for each key.
func inEach(all iter.Seq[Attendance]) map[CrowdKey]int64 {
	sets := map[CrowdKey]map[string]bool{}
	for a := range all {
		key := CrowdKey{a.Place, a.Key, a.UserGroup}
		if sets[key] == nil {
			sets[key] = map[string]bool{}
		}
		sets[key][a.Card] = true
	}
	counts := map[CrowdKey]int64{}
	for key, set := range sets {
		counts[key] = int64(len(set))
	}
	return counts
}

// inAnyPlace is the time for which each card is in any stay, by another way: the union of intervals.
func inAnyPlace(stays []record.Presence, from, to int64) (sum int64) {
	byCard := map[string][]record.Presence{}
	for _, s := range stays {
		byCard[s.Card] = append(byCard[s.Card], s)
	}
	for _, list := range byCard {
		slices.SortFunc(list, func(a, b record.Presence) int { return cmp.Compare(a.FromMS, b.FromMS) })
		reached := from
		for _, s := range list {
			begin, end := max(s.FromMS, reached), min(s.ToMS, to)
			if end > begin {
				sum += end - begin
				reached = end
			}
		}
	}
	return sum
}

func BenchmarkAttendDay(b *testing.B) {
	var stays []record.Presence
	for card := range 300 {
		for n := range 4 {
			from := minute(card%60 + n*120)
			stays = append(stays, record.Presence{Place: "hall", Card: fmt.Sprint(card), Group: "g1", FromMS: from, ToMS: from + 5_400_000, KnownMS: from + 5_400_000})
		}
	}
	_, p := assetYear()
	places := map[string]Place{"hall": {Slots: p.Slots[:12]}}
	b.ReportAllocs()
	for b.Loop() {
		Count(Attend(stays, places, members, minute(0), minute(1440)))
	}
}
