package store

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/influxdata/line-protocol/v2/lineprotocol"
)

// A Token is what is kept of an access token: never its secret.
type Token struct {
	ID      string
	Hash    string // of the secret
	Name    string
	Scope   string
	Made    time.Time // as all of them to the millisecond
	Expires time.Time
	Revoked time.Time // zero: it was not
}

// WriteToken appends a token. An id is of one token for ever: it is for the caller to know that it is a new one.
func (s *Store) WriteToken(ctx context.Context, t Token) error {
	var e encoder
	e.StartLine("token")
	e.AddTag("id", t.ID)
	e.text("hash", t.Hash)
	e.text("name", t.Name)
	e.text("scope", t.Scope)
	e.AddField("made_ms", lineprotocol.IntValue(t.Made.UnixMilli()))
	e.AddField("expires_ms", lineprotocol.IntValue(t.Expires.UnixMilli()))
	e.EndLine(t.Made.Truncate(time.Millisecond))
	return s.writeToken(ctx, t.ID, &e)
}

// RevokeToken appends that a token counts no more. What was written of it stays.
func (s *Store) RevokeToken(ctx context.Context, id string, at time.Time) error {
	var e encoder
	e.StartLine("token")
	e.AddTag("id", id)
	e.AddField("revoked_ms", lineprotocol.IntValue(at.UnixMilli()))
	e.EndLine(at)
	return s.writeToken(ctx, id, &e)
}

func (s *Store) writeToken(ctx context.Context, id string, e *encoder) error {
	err := cmp.Or(e.refused, e.Err())
	if err == nil {
		err = s.write(ctx, s.ledger, string(e.Bytes()), time.Now())
	}
	if err != nil {
		return fmt.Errorf("token %s: %w", id, err)
	}
	return nil
}

// Tokens are all that were ever made, by id. Of several words on one the first counts: nothing written later makes it
// another's, or undoes that it was revoked.
func (s *Store) Tokens(ctx context.Context) ([]Token, error) {
	var all []Token
	ask := `SELECT hash, "name", scope, made_ms, expires_ms, revoked_ms FROM token GROUP BY id`
	err := s.query(ctx, ledgerRetention, ask, func(r *row) error {
		if len(all) == 0 || all[len(all)-1].ID != r.tags["id"] {
			all = append(all, Token{ID: r.tags["id"]})
		}
		t := &all[len(all)-1]
		if hash := r.cells[1].text; t.Hash == "" && hash != "" {
			t.Hash, t.Name, t.Scope = hash, r.cells[2].text, r.cells[3].text
			t.Made, t.Expires = time.UnixMilli(r.cells[4].number).UTC(), time.UnixMilli(r.cells[5].number).UTC()
		}
		if ms := r.cells[6].number; t.Revoked.IsZero() && ms != 0 {
			t.Revoked = time.UnixMilli(ms).UTC()
		}
		return nil
	})
	return all, err
}
