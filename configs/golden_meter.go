package configs

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"basemeter/configs/strict"
)

// checkGoldenMeter is checkGolden for DL/T 645.
func (p *Profile) checkGoldenMeter(d *strict.Document, path string, g *Golden) {
	asked, err := meterFrame(g.Request)
	if err == nil && (asked.control != 0x11 || len(asked.data) != 4) {
		err = errors.New("not a request for data; expected control 11 and an identifier of 4 bytes")
	}
	d.Check(path+".request", err)
	said, err := meterFrame(g.Response)
	switch {
	case err != nil || d.Ill(path+".request"):
	case said.control != 0x91 || said.address != asked.address || !bytes.HasPrefix(said.data, asked.data):
		err = errors.New("does not answer the request; expected control 91, its address and its identifier")
	}
	d.Check(path+".response", err)
	if d.Ill(path+".request") || d.Ill(path+".response") || d.Faulty("points") {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(g.Values)) {
		d.Check(strict.Join(path+".values", name), p.shows(said, name, g.Values[name]))
	}
}

// shows tells whether the answer has want as the value called name.
func (p *Profile) shows(said frame645, name string, want float64) error {
	i := slices.Index(p.names(), name)
	if i < 0 {
		return strict.Called("point", name, p.names())
	}
	point := &p.Points[i]
	data := said.data[4:]
	if uint32(point.Identifier) != binary.LittleEndian.Uint32(said.data) || point.Offset+point.Length > len(data) {
		return errors.New("is not in the response; allowed: points of its identifier")
	}
	got, err := point.digits(data[point.Offset : point.Offset+point.Length])
	if err == nil && !near(got, want) {
		err = fmt.Errorf("the response says %v, not %v", float32(got), want)
	}
	return err
}

// digits decodes binary-coded decimals, the last two digits first.
func (p *Point) digits(data []byte) (float64, error) {
	data = slices.Clone(data)
	slices.Reverse(data)
	minus := p.Signed && data[0]&0x80 != 0
	if p.Signed {
		data[0] &^= 0x80
	}
	n := 0.0
	for _, r := range hex.EncodeToString(data) {
		if r > '9' {
			return 0, fmt.Errorf("%x is not in decimal digits", data)
		}
		n = n*10 + float64(r-'0')
	}
	if minus {
		n = -n
	}
	return n * p.Scale, nil
}

// A frame645 is a DL/T 645 frame, its data without the 0x33 that each byte has on the wire.
type frame645 struct {
	address [6]byte
	control byte
	data    []byte
}

// meterFrame reads a whole frame: up to four FE, 68, address, 68, control, length, data, checksum, 16.
func meterFrame(text string) (frame645, error) {
	var f frame645
	raw, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return f, errors.New("not hexadecimal; expected a whole frame, such as 68 25 04 03 02 01 00 68 11 04 33 33 34 33 E1 16")
	}
	for wake := 0; wake < 4 && len(raw) > 0 && raw[0] == 0xFE; wake++ {
		raw = raw[1:]
	}
	if len(raw) < 12 || raw[0] != 0x68 || raw[7] != 0x68 || len(raw) != 12+int(raw[9]) || raw[len(raw)-1] != 0x16 {
		return f, errors.New("not a frame; expected 68, address, 68, control, length, data, checksum, 16")
	}
	sum := byte(0)
	for _, b := range raw[:len(raw)-2] {
		sum += b
	}
	if sum != raw[len(raw)-2] {
		return f, fmt.Errorf("its checksum is %02X, not %02X", sum, raw[len(raw)-2])
	}
	f.address, f.control, f.data = [6]byte(raw[1:7]), raw[8], raw[10:len(raw)-2]
	for i := range f.data {
		f.data[i] -= 0x33
	}
	return f, nil
}
