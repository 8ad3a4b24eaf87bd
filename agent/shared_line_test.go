package agent

import (
	"context"
	"testing"

	"basemeter/configs"
	"basemeter/drivers"
	"basemeter/drivers/sim"
)

// Modbus devices and a DL/T 645 meter hang on one line, as a configuration would have them, and are read in turn. The
// meter's address is asked for, amid the others.
func TestBothProtocolsShareALine(t *testing.T) {
	profile := func(name string) configs.Profile {
		p, faults := configs.FindProfile(name)
		if err := faults.Err(); err != nil {
			t.Fatal(err)
		}
		return p
	}
	single, module, meter := profile("sdm120"), profile("pzem016"), profile("dlt645")
	units := map[byte]sim.Registers{1: sim.Fixed(sampleWords(t, single), true), 2: sim.Fixed(sampleWords(t, module), true)}
	data := sampleData(t, meter)
	meters := map[string]sim.DLT645{"202212182018": func(identifier uint32) ([]byte, bool) { d, ok := data[identifier]; return d, ok }}
	far, settings := serialWire(t)
	atTheFarEnd(t, func(ctx context.Context) error { return sim.ServeMixed(ctx, far, units, meters, 0) })

	line := configs.Line{Name: "rs485-1", Kind: configs.RS485, Port: settings.Name, Baud: settings.Baud, Timeout: patience}
	hang, err := (&Agent{clock: profileClock(t)}).wire(line)
	if err != nil {
		t.Fatal(err)
	}
	devices := []configs.Device{{Name: "lathe", Unit: 1}, {Name: "hall"}, {Name: "mill", Unit: 2}}
	profiles := []configs.Profile{single, meter, module}
	var all []drivers.Source // each reads all points
	for i, d := range devices {
		d.Period, d.SlowPeriod = aSecond, aMinute
		device, err := hang(d, profiles[i])
		if err != nil {
			t.Fatal(err)
		}
		for _, ask := range device.Asks {
			defer ask.Source.Close()
		}
		all = append(all, device.Asks[len(device.Asks)-1].Source)
	}
	for range 3 {
		for i, source := range all {
			got, err := source.Read(t.Context(), nil)
			compare(t, got, err, devices[i].Name, sampleValues(profiles[i]))
		}
	}
}
