package main

import "basemeter/collector/plan/sheets"

// This file stands in for the plan's own commands and for the taxonomy's lookups until they are there.

type planCommand struct {
	Template planTemplate `cmd:"" help:"Write a workbook to fill in a timetable and bookings. / 生成课表与预约的 Excel 模板"`
	Import   planImport   `cmd:"" help:"Read a timetable or bookings from a workbook, a CSV file or a calendar. / 从 Excel、CSV 或日历文件导入课表与预约"`
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
