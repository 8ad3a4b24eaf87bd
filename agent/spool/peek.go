package spool

import "fmt"

// Peek gives each the payloads in dir that are not acknowledged, oldest first, until it returns false, and changes
// nothing: another process may have the spool open. What that one removes meanwhile is passed over, and what it has
// just had acknowledged may be among them.
func Peek(dir string, each func(payload []byte) bool) error {
	s := &Spool{o: Options{Dir: dir}}
	low, above, _ := s.loadAcks()
	if _, err := s.scan(); err != nil {
		return fmt.Errorf("look into spool %s: %w", dir, err)
	}
	s.index(low, above)
	defer s.stopReading()
	for _, g := range s.segments {
		for i := range g.entries {
			e := &g.entries[i]
			if e.length == 0 {
				continue
			}
			payload, err := s.read(g, e)
			if err != nil && !lasting(err) {
				return fmt.Errorf("look into spool %s: batch %d: %w", dir, e.sequence, err)
			}
			if err == nil && !each(payload) {
				return nil
			}
		}
	}
	return nil
}
