package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"basemeter/agent/scan"
	"basemeter/configs"
)

// scanLine searches a line for devices.
type scanLine struct {
	Port      string   `help:"The serial port, such as /dev/serial/by-id/…; ports lists them. / 串口" xor:"where" required:""`
	Address   string   `help:"Or host:port of a Modbus TCP server or gateway. / 或 Modbus TCP 地址" xor:"where" required:""`
	Setting   []string `help:"Only these settings, such as '9600 8N1'. / 只查这些串口参数"`
	Units     string   `help:"Only these units, such as 1-32,100. / 只查这些站号"`
	Direction string   `enum:"adapter,kernel" default:"adapter" help:"Who switches an RS-485 transceiver. / 收发切换方式"`
	DryRun    bool     `help:"Say how long it would take, and ask nobody. / 只估计时间，不发送"`
}

// Help says what kong shows below the flags.
func (s *scanLine) Help() string {
	return `Asks every unit one or two short questions at the usual settings, and whoever answers what it is. It only reads.
No agent may be using the port. / 依次用常用串口参数询问各站号，只读取，不写入；运行中的网关程序需先停止。`
}

func (s *scanLine) Run() error {
	search, err := s.plan()
	if err != nil {
		return err
	}
	fmt.Printf("%d steps, %s at most; each device that is found adds up to %s. / 共 %d 步，最长 %s；每找到一台设备最多增加 %s\n",
		len(search.Steps), about(search.Takes(0)), about(search.Takes(1)-search.Takes(0)),
		len(search.Steps), about(search.Takes(0)), about(search.Takes(1)-search.Takes(0)))
	if s.DryRun {
		for _, step := range search.Steps {
			fmt.Printf("  %-10v %3d units  %s\n", step.Setting, len(step.Units), about(step.Takes))
		}
		return nil
	}
	ctx, stop := untilInterrupted()
	defer stop()
	bar := &bar{to: os.Stderr, live: isTerminal(os.Stderr), whole: search.Takes(0)}
	var all []scan.Found
	err = search.Run(ctx, func(p scan.Progress) { bar.draw(p, len(all)) }, func(f scan.Found) {
		all = append(all, f)
		bar.clear()
		fmt.Println(f)
	})
	bar.clear()
	if err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	if len(all) == 0 {
		fmt.Println("Nobody answered: check A and B, the supply, the unit's address. / 没有设备应答：请检查 A/B 线、供电和站号。")
		return nil
	}
	fmt.Printf("\n# for agent.yaml / 可写入 agent.yaml\n%s", search.YAML(all))
	return nil
}

func (s *scanLine) plan() (*scan.Search, error) {
	o := scan.Options{Port: s.Port, Address: s.Address}
	if s.Direction == "kernel" {
		o.Direction = s.Direction
	}
	for _, text := range s.Setting {
		setting, err := scan.ParseSetting(text)
		if err != nil {
			return nil, err
		}
		o.Settings = append(o.Settings, setting)
	}
	var err error
	if o.Units, err = unitsOf(s.Units); err != nil {
		return nil, err
	}
	for _, name := range configs.ProfileNames() {
		profile, faults := configs.FindProfile(name)
		if len(faults) > 0 {
			return nil, faults
		}
		o.Known = append(o.Known, kindOf(profile))
	}
	search, err := scan.Plan(o)
	return &search, err
}

// kindOf is a profile in the words of a search.
func kindOf(p configs.Profile) scan.Known {
	k := scan.Known{Name: p.Name, Protocol: p.Protocol, Serial: p.Serial}
	for _, r := range p.Recognise {
		for _, point := range p.Points {
			if point.Name == r.Point {
				k.Recognise = append(k.Recognise, scan.Range{
					Name: point.Name, Unit: point.Unit, Function: point.Function, Address: uint16(point.Address), Type: point.Type,
					LowFirst: point.Order == "low-first", Scale: point.Scale, Min: r.Min, Max: r.Max,
				})
			}
		}
	}
	return k
}

// unitsOf reads "1-32,100"; nil if it is empty.
func unitsOf(text string) (units []byte, err error) {
	if text == "" {
		return nil, nil
	}
	for _, part := range strings.Split(text, ",") {
		first, last, ranged := strings.Cut(strings.TrimSpace(part), "-")
		if !ranged {
			last = first
		}
		from, err1 := strconv.Atoi(first)
		to, err2 := strconv.Atoi(last)
		if err1 != nil || err2 != nil || from < 1 || to > 247 || from > to {
			return nil, fmt.Errorf("units %q: want numbers from 1 to 247, such as 1-32,100", text)
		}
		for unit := from; unit <= to; unit++ {
			units = append(units, byte(unit))
		}
	}
	return units, nil
}

// about is a duration as people say it.
func about(d time.Duration) string {
	if d < time.Minute {
		return d.Round(time.Second).String()
	}
	return d.Round(10 * time.Second).String()
}

// A bar shows how far a search has come: one line on a terminal, and elsewhere nothing.
type bar struct {
	to    io.Writer
	live  bool
	whole time.Duration
}

const width = 30 // of a bar, in characters

func (b *bar) draw(p scan.Progress, found int) {
	if !b.live || b.whole <= 0 {
		return
	}
	done := min(max(1-p.Left.Seconds()/b.whole.Seconds(), 0), 1)
	full := int(done * width)
	fmt.Fprintf(b.to, "\r\x1b[K[%s%s] %3.0f %%  %v  unit %d  %s left, %d found", strings.Repeat("█", full), strings.Repeat("·", width-full),
		100*done, p.Setting, p.Unit, about(p.Left), found)
}

func (b *bar) clear() {
	if b.live {
		fmt.Fprint(b.to, "\r\x1b[K")
	}
}
