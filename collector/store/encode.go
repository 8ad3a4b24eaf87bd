package store

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/influxdata/line-protocol/v2/lineprotocol"

	"basemeter/agent/record"
)

// appendBatch appends the batch's points. If one cannot be encoded the batch is left out as a whole.
func appendBatch(dst []byte, b *record.Batch) (lines []byte, err error) {
	e := encoder{b: b}
	e.SetBuffer(dst)
	stream, ok := lineprotocol.StringValue(b.Stream)
	if !ok {
		return dst, fmt.Errorf("stream %q is not text", b.Stream)
	}
	for i := range b.Spells {
		e.spell(&b.Spells[i], stream)
	}
	for i := range b.Samples {
		e.sample(&b.Samples[i])
	}
	for i := range b.Badges {
		e.badge(&b.Badges[i])
	}
	e.people(b)
	if !b.Empty() {
		e.receipt()
	}
	if err := cmp.Or(e.refused, e.Err()); err != nil { // what was refused may have left its line without a field
		return dst, err
	}
	return e.Bytes(), nil
}

// An encoder writes the points of one batch. The order of its calls is the line protocol's: tags sorted, then fields.
type encoder struct {
	lineprotocol.Encoder
	b       *record.Batch
	refused error // the first value that the database has no way to keep
}

func (e *encoder) spell(s *record.Spell, stream lineprotocol.Value) {
	e.StartLine("spell")
	e.AddTag("asset", s.Asset)
	e.AddTag("base", e.b.Base)
	e.AddTag("gateway", e.b.Gateway)
	e.text("state", s.State.String())
	e.AddField("to_ms", lineprotocol.IntValue(s.ToMS))
	if s.Why != "" {
		e.text("why", s.Why)
	}
	e.AddField("estimated", lineprotocol.BoolValue(s.Estimated || e.b.Estimated))
	e.AddField("stream", stream)
	e.AddField("sequence", lineprotocol.IntValue(int64(e.b.Sequence)))
	e.at(s.FromMS)
}

func (e *encoder) sample(s *record.Sample) {
	e.StartLine("sample")
	e.AddTag("asset", s.Asset)
	e.AddTag("base", e.b.Base)
	e.AddTag("gateway", e.b.Gateway)
	for _, v := range s.Values {
		number, ok := lineprotocol.FloatValue(v.Number)
		if !ok {
			e.refuse(fmt.Errorf("%s %s: %v is not a number the database can keep", s.Asset, v.Name, v.Number))
			continue
		}
		e.AddField(v.Name, number)
	}
	for _, f := range s.Flags {
		e.text(f.Name+record.FlagSuffix, f.Kind)
	}
	e.at(s.AtMS)
}

func (e *encoder) badge(b *record.Badge) {
	e.StartLine("badge")
	e.AddTag("base", e.b.Base)
	e.AddTag("gateway", e.b.Gateway)
	e.AddTag("reader", b.Reader)
	e.text("card", b.Card) // a field: as a tag each card would be a series, and an index of people
	e.at(b.AtMS)
}

// receipt says that this batch of its stream is here. Its time is the newest fact's, so that it is kept as long as the
// facts are and a repeat overwrites it; the sequence below the millisecond keeps batches of one moment apart.
func (e *encoder) receipt() {
	e.StartLine("batch")
	e.AddTag("base", e.b.Base)
	e.AddTag("gateway", e.b.Gateway)
	e.AddTag("stream", e.b.Stream) // a tag: a gateway has a new stream with a new card only
	e.AddField("sequence", lineprotocol.IntValue(int64(e.b.Sequence)))
	e.AddField("facts", lineprotocol.IntValue(int64(e.b.Len())))
	_, newest := e.b.Span()
	e.EndLine(time.UnixMilli(newest).Add(time.Duration(e.b.Sequence % 1e6)))
}

func (e *encoder) at(ms int64) { e.EndLine(time.UnixMilli(ms).Add(time.Duration(e.b.Epoch))) }

// text is one line: the database would keep the escape of a line's end, not the end.
func (e *encoder) text(field, s string) {
	if strings.ContainsFunc(s, unicode.IsControl) {
		s = strings.Map(oneLine, s)
	}
	value, ok := lineprotocol.StringValue(s)
	if !ok {
		e.refuse(fmt.Errorf("%s: %q is not text", field, s))
		return
	}
	e.AddField(field, value)
}

func oneLine(r rune) rune {
	if unicode.IsControl(r) {
		return ' '
	}
	return r
}

func (e *encoder) refuse(err error) {
	if e.refused == nil {
		e.refused = err
	}
}
