package configs

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The pages that list the devices are made here, from the profiles.

// A tongue is a language of the pages. Each of its texts stands in both, or the compiler complains.
type tongue struct {
	intro, columns, meter, machine      string
	source, serial, request, check      string
	modbus, yes, wraps, lowFirst, phase string
	between, caveats                    string
	name                                func(Profile) string
	caveat                              func(Caveat) string
	word                                int // of words
}

var english = tongue{
	intro: `# Devices

These devices are known by name: write one as ` + "`profile`" + ` in agent.yaml, or print its table with
` + "`basemeter profile show NAME`" + ` and make a copy of it your own. Every table says where its registers come from and what it
was checked against; what is "constructed" was worked out from the documented encoding and not recorded from a device.
Read the caveats before you trust a figure.
`,
	columns: "| profile | device | protocol | points |\n|---|---|---|---:|\n",
	modbus:  "| point | what | unit | function | address | type | scale | slow | counter |\n|---|---|---|---:|---|---|---:|---|---|\n",
	meter:   "| point | what | unit | identifier | offset | bytes | signed | scale | slow | counter |\n|---|---|---|---|---:|---:|---|---:|---|---|\n",
	machine: "| point | what | unit | item | is 1 if it shows |\n|---|---|---|---|---|\n",
	source:  "Registers from: %s", serial: "Serial settings to try, the likeliest first: %s",
	request: "At most %d registers in one request, which may read over up to %d that are no point's", check: "Checked against: %s",
	yes: "yes", wraps: "back to 0 at %s", lowFirst: ", low word first", phase: "%s, phase %s", between: "%s, phase %s to %s",
	caveats: "Caveats:",
	name:    func(p Profile) string { return p.TextEN }, caveat: func(c Caveat) string { return c.EN }, word: 0,
}

var chinese = tongue{
	intro: `# 支持的设备

以下设备可以直接按名称使用：在 agent.yaml 中写成 ` + "`profile`" + `，或用 ` + "`basemeter profile show NAME`" + ` 输出整张表，复制后自行修改。
每张表都注明寄存器的来源和核对依据；“constructed”表示由文档中的编码方式推算得出，并非从实物录得。使用数据之前请先阅读注意事项。
`,
	columns: "| 名称 | 设备 | 协议 | 测点数 |\n|---|---|---|---:|\n",
	modbus:  "| 测点 | 含义 | 单位 | 功能码 | 地址 | 类型 | 倍率 | 慢速 | 累计值 |\n|---|---|---|---:|---|---|---:|---|---|\n",
	meter:   "| 测点 | 含义 | 单位 | 数据标识 | 偏移 | 字节 | 有符号 | 倍率 | 慢速 | 累计值 |\n|---|---|---|---|---:|---:|---|---:|---|---|\n",
	machine: "| 测点 | 含义 | 单位 | 数据项 | 为 1 的条件 |\n|---|---|---|---|---|\n",
	source:  "寄存器来源：%s", serial: "可尝试的串口参数，最可能的在前：%s",
	request: "一次最多读 %d 个寄存器，最多跨读 %d 个不属于测点的寄存器", check: "核对依据：%s",
	yes: "是", wraps: "到 %s 归零", lowFirst: "，低字在前", phase: "%s（%s 相）", between: "%s（%s 相与 %s 相之间）",
	caveats: "注意事项：",
	name:    func(p Profile) string { return p.TextZH }, caveat: func(c Caveat) string { return c.ZH }, word: 1,
}

// words are what points are called, without their phase.
var words = map[string][2]string{
	"voltage": {"voltage", "电压"}, "current": {"current", "电流"}, "frequency": {"frequency", "频率"},
	"power": {"active power", "有功功率"}, "apparent_power": {"apparent power", "视在功率"}, "reactive_power": {"reactive power", "无功功率"},
	"power_factor": {"power factor", "功率因数"}, "power_demand": {"demand, active power", "有功功率需量"}, "alarm": {"alarm", "报警"},
	"energy_import": {"active energy, drawn", "正向有功电能"}, "energy_export": {"active energy, fed back", "反向有功电能"}, "energy_total": {"active energy, both directions", "总有功电能"},
	"reactive_energy_import": {"reactive energy, drawn", "正向无功电能"}, "reactive_energy_export": {"reactive energy, fed back", "反向无功电能"},
	"reactive_energy_total": {"reactive energy, both directions", "总无功电能"},
	"running":               {"a program runs", "程序运行中"}, "held": {"a program is held", "程序暂停"}, "available": {"the machine can be asked", "机床可通信"},
}

