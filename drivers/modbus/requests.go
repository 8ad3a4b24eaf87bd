package modbus

import "fmt"

// A Request is one question that a device would be asked.
type Request struct {
	Text   string // "32 input registers at 0x0000"
	Points []string
	Count  int // registers, or bits
	Unused int // of them, those that are no point's
}

// Requests are those that would be sent for points of d, for who looks a table of registers over. Nothing is asked.
func (l *Line) Requests(d Device, points []Point) ([]Request, error) {
	d = d.filled()
	if err := d.check([][]Point{points}); err != nil {
		return nil, fmt.Errorf("%s: %w", d.Name, err)
	}
	var all []Request
	for _, g := range plan(points, limits{d.MaxRegisters, d.MaxHole, l.price}) {
		r := Request{Text: g.request.String(), Count: g.count, Unused: g.count}
		end := int(g.address)
		for _, p := range g.points { // in the order of their addresses
			r.Points = append(r.Points, p.Name)
			r.Unused -= max(0, p.end()-max(end, int(p.Address)))
			end = max(end, p.end())
		}
		all = append(all, r)
	}
	return all, nil
}
