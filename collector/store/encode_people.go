package store

import (
	"github.com/influxdata/line-protocol/v2/lineprotocol"

	"basemeter/agent/record"
)

// people writes who was there, what for, and what was merely counted.
func (e *encoder) people(b *record.Batch) {
	for i := range b.Presences {
		e.presence(&b.Presences[i])
	}
	for i := range b.Sessions {
		e.session(&b.Sessions[i])
	}
	for i := range b.Counts {
		e.count(&b.Counts[i])
	}
}

func (e *encoder) presence(p *record.Presence) {
	e.StartLine("presence")
	e.AddTag("base", e.b.Base)
	e.AddTag("gateway", e.b.Gateway)
	e.AddTag("place", p.Place)
	e.AddTag("reader", p.Reader) // which lets in one card at a time: no two stays are one point
	e.text("card", p.Card)       // a field, as of a badge
	e.text("group", p.Group)
	e.stay(p.FromMS, p.KnownMS, p.ToMS, p.Ended)
	e.AddField("continues", lineprotocol.BoolValue(p.Continues))
	e.at(p.FromMS)
}

func (e *encoder) session(s *record.Session) {
	e.StartLine("session")
	e.AddTag("asset", s.Asset)
	e.AddTag("base", e.b.Base)
	e.AddTag("gateway", e.b.Gateway)
	e.text("purpose", s.Purpose)
	e.text("by", s.By)
	e.text("group", s.Group)
	e.stay(s.FromMS, s.KnownMS, s.ToMS, s.Ended)
	e.at(s.FromMS)
}

// stay of a gateway whose clock was never set is an estimate from its beginning on.
func (e *encoder) stay(from, known, to int64, ended string) {
	if e.b.Estimated {
		known = from
	}
	e.AddField("known_ms", lineprotocol.IntValue(known))
	e.AddField("to_ms", lineprotocol.IntValue(to))
	e.text("ended", ended)
}

func (e *encoder) count(c *record.Count) {
	e.StartLine("count")
	e.AddTag("base", e.b.Base)
	e.AddTag("counter", c.Counter)
	e.AddTag("gateway", e.b.Gateway)
	e.AddTag("place", c.Place)
	e.AddField("to_ms", lineprotocol.IntValue(c.ToMS))
	e.AddField("passages", lineprotocol.IntValue(c.Passages))
	e.at(c.FromMS)
}