var phases = regexp.MustCompile(`^(.+?)_l([123])(?:_l([123]))?$`)

func (l *tongue) what(t *testing.T, point string) string {
	base, form, args := point, "%s", []any(nil)
	if m := phases.FindStringSubmatch(point); m != nil {
		base, form, args = m[1], l.phase, []any{"L" + m[2]}
		if m[3] != "" {
			form, args = l.between, append(args, "L"+m[3])
		}
	}
	if words[base][l.word] == "" {
		t.Errorf("nobody says what %s is: a line in words does", point)
	}
	return fmt.Sprintf(form, append([]any{words[base][l.word]}, args...)...)
}

func TestDevicePagesAreUpToDate(t *testing.T) {
	for name, l := range map[string]*tongue{"../docs/devices.md": &english, "../docs/devices.zh-CN.md": &chinese} {
		upToDate(t, name, []byte(l.page(t)))
	}
}

func (l *tongue) page(t *testing.T) string {
	list, each := l.columns, ""
	for _, name := range ProfileNames() {
		p, faults := FindProfile(name)
		check(t, faults.Err())
		list += row(fmt.Sprintf("[%s](#%s)", name, name), l.name(p), p.Protocol, strconv.Itoa(len(p.Points)))
		each += l.device(t, p)
	}
	return "<!-- Made from configs/profiles by go test ./configs -update. -->\n\n" + l.intro + "\n" + list + each
}

func (l *tongue) device(t *testing.T, p Profile) string {
	text := fmt.Sprintf("\n## %s\n\n%s / %s\n\n- %s\n", p.Name, p.TextZH, p.TextEN, fmt.Sprintf(l.source, p.Source))
	if len(p.Serial) > 0 {
		text += "- " + fmt.Sprintf(l.serial, strings.Join(p.Serial, ", ")) + "\n"
	}
	if p.Protocol == Modbus {
		text += "- " + fmt.Sprintf(l.request, p.MaxRegisters, p.MaxHole) + "\n"
	}
	var checked []string
	for _, g := range p.Golden {
		if !slices.Contains(checked, g.Source) {
			checked = append(checked, g.Source)
		}
	}
	if checked != nil {
		text += "- " + fmt.Sprintf(l.check, strings.Join(checked, "; ")) + "\n"
	}
	text += "\n" + map[string]string{Modbus: l.modbus, DLT645: l.meter, AnMTAgent: l.machine}[p.Protocol]
	for _, point := range p.Points {
		text += l.point(t, p.Protocol, point)
	}
	text += "\n" + l.caveats + "\n\n"
	for _, c := range p.Caveats {
		text += "- " + l.caveat(c) + "\n"
	}
	return text
}

func (l *tongue) point(t *testing.T, protocol string, p Point) string {
	cells := []string{"`" + p.Name + "`", l.what(t, p.Name), p.Unit}
	switch protocol {
	case AnMTAgent:
		return row(append(cells, p.Item, strings.Join(p.Is, ", "))...)
	case DLT645:
		cells = append(cells, fmt.Sprintf("%08X", p.Identifier), strconv.Itoa(p.Offset), strconv.Itoa(p.Length), l.mark(p.Signed))
	default:
		kind := p.Type
		if p.Order == "low-first" {
			kind += l.lowFirst
		}
		cells = append(cells, strconv.Itoa(p.Function), fmt.Sprintf("0x%04X", p.Address), kind)
	}
	counter := l.mark(p.Counter)
	if p.Rollover != 0 {
		counter = fmt.Sprintf(l.wraps, strconv.FormatFloat(p.Rollover, 'f', -1, 64))
	}
	return row(append(cells, strconv.FormatFloat(p.Scale, 'f', -1, 64), l.mark(p.Slow), counter)...)
}

func (l *tongue) mark(yes bool) string {
	if yes {
		return l.yes
	}
	return ""
}

func row(cells ...string) string {
	for i := range cells {
		cells[i] = strings.ReplaceAll(cells[i], "|", `\|`)
	}
	return "| " + strings.Join(cells, " | ") + " |\n"
}
