package province

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"basemeter/collector/plan"
)

const calendar = `terms:
  - {code: 2024-2025-1, week1: 2024-09-02, weeks: 20}
  - {code: 2024-2025-2, week1: 2025-02-24, weeks: 18}
  - {code: 2025-2026-1, week1: 2025-09-01, weeks: 20}
  - {code: 2025-2026-2, week1: 2026-03-02, weeks: 18}
weekly:
  in_term: {mon-fri: [["08:00", "12:00"], ["14:00", "18:00"]]}
  vacation: {mon-fri: [["09:00", "11:30"]]}
`

// WritePlan writes the plan of a province into a folder, a folder for each base.
func (p *Province) WritePlan(dir string) error {
	for _, b := range p.All() {
		folder := filepath.Join(dir, b.ID)
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		for name, text := range map[string]string{"registry.yaml": p.registry(b), "calendar.yaml": calendar} {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Province) registry(b Base) string {
	kinds := plan.Taxonomy().BaseKinds.IDs()
	text := &strings.Builder{}
	fmt.Fprintf(text, "base: {id: %s, text_zh: 基地 %d, kind: %s, owner: college, city: %s, cluster: %s}\n", b.ID, b.Number, kinds[b.Number%len(kinds)], b.City, b.Cluster)
	text.WriteString("organisations:\n  - {id: college, text_zh: 学院, affiliation: host}\n  - {id: firm, text_zh: 公司, affiliation: outside}\nareas:\n")
	for _, hall := range halls {
		fmt.Fprintf(text, "  - {id: %s, text_zh: 车间 %s, workstations: 40}\n", hall, hall)
	}
	text.WriteString("assets:\n")
	for i := range PerBase {
		fmt.Fprintf(text, "  - {id: %s, text_zh: 设备 %d, area: %s, line: line-%d, quota_hours: 800, from: %s, until: %s}\n",
			asset(i), i, halls[i%len(halls)], i%5, p.From().Format(time.DateOnly), End.Format(time.DateOnly))
	}
	return text.String()
}
