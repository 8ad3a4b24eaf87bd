package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// An output is where an answer goes; an empty file: standard output.
type output struct {
	file    string
	written bool // straight: it is a device or a pipe, and no file to be replaced
}

// settleFormat takes the format from the name of the file, if none is given.
func (c *reportCommand) settleFormat() {
	if c.Format != "" {
		return
	}
	c.Format = "table"
	if end := strings.TrimPrefix(filepath.Ext(string(c.Out)), "."); slices.Contains([]string{"csv", "json", "xlsx"}, end) {
		c.Format = end
	}
}

// output is where the answer goes. What cannot be written is said before anything is asked.
func (c *reportCommand) output() (output, error) {
	file := string(c.Out)
	if file == "" || file == "-" {
		if c.Format == "xlsx" && terminal(os.Stdout) {
			return output{}, usage(c.words("a workbook is nothing for a terminal: name a file, as with -o report.xlsx", "工作簿不能显示在终端上：请用 -o report.xlsx 指定文件"))
		}
		return output{}, nil
	}
	if info, err := os.Stat(filepath.Dir(file)); err != nil {
		return output{}, fmt.Errorf("--out: %w", err)
	} else if !info.IsDir() {
		return output{}, fmt.Errorf(c.words("--out: %s is no folder", "--out：%s 不是目录"), filepath.Dir(file))
	}
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return output{file: file}, nil
	case err != nil:
		return output{}, fmt.Errorf("--out: %w", err)
	case info.IsDir():
		return output{}, fmt.Errorf(c.words("--out: %s is a folder", "--out：%s 是目录"), file)
	case !info.Mode().IsRegular():
		return output{file, true}, nil
	case !c.Force:
		return output{}, fmt.Errorf(c.words("--out: %s is there already; --force writes over it", "--out：%s 已存在；用 --force 覆盖"), file)
	}
	if file, err = filepath.EvalSymlinks(file); err != nil {
		return output{}, fmt.Errorf("--out: %w", err)
	}
	return output{file: file}, nil
}

// write writes all of it: a file appears as a whole, or not at all.
func (o output) write(answer []byte) error {
	switch {
	case o.file == "":
		_, err := os.Stdout.Write(answer)
		return err
	case !o.written:
		return replaceFile(o.file, answer)
	}
	f, err := os.OpenFile(o.file, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(answer)
	return errors.Join(err, f.Close())
}
