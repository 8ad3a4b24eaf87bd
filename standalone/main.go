// Command standalone is basemeter for a single site in one program: the agent, a broker, a real InfluxDB 1.8.10, the
// collector and its page. Its demo runs a simulated base on real wires.
package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"basemeter/agent"
)

type cli struct {
	Demo    demoCommand      `cmd:"" help:"A simulated base on real wires, measured for real. / 演示：模拟实训基地，真实采集"`
	Run     runCommand       `cmd:"" help:"A single site with real wires. / 单个基地正式运行"`
	Check   checkCommand     `cmd:"" help:"Check site.yaml and list every fault at once. / 检查配置文件"`
	Log     slog.Level       `default:"warn" help:"What is logged to standard error: debug, info, warn or error. / 日志级别"`
	Version kong.VersionFlag `help:"Print the version. / 显示版本"`
}

func main() {
	var c cli
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends it at once
	kctx := kong.Parse(&c, kong.Name("standalone"), kong.Vars{"version": agent.Version},
		kong.Description("basemeter for a single site in one program. / 单站一体程序"),
		kong.BindTo(ctx, (*context.Context)(nil)))
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: c.Log}))
	kctx.FatalIfErrorf(kctx.Run(log))
}
