package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"basemeter/collector/plan/sheets"
)

type planTemplate struct {
	File string `arg:"" help:"The workbook to write, ending in .xlsx; it must not exist. / 要生成的 .xlsx 文件，不能已存在"`
	Plan string `type:"existingdir" help:"The folder of a base's plan: its areas, assets and organisations can then be chosen. / 基地计划目录，用于下拉列表"`
	Lang string `default:"${lang}" enum:"zh,en" help:"Language of the workbook. / 模板语言"`
}

// Run writes a workbook to fill in, and never over one that somebody may have filled in.
func (c *planTemplate) Run() error {
	if filepath.Ext(c.File) != ".xlsx" {
		return fmt.Errorf("%s: the name must end in .xlsx", c.File)
	}
	lists, _, err := planLists(c.Plan)
	if err != nil {
		return err
	}
	if lists == nil {
		lists = &sheets.Lists{}
	}
	f, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	err = errors.Join(sheets.WriteTemplate(f, c.Lang, planPurposes(), *lists), f.Close())
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, errors.Join(err, os.Remove(c.File)))
	}
	return nil
}

type planImport struct {
	File  string `arg:"" help:"What to read, ending in .xlsx, .csv or .ics. / 要导入的文件"`
	Sheet string `help:"The sheet of a workbook; without it those called 课表 and 预约, lessons and bookings, or the only one. / 工作表名称"`
	As    string `enum:",lessons,bookings" default:"" help:"What the rows are, lessons or bookings, if the names of sheet and columns do not say it. / 按课程还是预约导入"`
	Out   string `help:"The file to write, timetable.yaml or bookings.yaml, or a folder for both; without it, standard output. / 输出文件或目录"`

	Skip    []string `help:"Columns to leave out, such as 教师,备注. / 略过的列"`
	Replace bool     `help:"Write over a file that was not written by an import. / 覆盖并非由导入生成的文件"`
	Plan    string   `type:"existingdir" help:"The folder of the base's plan: cells may then hold names, and what they name is checked. / 基地计划目录，可填写名称并核对"`

	Term         string `help:"The term of rows that have none. / 未填写时的学期"`
	Purpose      string `help:"The purpose of rows and events that have none. / 未填写时的用途"`
	Organisation string `help:"The organisation of rows and events that have none. / 未填写时的单位"`
	Area         string `help:"The area of rows and events that name no place. / 未填写时的场地"`
	Timezone     string `default:"Asia/Shanghai" help:"The base's, for calendars, without --plan. / 基地时区，用于 .ics，未指定 --plan 时有效"`
	Lang         string `default:"${lang}" enum:"zh,en" help:"Language of what is said. / 提示语言"`
}

// Run imports all of a file, or tells everything that is wrong with it and writes nothing.
func (c *planImport) Run() error {
	lists, zone, err := planLists(c.Plan)
	if err != nil {
		return err
	}
	if zone == nil {
		if zone, err = time.LoadLocation(c.Timezone); err != nil {
			return fmt.Errorf("--timezone: %w", err)
		}
	}
	content, faults := sheets.Read(c.File, sheets.Options{
		Sheet: c.Sheet, As: kindsOfRows[c.As], Skip: c.Skip, Purposes: planPurposes(), Plan: lists, Zone: zone,
		Term: c.Term, Purpose: c.Purpose, Organisation: c.Organisation, Area: c.Area,
	})
	for _, n := range content.Notes {
		fmt.Fprintln(os.Stderr, n.In(c.Lang))
	}
	if len(faults) > 0 {
		fmt.Fprintln(os.Stderr, faults.In(c.Lang))
		return fmt.Errorf(c.words("%s: %s; nothing was imported", "%s：%s，未导入"), c.File, c.words(counted(len(faults), "fault"), fmt.Sprintf("%d 处错误", len(faults))))
	}
	return c.write(content)
}

// maxPlanBytes is what the plan's loader reads of a file: twenty thousand lessons.
const maxPlanBytes = 4 << 20

var kindsOfRows = map[string]sheets.Kind{"": sheets.Either, "lessons": sheets.Lessons, "bookings": sheets.Bookings}

// write writes one file, or both into a folder.
func (c *planImport) write(content sheets.Content) error {
	kind := sheets.Lessons
	if len(content.Lessons) == 0 {
		kind = sheets.Bookings
	}
	folder := false
	if info, err := os.Stat(c.Out); err == nil {
		folder = info.IsDir()
	}
	both := len(content.Lessons) > 0 && len(content.Bookings) > 0
	switch {
	case both && !folder:
		return errors.New(c.words("the file holds lessons and bookings: say which with --as, or name a folder with --out",
			"文件中既有课程也有预约：请用 --as 指定，或用 --out 指定目录"))
	case c.Out == "":
		_, err := os.Stdout.Write(content.Encode(kind, filepath.Base(c.File)))
		return err
	case both:
		return errors.Join(c.save(content, sheets.Lessons, filepath.Join(c.Out, "timetable.yaml")),
			c.save(content, sheets.Bookings, filepath.Join(c.Out, "bookings.yaml")))
	case folder && kind == sheets.Lessons:
		return c.save(content, kind, filepath.Join(c.Out, "timetable.yaml"))
	case folder:
		return c.save(content, kind, filepath.Join(c.Out, "bookings.yaml"))
	}
	return c.save(content, kind, c.Out)
}

// save puts a file where it belongs as a whole, and says so.
func (c *planImport) save(content sheets.Content, kind sheets.Kind, file string) error {
	text := content.Encode(kind, filepath.Base(c.File))
	if len(text) > maxPlanBytes {
		return fmt.Errorf(c.words("%s would be larger than %d MiB, the most a file of a plan may be; import fewer rows", "%s 将超过计划文件的上限 %d MiB，请减少行数"), file, maxPlanBytes>>20)
	}
	old, err := begins(file, len(sheets.Mark))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case string(old) != sheets.Mark && !c.Replace:
		return fmt.Errorf(c.words("%s was not written by an import; name another file, or say --replace", "%s 并非由导入生成；请换文件名，或用 --replace 覆盖"), file)
	}
	if err := replaceFile(file, text); err != nil {
		return err
	}
	said := c.words("%d lessons from %s to %s\n", "%d 门课程：%s → %s\n")
	count := len(content.Lessons)
	if kind == sheets.Bookings {
		said, count = c.words("%d bookings from %s to %s\n", "%d 条预约：%s → %s\n"), len(content.Bookings)
	}
	_, err = fmt.Printf(said, count, c.File, file)
	return err
}

func (c *planImport) words(en, zh string) string {
	if c.Lang == "zh" {
		return zh
	}
	return en
}

// begins is the beginning of a file.
func begins(file string, size int) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, int64(size)))
}

// replaceFile writes beside the file first: who reads it meanwhile has the old one or the new one.
func replaceFile(file string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // which is gone if all went well
	_, err = io.Copy(f, bytes.NewReader(text))
	if err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}
