package sheets

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// decode makes UTF-8 of what a program in China may have written: UTF-8, UTF-16 with a mark, or GB18030, of which GBK
// and GB 2312 are a part. Chinese text in GBK is no sound UTF-8 but by a rare chance.
func decode(data []byte) (string, *wrong) {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		text, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		if err != nil {
			return "", no(unknownEncoding)
		}
		return string(text), nil
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if bytes.IndexByte(data, 0) >= 0 {
		return "", no(unknownEncoding)
	}
	if utf8.Valid(data) {
		return string(data), nil
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return "", no(unknownEncoding)
	}
	return string(text), nil
}

func (r *reader) readCSV(data []byte) {
	text, w := decode(data)
	if w != nil {
		r.fault(place{}, w.phrase, w.args...)
		return
	}
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	begin := 1
	first, rest, _ := strings.Cut(text, "\n")
	comma := separator(text)
	if sep, ok := strings.CutPrefix(strings.TrimRight(first, "\r"), "sep="); ok && len(sep) == 1 { // Excel's own mark
		comma, text, begin = rune(sep[0]), rest, 2
	}
	g := grid{}
	if comma == '"' || comma == '\r' || comma == '\n' || comma >= utf8.RuneSelf || comma == 0 {
		r.fault(place{line: 1}, badCSV)
		return
	}
	lines := csv.NewReader(strings.NewReader(text))
	lines.Comma, lines.FieldsPerRecord = comma, -1
	for {
		record, err := lines.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if bad := (*csv.ParseError)(nil); errors.As(err, &bad) {
			r.fault(place{line: bad.StartLine + begin - 1}, badCSV) // what follows a quotation mark that is not closed cannot be told
			break
		}
		line, _ := lines.FieldPos(0)
		if !r.add(&g, record, line+begin-1) {
			break
		}
	}
	r.readGrid(g, r.As)
}

// add keeps a record, and tells whether there is room for more.
func (r *reader) add(g *grid, record []string, line int) bool {
	for len(record) > 0 && record[len(record)-1] == "" {
		record = record[:len(record)-1]
	}
	switch {
	case len(record) == 0:
		return true
	case len(g.rows) == maxRows:
		r.fault(place{line: line}, tooManyRows, maxRows)
		return false
	case len(record) > maxColumns:
		r.fault(place{line: line}, tooManyColumns, maxColumns)
		return true
	}
	cells := make([]cell, len(record))
	for i, field := range record {
		cells[i] = textCell(strings.TrimSpace(field))
	}
	if added := (row{line: line, cells: cells}); !added.empty() {
		g.rows = append(g.rows, added)
	}
	return true
}

// separator is the one by which most headings among the first lines are known.
func separator(text string) rune {
	best, most := ',', -1
	for _, comma := range []rune{',', ';', '\t'} {
		lines := csv.NewReader(strings.NewReader(text))
		lines.Comma, lines.FieldsPerRecord, lines.LazyQuotes = comma, -1, true
		for range headingRows {
			record, err := lines.Read()
			if err != nil {
				break
			}
			known := 0
			for _, field := range record {
				if _, ok := columnOf(field); ok {
					known++
				}
			}
			if known > most {
				best, most = comma, known
			}
		}
	}
	return best
}
