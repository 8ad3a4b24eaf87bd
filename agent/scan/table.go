package scan

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
)

// Orders are in which a device may put the bytes of a value; ABCD are high to low. For values of four registers, or of
// one, they are to be read likewise: words first to last or last to first, bytes in each as they are or swapped.
var Orders = [4]string{"ABCD", "CDAB", "BADC", "DCBA"}

// Row is what some registers stand for, taken as one type.
type Row struct {
	At     int       // the first register, from the begin of the block
	Type   string    // u16, …; bcd16, bcd32; bits; text, of the whole block
	Values [4]string // in Orders; empty: it makes no sense, or is that of another row
}

// Decodings are all that the registers in raw may stand for, for people to look through. A signed type is left out where
// it says the same as the unsigned one, and a float that no device would show.
func Decodings(raw []byte) []Row {
	var rows []Row
	for at := 0; 2*at+2 <= len(raw); at++ {
		for _, words := range []int{1, 2, 4} {
			if block := raw[2*at:]; len(block) >= 2*words {
				rows = append(rows, decode(at, block[:2*words])...)
			}
		}
	}
	if text := printable(raw); text != "" {
		swapped := printable(arrange(raw, 2))
		rows = append(rows, Row{0, "text", [4]string{text, "", swapped, ""}})
	}
	return rows
}

func decode(at int, block []byte) (rows []Row) {
	size := strconv.Itoa(8 * len(block))
	for _, kind := range []string{"u", "i", "f", "bcd", "bits"} {
		row := Row{At: at, Type: kind + size}
		empty := true
		for order := range Orders {
			if len(block) == 2 && order%2 == 1 { // the same as the one before
				continue
			}
			row.Values[order] = say(kind, arrange(block, order))
			empty = empty && row.Values[order] == ""
		}
		if kind == "bits" {
			row.Type = kind
		}
		if !empty {
			rows = append(rows, row)
		}
	}
	return rows
}

// arrange undoes an order: 1 turns the words round, 2 the bytes in each, 3 both.
func arrange(block []byte, order int) []byte {
	b := inOrder(block, order&1 != 0)
	if order&2 == 0 {
		return b
	}
	var out []byte
	for i := 0; i+1 < len(b); i += 2 {
		out = append(out, b[i+1], b[i])
	}
	return out
}

// say is empty if it is not worth saying.
func say(kind string, b []byte) string {
	switch kind {
	case "u":
		return strconv.FormatUint(unsigned(b), 10)
	case "i":
		if v := signed(b); v < 0 {
			return strconv.FormatInt(v, 10)
		}
	case "f":
		if len(b) >= 4 {
			return float("f"+strconv.Itoa(8*len(b)), b)
		}
	case "bcd":
		if len(b) <= 4 {
			return digits(b)
		}
	case "bits":
		if len(b) == 2 {
			return fmt.Sprintf("%08b %08b", b[0], b[1])
		}
	}
	return ""
}

// float leaves out what is no number, or one that nobody measures.
func float(kind string, b []byte) string {
	v := number(kind, b)
	if size := math.Abs(v); v == 0 && math.Signbit(v) || size != 0 && !(size >= 1e-6 && size <= 1e9) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', 7, 64)
}

// digits is empty if a half byte is none.
func digits(b []byte) string {
	s := fmt.Sprintf("%x", b)
	if strings.ContainsAny(s, "abcdef") {
		return ""
	}
	return s
}

// printable is the text, with a dot for what cannot be shown; empty if that is most of it.
func printable(raw []byte) string {
	shown := 0
	text := []byte(strings.Repeat(".", len(raw)))
	for i, c := range raw {
		if c >= ' ' && c <= '~' {
			text[i] = c
			shown++
		}
	}
	if 2*shown <= len(raw) {
		return ""
	}
	return string(text)
}

// Table writes rows in columns, for a block that begins at address.
func Table(w io.Writer, address uint16, rows []Row) error {
	var table strings.Builder
	t := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "register\ttype\t%s\n", strings.Join(Orders[:], "\t"))
	last := -1
	for _, r := range rows {
		at := ""
		if r.At != last || r.Type == "text" {
			at = fmt.Sprintf("0x%04X", int(address)+r.At)
		}
		last = r.At
		fmt.Fprintf(t, "%s\t%s\t%s\n", at, r.Type, strings.Join(r.Values[:], "\t"))
	}
	t.Flush()
	for line := range strings.Lines(table.String()) {
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}
