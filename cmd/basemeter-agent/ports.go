package main

import (
	"fmt"
	"io"
	"os"

	"basemeter/drivers/port"
)

// ports lists what can be written behind port: in a configuration.
type ports struct{}

func (p *ports) Run() error {
	adapters, err := port.List()
	if err != nil {
		return err
	}
	listPorts(os.Stdout, adapters)
	return nil
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
			fmt.Fprintf(to, "    %s\n", a.Why)
		}
		for _, other := range []string{a.ByID, a.ByPath} {
			if other != "" && other != a.Stable {
				fmt.Fprintf(to, "    also / 也可写作 %s\n", other)
			}
		}
	}
}
