package schoolyear

import (
	"fmt"
	"strings"
)

// A notice is what the State Council says of one date.
type notice struct {
	name string
	off  bool // or else a make-up work day
}

// A festival is a holiday: its first and its last day off, and the weekend days that are worked for it.
type festival struct {
	year, name, first, last string
	worked                  []string
}

var festivals = []festival{
	{"2025", "元旦", "01-01", "01-01", nil},
	{"2025", "春节", "01-28", "02-04", []string{"01-26", "02-08"}},
	{"2025", "清明节", "04-04", "04-06", nil},
	{"2025", "劳动节", "05-01", "05-05", []string{"04-27"}},
	{"2025", "端午节", "05-31", "06-02", nil},
	{"2025", "国庆节、中秋节", "10-01", "10-08", []string{"09-28", "10-11"}},
	{"2026", "元旦", "01-01", "01-03", []string{"01-04"}},
	{"2026", "春节", "02-15", "02-23", []string{"02-14", "02-28"}},
	{"2026", "清明节", "04-04", "04-06", nil},
	{"2026", "劳动节", "05-01", "05-05", []string{"05-09"}},
	{"2026", "端午节", "06-19", "06-21", nil},
	{"2026", "中秋节", "09-25", "09-27", nil},
	{"2026", "国庆节", "10-01", "10-07", []string{"09-20", "10-10"}},
}

// notices by date.
var notices = func() map[string]notice {
	all := map[string]notice{}
	for _, f := range festivals {
		for d := dated(f.year + "-" + f.first); d <= dated(f.year+"-"+f.last); d++ {
			all[d.String()] = notice{f.name, true}
		}
		for _, worked := range f.worked {
			all[f.year+"-"+worked] = notice{f.name, false}
		}
	}
	return all
}()

// holidayFile is the file of a year as holiday-cn publishes it.
func holidayFile(year string) string {
	var listed []string
	for d := dated(year + "-01-01"); d <= dated(year+"-12-31"); d++ {
		if n, told := notices[d.String()]; told {
			listed = append(listed, fmt.Sprintf("    {\n      \"name\": %q,\n      \"date\": %q,\n      \"isOffDay\": %v\n    }", n.name, d, n.off))
		}
	}
	return fmt.Sprintf(`{
  "$schema": "https://raw.githubusercontent.com/NateScarlet/holiday-cn/master/schema.json",
  "$id": "https://raw.githubusercontent.com/NateScarlet/holiday-cn/master/%[1]s.json",
  "year": %[1]s,
  "papers": [],
  "days": [
%[2]s
  ]
}
`, year, strings.Join(listed, ",\n"))
}
