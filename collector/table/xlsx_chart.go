package table

import (
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"
)

var chartTypes = map[ChartKind]excelize.ChartType{Bars: excelize.Col, StackedBars: excelize.ColStacked, Line: excelize.Line}

// pixels of a row of the usual height, 15 points.
const rowPixels = 20

// draw puts a chart below the table, with its upper edge in a row.
func (p *page) draw(c Chart, row int) error {
	labels := p.column(c.Labels)
	if labels < 0 {
		return fmt.Errorf("chart %s: there is no column %q", c.Title.EN, c.Labels)
	}
	oneColour, legible := false, excelize.Font{Color: "595959", Size: 9}
	last := p.last
	if c.Rows > 0 {
		last = min(last, p.heads+c.Rows)
	}
	made := &excelize.Chart{
		Type: chartTypes[c.Kind], Title: excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: c.Title.In(p.lang)}}},
		Legend: excelize.ChartLegend{Position: "bottom"}, Dimension: excelize.ChartDimension{Width: p.pixels(), Height: (chartRows - 1) * rowPixels},
		XAxis: excelize.ChartAxis{Font: legible}, YAxis: excelize.ChartAxis{MajorGridLines: true, Font: legible}, ShowBlanksAs: "gap", VaryColors: &oneColour,
	}
	for _, id := range c.Values {
		i := p.column(id)
		if i < 0 {
			return fmt.Errorf("chart %s: there is no column %q", c.Title.EN, id)
		}
		made.Series = append(made.Series, excelize.ChartSeries{Name: p.cell(i, p.heads), Categories: p.cells(labels, last), Values: p.cells(i, last)})
	}
	return p.AddChart(p.name, "A"+strconv.Itoa(row), made)
}

// pixels is how wide a chart is: as all columns, at 7 pixels a character.
func (p *page) pixels() uint {
	wide := 0
	for _, w := range p.widths {
		wide += 7*w + 5
	}
	return uint(min(wide, 1000))
}

func (p *page) cell(column, row int) string {
	return fmt.Sprintf("'%s'!$%s$%d", p.name, letters(column), row)
}

// cells are those of a column of the table, down to a row.
func (p *page) cells(column, last int) string {
	return fmt.Sprintf("%s:$%s$%d", p.cell(column, p.heads+1), letters(column), last)
}
