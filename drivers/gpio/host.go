package gpio

import (
	"fmt"
	"strings"

	periph "periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/gpio/gpioreg"
	"periph.io/x/host/v3"

	"basemeter/drivers"
)

// ByName finds a pin of this machine by the name of its line, GPIO17. Names stay; numbers of chips moved between
// kernels.
func ByName(name string) (periph.PinIn, error) {
	if _, err := host.Init(); err != nil { // looks for hardware once, then remembers
		return nil, fmt.Errorf("pin %s: look for GPIO: %w: %w", name, err, drivers.ErrAbsent)
	}
	if pin := gpioreg.ByName(name); pin != nil {
		return pin, nil
	}
	return nil, fmt.Errorf("pin %s: this machine has %s: %w", name, pins(), drivers.ErrAbsent)
}

func pins() string {
	var names []string
	for _, pin := range gpioreg.All() {
		names = append(names, pin.Name())
	}
	if len(names) == 0 {
		return "no GPIO"
	}
	return strings.Join(names, " ")
}
