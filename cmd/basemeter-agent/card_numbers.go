package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"basemeter/drivers"
	"basemeter/drivers/badge"
)

// shown is how a command is told which card is meant.
type shown struct {
	Reader  string `xor:"from" required:"" help:"A badge reader of the configuration, by its name. / 配置中的读卡器"`
	Numbers string `xor:"from" required:"" placeholder:"FILE" help:"Or a file of numbers, one a line; - is standard input. Never write a number on the command line. / 或卡号文件，每行一个；- 为标准输入。不要把卡号写在命令行里"`
	Digits  string `enum:"hex,decimal,wiegand" default:"decimal" help:"How the file writes them, with as many digits as the reader tells: hex, decimal, or wiegand as 061,02437. / 卡号写法，位数须与读卡器一致"`
}

// forms are the written forms of a number.
var forms = map[string]func([]byte) (badge.Number, error){"hex": badge.Hex, "decimal": badge.Decimal, "wiegand": badge.Wiegand}

// A listed is a number of a list, and where it stands.
type listed struct {
	badge.Number
	line int
}

// list reads the file of numbers. Bad is how many lines hold none: each is said, by its number alone, and left out.
func (s *shown) list() (numbers []listed, bad int, err error) {
	from := os.Stdin
	if s.Numbers != "-" {
		if from, err = os.Open(s.Numbers); err != nil {
			var why *fs.PathError // without the name: somebody may have written a number for it
			errors.As(err, &why)
			return nil, 0, fmt.Errorf("--numbers wants the name of a file, or -: %w / 应为文件名或 -", why.Err)
		}
		defer from.Close()
	}
	lines := bufio.NewScanner(from)
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), []byte("\ufeff")))
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		number, err := forms[s.Digits](line)
		if err != nil {
			bad++
			leftOut(n, strings.TrimSuffix(err.Error(), ": "+drivers.ErrGarbled.Error())+" / 不是所选写法的卡号")
			continue
		}
		numbers = append(numbers, listed{number, n})
	}
	return numbers, bad, lines.Err()
}

// leftOut says that a line was. It goes where prompts go: what a command finds out is by itself on standard output.
func leftOut(line int, why string) { fmt.Fprintf(os.Stderr, "line / 第 %d 行: %s\n", line, why) }

// each gives every card that is meant to do, with its line in the list or how many were shown with it. Those that are
// shown are so many, or any until ctx ends if many is 0.
func (s *shown) each(ctx context.Context, d *desk, many int, do func(at int, n badge.Number) error) error {
	if s.Reader == "" {
		numbers, bad, err := s.list()
		done := map[badge.Number]bool{}
		for _, n := range numbers {
			if err == nil && !done[n.Number] {
				err = do(n.line, n.Number)
			}
			done[n.Number] = true
		}
		return orLeftOut(err, bad)
	}
	reader, err := d.reader(s.Reader)
	if err != nil {
		return err
	}
	defer reader.Close()
	for n := 1; many == 0 || n <= many; n++ {
		fmt.Fprintln(os.Stderr, "Show the card. / 请刷卡。")
		number, err := sight(ctx, reader)
		if ctx.Err() != nil {
			return nil
		}
		if err == nil {
			err = do(n, number)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// orLeftOut is err or, without one, that some lines were left out.
func orLeftOut(err error, bad int) error {
	if err == nil && bad > 0 {
		err = fmt.Errorf("%d lines were left out / 有 %d 行未处理", bad, bad)
	}
	return err
}
