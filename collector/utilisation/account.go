package utilisation

import (
	"cmp"
	"iter"
	"slices"

	"basemeter/agent/record"
)

// Account judges [from, to) of one asset and returns its parts, in order and without a gap.
func Account(f Facts, p Plan, fromMS, toMS int64) []Span {
	return slices.Collect(Spans(f, p, fromMS, toMS))
}

// Spans is Account, one part at a time.
func Spans(f Facts, p Plan, fromMS, toMS int64) iter.Seq[Span] {
	return func(yield func(Span) bool) {
		j := newJudge(&f, &p)
		for at := fromMS; at < toMS; {
			until := min(j.advance(at), toMS)
			s := j.judge()
			s.FromMS, s.ToMS = at, until
			if !yield(s) {
				return
			}
			at = until
		}
	}
}

// A judge holds what there is at one moment.
type judge struct {
	plan        *Plan
	at          int64
	spells      lane[record.Spell]
	chosen      lane[record.Session]
	here        lane[record.Presence] // at the asset
	around      lane[record.Presence] // in its area
	slots       lane[Slot]
	corrections lane[Correction]
}

func newJudge(f *Facts, p *Plan) *judge {
	here, around := stays(f.Presences, p)
	return &judge{
		plan:        p,
		spells:      newLane(f.Spells, spellSpan, firstTold),
		chosen:      newLane(f.Sessions, sessionSpan, firstChosen),
		here:        newLane(here, staySpan, firstThere),
		around:      newLane(around, staySpan, firstThere),
		slots:       newLane(p.Slots, slotSpan, nil),
		corrections: newLane(p.Corrections, correctionSpan, firstHeld),
	}
}

// stays are those at the asset, and those in its area.
func stays(all []record.Presence, p *Plan) (here, around []record.Presence) {
	for _, stay := range all {
		switch {
		case stay.Place == p.Asset:
			here = append(here, stay)
		case stay.Place == p.Area && p.Area != "":
			around = append(around, stay)
		}
	}
	return here, around
}

// advance moves to a moment, and tells until when nothing changes.
func (j *judge) advance(at int64) (until int64) {
	j.at = at
	return min(j.spells.advance(at), j.chosen.advance(at), j.here.advance(at), j.around.advance(at),
		j.slots.advance(at), j.corrections.advance(at))
}

// judge says how this moment is to be taken.
func (j *judge) judge() Span {
	var s Span
	b := &s.Because
	b.Spell, b.Chosen, b.Stay = j.told(), last(j.chosen), j.stay()
	b.Slot, b.Correction = first(j.slots), j.correction()
	j.physical(&s)
	j.context(&s)
	j.evidence(&s)
	return s
}

// told is the spell that counts: of those that know something, the one that claims to have begun first. So where a clock
// was set back, or two gateways see one asset, no moment counts twice, and who knows nothing hides nobody.
func (j *judge) told() *record.Spell {
	for _, spell := range j.spells.current {
		if spell.State != record.Unknown {
			return spell
		}
	}
	return first(j.spells)
}

// stay is the card that has been at the asset longest, or else in its area.
func (j *judge) stay() *record.Presence {
	if s := first(j.here); s != nil {
		return s
	}
	return first(j.around)
}

// correction is the one that was made last.
func (j *judge) correction() *Correction {
	var newest *Correction
	for _, c := range j.corrections.current {
		if newest == nil || cmp.Or(cmp.Compare(c.MadeMS, newest.MadeMS), cmp.Compare(c.ID, newest.ID)) > 0 {
			newest = c
		}
	}
	return newest
}

// physical is the first axis: what the asset did.
func (j *judge) physical(s *Span) {
	if spell := s.Because.Spell; spell != nil {
		s.State = spell.State
		s.Estimated = spell.Estimated && spell.State != record.Unknown
	}
	if c := s.Because.Correction; c != nil {
		s.Corrected = c.State != nil || c.Purpose != "" || c.Affiliation != NoUser
		if c.State != nil {
			s.State, s.Estimated = *c.State, false
		}
	}
	s.Attended = s.Because.Stay != nil
	s.Occupied = len(j.here.current) > 0
	if slot := s.Because.Slot; slot != nil {
		s.Open, s.Planned = slot.Open, slot.Open && !slot.Maintenance
	}
}

