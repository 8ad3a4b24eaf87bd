package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

func decimal(n int) string { return strconv.Itoa(n) }

func pointName(i int) string { return fmt.Sprintf("p%02d", i) }

// gateway starts the agent. Lines are those of its configuration; each asset is one device, which has so many points.
func (b *bench) gateway(ctx context.Context, dir, broker, lines string, devices, points int) (*child, error) {
	if err := profile(filepath.Join(dir, "bench.yaml"), points); err != nil {
		return nil, err
	}
	var text strings.Builder
	fmt.Fprintf(&text, `base: bench
gateway: %s
batch_every: 1s
spool: {dir: spool}
mqtt: {broker: "%s"}
clock: {trust: always}
lines:
%sassets:
`, gatewayName, broker, lines)
	for i := range devices {
		var sampled []string
		for p := range points {
			sampled = append(sampled, fmt.Sprintf("d%02d/%s", i, pointName(p)))
		}
		fmt.Fprintf(&text, `  - name: asset-%02d
    thresholds: {point: d%02d/p00, standby_above: 150, running_above: 230, hysteresis: 10}
    samples: {every: 1s, points: [%s]}
`, i, i, strings.Join(sampled, ", "))
	}
	config := filepath.Join(dir, "agent.yaml")
	if err := os.WriteFile(config, []byte(text.String()), 0o600); err != nil {
		return nil, err
	}
	return start(ctx, b.tools.agent, "run", "-c", config)
}

// tcpLines is one line a unit.
func tcpLines(addresses []string) string {
	var text strings.Builder
	for i, address := range addresses {
		fmt.Fprintf(&text, `  - name: line-%02d
    kind: modbus-tcp
    address: %s
    devices: [{name: d%02d, profile: bench.yaml, unit: 1, period: 1s}]
`, i, address, i)
	}
	return text.String()
}

// fullSpeed asks for more than the wire can carry, so that it is always busy. An answer takes 59 ms.
const fullSpeed = "100ms"

func rtuLine(port, period, timeout string) string {
	text := "  - {name: bus, kind: rs485, port: " + port + ", baud: 9600, timeout: " + timeout + ", devices: [\n"
	for i := range rtuUnits {
		text += fmt.Sprintf("      {name: d%02d, profile: bench.yaml, unit: %d, period: %s},\n", i, i+1, period)
	}
	return text + "    ]}\n"
}
