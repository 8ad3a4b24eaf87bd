package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"basemeter/agent/scan"
	"basemeter/drivers"
	"basemeter/drivers/dlt645"
	"basemeter/drivers/modbus"
	"basemeter/drivers/port"
)

// probe shows one block of registers in all decodings, side by side.
type probe struct {
	Port      string        `help:"The serial port, such as /dev/serial/by-id/…; ports lists them. / 串口" xor:"where" required:""`
	Address   string        `help:"Or host:port of a Modbus TCP server. / 或 Modbus TCP 地址" xor:"where" required:""`
	Setting   string        `default:"9600 8N1" help:"How the line is set. / 串口参数"`
	Direction string        `enum:"adapter,kernel" default:"adapter" help:"Who switches an RS-485 transceiver. / 收发切换方式"`
	Unit      int           `default:"1" help:"Modbus unit, 1 to 247. / 站号"`
	Function  int           `default:"4" help:"1 coils, 2 discrete inputs, 3 holding registers, 4 input registers. / 功能码"`
	Register  string        `default:"0" help:"The first, counted from 0 as in the frame: 52 or 0x0034. / 起始寄存器"`
	Count     int           `default:"10" help:"How many, 1 to 125. / 个数"`
	Meter     string        `help:"Instead, a DL/T 645 meter: its twelve digits. / 或 DL/T 645 表号"`
	Data      string        `default:"0x00010000" help:"And the identifier of its data. / 数据标识"`
	Timeout   time.Duration `default:"1s" help:"The longest wait for an answer. / 最长等待时间"`
}

func (p *probe) Run() error {
	ctx, stop := untilInterrupted()
	defer stop()
	if p.Meter != "" && p.Address != "" {
		return errors.New("--meter asks on a serial line; --address is of a Modbus TCP server")
	}
	setting, err := scan.ParseSetting(p.Setting)
	if err != nil {
		return err
	}
	wire := port.New(port.Settings{Name: p.Port, Baud: setting.Baud, Parity: setting.Parity, StopBits: setting.StopBits, Direction: p.Direction})
	switch {
	case p.Meter != "":
		return p.meter(ctx, dlt645.New(wire, undated))
	case p.Address != "":
		return p.registers(ctx, modbus.TCP(p.Address, undated))
	}
	return p.registers(ctx, modbus.RTU(wire, undated))
}

func (p *probe) meter(ctx context.Context, line *dlt645.Line) error {
	id, err := number(p.Data, 1<<32-1)
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	data, err := line.Identifier(ctx, p.Meter, uint32(id), p.Timeout)
	if err != nil {
		return err
	}
	fmt.Printf("%08X of %s: % X, as digits the last two first\n", id, p.Meter, data)
	return nil
}

func (p *probe) registers(ctx context.Context, line *modbus.Line) error {
	register, err := number(p.Register, 1<<16-1)
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	function, err := modbus.FunctionOf(p.Function)
	if err != nil || p.Unit < 1 || p.Unit > 247 || p.Count < 1 {
		return fmt.Errorf("unit %d, function %d, count %d: want a unit of 1 to 247, a function of 1 to 4, and a count", p.Unit, p.Function, p.Count)
	}
	data, err := line.Registers(ctx, byte(p.Unit), function, uint16(register), p.Count, p.Timeout)
	if err != nil {
		return err
	}
	if p.Function <= 2 {
		fmt.Printf("from 0x%04X, the lowest bit of each byte first: %08b\n", register, data)
		return nil
	}
	return scan.Table(os.Stdout, uint16(register), scan.Decodings(data))
}

// undated is for what is shown at once.
func undated() drivers.Instant { return drivers.Instant{} }

// number reads 52 or 0x34. A leading zero means nothing: lists of registers have them.
func number(text string, most uint64) (uint64, error) {
	digits, hex := strings.CutPrefix(strings.ToLower(text), "0x")
	base := 10
	if hex {
		base = 16
	}
	n, err := strconv.ParseUint(digits, base, 64)
	if err != nil || n > most {
		return 0, fmt.Errorf("%q: want a number up to %d, such as 52 or 0x34", text, most)
	}
	return n, nil
}
