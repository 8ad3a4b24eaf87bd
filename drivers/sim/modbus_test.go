package sim

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/simonvetter/modbus"
)

func noon() time.Time { return born.Add(12 * time.Hour) }

// beside runs a server until the test ends, which waits for it.
func beside(t *testing.T, serve func(ctx context.Context) error) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("server: %v", err)
		}
	})
}

func listen(t *testing.T) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func wire(t *testing.T) *Wire {
	w, err := OpenWire()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

// client is somebody else's Modbus master.
func client(t *testing.T, url string) *modbus.ModbusClient {
	c, err := modbus.NewClient(&modbus.ClientConfiguration{URL: url, Speed: 19200, Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestMeters(t *testing.T) {
	m := New(1, born, 1)
	units := map[byte]Registers{1: SDM120(m, noon), 2: SDM630(m, noon), 3: DTSU666(m, noon), 4: PZEM016(m, noon)}
	l, w := listen(t), wire(t)
	beside(t, func(ctx context.Context) error { return ServeTCP(ctx, l, units) })
	beside(t, func(ctx context.Context) error { return ServeRTU(ctx, w, units, 0) })
	t.Run("tcp", func(t *testing.T) { askAll(t, client(t, "tcp://"+l.Addr().String()), m.At(noon())) })
	t.Run("rtu", func(t *testing.T) { askAll(t, client(t, "rtu://"+w.Path), m.At(noon())) })
}

func askAll(t *testing.T, c *modbus.ModbusClient, s Signals) {
	for _, q := range []struct {
		unit    uint8
		address uint16
		kind    modbus.RegType
		want    float64
	}{
		{1, 0x0000, modbus.INPUT_REGISTER, s.Volts},
		{1, 0x0006, modbus.INPUT_REGISTER, s.Amps},
		{1, 0x000C, modbus.INPUT_REGISTER, s.Watts},
		{1, 0x0046, modbus.INPUT_REGISTER, s.Hertz},
		{1, 0x0048, modbus.INPUT_REGISTER, s.KWh},
		{1, 0x0156, modbus.INPUT_REGISTER, s.KWh},
		{2, 0x0000, modbus.INPUT_REGISTER, s.Volts},
		{2, 0x0004, modbus.INPUT_REGISTER, s.Volts},
		{2, 0x000A, modbus.INPUT_REGISTER, s.Amps / 3},
		{2, 0x0034, modbus.INPUT_REGISTER, s.Watts},
		{2, 0x0048, modbus.INPUT_REGISTER, s.KWh},
		{3, 0x2006, modbus.HOLDING_REGISTER, s.Volts * 10},
		{3, 0x200C, modbus.HOLDING_REGISTER, s.Amps / 3 * 1000},
		{3, 0x2012, modbus.HOLDING_REGISTER, s.Watts * 10},
		{3, 0x2044, modbus.HOLDING_REGISTER, s.Hertz * 100},
		{3, 0x101E, modbus.HOLDING_REGISTER, s.KWh},
	} {
		c.SetUnitId(q.unit)
		got, err := c.ReadFloat32(q.address, q.kind)
		if err != nil || math.Abs(float64(got)-q.want) > 1e-6*math.Abs(q.want) {
			t.Errorf("unit %d at %#x: %v, %v, want %v", q.unit, q.address, got, err, q.want)
		}
	}
	c.SetUnitId(4)
	words, err := c.ReadRegisters(0, 10, modbus.INPUT_REGISTER)
	if err != nil {
		t.Fatal(err)
	}
	long := func(i int) float64 { return float64(words[i]) + 65536*float64(words[i+1]) }
	for name, v := range map[string][2]float64{
		"volts": {float64(words[0]) / 10, s.Volts}, "amps": {long(1) / 1000, s.Amps}, "watts": {long(3) / 10, s.Watts},
		"kWh": {long(5) / 1000, s.KWh}, "hertz": {float64(words[7]) / 10, s.Hertz},
	} {
		if math.Abs(v[0]-v[1]) > 0.06 {
			t.Errorf("PZEM-016 %s: %v, want %v", name, v[0], v[1])
		}
	}
	for _, q := range []struct {
		unit           uint8
		address, count uint16
		kind           modbus.RegType
		want           error
	}{
		{1, 0x0200, 2, modbus.INPUT_REGISTER, modbus.ErrIllegalDataAddress},
		{1, 0x0000, 2, modbus.HOLDING_REGISTER, modbus.ErrIllegalDataAddress},
		{3, 0x1FFF, 2, modbus.HOLDING_REGISTER, modbus.ErrIllegalDataAddress},
		{4, 9, 2, modbus.INPUT_REGISTER, modbus.ErrIllegalDataAddress},
	} {
		c.SetUnitId(q.unit)
		if _, err := c.ReadRegisters(q.address, q.count, q.kind); !errors.Is(err, q.want) {
			t.Errorf("unit %d at %#x: %v, want %v", q.unit, q.address, err, q.want)
		}
	}
	if err := c.WriteRegister(0, 1); !errors.Is(err, modbus.ErrIllegalFunction) {
		t.Errorf("write: %v", err)
	}
}

func TestFixed(t *testing.T) {
	words := map[byte]map[uint16]uint16{3: {10: 1, 11: 2, 20: 3}, 4: {0: 4, 65535: 5}}
	for _, c := range []struct {
		function       byte
		address, count uint16
		full, filled   string
	}{
		{3, 10, 2, "[1 2] true", "[1 2] true"},
		{3, 10, 11, "[] false", "[1 2 0 0 0 0 0 0 0 0 3] true"},
		{3, 12, 1, "[] false", "[0] true"},
		{3, 9, 2, "[] false", "[] false"},
		{3, 20, 2, "[] false", "[] false"},
		{4, 65535, 1, "[5] true", "[5] true"},
		{4, 65535, 2, "[] false", "[] false"},
		{2, 10, 1, "[] false", "[] false"},
	} {
		for filled, want := range map[bool]string{false: c.full, true: c.filled} {
			got, ok := Fixed(words, filled)(c.function, c.address, c.count)
			if s := fmt.Sprint(got, ok); s != want {
				t.Errorf("function %d at %d, %d words, filled %v: %s, want %s", c.function, c.address, c.count, filled, s, want)
			}
		}
	}
}

// fixed is a device that holds the same registers always.
func fixed(words ...uint16) Registers {
	return func(_ byte, address, count uint16) ([]uint16, bool) {
		if int(address)+int(count) > len(words) {
			return nil, false
		}
		return words[address:][:count], true
	}
}

func unhex(t *testing.T, s string) []byte {
	data, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The frames are those of the PZEM-016's manual and of the Modbus guides.
func TestGoldenFrames(t *testing.T) {
	pzem := fixed(0x08D1, 0x006C, 0, 0x00F4, 0, 0x0026, 0, 0x01F4, 0x0064, 0)
	for _, c := range []struct{ name, request, want string }{
		{"reading", "01 04 00 00 00 0A 70 0D", "01 04 14 08D1 006C 0000 00F4 0000 0026 0000 01F4 0064 0000 51 34"},
		{"noise before it", "FF 01 04 01 04 00 00 00 0A 70 0D", "01 04 14 08D1 006C 0000 00F4 0000 0026 0000 01F4 0064 0000 51 34"},
		{"beyond the end", "01 04 00 00 00 0B B1 CD", "01 84 02 C2 C1"},
		{"no registers", "01 04 00 00 00 00 F0 0A", "01 84 03 03 01"},
		{"function 6", "01 06 00 02 00 05 E8 09", "01 86 01 83 A0"},
	} {
		for _, baud := range []int{0, 115200} {
			w := wire(t)
			beside(t, func(ctx context.Context) error { return ServeRTU(ctx, w, map[byte]Registers{1: pzem}, baud) })
			if got := ask(t, w, unhex(t, c.request), len(unhex(t, c.want))); hex.EncodeToString(got) != hex.EncodeToString(unhex(t, c.want)) {
				t.Errorf("%s at %d baud: % X, want %s", c.name, baud, got, c.want)
			}
		}
	}
}

// ask says a request on the drivers' end of a wire and takes as many bytes as are expected.
func ask(t *testing.T, w *Wire, request []byte, length int) []byte {
	port, err := os.OpenFile(w.Path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()
	if _, err := port.Write(request); err != nil {
		t.Fatal(err)
	}
	reply := make([]byte, length)
	if _, err := io.ReadFull(port, reply); err != nil {
		t.Fatal(err)
	}
	return reply
}

func TestAnswersTakeTheirTime(t *testing.T) {
	w := wire(t)
	beside(t, func(ctx context.Context) error {
		return ServeRTU(ctx, w, map[byte]Registers{1: fixed(make([]uint16, 10)...)}, 9600)
	})
	begin := time.Now()
	ask(t, w, unhex(t, "01 04 00 00 00 0A 70 0D"), 25)
	// 8 characters of request, 3.5 of silence, 25 of answer, of 11 bits each
	if took, least := time.Since(begin), 365*11*time.Second/96000; took < least {
		t.Errorf("answered within %v, want %v", took, least)
	}
}

func TestStrangersOnTCP(t *testing.T) {
	l := listen(t)
	beside(t, func(ctx context.Context) error { return ServeTCP(ctx, l, map[byte]Registers{1: fixed(42)}) })
	for _, c := range []struct{ name, request, want string }{
		{"a unit that is not there", "0007 0000 0006 09 04 0000 0001", "0007 0000 0003 09 84 0B"},
		{"a function that writes", "0007 0000 0006 01 06 0000 0001", "0007 0000 0003 01 86 01"},
		{"too many registers", "0007 0000 0006 01 03 0000 007E", "0007 0000 0003 01 83 03"},
		{"a request cut short", "0007 0000 0004 01 03 0000", "0007 0000 0003 01 83 03"},
		{"a register", "0007 0000 0006 01 03 0000 0001", "0007 0000 0005 01 03 02 002A"},
		{"no Modbus", "GET / HTTP", ""},
		{"no length", "0007 0000 0001 01", ""},
	} {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		request := []byte(c.request)
		if c.name != "no Modbus" {
			request = unhex(t, c.request)
		}
		conn.Write(request)
		conn.(*net.TCPConn).CloseWrite()
		if got, _ := io.ReadAll(conn); hex.EncodeToString(got) != strings.ReplaceAll(strings.ToLower(c.want), " ", "") {
			t.Errorf("%s: % X, want %s", c.name, got, c.want)
		}
		conn.Close()
	}
}

func TestServersEndWithTheirWires(t *testing.T) {
	l := listen(t)
	l.Close()
	if err := ServeTCP(t.Context(), l, nil); err == nil {
		t.Error("a closed listener is no error")
	}
	w := wire(t)
	w.Close()
	if err := ServeRTU(t.Context(), w, nil, 0); err == nil {
		t.Error("a closed line is no error")
	}
}
