// Command basemeter is the tool for people: it asks a collector for figures, and checks profiles of devices.
package main

import (
	"context"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

type cli struct {
	Report  reportCommand    `cmd:"" help:"Figures with their coverage, and forms: as table, CSV, JSON or workbook. / 查询指标、生成报表"`
	Profile profileCommand   `cmd:"" help:"Profiles of devices: which there are, and whether yours is right. / 设备描述表"`
	Plan    planCommand      `cmd:"" help:"Plans: whether one is right, what it says of a moment, what a change of it changes; import. / 计划（校历、课程表、预约）"`
	Version kong.VersionFlag `help:"Print the version. / 显示版本"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // whoever asks twice is not waited for
	kctx := kong.Parse(&cli{}, kong.Name("basemeter"), kong.Vars{"version": version, "lang": language(os.Getenv("LANG"))},
		kong.Description("Asks a collector how much machines are really used, and checks profiles of devices and plans. / 查询设备真实使用情况，检查设备描述表与计划"),
		kong.Exit(exit), kong.Help(help), kong.BindTo(ctx, (*context.Context)(nil)))
	kctx.FatalIfErrorf(kctx.Run())
}

const version = "0.1.0"

// language is English only where the terminal says so: most who read this read Chinese first.
func language(lang string) string {
	if strings.HasPrefix(lang, "en") {
		return "en"
	}
	return "zh"
}
