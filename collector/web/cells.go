package web

import "basemeter/collector/table"

// column is one of names.
func column(id, zh, en string) table.Column {
	return table.Column{ID: id, Head: table.Text{ZH: zh, EN: en}}
}

// name is a cell of an id; an empty one of none.
func name(text string) table.Cell {
	if text == "" {
		return table.Cell{}
	}
	return table.Say(text)
}

// amountOf is a cell of a number that is not said if it is 0.
func amountOf(n float64) table.Cell {
	if n == 0 {
		return table.Cell{}
	}
	return table.Amount(n)
}

// yes is a cell of what is so.
func yes(so bool) table.Cell {
	if !so {
		return table.Cell{}
	}
	return table.SayIn(table.Text{ZH: "是", EN: "yes"})
}
