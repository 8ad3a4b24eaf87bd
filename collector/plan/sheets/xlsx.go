package sheets

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// A workbook of 50 000 lessons is unpacked half of this.
const (
	maxUnpackedBytes = 64 << 20
	maxStrings       = 1 << 20
)

var errUnpacked = errors.New("unpacked too large")

// A workbook is read as a stream of cells and by nothing but what is needed of it. (Excelize, which writes ours, takes
// a sheet that is torn for a short one, and makes 6 GB of 16 kB of cells that stand far to the right.)
type workbook struct {
	files   map[string]*zip.File
	left    int64 // bytes that may still be unpacked
	since   int
	sheets  []sheetRef
	strings []string
	dates   []bool // by style: its numbers are dates or times
}

type sheetRef struct{ name, path string }

func openWorkbook(data []byte) (*workbook, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	b := &workbook{files: map[string]*zip.File{}, left: maxUnpackedBytes, since: 1900}
	for _, f := range archive.File {
		b.files[strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))] = f
	}
	main := "xl/workbook.xml"
	roots, err := b.targets("_rels/.rels", "")
	if err != nil {
		return nil, err
	}
	for _, r := range roots {
		if strings.HasSuffix(r.Type, "/officeDocument") {
			main = r.Target
		}
	}
	if err := b.index(main); err != nil {
		return nil, err
	}
	return b, nil
}

type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

// targets are what a part of the workbook refers to, by their paths from the top.
func (b *workbook) targets(rels, folder string) ([]relation, error) {
	var list struct {
		Relations []relation `xml:"Relationship"`
	}
	if err := b.decode(rels, &list); err != nil {
		return nil, err
	}
	for i, r := range list.Relations {
		if strings.HasPrefix(r.Target, "/") {
			list.Relations[i].Target = strings.TrimPrefix(r.Target, "/")
		} else {
			list.Relations[i].Target = path.Join(folder, r.Target)
		}
	}
	return list.Relations, nil
}

// index reads what the sheets are called and where they are, and what their cells refer to.
func (b *workbook) index(main string) error {
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name string     `xml:"name,attr"`
			IDs  []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := b.decode(main, &book); err != nil {
		return err
	}
	if p := book.Properties.Date1904; p == "1" || p == "true" || p == "on" {
		b.since = 1904
	}
	parts, err := b.targets(path.Join(path.Dir(main), "_rels", path.Base(main)+".rels"), path.Dir(main))
	if err != nil {
		return err
	}
	at := map[string]relation{}
	for _, p := range parts {
		at[p.ID] = p
		switch {
		case strings.HasSuffix(p.Type, "/sharedStrings"):
			err = b.readStrings(p.Target)
		case strings.HasSuffix(p.Type, "/styles"):
			err = b.readStyles(p.Target)
		}
		if err != nil {
			return err
		}
	}
	for _, s := range book.Sheets {
		for _, a := range s.IDs { // r:id, whatever the name space is called
			if a.Name.Local == "id" && strings.HasSuffix(at[a.Value].Type, "/worksheet") { // and no chart
				b.sheets = append(b.sheets, sheetRef{s.Name, at[a.Value].Target})
			}
		}
	}
	return nil
}

// open unpacks a part, as far as there is room.
func (b *workbook) open(name string) (io.ReadCloser, error) {
	f, ok := b.files[strings.ToLower(name)]
	if !ok {
		return nil, fmt.Errorf("%s is missing", name)
	}
	if f.UncompressedSize64 > uint64(b.left) {
		return nil, errUnpacked
	}
	content, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return bounded{content, &b.left}, nil
}

// bounded does not take a part's own word for its size.
type bounded struct {
	io.ReadCloser
	left *int64
}

func (r bounded) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	if *r.left -= int64(n); *r.left < 0 {
		return n, errUnpacked
	}
	return n, err
}

func (b *workbook) decode(name string, into any) error {
	f, err := b.open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := xml.NewDecoder(f).Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// readStrings reads the texts that cells refer to.
func (b *workbook) readStrings(name string) error {
	f, err := b.open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	d := xml.NewDecoder(f)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if start, ok := token.(xml.StartElement); ok && err == nil && start.Name.Local == "si" {
			var item richText
			err = d.DecodeElement(&item, &start)
			if b.strings = append(b.strings, item.String()); len(b.strings) > maxStrings {
				err = errUnpacked
			}
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
}

// richText is a text, or pieces of it in different letters. How it is pronounced is left out.
type richText struct {
	Text   string `xml:"t"`
	Pieces []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

func (t richText) String() string {
	var s strings.Builder
	s.WriteString(t.Text)
	for _, p := range t.Pieces {
		s.WriteString(p.Text)
	}
	return strings.TrimSpace(strings.ReplaceAll(s.String(), "_x000D_", ""))
}

func (b *workbook) readStyles(name string) error {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := b.decode(name, &styles); err != nil {
		return err
	}
	codes := map[int]string{}
	for _, f := range styles.Formats {
		codes[f.ID] = f.Code
	}
	for _, c := range styles.Cells {
		code, own := codes[c.Format]
		b.dates = append(b.dates, own && showsDate(code) || !own && builtInDate(c.Format))
	}
	return nil
}

// builtInDate knows the formats that have a number only: ECMA-376, 18.8.30, with those of Chinese.
func builtInDate(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

// showsDate tells whether a format has a letter of a date or a time outside of what it prints as it stands.
func showsDate(code string) bool {
	if strings.EqualFold(code, "general") {
		return false
	}
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '\\', '_', '*':
			i++
		case '"', '[':
			end := strings.IndexByte(code[i+1:], map[byte]byte{'"': '"', '[': ']'}[c])
			if end < 0 {
				return false
			}
			if inside := strings.ToLower(code[i+1 : i+1+end]); c == '[' && inside != "" && strings.Trim(inside, "hms") == "" { // [h]:mm
				return true
			}
			i += end + 1
		case 'y', 'Y', 'm', 'M', 'd', 'D', 'h', 'H', 's', 'S':
			return true
		}
	}
	return false
}

// position takes a cell's name apart: D7 is 4, 7.
func position(ref string) (column, row int, ok bool) {
	i := 0
	for ; i < len(ref) && i < 3 && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		column = column*26 + int(ref[i]-'A') + 1
	}
	row, err := strconv.Atoi(ref[i:])
	return column, row, err == nil && column > 0 && row > 0 && row <= 1<<20
}
