package main

import (
	"context"
	"encoding/binary"
	"math"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"basemeter/drivers/sim"
)

const (
	tcpUnits  = 32
	tcpPoints = 20
	rtuUnits  = 8
	rtuPoints = 10
)

// registers show floats that never stand still, at any address of any function.
func registers(_ byte, address, count uint16) ([]uint16, bool) {
	now := float64(time.Now().UnixMilli()%3_600_000) / 1000
	words := make([]uint16, count)
	for i := range words {
		at := int(address) + i
		bits := math.Float32bits(float32(230 + 100*math.Sin(now/7+float64(at/2))))
		words[i] = uint16(bits >> (16 * (1 - at%2)))
	}
	return words, true
}

// tcpPlant serves units, each behind an address of its own, until ctx ends.
func tcpPlant(ctx context.Context, units int) (addresses []string, err error) {
	for range units {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		addresses = append(addresses, listener.Addr().String())
		go sim.ServeTCP(ctx, listener, map[byte]sim.Registers{1: registers})
	}
	return addresses, nil
}

// A wire is a serial line at 9600 8N1 with units on it. It takes the time that such a wire takes: a question and its
// answer are handed over when their last bit has passed, and a unit keeps silent for 3.5 characters before it answers.
// (The slave of drivers/sim counts 11 bits a character; a bench must not be slower than the wire.)
type wire struct {
	line            *sim.Wire
	dead            int // of the units, the last ones, say nothing
	answered, early atomic.Int64
}

const (
	char    = 10 * time.Second / 9600
	silence = 7 * char / 2
)

func rtuPlant(ctx context.Context, dead int) (*wire, error) {
	line, err := sim.OpenWire()
	if err != nil {
		return nil, err
	}
	w := &wire{line: line, dead: dead}
	go w.serve()
	context.AfterFunc(ctx, func() { line.Close() })
	return w, nil
}

// serve answers until the line is closed.
func (w *wire) serve() {
	var free time.Time // when the wire has been silent for long enough after the last answer
	buf, heard := make([]byte, 64), []byte(nil)
	for {
		n, err := w.line.Read(buf)
		if err != nil {
			return
		}
		came := time.Now()
		if heard = append(heard, buf[:n]...); len(heard) < 8 {
			continue
		}
		question := heard[:8]
		heard = nil
		if came.Before(free) {
			w.early.Add(1)
		}
		if int(question[0]) > rtuUnits-w.dead {
			continue
		}
		answer := reply(question)
		exactly(came.Add(8*char + silence + time.Duration(len(answer))*char))
		free = time.Now().Add(silence) // before anybody can have heard it
		if _, err := w.line.Write(answer); err != nil {
			return
		}
		w.answered.Add(1)
	}
}

// reply is the frame that answers a question that reads registers.
func reply(question []byte) []byte {
	words, _ := registers(question[1], binary.BigEndian.Uint16(question[2:]), binary.BigEndian.Uint16(question[4:]))
	out := []byte{question[0], question[1], byte(2 * len(words))}
	for _, word := range words {
		out = binary.BigEndian.AppendUint16(out, word)
	}
	return binary.LittleEndian.AppendUint16(out, crc(out))
}

func crc(frame []byte) uint16 {
	sum := uint16(0xFFFF)
	for _, b := range frame {
		sum ^= uint16(b)
		for range 8 {
			carry := sum & 1
			sum >>= 1
			if carry != 0 {
				sum ^= 0xA001
			}
		}
	}
	return sum
}

// exactly returns at due: timers come up to a millisecond late, which would be charged to the driver, so the last of it
// is spun away.
func exactly(due time.Time) {
	time.Sleep(time.Until(due) - 2*time.Millisecond)
	for time.Now().Before(due) {
	}
}

// profile writes a device's table: so many floats in one block.
func profile(file string, points int) error {
	var text strings.Builder
	text.WriteString("name: bench\nsource: made for the bench\npoints:\n")
	for i := range points {
		text.WriteString("  - {name: " + pointName(i) + ", unit: W, function: 4, address: " + decimal(2*i) + ", type: f32}\n")
	}
	return os.WriteFile(file, []byte(text.String()), 0o600)
}
