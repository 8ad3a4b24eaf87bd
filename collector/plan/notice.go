package plan

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"basemeter/configs/strict"
)

// A notice is a file in the format of github.com/NateScarlet/holiday-cn: what the State Council says of a year. Days of
// the end of December may stand in the file of the year after; weekends that only adjoin a holiday stand in none.
type notice struct {
	year int
	days []noticeDay
}

type noticeDay struct {
	Name  string `json:"name"`
	Date  Date   `json:"date"`
	IsOff *bool  `json:"isOffDay"`

	line, column int
}

// A noticeFile is one on its way to a notice.
type noticeFile struct {
	notice
	*jsontext.Decoder
	file   string
	text   []byte
	faults strict.Faults
}

// parseNotice reads the text of a file. With faults the notice is what could be made of it.
func parseNotice(file string, text []byte) (notice, strict.Faults) {
	n := noticeFile{file: file, text: bytes.TrimPrefix(text, []byte("\ufeff"))}
	n.Decoder = jsontext.NewDecoder(bytes.NewReader(n.text))
	if err := n.object(); err != nil {
		n.fault(n.InputOffset(), "", err)
	} else if n.faults == nil && (n.year < firstYear || n.year > lastYear) {
		n.fault(0, "year", fmt.Errorf("is missing or out of bounds; allowed: %d to %d", firstYear, lastYear))
	}
	return n.notice, n.faults
}

// object reads the keys of the file. An error ends the reading; a fault does not.
func (n *noticeFile) object() error {
	if err := n.enter('{'); err != nil {
		return err
	}
	for n.PeekKind() == '"' {
		key, err := n.ReadToken()
		if err == nil {
			err = n.value(key.String())
		}
		if err != nil {
			return err
		}
	}
	return n.leave()
}

func (n *noticeFile) value(key string) error {
	switch key {
	case "days":
		return n.list()
	case "year":
		_, err := n.decode("year", &n.year)
		return err
	case "$schema", "$id", "papers":
	default:
		n.fault(n.InputOffset(), key, errors.New("unknown key; allowed: year, days, papers, $schema, $id"))
	}
	return n.SkipValue()
}

// list reads the days. Each is checked by itself, so that all faults come together.
func (n *noticeFile) list() error {
	if err := n.enter('['); err != nil {
		return err
	}
	for i := 0; n.PeekKind() > 0 && n.PeekKind() != ']'; i++ {
		var d noticeDay
		path, before := strict.Index("days", i), len(n.faults)
		start, err := n.decode(path, &d)
		if err != nil {
			return err
		}
		d.line, d.column = n.position(start)
		if d.IsOff != nil && !d.Date.IsZero() {
			n.days = append(n.days, d)
		} else if len(n.faults) == before {
			n.fault(start, path, errors.New("has no date or no isOffDay"))
		}
	}
	return n.leave()
}

// decode reads one value, whatever is wrong with it, and tells where it starts.
func (n *noticeFile) decode(path string, into any) (start int64, err error) {
	value, err := n.ReadValue()
	if err != nil {
		return 0, err
	}
	start = n.InputOffset() - int64(len(value))
	var wrong *json.SemanticError
	switch err := json.Unmarshal(value, into, json.RejectUnknownMembers(true)); {
	case errors.As(err, &wrong):
		n.fault(start+wrong.ByteOffset, path+strings.ReplaceAll(string(wrong.JSONPointer), "/", "."), why(wrong))
	case err != nil:
		n.fault(start, path, err)
	}
	return start, nil
}

func why(wrong *json.SemanticError) error {
	switch {
	case errors.Is(wrong.Err, json.ErrUnknownName):
		return errors.New("unknown key; allowed: name, date, isOffDay")
	case wrong.Err != nil:
		return wrong.Err
	}
	return fmt.Errorf("is a %v; expected as in holiday-cn", wrong.JSONKind)
}

func (n *noticeFile) enter(kind jsontext.Kind) error {
	token, err := n.ReadToken()
	if err == nil && token.Kind() != kind {
		err = fmt.Errorf("expected %v; the format is that of github.com/NateScarlet/holiday-cn", kind)
	}
	return err
}

// leave reads the end of an object or a list, and at the end of the outermost that nothing follows.
func (n *noticeFile) leave() error {
	if _, err := n.ReadToken(); err != nil || n.StackDepth() > 0 {
		return err
	}
	if _, err := n.ReadToken(); err != io.EOF {
		return errors.New("something follows the end")
	}
	return nil
}

func (n *noticeFile) fault(offset int64, path string, err error) {
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		offset, err = syntax.ByteOffset, fmt.Errorf("JSON: %w", syntax.Err)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("ends too early; the format is that of github.com/NateScarlet/holiday-cn")
	}
	line, column := n.position(offset)
	n.faults = append(n.faults, strict.Fault{File: n.file, Line: line, Column: column, Path: path, Text: err.Error()})
}

// position counts from 1, columns in characters.
func (n *noticeFile) position(offset int64) (line, column int) {
	before := n.text[:min(max(0, int(offset)), len(n.text))]
	return 1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
}
