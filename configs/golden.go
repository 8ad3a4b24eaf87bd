package configs

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"basemeter/configs/strict"
)

// checkGolden holds a profile to an exchange whose values are known.
func (p *Profile) checkGolden(d *strict.Document, path string, g *Golden) {
	d.Check(path+".source", strict.Needed(g.Source, "where the frames come from"))
	if len(g.Values) == 0 {
		d.Fault(path+".values", "is missing; expected the values that the response holds")
	}
	if p.Protocol == DLT645 {
		p.checkGoldenMeter(d, path, g)
		return
	}
	asked, err := request(g.Request)
	d.Check(path+".request", err)
	frame, err := unhex(g.Response)
	if err == nil && !d.Ill(path+".request") {
		err = asked.answer(frame)
	}
	d.Check(path+".response", err)
	if d.Ill(path+".request") || d.Ill(path+".response") || d.Faulty("points") {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(g.Values)) {
		d.Check(strict.Join(path+".values", name), p.holds(asked, frame[3:len(frame)-2], name, g.Values[name]))
	}
}

// holds tells whether the payload of the answer has want as the value called name.
func (p *Profile) holds(asked question, payload []byte, name string, want float64) error {
	i := slices.Index(p.names(), name)
	if i < 0 {
		return strict.Called("point", name, p.names())
	}
	point := &p.Points[i]
	first := point.Address - asked.address
	if point.Function != asked.function || first < 0 || first+point.width() > asked.count {
		return errors.New("is not in the response; allowed: points that the request asks for")
	}
	got := point.value(payload, first)
	if !near(got, want) {
		return fmt.Errorf("the response says %v, not %v", float32(got), want)
	}
	return nil
}

func near(got, want float64) bool { return math.Abs(got-want) <= 1e-6*max(math.Abs(want), 1e-3) }

// value decodes the point that starts at the first address of payload.
func (p *Point) value(payload []byte, first int) float64 {
	if p.coils() {
		return float64(payload[first/8] >> (first % 8) & 1)
	}
	word := make([]uint16, p.width())
	for i := range word {
		word[i] = binary.BigEndian.Uint16(payload[2*(first+i):])
	}
	if p.Order == "low-first" {
		slices.Reverse(word)
	}
	var raw uint64
	for _, w := range word {
		raw = raw<<16 | uint64(w)
	}
	return p.number(raw) * p.Scale
}

func (p *Point) number(raw uint64) float64 {
	switch p.Type {
	case "i16":
		return float64(int16(raw))
	case "i32":
		return float64(int32(raw))
	case "i64":
		return float64(int64(raw))
	case "f32":
		return float64(math.Float32frombits(uint32(raw)))
	case "f64":
		return math.Float64frombits(raw)
	}
	return float64(raw)
}

// A question is what a request asks for.
type question struct{ unit, function, address, count int }

func request(text string) (question, error) {
	f, err := unhex(text)
	if err != nil {
		return question{}, err
	}
	q := question{int(f[0]), int(f[1]), 0, 0}
	if len(f) != 8 || q.function < 1 || q.function > 4 {
		return question{}, errors.New("not a request; allowed: 8 bytes: unit, function 1 to 4, address, count, CRC")
	}
	q.address, q.count = int(binary.BigEndian.Uint16(f[2:])), int(binary.BigEndian.Uint16(f[4:]))
	if q.count < 1 || q.count > 2000 {
		return question{}, fmt.Errorf("asks for %d values; allowed: 1 to 2000", q.count)
	}
	return q, nil
}

// answer tells why frame does not answer the question.
func (q question) answer(frame []byte) error {
	size := 2 * q.count
	if q.function <= 2 {
		size = (q.count + 7) / 8
	}
	if int(frame[0]) != q.unit || int(frame[1]) != q.function {
		return fmt.Errorf("starts with %02x %02x, expected %02x %02x as in the request", frame[0], frame[1], q.unit, q.function)
	}
	if len(frame) != size+5 || int(frame[2]) != size {
		return fmt.Errorf("%d bytes that say they hold %d; expected %d that hold %d", len(frame), frame[2], size+5, size)
	}
	return nil
}

// unhex reads a whole RTU frame of at least its unit, function, one byte and the CRC.
func unhex(text string) ([]byte, error) {
	frame, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil, errors.New("not hexadecimal; expected a whole frame, such as 01 04 00 00 00 0A 70 0D")
	}
	if len(frame) == 0 {
		return nil, errors.New("is missing; expected a whole frame in hexadecimal")
	}
	if len(frame) < 5 {
		return nil, fmt.Errorf("%d bytes; expected a whole frame with its CRC", len(frame))
	}
	end := len(frame) - 2
	if want := crc(frame[:end]); binary.LittleEndian.Uint16(frame[end:]) != want {
		return nil, fmt.Errorf("ends with %x; its CRC is %02x%02x", frame[end:], byte(want), byte(want>>8))
	}
	return frame, nil
}

// crc is CRC-16/MODBUS: polynomial 0x8005 reflected, from 0xffff.
func crc(frame []byte) uint16 {
	c := uint16(0xffff)
	for _, b := range frame {
		c ^= uint16(b)
		for range 8 {
			c = c>>1 ^ c&1*0xa001
		}
	}
	return c
}
