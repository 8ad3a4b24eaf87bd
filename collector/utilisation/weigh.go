package utilisation

// Cell is what a span books, its energy aside: by it can be shown which spans a figure is made of.
func (s *Span) Cell() (c Cell) {
	c.add(s)
	return c
}
