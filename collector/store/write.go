package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"github.com/influxdata/influxdb-client-go/v2/api"
	httpapi "github.com/influxdata/influxdb-client-go/v2/api/http"

	"basemeter/agent/record"
)

// Pauses between attempts at the same request double from the first to the last.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 10 * time.Second
)

// One request is about this much: beyond it the database gets no faster.
const (
	requestLines = 5_000
	requestBytes = 1 << 20
)

// A RejectedError tells which batches the database will never take, by their index, and why. All others are written.
// Of a rejected batch those points are written that the database could take.
type RejectedError map[int]string

func (e RejectedError) Error() string {
	for i, reason := range e {
		return fmt.Sprintf("%d batches rejected, batch %d: %s", len(e), i, reason)
	}
	return "no batch rejected"
}

// Rejections is the error as a plain map, for those who do not know this package.
func (e RejectedError) Rejections() map[int]string { return e }

// WriteFacts returns when the database has every batch but those that a RejectedError names. It waits for a database
// that is away, that is full or that does not know us, until ctx ends: then it returns ctx's error, and what is written
// by then may be written again.
func (s *Store) WriteFacts(ctx context.Context, batches []record.Batch) error {
	rejected := RejectedError{}
	var p parcel
	for i := range batches {
		if err := p.add(i, &batches[i]); err != nil {
			rejected[i] = err.Error()
		}
		if !p.full() && i < len(batches)-1 {
			continue
		}
		if err := s.send(ctx, &p, rejected); err != nil {
			return err
		}
		p = parcel{}
	}
	if len(rejected) > 0 {
		return rejected
	}
	return nil
}

// A parcel is the lines of some batches, ready to be sent and to be cut between batches.
type parcel struct {
	lines  []byte
	points int
	parts  []part
}

type part struct {
	batch    int   // its index
	end      int   // its lines end here
	oldestMS int64 // its oldest fact
}

func (p *parcel) add(index int, b *record.Batch) error {
	if p.lines == nil {
		p.lines = make([]byte, 0, requestBytes)
	}
	lines, err := appendBatch(p.lines, b)
	if err != nil {
		return err
	}
	oldest, _ := b.Span()
	p.lines = lines
	p.points += b.Len()
	p.parts = append(p.parts, part{index, len(lines), oldest})
	return nil
}

func (p *parcel) full() bool { return p.points >= requestLines || len(p.lines) >= requestBytes/4*3 }

// halves cuts the parcel in two.
func (p *parcel) halves() (a, b parcel) {
	mid := len(p.parts) / 2
	cut := p.parts[mid-1].end
	a = parcel{lines: p.lines[:cut], parts: p.parts[:mid]}
	b = parcel{lines: p.lines[cut:]}
	for _, part := range p.parts[mid:] {
		part.end -= cut
		b.parts = append(b.parts, part)
	}
	return a, b
}

func (p *parcel) oldest() time.Time {
	oldest := int64(record.LatestMS)
	for _, part := range p.parts {
		oldest = min(oldest, part.oldestMS)
	}
	return time.UnixMilli(oldest)
}

// send writes the parcel. If the database refuses it, it looks for the batches that are to blame.
func (s *Store) send(ctx context.Context, p *parcel, rejected RejectedError) error {
	if len(p.lines) == 0 {
		return nil
	}
	err := s.write(ctx, s.facts, string(p.lines), p.oldest())
	var refusal *refusal
	if !errors.As(err, &refusal) {
		return err
	}
	if len(p.parts) == 1 {
		rejected[p.parts[0].batch] = refusal.Error()
		return nil
	}
	a, b := p.halves()
	if err := s.send(ctx, &a, rejected); err != nil {
		return err
	}
	return s.send(ctx, &b, rejected)
}

// A refusal is the database's word that the lines themselves are wrong.
type refusal struct{ error }

// Refused tells whether an error of WriteLedger or of a question is the database's last word: asking again changes
// nothing.
func Refused(err error) bool {
	var (
		r *refusal
		q *QueryError
	)
	return errors.As(err, &r) || errors.As(err, &q) && q.Status == http.StatusBadRequest
}

// write repeats one request until the database has taken it or refuses it. Only then does anybody else's turn come:
// what is behind would meet the same trouble.
func (s *Store) write(ctx context.Context, to api.WriteAPIBlocking, lines string, oldest time.Time) error {
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		err := s.attempt(ctx, to, lines)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch verdict := judge(err); {
		case verdict == taken:
			s.well()
			return nil
		case verdict == refused:
			s.well()
			return &refusal{err}
		case verdict == expired && s.expired(oldest):
			s.well()
			s.Expired.Add(1)
			return nil
		case verdict == expired:
			err = fmt.Errorf("%w: is its clock right? the oldest fact is of %s", err, oldest.UTC().Format(time.RFC3339))
		case verdict == missing:
			if made := s.create(ctx); made != nil {
				err = fmt.Errorf("%w, and cannot be made: %w", err, made)
			}
		}
		s.ill(err)
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

func (s *Store) attempt(ctx context.Context, to api.WriteAPIBlocking, lines string) error {
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	return to.WriteRecord(ctx, lines)
}

// expired tells whether facts of that time are older than what is kept, by our own clock: a database whose clock ran
// ahead would throw away what is new.
func (s *Store) expired(oldest time.Time) bool {
	return s.options.KeepFacts > 0 && time.Since(oldest) > s.options.KeepFacts-time.Minute
}

// A verdict is what to do about a database's answer.
type verdict int

const (
	again   verdict = iota // its own trouble, or ours with it: the same request later
	taken                  //
	refused                // the lines' own fault
	expired                // older than the retention: the rest is written
	missing                // no such database or retention
)

func judge(err error) verdict {
	if err == nil {
		return taken
	}
	var e *httpapi.Error
	if !errors.As(err, &e) {
		return again
	}
	said := e.Error() + " " + e.Header.Get("X-Influxdb-Error")
	switch e.StatusCode {
	case http.StatusNotFound:
		return missing
	case http.StatusInternalServerError:
		if strings.Contains(said, "retention policy not found") {
			return missing
		}
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return judgeRefusal(said)
	}
	return again
}

// judgeRefusal tells what 1.8 answers with 400 although no line is wrong.
func judgeRefusal(said string) verdict {
	switch {
	case strings.Contains(said, "beyond retention policy"):
		return expired
	case strings.Contains(said, "max-series-per-database"), strings.Contains(said, "max-values-per-tag"),
		strings.Contains(said, "pending deletion"):
		return again
	}
	return refused
}

// sleep waits about as long as pause, so that collectors that failed together do not come back together.
func sleep(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause/2 + rand.N(pause))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
