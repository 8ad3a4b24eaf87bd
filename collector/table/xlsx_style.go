package table

import "github.com/xuri/excelize/v2"

// A look is how a cell is drawn.
type look struct {
	part   part
	format Format
	faint  bool
	least  string // what is said before a lower bound
}

// A part is where in a sheet a cell stands.
type part uint8

const (
	body part = iota
	title
	lead  // the lines above the table
	head  // the heading row
	notes // the lines below
	byHand
	without // a word instead of a value
)

// numberFormats are those of Excel.
var numberFormats = map[Format]string{Whole: "#,##0", Decimal: "#,##0.00", Percent: "0.0%", Date: "yyyy-mm-dd", Moment: "yyyy-mm-dd hh:mm"}

// style is the id of a look.
func (b *book) style(l look) (int, error) {
	if id, known := b.styles[l]; known {
		return id, nil
	}
	family := "Microsoft YaHei" // whoever lacks it sees another one
	if b.lang == "en" {
		family = "Calibri"
	}
	id, err := b.NewStyle(l.style(family))
	b.styles[l] = id
	return id, err
}

func (l look) style(family string) *excelize.Style {
	s := &excelize.Style{Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}, Font: &excelize.Font{Size: 11, Family: family}}
	switch l.part {
	case title:
		s.Font.Bold, s.Font.Size = true, 15
		return s
	case lead:
		return s
	case notes:
		s.Font.Size, s.Font.Color = 10, "595959"
		return s
	}
	const line = "BFBFBF"
	for _, side := range []string{"left", "right", "top", "bottom"} {
		s.Border = append(s.Border, excelize.Border{Type: side, Color: line, Style: 1})
	}
	switch l.part {
	case head:
		s.Font.Bold = true
		s.Alignment.Horizontal = "center"
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDEBF7"}}
	case byHand:
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFF2CC"}}
	case without:
		s.Alignment.Horizontal, s.Font.Color = "right", "7F7F7F"
	case body:
		if code := numberFormats[l.format]; code != "" {
			if l.least != "" {
				code = `"` + l.least + ` "` + code
			}
			s.CustomNumFmt = &code
			s.Alignment.WrapText = false // a number that does not fit is ####, not two
		} else {
			s.Alignment.Horizontal, s.Alignment.Indent = "left", 1 // the number before it ends at the line
		}
	}
	if l.faint {
		s.Font.Italic, s.Font.Color = true, "7F7F7F"
	}
	return s
}
