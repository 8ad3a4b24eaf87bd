package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"basemeter/collector/plan"
	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/configs"
)

type demoCommand struct {
	For  time.Duration `help:"End by itself after this long; else Ctrl-C ends it. / 运行多久后自动结束"`
	JSON bool          `help:"At the end print one JSON object on standard output. / 结束时输出 JSON"`
	Dir  string        `type:"path" help:"Keep the state here. Default: a temporary folder, removed at the end. / 数据目录"`
	Grid time.Duration `default:"10s" help:"Spells are cut on it: a divisor of an hour, 1s to 1h. / 时间网格"`
	Addr string        `default:"127.0.0.1:8080" help:"Where the page is served. / 网页地址"`
	Seed uint64        `default:"1" help:"What the machines do is a function of it. / 随机种子"`
}

// Run starts everything, says where to look, and ends with the report.
func (d *demoCommand) Run(ctx context.Context, log *slog.Logger) (err error) {
	if d.Grid < time.Second || d.Grid > time.Hour || time.Hour%d.Grid != 0 {
		return fmt.Errorf("--grid: %v does not divide an hour; allowed: 1s to 1h, such as 5s, 10s, 1m, 5m", d.Grid)
	}
	page, err := d.listen()
	if err != nil {
		return err
	}
	if d.Dir == "" {
		if d.Dir, err = os.MkdirTemp("", "basemeter-demo-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(d.Dir)) }()
	}
	plant, err := newPlant(d.Seed, time.Now())
	if err != nil {
		return err
	}
	if d.For > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, d.For)
		defer cancel()
	}
	config := plant.config(d.Dir, d.Grid)
	config.Plan = filepath.Join(d.Dir, "plan")
	if err := writePlan(config.Plan, time.Now()); err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	if err := enrol(config, log); err != nil {
		return fmt.Errorf("cards: %w", err)
	}
	s, err := open(ctx, config, nil, page, plant.pin, log)
	if err != nil {
		return err
	}
	d.welcome(os.Stderr, config, page)
	var r result
	err = d.work(ctx, s, plant, config, &r)
	if err = errors.Join(err, s.close()); err != nil {
		return err
	}
	if err := d.print(r); err != nil {
		return err
	}
	return r.verdict()
}

// listen takes the address asked for; if that is the default and somebody has it, any other port.
func (d *demoCommand) listen() (net.Listener, error) {
	l, err := net.Listen("tcp", d.Addr)
	if err != nil && d.Addr == "127.0.0.1:8080" {
		l, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return nil, fmt.Errorf("--addr: %w", err)
	}
	if at, is := l.Addr().(*net.TCPAddr); !is || !at.IP.IsLoopback() {
		l.Close()
		return nil, fmt.Errorf("--addr: others can reach %s, and the demo asks for no token; allowed: an address of this machine alone, such as 127.0.0.1:8080", l.Addr())
	}
	return l, nil
}

// work runs plant and site until ctx ends. The plant outlives the site: its machines do not stop because nobody looks.
func (d *demoCommand) work(ctx context.Context, s *site, p *plant, c configs.Site, r *result) error {
	machines, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var g errgroup.Group
	g.Go(func() error { return p.run(machines) })
	g.Go(func() error {
		defer stop()
		return s.run(ctx, func(ctx context.Context) error { return r.gather(ctx, s, c) })
	})
	return g.Wait()
}

func (d *demoCommand) welcome(w io.Writer, c configs.Site, page net.Listener) {
	fmt.Fprintf(w, `basemeter demo / 演示

  a base with %d machines on %d lines: Modbus TCP, Modbus RTU on a pty, a badge reader on a pty, GPIO pins
  agent → MQTT broker → collector → InfluxDB 1.8.10, all in this program; state in %s
  模拟基地：%d 台设备，%d 条线路；网关、MQTT、采集服务、InfluxDB 均在本程序内

  look here / 请打开   http://%s/
  stop / 停止          Ctrl-C
`, len(c.Assets), len(c.Lines), c.Dir, len(c.Assets), len(c.Lines), page.Addr())
	if d.For > 0 {
		fmt.Fprintf(w, "  ends by itself / 自动结束   %v\n", d.For)
	}
	fmt.Fprintln(w)
}

func (d *demoCommand) print(r result) error {
	if d.JSON {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		return out.Encode(r)
	}
	fmt.Printf("%d spells in %d batches, all acknowledged by the database; conservation error %d ms\n%d 个时段，%d 个批次，全部入库；时间守恒误差 %d 毫秒\n\n",
		r.Spells, r.Batches.Acknowledged, r.ConservationErrorMS, r.Spells, r.Batches.Acknowledged, r.ConservationErrorMS)
	for _, part := range []struct {
		title  string
		answer report.Answer
	}{{"设备 / machines", r.Report}, {"用途与使用方 / by purpose and user", r.Purposes}, {"人员 / people", r.People}} {
		fmt.Println(part.title)
		if err := table.WriteText(os.Stdout, part.answer.Sheet(named, r.catalogue).Within(table.WidthOf(os.Stdout), "zh", wholeTable), "zh"); err != nil {
			return err
		}
		fmt.Println()
	}
	return nil
}

// wholeTable is where all columns of the tables are to be had.
var wholeTable = table.Text{ZH: "请加宽终端，或用 --json 取得全部数字。", EN: "A wider terminal or --json has them all."}

// named is what an id of the taxonomy is called.
func named(id string) table.Text {
	words := plan.Taxonomy()
	return table.Text{ZH: words.Words("zh")(id), EN: words.Words("en")(id)}
}
