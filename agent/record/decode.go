package record

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// DecodeBatch reads a facts message. It accepts exactly what the schema allows: an unknown, missing or repeated key, a
// number out of bounds or anything behind the end is an error that says where it is.
func DecodeBatch(data []byte) (Batch, error) {
	var b Batch
	if len(data) > MaxBatchBytes {
		return b, fmt.Errorf("batch of %d bytes: at most %d are accepted", len(data), MaxBatchBytes)
	}
	d := newReader(data)
	if err := d.whole(func() error { return d.batch(&b) }); err != nil {
		return b, err
	}
	return b, b.Check()
}

// DecodeFacts reads what AppendFacts wrote. Facts that count from a boot are not checked against the calendar.
func DecodeFacts(data []byte) (Facts, error) {
	var f Facts
	d := newReader(data)
	if err := d.whole(func() error { return d.facts(&f) }); err != nil {
		return f, err
	}
	if f.Boot != "" {
		return f, nil
	}
	return f, f.check()
}

// A reader pulls typed values from JSON text.
type reader struct {
	*jsontext.Decoder
	seen map[string]string // short texts read before: names come again with each sample
}

func newReader(data []byte) reader {
	// The decoder's own look for keys that stand twice costs a third of all its work; object does it for less.
	return reader{jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true)), map[string]string{}}
}

// whole runs read over the whole text and says where it stopped.
func (d reader) whole(read func() error) error {
	err := read()
	if err == nil {
		if _, end := d.ReadToken(); end == io.EOF {
			return nil
		}
		err = errors.New("something follows the end")
	}
	if syntactic := (*jsontext.SyntacticError)(nil); errors.As(err, &syntactic) {
		return err // names its own place
	}
	return fmt.Errorf("%s at byte %d: %w", d.StackPointer(), d.InputOffset(), err)
}

func (d reader) batch(b *Batch) error {
	const all = 1<<6 - 1
	seen, err := d.object(func(key string) (bit int, err error) {
		switch key {
		case "schema":
			var version uint64
			if version, err = d.unsigned(); err == nil && version != Schema {
				err = fmt.Errorf("schema %d: this side speaks %d", version, Schema)
			}
			return 0, err
		case "base":
			b.Base, err = d.text()
			return 1, err
		case "gateway":
			b.Gateway, err = d.text()
			return 2, err
		case "stream":
			b.Stream, err = d.text()
			return 3, err
		case "sequence":
			b.Sequence, err = d.unsigned()
			return 4, err
		case "facts":
			return 5, d.facts(&b.Facts)
		}
		return unknownKey(key)
	})
	return missing(err, seen, all, "schema, base, gateway, stream, sequence, facts")
}

func (d reader) facts(f *Facts) error {
	seen, err := d.object(func(key string) (bit int, err error) {
		switch key {
		case "epoch":
			f.Epoch, err = d.unsigned()
			return 0, err
		case "estimated":
			f.Estimated, err = d.boolean()
			return 1, err
		case "boot":
			f.Boot, err = d.text()
			return 2, err
		case "spells":
			return 3, list(d, &f.Spells, d.spell)
		case "samples":
			width := 0 // of the last sample: the next is likely as wide
			return 4, list(d, &f.Samples, func(s *Sample) error {
				s.Values = make([]Value, 0, width)
				err := d.sample(s)
				width = len(s.Values)
				return err
			})
		case "badges":
			return 5, list(d, &f.Badges, d.badge)
		case "presences":
			return 6, list(d, &f.Presences, d.presence)
		case "sessions":
			return 7, list(d, &f.Sessions, d.session)
		case "counts":
			return 8, list(d, &f.Counts, d.count)
		}
		return unknownKey(key)
	})
	for i := range f.Spells {
		f.Spells[i].Estimated = f.Estimated
	}
	return missing(err, seen, 1, "epoch")
}

func (d reader) spell(s *Spell) error {
	seen, err := d.object(func(key string) (bit int, err error) {
		switch key {
		case "asset":
			s.Asset, err = d.text()
			return 0, err
		case "state":
			var name string
			if name, err = d.text(); err == nil {
				s.State, err = ParseState(name)
			}
			return 1, err
		case "from_ms":
			s.FromMS, err = d.integer()
			return 2, err
		case "to_ms":
			s.ToMS, err = d.integer()
			return 3, err
		case "why":
			s.Why, err = d.text()
			return 4, err
		}
		return unknownKey(key)
	})
	return missing(err, seen, 1<<4-1, "asset, state, from_ms, to_ms")
}

func (d reader) sample(s *Sample) error {
	seen, err := d.object(func(key string) (bit int, err error) {
		switch key {
		case "asset":
			s.Asset, err = d.text()
			return 0, err
		case "at_ms":
			s.AtMS, err = d.integer()
			return 1, err
		case "values":
			return 2, d.values(&s.Values)
		case "flags":
			return 3, d.flags(&s.Flags)
		}
		return unknownKey(key)
	})
	return missing(err, seen, 7, "asset, at_ms, values")
}

// values reads an object of numbers, which is most of what travels. The decoder has seen to it that raw is JSON, so what
// is left is to tell names from numbers.
func (d reader) values(into *[]Value) error {
	raw, err := d.ReadValue()
	if err != nil {
		return err
	}
	if raw.Kind() != '{' {
		return fmt.Errorf("found %s, expected %s", raw.Kind(), jsontext.Kind('{'))
	}
	if bytes.IndexByte(raw, '\\') >= 0 {
		return errors.New("an escape in a name")
	}
	for raw = after(raw[1:], ','); raw[0] != '}'; raw = after(raw, ',') {
		end := 1 + bytes.IndexByte(raw[1:], '"')
		name := d.intern(raw[1:end])
		raw = after(raw[end+1:], ':')
		end = bytes.IndexAny(raw, ",} \t\r\n")
		if raw[0] != '-' && !digit(raw[0]) {
			return fmt.Errorf("%s: found %s, expected %s", name, raw.Kind(), jsontext.Kind('0'))
		}
		number, err := strconv.ParseFloat(string(raw[:end]), 64)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		raw = raw[end:]
		for _, v := range *into {
			if v.Name == name {
				return fmt.Errorf("key %q stands twice", name)
			}
		}
		*into = append(*into, Value{name, number})
	}
	return nil
}

func (d reader) flags(into *[]Flag) error {
	if err := d.expect('{'); err != nil {
		return err
	}
	for d.PeekKind() != '}' {
		name, err := d.text()
		if err != nil {
			return err
		}
		kind, err := d.text()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, f := range *into {
			if f.Name == name {
				return fmt.Errorf("key %q stands twice", name)
			}
		}
		*into = append(*into, Flag{name, kind})
	}
	_, err := d.ReadToken()
	return err
}

// after is what follows white space and separators.
func after(raw jsontext.Value, separator byte) jsontext.Value {
	for len(raw) > 0 && (raw[0] <= ' ' || raw[0] == separator) {
		raw = raw[1:]
	}
	return raw
}
