package agent

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"basemeter/agent/presence"
	"basemeter/agent/record"
	"basemeter/configs"
	"basemeter/drivers"
)

// peopleRule is what the configuration says of people, in the words of the tracker. It has been checked.
func peopleRule(c configs.Agent) presence.Rule {
	p := c.Presence
	r := presence.Rule{Inside: map[string]string{}, Zone: zone(c), Closing: p.Closing, Longest: p.LongestStay.D(), Grid: c.Grid.D()}
	for _, a := range p.Areas {
		for _, asset := range a.Assets {
			r.Inside[asset] = a.Name
		}
	}
	for _, x := range p.Readers {
		r.Readers = append(r.Readers, presence.Reader{Name: x.Reader, Place: x.Area + x.Asset, Asset: x.Asset != "", Way: presence.Way(x.Way), Hold: x.Hold.D()})
	}
	for _, x := range p.Switches {
		s := presence.Switch{Asset: x.Asset, StaleAfter: x.StaleAfter.D()}
		for _, contact := range x.Contacts {
			s.Contacts = append(s.Contacts, presence.Contact(contact))
		}
		r.Switches = append(r.Switches, s)
	}
	for _, x := range p.Counters {
		r.Counters = append(r.Counters, presence.Counter{Name: x.Name, Place: x.Area, Point: x.Point, Door: isContact(c, x.Point)})
	}
	return r
}

// zone is where the gateway's hours of the day and its academic year are told.
func zone(c configs.Agent) *time.Location {
	z, err := time.LoadLocation(cmp.Or(c.Presence.Timezone, "Asia/Shanghai"))
	if err != nil {
		return time.UTC // the loader has refused it
	}
	return z
}

// isContact tells whether a point is 0 or 1, and not a counter.
func isContact(c configs.Agent, point string) bool {
	device, name, _ := strings.Cut(point, "/")
	for _, l := range c.Lines {
		for _, d := range l.Devices {
			if d.Name != device {
				continue
			}
			if l.Kind == configs.GPIO {
				return d.Input == "contact"
			}
			profile, _ := configs.FindProfile(d.Profile)
			for _, p := range profile.Points {
				if p.Name == name {
					return !p.Counter
				}
			}
		}
	}
	return false
}

// An area is a room or a hall, as the keeper says how many are in it.
type area struct {
	name, textZH, textEN string

	said   int // people, as last said; -1: nothing was said
	saidAt time.Duration
}

// people makes c's rule the one that counts, and c's areas those that are spoken of. It returns the areas that are gone.
// The caller holds mu.
func (k *keeper) people(c configs.Agent, now drivers.Instant) (gone []string) {
	if k.tracker == nil {
		k.tracker = presence.New(peopleRule(c), now)
	} else {
		k.tracker.Follow(peopleRule(c), now)
	}
	old := map[string]*area{}
	for _, a := range k.areas {
		old[a.name] = a
	}
	k.areas = nil
	for _, a := range c.Presence.Areas {
		if _, ok := k.tracker.People(a.Name); ok { // else nobody would know
			k.areas = append(k.areas, &area{name: a.Name, textZH: a.TextZH, textEN: a.TextEN, said: -1})
			delete(old, a.Name)
		}
	}
	for name := range old {
		gone = append(gone, name)
	}
	return gone
}

// show takes a card that a reader saw. The caller holds mu.
func (k *keeper) show(r drivers.Reading) {
	reader, _, _ := strings.Cut(r.Point, "/")
	k.facts.Badges = append(k.facts.Badges, record.Badge{Reader: reader, Card: r.Card, AtMS: k.date(r.At)})
	k.bytes += 120
	s := presence.Showing{Reader: reader, Card: r.Card, At: r.At}
	if k.cards != nil {
		s.Group, s.Purpose = k.cards(r.Card)
	}
	k.tracker.Show(s)
}

// present is how many there are in a place; nil if no reader would tell. The caller holds mu.
func (k *keeper) present(place string) *int {
	if n, ok := k.tracker.People(place); ok {
		return &n
	}
	return nil
}

// strays are the showings that meant nothing.
func (k *keeper) strays() uint64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.tracker.Strays()
}

// say is how many there are in the area as a message, if it changed or was not said for a while.
func (a *area) say(people int, now drivers.Instant) ([]byte, bool) {
	if people == a.said && now.Mono-a.saidAt < sayEvery {
		return nil, false
	}
	a.said, a.saidAt = people, now.Mono
	data, err := json.Marshal(record.Now{Kind: record.AreaKind, Asset: a.name, TextZH: a.textZH, TextEN: a.textEN, AtMS: now.Wall.UnixMilli(), People: &people})
	return data, err == nil
}

// A mark is what is still open, by the setting of the clock that the facts are dated by: the facts as they would be told
// if nothing more was seen, and on a line of its own who is where. The caller holds mu.
func (k *keeper) mark(now drivers.Instant) []byte {
	open := record.Facts{Epoch: k.facts.Epoch}
	for _, a := range k.assets {
		if spell, ok := a.machine.Open(); ok {
			open.Spells = append(open.Spells, spell)
		}
	}
	people, facts := k.tracker.Open(now)
	open.Sessions, open.Counts = facts.Sessions, facts.Counts
	mark := record.AppendFacts(nil, k.undate(open))
	if people.Empty() {
		return mark
	}
	text, err := json.Marshal(people)
	if err != nil {
		panic(err) // plain values
	}
	return append(append(mark, '\n'), text...)
}

// recover takes up what was still open when the process last ended, however it ended: it makes facts of what has ended
// with it, and lets the rest go on.
func (k *keeper) recover(mark []byte, now drivers.Instant) error {
	if len(mark) == 0 {
		return nil
	}
	facts, who, _ := bytes.Cut(mark, []byte("\n"))
	left, err := record.DecodeFacts(facts)
	if err != nil {
		return err
	}
	var people presence.Mark
	if len(who) > 0 {
		if err := json.Unmarshal(who, &people); err != nil {
			return fmt.Errorf("who was present: %w", err)
		}
	}
	told := k.tracker.Restore(people, now)
	left.Presences, left.Sessions = told.Presences, append(left.Sessions, told.Sessions...)
	if left.Empty() && len(who) == 0 {
		return nil
	}
	if !left.Empty() {
		k.sealed = append(k.sealed, split(left)...)
	}
	return k.write(k.mark(now))
}
