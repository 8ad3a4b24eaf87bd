package modbus

import (
	"errors"
	"io"
	"log"
	"net"
	"testing"
	"time"

	foreign "github.com/simonvetter/modbus"
)

// The server of another project agrees with us on every function.
func TestTCPForeignPeer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	server, err := foreign.NewServer(&foreign.ServerConfiguration{
		URL: "tcp://" + address, Logger: log.New(io.Discard, "", 0),
	}, handler{})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop() })
	s := source(t, TCP(address, noTime), time.Second, points(t, "1:3 bit, 1:4 bit, 2:9 bit, 3:100 u32, 4:7 i16, 4:8 u16"))
	got, err := s.Read(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{1, 0, 1, 100<<16 | 101, -7, 65528} {
		if got[i].Value != want {
			t.Errorf("%v, want %v", got[i], want)
		}
	}
	s = source(t, s.line, time.Second, points(t, "3:2000 u16"))
	if _, err := s.Read(t.Context(), nil); !errors.Is(err, Exception(2)) {
		t.Errorf("%v, want exception 2", err)
	}
}

// handler has odd bits set, holding registers that are their address, and input registers that are minus theirs.
type handler struct{}

func odd(address, count uint16) (bits []bool, err error) {
	for i := range count {
		bits = append(bits, (address+i)%2 == 1)
	}
	return bits, nil
}

func (handler) HandleCoils(r *foreign.CoilsRequest) ([]bool, error) { return odd(r.Addr, r.Quantity) }
func (handler) HandleDiscreteInputs(r *foreign.DiscreteInputsRequest) ([]bool, error) {
	return odd(r.Addr, r.Quantity)
}

func (handler) HandleHoldingRegisters(r *foreign.HoldingRegistersRequest) (words []uint16, err error) {
	if r.Addr >= 2000 {
		return nil, foreign.ErrIllegalDataAddress
	}
	for i := range r.Quantity {
		words = append(words, r.Addr+i)
	}
	return words, nil
}

func (handler) HandleInputRegisters(r *foreign.InputRegistersRequest) (words []uint16, err error) {
	for i := range r.Quantity {
		words = append(words, -r.Addr-i)
	}
	return words, nil
}
