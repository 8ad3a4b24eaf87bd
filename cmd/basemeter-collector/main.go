// Command basemeter-collector is the centre: it takes what gateways publish, writes it to InfluxDB, keeps the ledger,
// and answers those who ask for figures.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"basemeter/collector"
	"basemeter/configs"
)

type cli struct {
	Run         run              `cmd:"" help:"Run a collector. / 运行采集服务"`
	Check       check            `cmd:"" help:"Check a configuration and list every fault at once. / 检查配置文件"`
	Restate     restate          `cmd:"" help:"Judge a span of the ledger anew, by the facts and the plan as they are now. / 按现有数据与计划重新核算"`
	Freeze      freeze           `cmd:"" help:"Keep a period's ledger as it is, for ever. / 冻结某一统计期"`
	Frozen      frozen           `cmd:"" help:"List the frozen versions. / 列出冻结版本"`
	Correct     correct          `cmd:"" help:"Correct how a span of an asset was judged; the original is kept. / 更正（保留原始记录）"`
	Corrections corrections      `cmd:"" help:"List the corrections of a base. / 列出更正记录"`
	Card        card             `cmd:"" help:"What is kept of one card, and making it nobody's. / 查询或抹除某张卡的记录"`
	Token       token            `cmd:"" help:"Tokens: who may see the province, a city or a base. / 访问令牌：省、市、基地的查看权限"`
	Version     kong.VersionFlag `help:"Print the version. / 显示版本"`
}

type run struct {
	Config string     `short:"c" required:"" type:"existingfile" help:"The configuration, such as /etc/basemeter/collector.yaml. / 配置文件"`
	Log    slog.Level `default:"info" help:"What is logged to standard error: debug, info, warn or error. / 日志级别"`
}

type check struct {
	Config string `short:"c" required:"" type:"existingfile" help:"The configuration. / 配置文件"`
}

func main() {
	kctx := kong.Parse(&cli{}, kong.Name("basemeter-collector"), kong.Vars{"version": collector.Version},
		kong.Description("The centre of basemeter: takes facts, keeps the ledger, gives figures. / 中心：接收、入库、统计"))
	kctx.FatalIfErrorf(kctx.Run())
}

func (c *check) Run() error {
	return configs.Report[configs.Collector](c.Config, os.Stdout)
}

func (r *run) Run() error {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: r.Log}))
	config, faults := configs.Load[configs.Collector](r.Config)
	if len(faults) > 0 {
		fmt.Fprintln(os.Stderr, faults)
		return fmt.Errorf("%s: %d faults", r.Config, len(faults))
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends it at once
	c, err := collector.New(config, collector.Options{Log: log})
	if err != nil {
		return err
	}
	log.Info("collector runs", "broker", config.MQTT.Broker, "influxdb", config.InfluxDB.URL, "page", config.HTTP.Listen)
	return c.Run(ctx)
}
