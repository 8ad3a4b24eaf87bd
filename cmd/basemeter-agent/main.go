// Command basemeter-agent is the gateway: it reads machines and badge readers, keeps what it saw on its disk, and
// publishes it until the centre has it.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"basemeter/agent"
	"basemeter/agent/cards"
	"basemeter/configs"
	"basemeter/drivers/gpio"
)

type cli struct {
	Run     run              `cmd:"" help:"Run the gateway. A bad or missing device is reported and left out. / 运行网关"`
	Check   check            `cmd:"" help:"Check a configuration and list every fault at once. / 检查配置文件"`
	Ports   ports            `cmd:"" help:"List serial adapters, under names that stay, and GPIO lines. / 列出串口适配器和 GPIO 引脚"`
	Scan    scanLine         `cmd:"" help:"Search a line for devices, and print a piece of configuration. / 搜索线路上的设备"`
	Probe   probe            `cmd:"" help:"Show registers of a device in every decoding. / 以各种格式显示寄存器"`
	Watch   watch            `cmd:"" help:"Show live values, states and how well each device answers. / 实时显示数值与状态"`
	Status  status           `cmd:"" help:"The same, once. / 显示一次当前状态"`
	Card    card             `cmd:"" help:"Enrol cards, erase them, and say what is known of one. / 登记、删除和查询卡片"`
	Learn   learnAsset       `cmd:"" help:"Watch a machine's power and propose thresholds. / 根据功率学习阈值"`
	Version kong.VersionFlag `help:"Print the version. / 显示版本"`
}

type run struct {
	Config string     `short:"c" required:"" type:"existingfile" help:"The configuration, such as /etc/basemeter/agent.yaml. / 配置文件"`
	Log    slog.Level `default:"info" help:"What is logged to standard error: debug, info, warn or error. / 日志级别"`
}

func main() {
	// What a gateway holds is below 1 MB; up to 4 MB of waste beside it, as is usual, is more than a tenth of its memory.
	debug.SetGCPercent(50)
	kctx := kong.Parse(&cli{}, kong.Name("basemeter-agent"), kong.Vars{"version": agent.Version},
		kong.Description("The gateway of basemeter: reads machines, keeps what it saw, publishes it. / 网关：读取设备、保存、上报"))
	kctx.FatalIfErrorf(kctx.Run())
}

func (r *run) Run() error {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: r.Log}))
	hup, deaf := hangups()
	defer deaf()
	config, faults := configs.Load[configs.Agent](r.Config)
	config, fatal := config.Without(faults)
	if len(fatal) > 0 {
		fmt.Fprintln(os.Stderr, fatal)
		return fmt.Errorf("%s: %d faults concern the gateway as a whole", r.Config, len(fatal))
	}
	table, unread := cards.Open(config.CardsFile)
	a, err := agent.New(config, faults, agent.Options{Log: log, Pins: gpio.ByName, Drain: 3 * time.Second, Cards: table.Of})
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends it at once
	log.Info("gateway runs", "base", config.Base, "gateway", config.Gateway, "lines", len(config.Lines), "assets", len(config.Assets), "page", config.HTTP.Listen)
	if unread != nil {
		a.CardsRead(unread)
	}
	var beside sync.WaitGroup
	beside.Go(func() { follow(ctx, r.Config, config, a, hup) })
	beside.Go(func() { table.Watch(ctx, a.CardsRead) })
	err = a.Run(ctx)
	stop()
	beside.Wait()
	return err
}
