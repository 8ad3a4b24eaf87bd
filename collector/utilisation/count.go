package utilisation

// Cell is what a span alone adds to the ledger, energy aside: the meter knows that, not the span.
func (s *Span) Cell() Cell {
	var c Cell
	c.add(s)
	return c
}

// Explained tells whether a figure is a sum of spans, or a ratio of such sums: what is drawn, who was there and what the
// registry says is not in them.
func (m *Metric) Explained() bool {
	return m.Needs == OfMachines && m.Unit != KWh
}

// Counts is what a span adds to a figure: the numerator and, of a ratio, the denominator, both in milliseconds.
func (m *Metric) Counts(s *Span) (numerator, denominator int64) {
	f := m.Of(&Totals{Ledger: Ledger{s.Key: s.Cell()}, Cards: -1})
	return f.Numerator, f.Denominator
}
