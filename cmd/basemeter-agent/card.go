package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"

	"basemeter/agent"
	"basemeter/agent/cards"
	"basemeter/agent/clock"
	"basemeter/configs"
	"basemeter/drivers"
	"basemeter/drivers/badge"
	"basemeter/drivers/port"
)

// card is what an administrator does with cards. No command prints a card's number, nor logs it: it is read from a
// reader, a file or standard input, never from the command line, which a shell's history keeps.
type card struct {
	Enroll enroll     `cmd:"" help:"Enrol cards in a group, from a reader or a list of numbers. / 把卡片登记到班组"`
	Erase  erase      `cmd:"" help:"Take a card out of the table, and say what the centre must be asked to erase. / 删除卡片"`
	Export exportCard `cmd:"" help:"Say, as JSON, what this gateway knows of a card. / 导出本网关所知的卡片信息"`
	List   listCards  `cmd:"" help:"List the groups, and how many cards each has. / 列出班组和卡片数"`
	Keys   keys       `cmd:"" help:"Make the keys of the pseudonyms ahead, to be copied to the base's other gateways. / 提前生成假名密钥，以便复制到基地其他网关"`
}

// A desk is what the commands work with.
type desk struct {
	Config string `short:"c" required:"" type:"existingfile" help:"The configuration of the gateway: agent.yaml, or site.yaml. / 网关的配置文件"`

	config configs.Agent
	ring   *badge.Ring
	table  *cards.Table
}

func (d *desk) open() error {
	config, faults := configs.Load[configs.Agent](d.Config)
	if site, fewer := configs.Load[configs.Site](d.Config); len(fewer) < len(faults) { // it is a site's
		config, faults = site.Agent, fewer
	}
	var fatal configs.Faults
	if d.config, fatal = config.Without(faults); len(fatal) > 0 {
		return fatal
	}
	d.ring = agent.Keys(d.config, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	var err error
	d.table, err = cards.Open(d.config.CardsFile)
	return err
}

// now is this moment by the gateway's clock.
func (d *desk) now() drivers.Instant {
	face := clock.Look(d.config.Clock.Trust)
	return drivers.Instant{Mono: face.Mono, Wall: face.Wall, Synced: face.Synced}
}

// reader opens a reader of the configuration. With a card in it the agent would have it; nothing is published.
func (d *desk) reader(name string) (*badge.Reader, error) {
	var names []string
	for _, l := range d.config.Lines {
		if l.IsReader() && l.Name == name {
			return agent.Reader(l, d.ring, d.now)
		}
		if l.IsReader() {
			names = append(names, l.Name)
		}
	}
	return nil, fmt.Errorf("%s has no badge reader %q; it has: %s / 配置中没有这个读卡器", d.Config, name, cmp.Or(strings.Join(names, ", "), "none"))
}

// sight waits for a card until ctx ends. It says so where somebody else has the reader.
func sight(ctx context.Context, reader *badge.Reader) (badge.Number, error) {
	for {
		number, _, err := reader.Sight(ctx)
		switch {
		case number != badge.Number{}:
			return number, nil
		case ctx.Err() != nil:
			return badge.Number{}, ctx.Err()
		case errors.Is(err, drivers.ErrGarbled):
			fmt.Fprintln(os.Stderr, "That could not be read; show it again. / 未读到完整卡号，请再刷一次。")
		case errors.Is(err, port.ErrBusy), errors.Is(err, syscall.EBUSY):
			return badge.Number{}, fmt.Errorf("%w\n%s", err, busy)
		case err != nil:
			return badge.Number{}, err
		}
	}
}

const busy = `The agent that runs has this reader. Stop it while cards are enrolled (systemctl stop basemeter-agent), or use another
reader that stands in a configuration of its own, with the same badge_key_file and cards_file.
运行中的网关程序正占用这个读卡器。登记期间请先停止它（systemctl stop basemeter-agent）；或另接一个读卡器，写在单独的配置
文件里，badge_key_file 和 cards_file 与网关相同。`

// random is why a card is refused.
const random = `its number is a random one (ISO/IEC 14443-3: four bytes, the first 08), which a card makes anew each time: it could never
be known again. Use another card; a phone is none. Cards of 125 kHz may have such a number for good: --fixed takes them.
这是随机卡号（ISO/IEC 14443-3：四字节，首字节 08），每次刷卡都会变，无法再次识别。请换一张卡，手机不行。125 kHz 卡的卡号
是固定的，可能碰巧如此：加 --fixed 即可登记。`

// listCards lists groups. It shows no pseudonym: who sees the screen has no need of one.
type listCards struct{ desk }

func (l *listCards) Run() error {
	if err := l.open(); err != nil {
		return err
	}
	count := map[cards.Card]int{}
	var kinds []cards.Card // in the order of the table
	for _, c := range l.table.All() {
		kind := cards.Card{Group: c.Group, Purpose: c.Purpose, Year: c.Year}
		if count[kind]++; count[kind] == 1 {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 0 {
		fmt.Println("No card is enrolled. / 没有登记的卡片。")
		return nil
	}
	slices.SortStableFunc(kinds, func(a, b cards.Card) int {
		return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Purpose, b.Purpose))
	})
	to := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(to, "year\tgroup\tpurpose\tcards\t/ 学年 班组 用途 卡片数")
	for _, k := range kinds {
		fmt.Fprintf(to, "%s\t%s\t%s\t%d\t\n", k.Year, k.Group, cmp.Or(k.Purpose, "-"), count[k])
	}
	return to.Flush()
}

// keys makes keys ahead.
type keys struct {
	desk
	Years int `enum:"1,2" default:"2" help:"1: this academic year's; 2: the next one's as well. / 1 只生成本学年，2 连同下学年"`
}

func (k *keys) Run() error {
	if err := k.open(); err != nil {
		return err
	}
	if _, err := k.ring.Ahead(k.now(), k.Years); err != nil {
		return err
	}
	all, err := k.ring.All()
	for _, key := range all {
		fmt.Printf("%s  %s\n", yearOf(key.Year), k.ring.File(key.Year))
	}
	return err
}

// yearOf is a key's year as people read it.
func yearOf(y badge.Year) string {
	if y == 0 {
		return "no year / 无学年"
	}
	return y.String()
}
