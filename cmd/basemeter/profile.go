package main

import (
	"fmt"
	"os"
	"text/tabwriter"

	"basemeter/configs"
)

type profileCommand struct {
	List  profileList  `cmd:"" help:"The devices known by name. / 列出已支持的设备"`
	Show  profileShow  `cmd:"" help:"Print a device's table, to copy and change. / 输出某设备的寄存器表，供复制修改"`
	Check profileCheck `cmd:"" help:"List every fault of a table; of a sound one, what would be asked and what to look at. / 检查寄存器表"`
}

type profileList struct {
	Lang string `default:"${lang}" enum:"zh,en" help:"Language of the list. / 列表语言"`
}

// Run prints the names first and the texts last: Chinese is wider than its letters count.
func (c *profileList) Run() error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, name := range configs.ProfileNames() {
		p, faults := configs.FindProfile(name)
		if err := faults.Err(); err != nil {
			return err
		}
		text := p.TextZH
		if c.Lang == "en" {
			text = p.TextEN
		}
		fmt.Fprintf(w, "%s\t%s\t%3d\t%s\n", p.Name, p.Protocol, len(p.Points), text) // Flush returns its error
	}
	return w.Flush()
}

type profileShow struct {
	Name string `arg:"" help:"Such as sdm120. / 名称，如 sdm120"`
}

// Run prints the file as it is.
func (c *profileShow) Run() error {
	text, err := configs.ProfileText(c.Name)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(text)
	return err
}

type profileCheck struct {
	Files []string `arg:"" name:"file" help:"Files ending in .yaml, or names of known devices. / 以 .yaml 结尾的文件，或已支持设备的名称"`
	Lang  string   `default:"${lang}" enum:"zh,en" help:"Language of what is said of a sound file. / 说明的语言"`
}

// Run says of each file what is wrong with it or, if nothing is, what it comes to.
func (c *profileCheck) Run() error {
	bad := 0
	for _, file := range c.Files {
		p, faults := configs.FindProfile(file)
		if len(faults) > 0 {
			bad += len(faults)
			if _, err := fmt.Println(faults); err != nil {
				return err
			}
			continue
		}
		a := account{speaker{lang: c.Lang}, p}
		if err := a.write(os.Stdout, file); err != nil {
			return err
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d faults", bad)
	}
	return nil
}
