package presence

import "basemeter/agent/record"

// A counter counts passages from the beginning of a span to the next line of the grid.
type counter struct {
	rule     Counter
	book     *book
	from     int64
	passages int64
	seen     bool
	value    float64 // last read
}

func (c *counter) observe(_ string, value float64, now int64) {
	c.tick(now)
	if c.seen {
		c.passages += c.growth(value)
	}
	c.seen, c.value = true, value
}

// growth is how often somebody has passed since the last reading. A counter that shows less than before has begun anew.
func (c *counter) growth(value float64) int64 {
	switch {
	case c.rule.Door && value == 1 && c.value != 1:
		return 1
	case c.rule.Door:
		return 0
	case value < c.value:
		return int64(value)
	}
	return int64(value - c.value)
}

func (c *counter) tick(now int64) {
	if line := c.book.line(c.from); line <= now {
		c.end(line)
		c.from = c.book.line(now) - c.book.grid
	}
}

func (c *counter) cut(now int64) {
	c.tick(now)
	if c.end(now) {
		c.from = now
	}
}

func (c *counter) stop(now int64) { c.cut(now) }

// end tells the span under way, if anybody has passed.
func (c *counter) end(to int64) bool {
	if to <= c.from {
		return false
	}
	c.into(&c.book.told, to)
	c.passages = 0
	return true
}

func (c *counter) into(f *record.Facts, to int64) {
	if c.passages > 0 {
		f.Counts = append(f.Counts, record.Count{Place: c.rule.Place, Counter: c.rule.Name,
			FromMS: c.book.zero + c.from, ToMS: c.book.zero + to, Passages: min(c.passages, record.MaxPassages)})
	}
}

func (c *counter) open(now int64, f *record.Facts) {
	c.into(f, min(max(now, c.from+1), c.book.line(c.from)))
}
