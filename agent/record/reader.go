package record

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// object calls field for each key, whose value it must read, and gathers the bits it returns, one for each key.
func (d reader) object(field func(key string) (bit int, err error)) (seen uint, err error) {
	if err := d.expect('{'); err != nil {
		return 0, err
	}
	for d.PeekKind() != '}' {
		key, err := d.text()
		if err != nil {
			return seen, err
		}
		bit, err := field(key)
		if err == nil && seen&(1<<bit) != 0 {
			err = fmt.Errorf("key %q stands twice", key)
		}
		if err != nil {
			return seen, err
		}
		seen |= 1 << bit
	}
	_, err = d.ReadToken()
	return seen, err
}

func unknownKey(key string) (int, error) { return 0, fmt.Errorf("key %q is unknown", key) }

func missing(err error, seen, want uint, keys string) error {
	if err == nil && seen&want != want {
		return fmt.Errorf("a key is missing: expected %s", keys)
	}
	return err
}

func list[T any](d reader, into *[]T, one func(*T) error) error {
	if err := d.expect('['); err != nil {
		return err
	}
	for d.PeekKind() != ']' {
		*into = append(*into, *new(T))
		if err := one(&(*into)[len(*into)-1]); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

func (d reader) expect(kind jsontext.Kind) error {
	_, err := d.token(kind)
	return err
}

func (d reader) token(kind jsontext.Kind) (jsontext.Token, error) {
	token, err := d.ReadToken()
	if err == nil && token.Kind() != kind {
		err = fmt.Errorf("found %s, expected %s", token.Kind(), kind)
	}
	return token, err
}

func (d reader) text() (string, error) {
	raw, err := d.ReadValue()
	if err != nil {
		return "", err
	}
	if raw.Kind() != '"' {
		return "", fmt.Errorf("found %s, expected %s", raw.Kind(), jsontext.Kind('"'))
	}
	if bytes.IndexByte(raw, '\\') >= 0 {
		text, err := jsontext.AppendUnquote(nil, raw)
		return string(text), err
	}
	return d.intern(raw[1 : len(raw)-1]), nil
}

// intern is a text that, if it was read before, costs nothing.
func (d reader) intern(text []byte) string {
	if known, ok := d.seen[string(text)]; ok {
		return known
	}
	fresh := string(text)
	d.seen[fresh] = fresh
	return fresh
}

func (d reader) integer() (int64, error) {
	token, err := d.token('0')
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(token.String(), 10, 64)
}

func (d reader) unsigned() (uint64, error) {
	token, err := d.token('0')
	if err != nil {
		return 0, err
	}
	return strconv.ParseUint(token.String(), 10, 64)
}

func (d reader) boolean() (bool, error) {
	token, err := d.ReadToken()
	if err != nil {
		return false, err
	}
	if kind := token.Kind(); kind != 't' && kind != 'f' {
		return false, fmt.Errorf("found %s, expected true or false", kind)
	}
	return token.Bool(), nil
}
