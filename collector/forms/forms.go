// Package forms turns answers into the documents that schools and evaluators hand in: each form is a function from what
// a Source answers, and the registry, to a table.Document. What telemetry cannot know is left to be filled in by hand and
// says so; nothing is invented, and nothing here replaces an official rule. It knows no files, no HTTP and no time.
package forms

import (
	"context"
	"fmt"
	"strings"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

// A Form is one kind of document.
type Form struct {
	ID   string
	Text table.Text // its title
	For  table.Text // what it is for
	Year Year       // the period that it is about, if none is asked for
	// Takes are those of Options that it can be asked for, as the API calls them: all_assets, use_in, weight.
	Takes []string

	steps func(*maker) int
	fill  func(context.Context, *maker) error
}

// A Year is a kind of year.
type Year uint8

// The kinds of years that forms are about.
const (
	Academic Year = iota // 1 September to 31 August
	Calendar
)

// All are the forms that there are.
func All() []Form {
	return []Form{
		{"utilisation", table.Text{ZH: "设备与人员利用情况", EN: "Utilisation of machines and people"},
			table.Text{ZH: "综合报表：汇总、各基地、各设备、用途与使用方、逐月、人员、覆盖率、更正、指标定义", EN: "the whole picture: summary, bases, assets, purposes and users, months, people, coverage, corrections, definitions"},
			Academic, nil, utilisationSteps, utilisationForm},
		{"sj3", table.Text{ZH: "贵重仪器设备表（SJ3）", EN: "Valuable instruments (SJ3)"},
			table.Text{ZH: "高等学校实验室信息统计，单价 40 万元及以上，25 个字段", EN: "statistics of laboratories of higher education: machines of 400,000 yuan and more, 25 fields"},
			Academic, []string{"all_assets"}, sj3Steps, sj3Form},
		{"state-data", table.Text{ZH: "实践基地状态数据", EN: "State data of training bases"},
			table.Text{ZH: "高等职业院校人才培养工作状态数据采集与管理平台：校内实践基地、校外实习实训基地", EN: "the state-data platform of vocational colleges: bases on and off the campus"},
			Academic, []string{"use_in"}, stateSteps, stateForm},
		{"benefit", table.Text{ZH: "贵重仪器设备年度效益评价：机时利用", EN: "Annual benefit of valuable instruments: hours"},
			table.Text{ZH: "年度效益评价表中的机时利用一项", EN: "the item of hours of the annual evaluation of benefit"},
			Academic, []string{"all_assets", "weight"}, oneStep, benefitForm},
		{"trainee", table.Text{ZH: "企业接收学生实习人时", EN: "Trainee-hours hosted by enterprises"},
			table.Text{ZH: "第 30 条的依据：各企业及其场所接收学生的人时；不计算金额，名单由学校在本地核对", EN: "evidence for clause 30: hours of students by enterprise and place; no money is computed, and the school joins its roster locally"},
			Academic, nil, oneStep, traineeForm},
		{"cities", table.Text{ZH: "设区市、县（市、区）、开发区年度对比", EN: "Cities, counties and zones compared"},
			table.Text{ZH: "第 31 条的依据：按单台设备、单个工位折算后的年度对比", EN: "evidence for clause 31: a yearly comparison by asset and by workstation"},
			Calendar, nil, citiesSteps, citiesForm},
		{"annex2", table.Text{ZH: "附件 2 指标：可由登记与遥测说明的部分", EN: "Targets of annex 2: what the registry and telemetry can say"},
			table.Text{ZH: "附件 2 的 16 项指标：已登记与证实在用的基地数，对照 2025、2030、2035 年目标", EN: "the 16 targets of annex 2: bases registered and proven active, against the targets of 2025, 2030 and 2035"},
			Calendar, nil, oneStep, annexForm},
	}
}

func oneStep(*maker) int { return 1 }

// Find is the form with an id. The error is a report.UnknownError, with all ids.
func Find(id string) (Form, error) {
	var ids []string
	for _, f := range All() {
		if f.ID == id {
			return f, nil
		}
		ids = append(ids, f.ID)
	}
	return Form{}, fmt.Errorf("%w; there are %s", &report.UnknownError{Parameter: "form", Value: id}, strings.Join(ids, ", "))
}

// Period is the last year of the form's kind that has ended before now, by a zone's clock. UTC, if there is none.
func (f *Form) Period(now time.Time, zone *time.Location) (from, to time.Time) {
	if zone == nil {
		zone = time.UTC
	}
	now = now.In(zone)
	first, month := now.Year(), time.January
	if f.Year == Academic {
		if month = time.September; now.Month() < month {
			first--
		}
	}
	return time.Date(first-1, month, 1, 0, 0, 0, 0, zone), time.Date(first, month, 1, 0, 0, 0, 0, zone)
}

// Make fills in a form. Without a period it is that of the form.
func Make(ctx context.Context, source Source, r Request) (table.Document, error) {
	form, err := Find(r.Form)
	if err != nil {
		return table.Document{}, err
	}
	m := newMaker(source, r, form)
	m.steps = form.steps(m)
	if err := form.fill(ctx, m); err != nil {
		return table.Document{}, fmt.Errorf("form %s: %w", form.ID, err)
	}
	if m.Progress != nil {
		m.Progress(m.steps, m.steps, "")
	}
	m.doc.Made = m.reach()
	return m.doc, nil
}
