package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	"periph.io/x/conn/v3/gpio"

	"basemeter/configs"
	"basemeter/drivers/sim"
)

// A plant is a simulated base: machines behind Modbus TCP and RTU slaves, a badge reader and pins. What they do is a
// function of the seed and the time.
type plant struct {
	machines map[string]*sim.Machine // by the asset that watches it
	tcp      net.Listener
	rtu      *sim.Wire
	door     *sim.Wire
	pins     map[string]*sim.Pin
	seed     uint64
}

// The asset that each device of the plant belongs to. Furnace and pump have two wires each: a meter, and a lamp.
var (
	onTCP = []meter{{"lathe-1", "sdm120", sim.SDM120}, {"lathe-2", "sdm120", sim.SDM120}, {"robot-1", "sdm630", sim.SDM630}, {"furnace-1", "sdm120", sim.SDM120}}
	onRTU = []meter{{"mill-1", "sdm120", sim.SDM120}, {"mill-2", "dtsu666", sim.DTSU666}, {"press-1", "pzem016", sim.PZEM016}}
	// Beside them on the serial line, meters of the other protocol: DL/T 645-2007, by their addresses.
	onMeter = map[string]string{"compressor-1": "202212182018"}
	onPin   = []lamp{{"laser-1", "running", sim.Running}, {"laser-1", "fault", sim.Fault}, {"pump-1", "running", sim.Running}, {"furnace-1", "fault", sim.Fault}}
)

type meter struct {
	asset, profile string
	registers      sim.Meter
}

type lamp struct {
	asset, state string
	closes       sim.State
}

func (l lamp) name() string { return l.asset + "-" + l.state }

// names are what people call the machines.
var names = map[string][2]string{
	"lathe-1": {"1 号数控车床", "CNC lathe 1"}, "lathe-2": {"2 号数控车床", "CNC lathe 2"}, "robot-1": {"焊接机器人", "Welding robot"},
	"furnace-1": {"热处理炉", "Heat treatment furnace"}, "mill-1": {"1 号铣床", "Milling machine 1"}, "mill-2": {"五轴加工中心", "Five-axis machining centre"},
	"press-1": {"注塑机", "Injection press"}, "laser-1": {"激光切割机", "Laser cutter"}, "pump-1": {"真空泵", "Vacuum pump"},
	"compressor-1": {"空压机", "Compressor"},
}

func newPlant(seed uint64, born time.Time) (*plant, error) {
	p := &plant{machines: map[string]*sim.Machine{}, pins: map[string]*sim.Pin{}, seed: seed}
	for _, m := range append(append([]meter{}, onTCP...), onRTU...) {
		p.machine(m.asset, born)
	}
	for asset := range onMeter {
		p.machine(asset, born)
	}
	for _, l := range onPin {
		p.machine(l.asset, born)
		p.pins[l.name()] = sim.NewPin(l.name(), gpio.Low)
	}
	var err error
	if p.tcp, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("simulated Modbus TCP slaves: %w", err)
	}
	if p.rtu, err = sim.OpenWire(); err != nil {
		return nil, fmt.Errorf("simulated RS-485 line: %w", err)
	}
	if p.door, err = sim.OpenWire(); err != nil {
		return nil, fmt.Errorf("simulated badge reader: %w", err)
	}
	return p, nil
}

func (p *plant) machine(asset string, born time.Time) {
	if p.machines[asset] == nil {
		p.machines[asset] = sim.New(p.seed+uint64(len(p.machines)), born, 1)
	}
}

// run is the plant at work. It returns when ctx ends.
func (p *plant) run(ctx context.Context) error {
	var g errgroup.Group
	g.Go(func() error { return sim.ServeTCP(ctx, p.tcp, p.units(onTCP)) })
	g.Go(func() error { return sim.ServeMixed(ctx, p.rtu, p.units(onRTU), p.meters(), baud) })
	g.Go(func() error { return p.visitors(ctx) })
	for _, l := range onPin {
		g.Go(func() error {
			_ = p.pins[l.name()].Follow(ctx, p.machines[l.asset], l.closes) // ends with ctx
			return nil
		})
	}
	return g.Wait()
}

func (p *plant) units(meters []meter) map[byte]sim.Registers {
	units := map[byte]sim.Registers{}
	for i, m := range meters {
		units[byte(i+1)] = m.registers(p.machines[m.asset], time.Now)
	}
	return units
}

func (p *plant) meters() map[string]sim.DLT645 {
	meters := map[string]sim.DLT645{}
	for asset, address := range onMeter {
		meters[address] = sim.DLT645Meter(p.machines[asset], time.Now)
	}
	return meters
}

