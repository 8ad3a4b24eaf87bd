package ingest

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"basemeter/agent/record"
)

// A letter is what one message turned out to be.
type letter struct {
	base, gateway string // whose topic it came by: who is answered
	stream        string // empty: it could not be read, and nobody can be answered
	sequence      uint64
	batch         int // its index among those to write
	problem       *problem
}

// A problem is why a batch is not acceptable.
type problem struct {
	kind   Kind
	reason string
}

func (p *problem) Error() string { return p.kind.String() + ": " + p.reason }

// ahead is how far a fact may lie in our future: a gateway whose clock is a time zone off is let in.
const ahead = 24 * time.Hour

// young is before this program was written: who believes it is earlier does not know the time, and may not judge.
var young = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// open reads a message and tells whether its batch may be written.
func open(topic string, payload []byte, now time.Time) (letter, record.Batch) {
	var l letter
	var err error
	l.base, l.gateway, _, _, err = record.ParseTopic(topic)
	if err != nil {
		l.problem = &problem{Unreadable, err.Error()}
		return l, record.Batch{}
	}
	batch, err := record.DecodeBatch(payload)
	l.stream, l.sequence = batch.Stream, batch.Sequence
	switch {
	case len(payload) > record.MaxBatchBytes:
		l.problem = &problem{Oversize, err.Error()}
	case err != nil:
		l.problem = &problem{Unreadable, err.Error()}
	case batch.Base != l.base || batch.Gateway != l.gateway:
		l.problem = &problem{Forged, fmt.Sprintf("says it is of %s/%s", batch.Base, batch.Gateway)}
	default:
		if _, newest := batch.Span(); now.After(young) && newest > now.Add(ahead).UnixMilli() {
			l.problem = &problem{Future, "dated " + time.UnixMilli(newest).UTC().Format(time.RFC3339)}
		}
	}
	if err != nil {
		l.stream, l.sequence = address(payload)
	}
	return l, batch
}

// address reads no more of a broken batch than who must be told that it is rejected. The stream is empty if even that
// cannot be read.
func address(payload []byte) (stream string, sequence uint64) {
	d := jsontext.NewDecoder(bytes.NewReader(payload), jsontext.AllowDuplicateNames(true))
	if token, err := d.ReadToken(); err != nil || token.Kind() != '{' {
		return "", 0
	}
	for d.PeekKind() == '"' && (stream == "" || sequence == 0) {
		token, err := d.ReadToken()
		if err != nil {
			return "", 0
		}
		key := token.String()
		if key != "stream" && key != "sequence" {
			if d.SkipValue() != nil {
				return "", 0
			}
			continue
		}
		token, err = d.ReadToken()
		switch {
		case err != nil:
			return "", 0
		case key == "stream" && token.Kind() == '"':
			stream = token.String()
		case key == "sequence" && token.Kind() == '0':
			sequence, _ = strconv.ParseUint(token.String(), 10, 64)
		}
	}
	if sequence == 0 || len(stream) > 64 {
		return "", 0
	}
	return stream, sequence
}
