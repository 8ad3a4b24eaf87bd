package state

import (
	"time"

	"basemeter/agent/record"
)

// Shift moves all facts by as much.
func Shift(f *record.Facts, by time.Duration) {
	ms := by.Milliseconds()
	for i := range f.Spells {
		f.Spells[i].FromMS += ms
		f.Spells[i].ToMS += ms
	}
	for i := range f.Samples {
		f.Samples[i].AtMS += ms
	}
	for i := range f.Badges {
		f.Badges[i].AtMS += ms
	}
	for i := range f.Presences {
		p := &f.Presences[i]
		p.FromMS, p.KnownMS, p.ToMS = p.FromMS+ms, p.KnownMS+ms, p.ToMS+ms
	}
	for i := range f.Sessions {
		s := &f.Sessions[i]
		s.FromMS, s.KnownMS, s.ToMS = s.FromMS+ms, s.KnownMS+ms, s.ToMS+ms
	}
	for i := range f.Counts {
		f.Counts[i].FromMS += ms
		f.Counts[i].ToMS += ms
	}
}

// Redate gives facts that count from a boot their dates, boot being when that was, and cuts their spells, and what
// switches said, on the grid anew.
func Redate(f *record.Facts, boot time.Time, grid time.Duration) {
	Shift(f, boot.Sub(time.UnixMilli(0)))
	f.Boot = ""
	var cut []record.Spell
	for _, s := range f.Spells {
		cut = appendCut(cut, s, grid.Milliseconds())
	}
	f.Spells = cut
	var sessions []record.Session
	for _, s := range f.Sessions {
		sessions = appendSession(sessions, s, grid.Milliseconds())
	}
	f.Sessions = sessions
}

// appendSession cuts a session that a switch said. One that a card has opened is told as a whole.
func appendSession(cut []record.Session, s record.Session, grid int64) []record.Session {
	for line := (s.FromMS/grid + 1) * grid; line < s.ToMS && s.By == "switch"; line += grid {
		first := s
		first.ToMS, first.KnownMS, first.Ended, s.FromMS = line, line, "", line
		cut = append(cut, first)
	}
	return append(cut, s)
}

func appendCut(cut []record.Spell, s record.Spell, grid int64) []record.Spell {
	for line := (s.FromMS/grid + 1) * grid; line < s.ToMS; line += grid {
		first := s
		first.ToMS, s.FromMS = line, line
		cut = append(cut, first)
	}
	return append(cut, s)
}