// visitors show their cards at the door as they come, and again as they go.
func (p *plant) visitors(ctx context.Context) error {
	reader := sim.BadgeReader{Wire: p.door}
	random := rand.New(rand.NewPCG(p.seed, 0))
	defer p.door.Close()
	outside, inside := random.Perm(cardsInAll), []int{}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Duration(1000+random.IntN(2500)) * time.Millisecond):
		}
		from, to := &outside, &inside
		if len(inside) > 3 || len(inside) > 1 && random.IntN(2) == 0 {
			from, to = &inside, &outside
		}
		card := (*from)[0]
		*from, *to = (*from)[1:], append(*to, card)
		if err := reader.Show(ctx, firstCard+uint64(card), 300*time.Millisecond); err != nil && ctx.Err() == nil {
			return fmt.Errorf("badge reader: %w", err)
		}
	}
}

func (p *plant) pin(name string) (gpio.PinIn, error) {
	if pin, ok := p.pins[name]; ok {
		return pin, nil
	}
	return nil, fmt.Errorf("the plant has no pin %q", name)
}

const baud = 19200 // of the simulated RS-485 line, whose slaves answer as slowly as real ones

// config is what a technician would have written to measure the plant.
func (p *plant) config(dir string, grid time.Duration) configs.Site {
	c := configs.Site{Dir: dir}
	c.Page.Access = configs.AccessOpen // a simulation keeps nothing from whoever sits at this computer
	c.Base, c.Gateway = "demo-base", "demo-gateway"
	c.Grid, c.BatchEvery = configs.Duration(grid), configs.Duration(2*time.Second)
	c.Spool = configs.Spool{Dir: dir + "/spool", MaxBytes: 64 << 20, MaxAge: configs.Duration(30 * 24 * time.Hour)}
	c.Clock.Trust = "always" // whatever keeps this computer's clock
	c.BadgeKeyFile, c.CardsFile = dir+"/badge.key", dir+"/cards.csv"
	c.Lines = []configs.Line{
		{Name: "hall", Kind: configs.ModbusTCP, Address: p.tcp.Addr().String(), Timeout: configs.Duration(time.Second), Devices: devices(onTCP)},
		{Name: "rs485", Kind: configs.RS485, Port: p.rtu.Path, Baud: baud, Parity: "none", StopBits: 1,
			Timeout: configs.Duration(500 * time.Millisecond), Devices: append(devices(onRTU), meterDevices()...)},
		{Name: "door", Kind: configs.RDM6300, Port: p.door.Path, Baud: 9600, Parity: "none", StopBits: 1},
		{Name: "pins", Kind: configs.GPIO, Devices: contacts()},
	}
	c.Assets = p.assets()
	c.Presence = people()
	return c
}

func devices(meters []meter) []configs.Device {
	var list []configs.Device
	for i, m := range meters {
		list = append(list, configs.Device{Name: m.asset + "-meter", Profile: m.profile, Unit: i + 1,
			Period: configs.Duration(500 * time.Millisecond), Points: []string{"power", "energy_import"}})
	}
	return list
}

func meterDevices() []configs.Device {
	var list []configs.Device
	for asset, address := range onMeter {
		list = append(list, configs.Device{Name: asset + "-meter", Profile: "dlt645", Meter: address,
			Period: configs.Duration(500 * time.Millisecond), Points: []string{"power", "energy_import"}})
	}
	return list
}

func contacts() []configs.Device {
	var list []configs.Device
	for _, l := range onPin {
		list = append(list, configs.Device{Name: l.name(), Pin: l.name(), Input: "contact", Closed: "low", Pull: "up",
			Settle: configs.Duration(20 * time.Millisecond)})
	}
	return list
}

// metered are the assets with a meter, in the order of the wires.
func metered() []string {
	var list []string
	for _, m := range append(append([]meter{}, onTCP...), onRTU...) {
		list = append(list, m.asset)
	}
	return append(list, slices.Sorted(maps.Keys(onMeter))...)
}

// assets has one for each machine, in the order of the wires.
func (p *plant) assets() []configs.Asset {
	var list []configs.Asset
	byName := map[string]int{}
	at := func(name string) *configs.Asset {
		i, ok := byName[name]
		if !ok {
			i = len(list)
			byName[name] = i
			list = append(list, configs.Asset{Name: name, TextZH: names[name][0], TextEN: names[name][1], Otherwise: "off",
				StaleAfter: configs.Duration(5 * time.Second)})
		}
		return &list[i]
	}
	for _, asset := range metered() {
		a := at(asset)
		point := asset + "-meter/power"
		a.Thresholds = &configs.Thresholds{Point: point, StandbyAbove: 50, RunningAbove: 600, Hysteresis: 20}
		a.Samples = configs.Samples{Every: configs.Duration(time.Second), Points: []string{point, asset + "-meter/energy_import"}}
	}
	for _, l := range onPin {
		a := at(l.asset)
		a.Contacts = append(a.Contacts, configs.Contact{Point: l.name() + "/contact", State: l.state})
	}
	return list
}
