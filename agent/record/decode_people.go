package record

func (d reader) badge(b *Badge) error {
	seen, err := d.object(func(key string) (bit int, err error) {
		switch key {
		case "reader":
			b.Reader, err = d.text()
			return 0, err
		case "card":
			b.Card, err = d.text()
			return 1, err
		case "at_ms":
			b.AtMS, err = d.integer()
			return 2, err
		}
		return unknownKey(key)
	})
	return missing(err, seen, 7, "reader, card, at_ms")
}

func (d reader) presence(p *Presence) error {
	seen, err := d.object(func(key string) (bit int, err error) {
		switch key {
		case "place":
			p.Place, err = d.text()
			return 0, err
		case "reader":
			p.Reader, err = d.text()
			return 1, err
		case "card":
			p.Card, err = d.text()
			return 2, err
		case "from_ms":
			p.FromMS, err = d.integer()
			return 3, err
		case "to_ms":
			p.ToMS, err = d.integer()
			return 4, err
		case "known_ms":
			p.KnownMS, err = d.integer()
			return 5, err
		case "ended":
			p.Ended, err = d.text()
			return 6, err
		case "group":
			p.Group, err = d.text()
			return 7, err
		case "continues":
			p.Continues, err = d.boolean()
			return 8, err
		}
		return unknownKey(key)
	})
	return missing(err, seen, 1<<7-1, "place, reader, card, from_ms, to_ms, known_ms, ended")
}

func (d reader) session(s *Session) error {
	seen, err := d.object(func(key string) (bit int, err error) {
		switch key {
		case "asset":
			s.Asset, err = d.text()
			return 0, err
		case "purpose":
			s.Purpose, err = d.text()
			return 1, err
		case "by":
			s.By, err = d.text()
			return 2, err
		case "from_ms":
			s.FromMS, err = d.integer()
			return 3, err
		case "to_ms":
			s.ToMS, err = d.integer()
			return 4, err
		case "known_ms":
			s.KnownMS, err = d.integer()
			return 5, err
		case "group":
			s.Group, err = d.text()
			return 6, err
		case "ended":
			s.Ended, err = d.text()
			return 7, err
		}
		return unknownKey(key)
	})
	return missing(err, seen, 1<<6-1, "asset, purpose, by, from_ms, to_ms, known_ms")
}

func (d reader) count(c *Count) error {
	seen, err := d.object(func(key string) (bit int, err error) {
		switch key {
		case "place":
			c.Place, err = d.text()
			return 0, err
		case "counter":
			c.Counter, err = d.text()
			return 1, err
		case "from_ms":
			c.FromMS, err = d.integer()
			return 2, err
		case "to_ms":
			c.ToMS, err = d.integer()
			return 3, err
		case "passages":
			c.Passages, err = d.integer()
			return 4, err
		}
		return unknownKey(key)
	})
	return missing(err, seen, 1<<5-1, "place, counter, from_ms, to_ms, passages")
}
