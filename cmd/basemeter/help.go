package main

import (
	"fmt"
	"os"

	"github.com/alecthomas/kong"
)

// exitUsage is for a command that cannot be meant; what could not be done is 1.
const exitUsage = 2

// exit is os.Exit, with one number for all that is wrong with a command line: kong has another for the part that it finds.
func exit(code int) {
	const ofKong = 80
	if code == ofKong {
		code = exitUsage
	}
	os.Exit(code)
}

// help ends with examples, where the reader's eye is.
func help(options kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil {
		return err
	}
	if node := ctx.Selected(); node == nil || node.Name != "report" {
		return nil
	}
	_, err := fmt.Fprint(ctx.Stdout, reportExamples)
	return err
}

const reportExamples = `
Examples / 示例
  basemeter report --list metrics                                        # what figures there are / 有哪些指标
  basemeter report --period 2025-2026                                    # an academic year, by base / 一个学年，按基地
  basemeter report --period 2026-03 --by city,month --metric effective_hours,external_share
  basemeter report --period 2025-2026-1 --base nc-vtc-cnc --by asset     # a term of this base / 该基地的一个学期
  basemeter report --period 2026 --people --by base,user_group           # who was there / 谁来过
  basemeter report --period 2025-2026 --metric all -o figures.csv        # every figure of machines / 全部设备指标
  basemeter report --period 2025-2026 --form sj3 --base nc-vtc-cnc -o sj3.xlsx
  basemeter report --period 2025-2026 --form utilisation --frozen 2025-2026.1 -o year.xlsx
`
