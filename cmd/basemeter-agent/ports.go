package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"

	"basemeter/drivers/gpio"
	"basemeter/drivers/port"
)

// inChinese are drivers/port's reasons for a name.
var inChinese = strings.NewReplacer(
	"it is part of the board, and keeps its number", "板载串口，编号不会变",
	"; but the kernel talks on it: take console= out of its command line", "；但内核正把它用作控制台：请从启动参数中去掉 console=",
	"nothing says which socket it is in", "无法得知插在哪个插口",
	"another adapter here has the same by-id name: leave it in this socket", "本机另有一个同名适配器：请不要换插口",
	"it has no serial number, so the next of its kind will have the same by-id name: leave it in this socket", "它没有序列号，再插一个同类适配器就会同名：请不要换插口",
	"it has a serial number, so any socket will do", "它有序列号，换插口也不受影响",
)

// ports lists what can be written behind port: in a configuration.
type ports struct{}

func (p *ports) Run() error {
	adapters, err := port.List()
	if err != nil {
		return err
	}
	listPorts(os.Stdout, adapters)
	chips, err := gpio.Chips()
	listChips(os.Stdout, chips)
	return err
}

// listChips says what can be written behind pin:.
func listChips(to io.Writer, chips []gpio.Chip) {
	for _, c := range chips {
		fmt.Fprintf(to, "%s  %s, GPIO, lines %s:0 to %d / 引脚\n", c.Label, c.Name, c.Label, len(c.Lines)-1)
		for offset, l := range c.Lines {
			switch name := cmp.Or(l.Name, fmt.Sprintf("%s:%d", c.Label, offset)); {
			case l.Used:
				fmt.Fprintf(to, "    %s  used by / 已被占用 %s\n", name, l.Consumer)
			case strings.HasPrefix(l.Name, "GPIO"):
				fmt.Fprintf(to, "    %s\n", name)
			}
		}
	}
}

func listPorts(to io.Writer, adapters []port.Adapter) {
	if len(adapters) == 0 {
		fmt.Fprintln(to, "No serial adapter is plugged in. / 没有插入串口适配器。")
		return
	}
	for _, a := range adapters {
		fmt.Fprintf(to, "%s\n", a.Stable)
		fmt.Fprintf(to, "    %s", a.Device)
		for _, word := range []string{a.Driver, a.Vendor, a.Product} {
			if word != "" {
				fmt.Fprintf(to, "  %s", word)
			}
		}
		if a.VendorID != "" {
			fmt.Fprintf(to, "  %s:%s", a.VendorID, a.ProductID)
		}
		if a.Serial != "" {
			fmt.Fprintf(to, "  serial number %s", a.Serial)
		}
		fmt.Fprintln(to)
		if a.Why != "" {
			fmt.Fprintf(to, "    %s\n    %s\n", a.Why, inChinese.Replace(a.Why))
		}
		for _, other := range []string{a.ByID, a.ByPath} {
			if other != "" && other != a.Stable {
				fmt.Fprintf(to, "    also / 也可写作 %s\n", other)
			}
		}
	}
}
