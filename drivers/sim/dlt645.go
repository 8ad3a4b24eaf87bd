package sim

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"time"
)

// DLT645 is what a DL/T 645-2007 meter holds, worked out when it is asked: the data of an identifier as they are sent
// (digits, the last two first), but for the 0x33 that the wire adds. It is false if the meter has no such data.
type DLT645 func(identifier uint32) ([]byte, bool)

// DLT645Meter shows a machine as a meter for three phases does, of which each carries a third.
func DLT645Meter(m *Machine, now func() time.Time) DLT645 {
	return func(identifier uint32) ([]byte, bool) {
		s := m.At(now())
		switch identifier {
		case 0x00010000: // XXXXXX.XX kWh, import
			return bcd(s.KWh*100, 4), true
		case 0x0201FF00: // XXX.X V, each phase
			return thrice(bcd(s.Volts*10, 2)), true
		case 0x0202FF00: // XXX.XXX A, each phase
			return thrice(bcd(s.Amps/3*1000, 3)), true
		case 0x02030000: // XX.XXXX kW
			return bcd(s.Watts*10, 3), true
		case 0x02060000: // X.XXX
			return bcd(s.PowerFactor*1000, 2), true
		case 0x02800002: // XX.XX Hz
			return bcd(s.Hertz*100, 2), true
		}
		return nil, false
	}
}

// bcd is a number that is not negative, the last two digits first; what is too long for it loses its front.
func bcd(v float64, length int) []byte {
	n := uint64(math.Round(v))
	out := make([]byte, length)
	for i := range out {
		out[i] = byte(n/10%10<<4 | n%10)
		n /= 100
	}
	return out
}

func thrice(b []byte) []byte { return append(append(append([]byte(nil), b...), b...), b...) }

// ServeDLT645 is DL/T 645-2007 meters on a serial line, each at its twelve digits. It serves as ServeRTU does.
func ServeDLT645(ctx context.Context, line io.ReadWriteCloser, meters map[string]DLT645, baud int) error {
	return ServeMixed(ctx, line, nil, meters, baud)
}

// ServeMixed is Modbus units and DL/T 645-2007 meters on one serial line. Each hears what is said to the others and
// keeps silent. It serves as ServeRTU does.
func ServeMixed(ctx context.Context, line io.ReadWriteCloser, units map[byte]Registers, meters map[string]DLT645, baud int) error {
	defer line.Close()
	stop := context.AfterFunc(ctx, func() { line.Close() })
	defer stop()
	var heard []byte
	for buf := make([]byte, 256); ; {
		n, err := line.Read(buf)
		if err != nil {
			return unlessOver(ctx, err)
		}
		heard = append(heard, buf[:n]...)
		for {
			request, rest := firstRequest(heard)
			heard = rest
			if request == nil {
				break
			}
			if reply := replyTo(request, units, meters); reply != nil {
				if err := paceAfter(ctx, line, len(request), reply, baud); err != nil {
					return unlessOver(ctx, err)
				}
			}
		}
	}
}

// paceAfter paces a reply to a request that may be longer than one of Modbus.
func paceAfter(ctx context.Context, w io.Writer, request int, reply []byte, baud int) error {
	if baud > 0 {
		more := time.Duration(request-requestLen) * 11 * time.Second / time.Duration(baud)
		if err := waitUntil(ctx, time.Now().Add(more)); err != nil {
			return err
		}
	}
	return pace(ctx, w, reply, baud)
}

// longestRequest is that of DL/T 645 with as much data as its length byte can say.
const longestRequest = 12 + 255

// firstRequest is the first whole request of either protocol, and what follows it; nil and what may yet become one.
func firstRequest(heard []byte) (request, rest []byte) {
	for i := range heard {
		if n := requestAt(heard[i:]); n > 0 {
			return heard[i : i+n], heard[i+n:]
		}
	}
	return nil, heard[max(0, len(heard)-longestRequest+1):]
}

// requestAt is the length of the request that heard begins with.
func requestAt(heard []byte) int {
	if isDLT645(heard) {
		return 12 + int(heard[9])
	}
	if len(heard) >= requestLen && crc(heard[:requestLen]) == 0 { // a frame and its own CRC cancel out
		return requestLen
	}
	return 0
}

// isDLT645 looks for 68, six bytes of address, 68, control, length, data, the sum of all that, 16.
func isDLT645(heard []byte) bool {
	if len(heard) < 12 || heard[0] != 0x68 || heard[7] != 0x68 {
		return false
	}
	n := int(heard[9])
	return len(heard) >= 12+n && heard[11+n] == 0x16 && heard[10+n] == sum(heard[:10+n])
}

func sum(data []byte) (s byte) {
	for _, b := range data {
		s += b
	}
	return s
}

// replyTo is what is heard on the line after a request; nil for silence.
func replyTo(request []byte, units map[byte]Registers, meters map[string]DLT645) []byte {
	if isDLT645(request) {
		return replyDLT645(request, meters)
	}
	regs, ok := units[request[0]]
	if !ok {
		return nil
	}
	reply := append(request[:1:1], answer(request[1:requestLen-2], regs)...)
	return binary.LittleEndian.AppendUint16(reply, crc(reply))
}

// replyDLT645 answers what reads, and everybody's address for each: several meters then speak at once.
func replyDLT645(request []byte, meters map[string]DLT645) (reply []byte) {
	data := make([]byte, len(request)-12)
	for i := range data {
		data[i] = request[10+i] - 0x33
	}
	for address, meter := range meters {
		own := reversed(address)
		switch {
		case request[8] == 0x13 && string(request[1:7]) == "\xAA\xAA\xAA\xAA\xAA\xAA":
			reply = collide(reply, frameDLT645(own, 0x93, own))
		case request[8] == 0x11 && string(request[1:7]) == string(own) && len(data) == 4:
			if value, ok := meter(binary.LittleEndian.Uint32(data)); ok {
				return frameDLT645(own, 0x91, append(data, value...))
			}
			return frameDLT645(own, 0xD1, []byte{0x02}) // no such data
		}
	}
	return reply
}

// reversed is twelve digits as they are sent.
func reversed(digits string) []byte {
	b, err := hex.DecodeString(digits)
	if err != nil || len(b) != 6 {
		panic(fmt.Sprintf("sim: %q is no address of a meter", digits))
	}
	for i, j := 0, 5; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return b
}

// frameDLT645 is a frame with the four bytes that wake its receiver.
func frameDLT645(address []byte, control byte, data []byte) []byte {
	frame := append(append([]byte{0x68}, address...), 0x68, control, byte(len(data)))
	for _, b := range data {
		frame = append(frame, b+0x33)
	}
	frame = append(frame, sum(frame), 0x16)
	return append([]byte{0xFE, 0xFE, 0xFE, 0xFE}, frame...)
}

// collide is what is heard of two who speak at once: a zero of either wins.
func collide(a, b []byte) []byte {
	if a == nil {
		return b
	}
	for i := range min(len(a), len(b)) {
		a[i] &= b[i]
	}
	return a
}
