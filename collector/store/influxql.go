package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A QueryError is the database's own word on a question or a command.
type QueryError struct {
	Status int // of HTTP; 200 if it came within an answer
	Reason string
}

func (e *QueryError) Error() string { return e.Reason }

// declined tells an answer that waiting will not change: the question is wrong, or we may not ask it.
func declined(err error) bool {
	var e *QueryError
	return errors.As(err, &e) && e.Status < http.StatusInternalServerError && e.Status != http.StatusTooManyRequests
}

// chunk is how many rows the database sends at a time; what is held in memory is one row.
const chunk = "5000"

// query asks InfluxQL statements of one retention and hands over each row of the answer, in order. The row is valid
// until each returns. After an error what came before may be incomplete.
func (s *Store) query(ctx context.Context, retention, statements string, each func(*row) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // gives up the rest of an answer
	form := url.Values{"q": {statements}, "db": {s.options.Database}, "epoch": {"ns"}, "chunked": {"true"}, "chunk_size": {chunk}}
	if retention != "" {
		form.Set("rp", retention)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(s.options.URL, "/")+"/query", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	s.authorise(request)
	answer, err := s.http.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return refusedQuery(answer)
	}
	s.Questions.Add(1)
	body := counted{Reader: answer.Body}
	rows := uint64(0)
	defer func() { s.Rows.Add(rows); s.Bytes.Add(body.bytes) }()
	return decode(&body, func(r *row) error {
		rows++
		return each(r)
	})
}

// counted counts what is read.
type counted struct {
	io.Reader
	bytes uint64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.bytes += uint64(n)
	return n, err
}

// command is a query without an answer worth reading.
func (s *Store) command(ctx context.Context, statement string) error {
	if err := s.query(ctx, "", statement, func(*row) error { return nil }); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

func (s *Store) authorise(request *http.Request) {
	switch {
	case s.options.Token != "":
		request.Header.Set("Authorization", "Token "+s.options.Token)
	case s.options.Username != "":
		request.SetBasicAuth(s.options.Username, s.options.Password)
	}
}

func refusedQuery(answer *http.Response) error {
	err := &QueryError{Status: answer.StatusCode, Reason: answer.Status}
	if decoded := decode(io.LimitReader(answer.Body, 1<<16), func(*row) error { return nil }); decoded != nil {
		var said *QueryError
		if errors.As(decoded, &said) {
			err.Reason = said.Reason
		}
	}
	return err
}

var (
	escapeIdentifier = strings.NewReplacer("\\", `\\`, "\n", `\n`, `"`, `\"`)
	escapeText       = strings.NewReplacer("\\", `\\`, "\n", `\n`, `'`, `\'`)
)

// identifier quotes the name of a database, a retention, a field or a tag.
func identifier(name string) string { return `"` + escapeIdentifier.Replace(name) + `"` }

// text quotes a tag's value.
func text(s string) string { return `'` + escapeText.Replace(s) + `'` }

// ns is a moment as InfluxQL compares it; what is beyond its reach becomes the end of its reach.
func ns(t time.Time) string {
	switch year := t.UTC().Year(); {
	case year < 1700:
		return strconv.FormatInt(math.MinInt64/2, 10)
	case year > 2250:
		return strconv.FormatInt(math.MaxInt64-1, 10)
	}
	return strconv.FormatInt(t.UnixNano(), 10)
}
