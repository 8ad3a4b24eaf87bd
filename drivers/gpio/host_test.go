package gpio

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"basemeter/drivers"
)

// machines are a Pi 4, a Pi 5, an emulated board whose lines have no names, and one of an old device tree.
var (
	header = slices.Concat([]Line{{Name: "ID_SDA"}, {Name: "ID_SCL"}}, names("GPIO", 2, 27))
	pi4    = []Chip{{"gpiochip0", "pinctrl-bcm2711", header}, {"gpiochip1", "raspberrypi-exp-gpio", []Line{{Name: "BT_ON"}, {Name: "WL_ON"}}}}
	pi5    = []Chip{{"gpiochip0", "pinctrl-rp1", header}, {"gpiochip10", "gpio-brcmstb@107d508500", []Line{{Name: "-"}, {Name: "GPIO17"}}}}
	board  = []Chip{{"gpiochip0", "9030000.pl061", make([]Line, 8)}}
	old    = []Chip{{"gpiochip0", "pinctrl-bcm2835", make([]Line, 54)}}
	// As bcm2711-rpi-4-b.dts of mainline Linux names them; and an expander that numbers its own.
	mainline = []Chip{
		{"gpiochip0", "pinctrl-bcm2711", []Line{{Name: "ID_SDA"}, {Name: "ID_SCL"}, {Name: "SDA1"}, {Name: "SCL1"}, {Name: "GPIO_GCLK"}, {Name: "GPIO5"}}},
		{"gpiochip2", "expander", []Line{{Name: "4"}, {Name: "5"}, {Name: "54"}}},
	}
)

func names(prefix string, from, to int) (lines []Line) {
	for n := from; n <= to; n++ {
		lines = append(lines, Line{Name: fmt.Sprint(prefix, n)})
	}
	return lines
}

func TestLinesAreFound(t *testing.T) {
	for _, c := range []struct {
		chips      []Chip
		name, want string // chip:offset, or what the error says
	}{
		{pi4, "GPIO17", "gpiochip0:17"}, {pi4, "gpio17", "gpiochip0:17"}, {pi4, "17", "gpiochip0:17"},
		{pi4, "BT_ON", "gpiochip1:0"}, {pi4, "pinctrl-bcm2711:4", "gpiochip0:4"}, {pi4, "gpiochip1:1", "gpiochip1:1"},
		{pi4, "GPIO99", "this machine has pinctrl-bcm2711:0 to 27 (GPIO2 GPIO3"},
		{pi4, "pinctrl-bcm2711:28", "pinctrl-bcm2711 has lines 0 to 27"}, {pi4, "pinctrl-bcm2711:x", `"x" is no number of a line`},
		{pi4, "pinctrl-rp1:4", "no chip is called pinctrl-rp1; this machine has pinctrl-bcm2711"},
		{pi5, "17", "gpiochip0:17"}, {pi5, "GPIO17", "pinctrl-rp1 and gpio-brcmstb@107d508500 have that name; write pinctrl-rp1:17"},
		{board, "9030000.pl061:2", "gpiochip0:2"}, {board, "2", "this machine has 9030000.pl061:0 to 7"},
		{old, "GPIO17", "gpiochip0:17"}, {old, "GPIO54", "this machine has"}, {nil, "GPIO17", "this machine has no GPIO"},
		{mainline, "GPIO4", "gpiochip0:4"}, {mainline, "GPIO_GCLK", "gpiochip0:4"}, {mainline, "4", "gpiochip0:4"}, {mainline, "54", "gpiochip2:2"},
		{append(slices.Clone(board), board[0]), "9030000.pl061:2", "are both called 9030000.pl061; write gpiochip0:2"},
	} {
		p, err := find(c.chips, c.name)
		if got := fmt.Sprintf("%s:%d", p.chip, p.offset); err == nil && got != c.want {
			t.Errorf("%s is %s, want %s", c.name, got, c.want)
		} else if err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestAPinThatIsNotThere(t *testing.T) {
	if _, err := ByName("NOWHERE99"); !errors.Is(err, drivers.ErrAbsent) || !strings.Contains(err.Error(), "NOWHERE99") {
		t.Errorf("%v", err)
	}
}

// Raspberry Pi OS has /dev/gpiochip4 lead to gpiochip0. It was looked at as a chip, and then no pin was found at all.
func TestALinkIsNoChip(t *testing.T) {
	dev := t.TempDir()
	for _, name := range []string{"gpiochip0", "gpiochip10", "gpiochip2", "gpiomem"} {
		if err := os.WriteFile(filepath.Join(dev, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("gpiochip0", filepath.Join(dev, "gpiochip4")); err != nil {
		t.Fatal(err)
	}
	if got := chipNames(dev); !slices.Equal(got, []string{"gpiochip0", "gpiochip2", "gpiochip10"}) {
		t.Errorf("%v", got)
	}
	if got := chipNames(filepath.Join(dev, "none")); got != nil {
		t.Errorf("%v where there is no folder", got)
	}
}
