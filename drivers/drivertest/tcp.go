package drivertest

import (
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
)

// A Server is a listener with a slave behind it.
type Server struct {
	Address string // what the driver dials

	t        testing.TB
	slave    *Slave
	listener net.Listener
	stop     stop
	ended    sync.WaitGroup
}

// OnServer puts the slave behind a TCP port of this machine, until the test ends.
func (s *Slave) OnServer(t testing.TB) *Server {
	v := &Server{Address: "127.0.0.1:0", t: t, slave: s}
	v.Plug()
	t.Cleanup(v.Unplug)
	return v
}

// Plug listens again, on the same port.
func (v *Server) Plug() {
	var err error
	v.listener, err = net.Listen("tcp", v.Address)
	check(v.t, err)
	v.Address = v.listener.Addr().String()
	v.stop = make(stop)
	v.ended.Go(v.accept)
}

// Unplug cuts every connection and takes no more.
func (v *Server) Unplug() {
	if v.stop == nil {
		return
	}
	close(v.stop)
	v.listener.Close()
	v.ended.Wait()
	v.stop = nil
}

func (v *Server) accept() {
	for {
		conn, err := v.listener.Accept()
		if err != nil {
			return
		}
		asked := make(chan *question, 1000) // as in RTU
		v.ended.Go(func() { v.hear(conn, asked) })
		v.ended.Go(func() { v.answer(conn, asked) })
		v.ended.Go(func() { <-v.stop; conn.Close() })
	}
}

func (v *Server) hear(conn net.Conn, asked chan<- *question) {
	defer close(asked)
	for {
		frame := make([]byte, 12)
		if _, err := io.ReadFull(conn, frame); err != nil {
			return
		}
		if [4]byte(frame[2:6]) != [4]byte{0, 0, 0, 6} {
			v.t.Errorf("not a question: % x", frame)
		}
		if frame[6] == v.slave.Unit {
			asked <- v.slave.take(frame[7:], frame)
		}
	}
}

func (v *Server) answer(conn net.Conn, asked <-chan *question) {
	for q := range asked {
		if !v.stop.pause(q.at.Add(v.slave.delay(q))) {
			return
		}
		if q.fault != Silent {
			conn.Write(v.slave.tcpFrames(q))
		}
	}
}

// tcpFrames is what answers q. A stranger is the answer to a question that was never asked, nor will be soon.
func (s *Slave) tcpFrames(q *question) []byte {
	frame := tcpFrame(binary.BigEndian.Uint16(q.frame), s.Unit, q.answer)
	switch q.fault {
	case Stranger:
		return append(tcpFrame(binary.BigEndian.Uint16(q.frame)^0x8000, s.Unit, q.answer), frame...)
	case Corrupt:
		frame[3] = 1 // the protocol
	case CutShort:
		frame = frame[:len(frame)/2]
	case OneShort:
		frame = frame[:len(frame)-1]
	case OtherUnit:
		frame[6]++
	}
	return frame
}

func tcpFrame(id uint16, unit byte, pdu []byte) []byte {
	frame := binary.BigEndian.AppendUint16(nil, id)
	frame = binary.BigEndian.AppendUint16(frame, 0)
	frame = binary.BigEndian.AppendUint16(frame, uint16(1+len(pdu)))
	return append(append(frame, unit), pdu...)
}
