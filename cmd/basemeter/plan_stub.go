package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/goccy/go-yaml"

	"basemeter/collector/plan"
	"basemeter/collector/plan/sheets"
)

// This file stands in for the plan's loader until there is one.

type planCommand struct {
	Template planTemplate `cmd:"" help:"Write a workbook to fill in a timetable and bookings. / 生成课表与预约的 Excel 模板"`
	Import   planImport   `cmd:"" help:"Read a timetable or bookings from a workbook, a CSV file or a calendar. / 从 Excel、CSV 或日历文件导入课表与预约"`
}

// planLists are what cells may name, and the base's time zone; without a folder, none.
func planLists(dir string) (*sheets.Lists, *time.Location, error) {
	if dir == "" {
		return nil, nil, nil
	}
	var r plan.Registry
	var c plan.Calendar
	for name, into := range map[string]any{"registry.yaml": &r, "calendar.yaml": &c} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, nil, err
		}
		if err := yaml.Unmarshal(text, into); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", filepath.Join(dir, name), err)
		}
	}
	name := r.Base.Timezone
	if name == "" {
		name = "Asia/Shanghai"
	}
	zone, err := time.LoadLocation(name)
	lists := sheets.ListsOf(r, c)
	return &lists, zone, err
}

// planPurposes are those of the taxonomy that a lesson or a booking can have.
func planPurposes() []sheets.Entry {
	return []sheets.Entry{
		{ID: "student_training", TextZH: "学生实习实训", TextEN: "Student practice and training"},
		{ID: "employee_training", TextZH: "企业员工培训", TextEN: "Enterprise employee training"},
		{ID: "pilot_test", TextZH: "产品中试", TextEN: "Product pilot test and verification"},
		{ID: "trial_batch", TextZH: "批量试制", TextEN: "Trial batch production"},
		{ID: "process_improve", TextZH: "工艺改进", TextEN: "Process improvement"},
		{ID: "tech_rd", TextZH: "技术研发", TextEN: "Technology R&D"},
		{ID: "production", TextZH: "真实生产", TextEN: "Real production"},
		{ID: "public_service", TextZH: "公共技术服务", TextEN: "Public testing and key-process service"},
		{ID: "social_training", TextZH: "社会培训", TextEN: "Training for the public (farmers, re-employment, fishers)"},
		{ID: "teacher_training", TextZH: "教师培训", TextEN: "Teacher training and enterprise practice"},
		{ID: "skills_contest", TextZH: "技能竞赛", TextEN: "Skills contest and its preparation"},
		{ID: "intl_training", TextZH: "国际培训", TextEN: "International and foreign-aid training"},
	}
}
