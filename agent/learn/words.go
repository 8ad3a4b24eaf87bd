package learn

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Doubt is something to look at before a proposal is used.
type Doubt struct {
	Fatal  bool // there is no proposal
	EN, ZH string
}

var (
	noData     = Doubt{true, "there are no readings at all: is the meter configured, and does it answer?", "没有任何读数：请检查电表是否已配置、是否有应答。"}
	tooShort   = Doubt{false, "the time is short: record at least a working day, from before the machine is switched on until after it is switched off", "记录时间太短：请至少记录一个完整工作日，从开机之前到关机之后。"}
	reversed   = Doubt{true, "the power is negative: the current clamp is the wrong way round, or two wires of it are swapped", "功率为负：电流互感器方向装反，或其两根线接反。"}
	neverOn    = Doubt{true, "the machine has been off all the time: record while it is used; if it was, the meter does not carry its current", "设备一直处于停机状态：请在使用期间记录；若期间确有使用，说明电表没有接到这台设备上。"}
	oneLevel   = Doubt{true, "the power has stayed at one level: either it was never switched off and never worked, or power does not tell; record a whole day of use, or take a run contact or the stack light instead", "功率始终处于同一水平：可能既未关机也未加工，也可能功率本身无法区分；请记录完整的使用日，或改用运行触点、三色灯信号。"}
	broad      = Doubt{true, "above off there is one broad level: idling and working flow into each other, so power alone cannot tell them apart; take a run contact or the green lamp for running", "停机以上只有一个很宽的功率带：待机与加工相互重叠，仅凭功率无法区分；请用运行触点或绿灯信号判断运行。"}
	oneOnLevel = Doubt{false, "above off there is one level only, and it is taken for running: wrong if the machine only waited all that time, or waits at the power at which it works; record a day of work, or take a run contact or the green lamp", "停机以上只有一个功率水平，暂按运行处理：若期间设备只是通电等待，或等待与加工功率相同，则不正确；请补充记录一个加工日，或改用运行触点、绿灯信号。"}
	neverOff   = Doubt{false, "the machine has never been seen off: the lower threshold is a guess, half of its least power; record while it is switched off at its main switch", "未见过停机状态：下限阈值只是估计（最低功率的一半）；请在断开总开关时补充记录。"}
	manyLevels = Doubt{false, "there are several levels of work, and the lowest is taken for standby: look whether it is, for an idling spindle may be the second", "存在多个功率水平，其中最低的按待机处理：请核对，主轴空转可能是第二个水平。"}
	unclear    = Doubt{false, "the valley between the levels is narrow or not empty: compare a day of states with what was done, or take a run contact", "功率水平之间的间隔很窄或并不空：请用一天的状态与实际使用情况核对，或改用运行触点。"}
	seldom     = Doubt{false, "some state has been seen less than three times: record longer", "某些状态出现不足三次：请延长记录时间。"}
)

func (p *Proposal) doubt(d Doubt) { p.Doubts = append(p.Doubts, d) }

func (p *Proposal) has(d Doubt) bool { return slices.Contains(p.Doubts, d) }

// Tells is false if power alone cannot tell the states apart.
func (p *Proposal) Tells() bool {
	return !slices.ContainsFunc(p.Doubts, func(d Doubt) bool { return d.Fatal })
}

// YAML is the proposal as a piece of an asset in agent.yaml, with its doubts as comments. Without thresholds it is
// nothing but comments.
func (p *Proposal) YAML(point string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "    # learned from %v of %s", p.Time.Round(time.Minute), point)
	if p.Tells() {
		fmt.Fprintf(&b, ", %.0f %% sure", 100*p.Confidence)
	}
	b.WriteString("\n")
	for _, d := range p.Doubts {
		fmt.Fprintf(&b, "    # %s\n    # %s\n", d.EN, d.ZH)
	}
	if p.Tells() {
		fmt.Fprintf(&b, "    thresholds:\n      point: %s\n      standby_above: %s\n      running_above: %s\n      hysteresis: %s\n    dwell: %v\n",
			point, plain(p.StandbyAbove), plain(p.RunningAbove), plain(p.Hysteresis), p.Dwell)
	}
	return b.String()
}

// plain is a number without an exponent, which agent.yaml takes as well but people do not.
func plain(v float64) string {
	s := fmt.Sprintf("%.6f", v)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}
