package store

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// A row is one line of an answer, with what its series is grouped by.
type row struct {
	statement int
	tags      map[string]string
	cells     []cell // in the order of SELECT, behind the time
}

// A cell is one value. Its zero value is null.
type cell struct {
	text     string
	number   int64   // of a fraction its whole part, within bounds
	fraction float64 // the number as it is
	yes      bool
}

// decode reads the answers of /query one behind the other, as chunked=true sends them, and hands over each row. It
// holds one row, however long the answer. An answer that ends before the database said it was complete is an error.
func decode(body io.Reader, each func(*row) error) error {
	d := decoder{Decoder: jsontext.NewDecoder(body), each: each}
	for d.PeekKind() == '{' {
		if err := d.response(); err != nil {
			return err
		}
	}
	if _, err := d.ReadToken(); err != io.EOF {
		return fmt.Errorf("answer of the database: %w", errors.Join(err, errShape))
	}
	if d.more {
		return fmt.Errorf("answer of the database: %w", io.ErrUnexpectedEOF)
	}
	return nil
}

var errShape = errors.New("not of the expected shape")

type decoder struct {
	*jsontext.Decoder
	each func(*row) error
	row  row
	more bool // the newest result said that more of it follows
}

func (d *decoder) response() error {
	return d.object(func(key string) error {
		switch key {
		case "results":
			return d.list(d.result)
		case "error":
			return d.complaint()
		}
		return d.SkipValue()
	})
}

func (d *decoder) result() error {
	d.more = false
	return d.object(func(key string) (err error) {
		switch key {
		case "statement_id":
			var c cell
			c, err = d.cell()
			d.row.statement = int(c.number)
			return err
		case "series":
			return d.list(d.series)
		case "partial":
			var c cell
			c, err = d.cell()
			d.more = c.yes
			return err
		case "error":
			return d.complaint()
		}
		return d.SkipValue()
	})
}

func (d *decoder) complaint() error {
	c, err := d.cell()
	if err != nil {
		return err
	}
	return &QueryError{Status: 200, Reason: c.text}
}

// series relies on the tags standing before the values, as they do in every version.
func (d *decoder) series() error {
	d.row.tags = nil
	return d.object(func(key string) error {
		switch key {
		case "tags":
			d.row.tags = map[string]string{}
			return d.object(func(tag string) error {
				c, err := d.cell()
				d.row.tags[tag] = c.text
				return err
			})
		case "values":
			return d.list(d.values)
		}
		return d.SkipValue()
	})
}

func (d *decoder) values() error {
	d.row.cells = d.row.cells[:0]
	if err := d.list(func() error {
		c, err := d.cell()
		d.row.cells = append(d.row.cells, c)
		return err
	}); err != nil {
		return err
	}
	return d.each(&d.row)
}

func (d *decoder) cell() (cell, error) {
	token, err := d.ReadToken()
	if err != nil {
		return cell{}, err
	}
	switch token.Kind() {
	case '"':
		return cell{text: token.String()}, nil
	case '0':
		return number(token.String())
	case 't', 'f', 'n':
		return cell{yes: token.Kind() == 't'}, nil
	}
	return cell{}, fmt.Errorf("a value begins with %s: %w", token.Kind(), errShape)
}

// number is a whole number to its last digit, or a fraction.
func number(text string) (cell, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return cell{number: n, fraction: float64(n)}, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return cell{}, fmt.Errorf("the number %s: %w", text, errShape)
	}
	return cell{number: int64(max(-1<<62, min(f, 1<<62))), fraction: f}, nil
}

func (d *decoder) object(field func(key string) error) error {
	if err := d.begin('{'); err != nil {
		return err
	}
	for d.PeekKind() != '}' {
		key, err := d.ReadToken()
		if err != nil {
			return err
		}
		if err := field(key.String()); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

func (d *decoder) list(item func() error) error {
	if err := d.begin('['); err != nil {
		return err
	}
	for d.PeekKind() != ']' {
		if err := item(); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

func (d *decoder) begin(kind jsontext.Kind) error {
	token, err := d.ReadToken()
	if err != nil {
		return err
	}
	if token.Kind() != kind {
		return fmt.Errorf("found %s, expected %s: %w", token.Kind(), kind, errShape)
	}
	return nil
}