// context is the second axis: what the moment was for, by the first that says so: chosen on the spot, planned
// maintenance, a booking, the timetable, use that nobody planned.
func (j *judge) context(s *Span) {
	b, use := &s.Because, s.Use()
	switch {
	case b.Chosen != nil:
		s.session(b.Chosen.Purpose, j.user(s))
	case b.Slot != nil && b.Slot.Maintenance:
		s.session(Maintenance, NoUser)
	case use != nil:
		s.session(use.Purpose, use.Affiliation)
	case s.State == record.Running || s.Occupied:
		s.session(Unattributed, j.user(s))
	case s.Open:
		s.Context, s.Key = Free, Key{None, NoUser}
	default:
		s.Context, s.Key = Closed, Key{None, NoUser}
	}
	s.Self = s.Context == InSession && use != nil && use.SelfOperated
	j.correct(s)
}

// correct lets a correction's word stand in the place of the plan's.
func (j *judge) correct(s *Span) {
	c := s.Because.Correction
	if c == nil {
		return
	}
	switch c.Purpose {
	case "":
	case None:
		s.Context, s.Key, s.Self = Closed, Key{None, NoUser}, false
		if s.Open {
			s.Context = Free
		}
	default:
		s.session(c.Purpose, max(s.Affiliation, Unnamed))
	}
	if c.Affiliation != NoUser && s.Context == InSession {
		s.Affiliation = c.Affiliation
	}
}

// session makes it one, for a purpose and a user; maintenance is no use, and nobody's.
func (s *Span) session(purpose string, user Affiliation) {
	s.Context, s.Key = InSession, Key{purpose, max(user, Unnamed)}
	if purpose == Maintenance {
		s.Context, s.Key = Maintained, Key{Maintenance, NoUser}
	}
}

// use is what the plan meant the asset for.
func (s *Span) Use() *Use {
	if s.Because.Slot == nil {
		return nil
	}
	return s.Because.Slot.Use
}

// user is whose an unplanned use is: the card's that chose the purpose, the plan's, or that of the card that has been at
// the asset longest. Who is merely in the same hall says nothing about whose machine it is.
func (j *judge) user(s *Span) Affiliation {
	if c := s.Because.Chosen; c != nil && c.Group != "" {
		if m, ok := j.plan.Members[c.Group]; ok {
			return m.Affiliation
		}
	}
	if use := s.Use(); use != nil {
		return use.Affiliation
	}
	for _, stay := range j.here.current {
		if m, ok := j.plan.Members[stay.Group]; ok {
			return m.Affiliation
		}
	}
	return Unnamed
}

// evidence tells whether a session was really held, and by what: a purpose chosen on the spot, or a correction, says so
// itself; what was planned wants a machine that is on or somebody present; what nobody planned is there by its evidence.
// A session that rests on an estimate alone is one.
func (j *judge) evidence(s *Span) {
	if s.Context != InSession {
		return
	}
	b, on := &s.Because, s.On() || s.State == record.Fault
	switch {
	case b.Correction != nil && b.Correction.Purpose != "":
		s.Held = true
	case b.Chosen != nil:
		s.Held = true
		s.doubt(j.at >= b.Chosen.KnownMS)
	case s.Use() != nil:
		s.Held = on || s.Attended
		s.doubt(!on && s.Attended && !j.proved(j.here) && !j.proved(j.around))
	default:
		s.Held = true
		s.doubt(s.State != record.Running && !j.proved(j.here))
	}
}

func (s *Span) doubt(estimated bool) { s.Estimated = s.Estimated || estimated }

// proved tells whether any card was certainly there.
func (j *judge) proved(stays lane[record.Presence]) bool {
	return slices.ContainsFunc(stays.current, func(p *record.Presence) bool { return j.at < p.KnownMS })
}
