package table

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// What a workbook can hold.
const (
	mostRows  = 1_048_576 // of a sheet
	mostChars = 32_767    // of a cell
)

// WriteXLSX writes a workbook in Chinese (zh) or English (en): a sheet each, with frozen and filtered headings, ready to be
// printed on A4, and its charts below. The numbers are not rounded, only their formats round. The same document makes the
// same bytes. A sheet that is longer than a workbook's can be is an error: it is for CSV.
func WriteXLSX(w io.Writer, d Document, lang string) (err error) {
	if len(d.Sheets) == 0 {
		return fmt.Errorf("document %s has no sheets", d.File)
	}
	b := &book{File: excelize.NewFile(), lang: lang, of: d.Title.In(lang), styles: map[look]int{}}
	defer b.Close()
	if err := b.describe(d); err != nil {
		return err
	}
	names := sheetNames(d.Sheets, lang)
	for i, name := range names {
		if i == 0 {
			err = b.SetSheetName("Sheet1", name)
		} else {
			_, err = b.NewSheet(name)
		}
		if err != nil {
			return fmt.Errorf("sheet %s: %w", name, err)
		}
	}
	for i := range d.Sheets {
		if err := b.write(names[i], &d.Sheets[i]); err != nil {
			return fmt.Errorf("sheet %s: %w", d.Sheets[i].ID, err)
		}
	}
	var made bytes.Buffer
	if err := b.File.Write(&made); err != nil {
		return fmt.Errorf("workbook %s: %w", d.File, err)
	}
	return inOrder(w, made.Bytes())
}

// A book is a workbook while it is made.
type book struct {
	*excelize.File
	lang   string
	of     string // the document
	styles map[look]int
}

// describe says what the document is. A time that is not said is one that no reader takes for true.
func (b *book) describe(d Document) error {
	made := d.Made
	if made.IsZero() {
		made = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	at := made.UTC().Format(time.RFC3339)
	language := "zh-CN"
	if b.lang == "en" {
		language = "en"
	}
	err := b.SetDocProps(&excelize.DocProperties{Title: d.Title.In(b.lang), Creator: creator, LastModifiedBy: creator, Language: language, Created: at, Modified: at})
	if err != nil {
		return err
	}
	return b.SetAppProps(&excelize.AppProperties{Application: creator})
}

const creator = "basemeter"

// inOrder copies a workbook with its parts in order, and what the list of their types says: excelize writes both in the
// order of a map.
func inOrder(w io.Writer, book []byte) error {
	from, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		return err
	}
	parts := slices.Clone(from.File)
	slices.SortFunc(parts, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) }) // [Content_Types].xml comes first, as it should
	to := zip.NewWriter(w)
	for _, part := range parts {
		copied := to.Copy
		if part.Name == "[Content_Types].xml" {
			copied = func(types *zip.File) error { return sorted(to, types) }
		}
		if err := copied(part); err != nil {
			return err
		}
	}
	return to.Close()
}

var contentType = regexp.MustCompile(`<(Default|Override) [^>]*></(Default|Override)>`)

// sorted writes the list of types in order.
func sorted(to *zip.Writer, types *zip.File) error {
	r, err := types.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	all := contentType.FindAllString(string(text), -1)
	slices.Sort(all)
	w, err := to.Create(types.Name)
	if err != nil {
		return err
	}
	next := -1
	_, err = io.WriteString(w, contentType.ReplaceAllStringFunc(string(text), func(string) string {
		next++
		return all[next]
	}))
	return err
}

// sheetNames are what sheets are called: at most 31 units of UTF-16, each once whatever its case, without the characters that a
// formula needs.
func sheetNames(sheets []Sheet, lang string) []string {
	names, taken := make([]string, len(sheets)), map[string]bool{}
	for i, s := range sheets {
		name := strings.Map(func(r rune) rune {
			if strings.ContainsRune(`[]:*?/\'`, r) || r < ' ' || r > 0xffff {
				return -1
			}
			return r
		}, s.Title.In(lang))
		name = strings.TrimSpace(cut(name, 31))
		if name == "" {
			name = cut(s.ID, 31)
		}
		for n, first := 2, name; taken[strings.ToLower(name)]; n++ {
			end := fmt.Sprintf(" %d", n)
			name = cut(first, 31-len(end)) + end
		}
		names[i], taken[strings.ToLower(name)] = name, true
	}
	return names
}

func cut(text string, most int) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), most)])
}
