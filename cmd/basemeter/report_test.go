package main

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	for _, c := range []struct {
		name string
		ms   int64
		args string
		want string
	}{
		{"machines by base", 0, "--period 2025-2026 --metric effective_hours,external_share", `
设备机时
统计期间：2025-09-01T00:00:00+08:00 至 2026-09-01T00:00:00+08:00

基地  基地名称  基地数  设备数  有效机时（小时）   对外服务占比   最低覆盖率  其中估计（小时）
gz    赣州基地       1       2              2.00*        12.5 %*      50.0 %              0.00
nc    南昌基地       1       2              4.00         12.5 %       95.0 %              0.00
合计                 1       2              6.00         12.5 %       95.0 %              0.00

*：覆盖率不足，谨慎使用
覆盖率低于下限的数字以浅色显示，不应参与排名。
`},
		{"in English, of one base, by asset", 0, "--lang en --period 2026-03 --base nc --by asset --metric effective_hours", `
Machine-hours
Period: 2026-03-01T00:00:00+08:00 to 2026-04-01T00:00:00+08:00

base   name of base   asset  name of asset  bases  assets  effective machine-hours (h)  lowest coverage  of it estimated (h)
nc     Nanchang base  lathe  lathe              1       2                         2.00           95.0 %                 0.00
nc     Nanchang base  mill   mill               1       2                         2.00           95.0 %                 0.00
total                                           1       2                         4.00           95.0 %                 0.00

Numbers whose coverage is below the floor are faint, and should not be ranked.
`},
		{"by city and month", 0, "--from 2026-03-01 --to 2026-05-01 --by city,month --metric effective_hours --floor 0.96", `
设备机时
统计期间：2026-03-01T00:00:00+08:00 至 2026-05-01T00:00:00+08:00

设区市    设区市名称  月       基地数  设备数  有效机时（小时）   最低覆盖率  其中估计（小时）
ganzhou   赣州市      2026-03       1       2              2.00*      95.0 %              0.00
nanchang  南昌市      2026-03       1       2              2.00*      95.0 %              0.00
nanchang  南昌市      2026-04       1       2              2.00*      95.0 %              0.00
合计                                1       2              6.00*      95.0 %              0.00

*：覆盖率不足，谨慎使用
覆盖率低于下限的数字以浅色显示，不应参与排名。
`},
		{"minutes, if there are no hours", 90_000, "--period 2026-03 --base nc --metric effective_hours", `
设备机时
统计期间：2026-03-01T00:00:00+08:00 至 2026-04-01T00:00:00+08:00

基地  基地名称  基地数  设备数  有效机时（分钟）  最低覆盖率  其中估计（分钟）
nc    南昌基地       1       2              3.00      95.0 %              0.00
合计                 1       2              3.00      95.0 %              0.00

覆盖率低于下限的数字以浅色显示，不应参与排名。
`},
		{"people by place", 0, "--period 2026 --people --by place,user_group --metric person_hours,visits", `
人员使用
统计期间：2026-01-01T00:00:00+08:00 至 2026-10-01T00:00:00+08:00

基地  基地名称  地点   地点名称  人员类别         人员类别名称  基地数  人时     人次  最低覆盖率  其中估计（小时）
gz    赣州基地  yard             college_student  高职学生           1  2.00*  不公布      50.0 %              0.00
nc    南昌基地  hall   大厅      college_student  高职学生           1  2.00   不公布      95.0 %              0.00
nc    南昌基地  lathe  车床      college_student  高职学生           1  2.00   不公布      95.0 %              0.00
合计                                                                 1  6.00   不公布      95.0 %              0.00

*：覆盖率不足，谨慎使用
不公布：其中不足五人，或可由此推算出不足五人的数字；为保护少数人，不显示
覆盖率低于下限的数字以浅色显示，不应参与排名。
`},
		{"a frozen version", 0, "--period 2025-2026 --frozen 2025-2026.1 --base gz --metric effective_hours", `
设备机时
统计期间：2025-09-01T00:00:00+08:00 至 2026-09-01T00:00:00+08:00
冻结版本：2025-2026.1

基地  基地名称  基地数  设备数  有效机时（小时）   最低覆盖率  其中估计（小时）
gz    赣州基地       1       2              2.00*      50.0 %              0.00
合计                 1       2              2.00       95.0 %              0.00

*：覆盖率不足，谨慎使用
覆盖率低于下限的数字以浅色显示，不应参与排名。
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			centre := newCentre(t)
			if c.ms > 0 {
				centre.ms = c.ms
			}
			out, said, code := centre.run(t, strings.Fields(c.args)...)
			if code != 0 || said != "" || "\n"+out != c.want {
				t.Errorf("exit %d, said %q, printed\n%s\nwant%s", code, said, out, c.want)
			}
		})
	}
}

// What is written for programs and for Excel is what the API writes.
func TestFilesAreTheCollectors(t *testing.T) {
	const figures, options = "from=2025-09-01&to=2026-09-01&by=base,asset&metrics=effective_hours", "--period 2025-2026 --by base,asset --metric effective_hours"
	for _, c := range []struct{ args, question string }{
		{options + " --format csv", "/v1/utilisation?format=csv&lang=zh&" + figures},
		{options + " --format csv --lang en", "/v1/utilisation?format=csv&lang=en&" + figures},
		{options + " --format json", "/v1/utilisation?" + figures},
		{options + " --format xlsx", "/v1/utilisation?format=xlsx&lang=zh&" + figures},
		{"--people --format csv --from 2025-09-01 --to 2026-09-01 --by month", "/v1/attendance?format=csv&lang=zh&from=2025-09-01&to=2026-09-01&by=month"},
		{"--form sj3 --period 2026 --format json", "/v1/forms/sj3?format=json&from=2026-01-01&to=2027-01-01"},
		{"--form sj3 --period 2026 --format csv", "/v1/forms/sj3?format=csv&lang=zh&from=2026-01-01&to=2027-01-01"},
		{"--form sj3 --period 2026 --format csv --sheet notes --lang en", "/v1/forms/sj3?format=csv&lang=en&from=2026-01-01&to=2027-01-01&sheet=notes"},
		{"--form sj3 --period 2026 --format xlsx --base nc --frozen 2025-2026.1", "/v1/forms/sj3?format=xlsx&lang=zh&from=2026-01-01&to=2027-01-01&base=nc&version=2025-2026.1"},
		{"--form sj3 --format json", "/v1/forms/sj3?format=json"},
		{"--list forms --format json", "/v1/forms"},
		{"--list bases --city nanchang --format json", "/v1/bases?city=nanchang"},
	} {
		centre := newCentre(t)
		out, said, code := centre.run(t, strings.Fields(c.args)...)
		if want := centre.direct(t, c.question); code != 0 || said != "" || out != want {
			t.Errorf("%s: exit %d, said %q, printed\n%.3000q\nwant\n%.3000q", c.args, code, said, out, want)
		}
	}
}

// Every option reaches the API under the name that it has there.
func TestEveryOptionIsAsked(t *testing.T) {
	const common = " --base nc --city nanchang --county c --zone z --cluster cl --consortium co --kind k --purpose student_training --affiliation host --frozen 2025-2026.1 --floor 0.7 --by month --metric all --format csv"
	for _, c := range []struct{ args, path, want string }{
		{"--period 2026 --line l --asset lathe --asset mill", "/v1/utilisation", "affiliation=host&asset=lathe%2Cmill&base=nc&by=month&city=nanchang&cluster=cl&consortium=co&county=c&floor=0.7&format=csv&from=2026-01-01&kind=k&lang=zh&line=l&metrics=effective_hours%2Copen_use_hours%2C"},
		{"--period 2026 --people --place hall --user-group college_student", "/v1/attendance", "affiliation=host&base=nc&by=month&city=nanchang&cluster=cl&consortium=co&county=c&floor=0.7&format=csv&from=2026-01-01&kind=k&lang=zh&metrics=person_hours%2Cperson_hours_inside%2C"},
	} {
		centre := newCentre(t)
		_, said, code := centre.run(t, strings.Fields(c.args+common)...)
		asked := centre.questions(c.path)
		if code != 0 || len(asked) != 1 || !strings.HasPrefix(asked[0], c.want) || !strings.HasSuffix(asked[0], "&version=2025-2026.1&zone=z") {
			t.Errorf("exit %d, said %q, asked %q", code, said, asked)
		}
	}
}

// So do those of forms. What a form does not take is a fault that names the option.
func TestEveryOptionOfAFormIsAsked(t *testing.T) {
	centre := newCentre(t)
	for args, want := range map[string]string{
		"--form sj3 --all-assets --floor 0.7 --format csv":          "all_assets=true&floor=0.7&format=csv&lang=zh",
		"--form benefit --weight 40 --period 2026-03 --format xlsx": "format=xlsx&from=2026-03-01&lang=zh&to=2026-04-01&weight=40",
		"--form state-data --use-in hours --city nanchang -q":       "city=nanchang&format=json&use_in=hours",
		"--form state-data --use-in days --frozen 2025-2026.1 -q":   "format=json&use_in=days&version=2025-2026.1",
	} {
		_, said, code := centre.run(t, strings.Fields(args)...)
		asked := centre.questions("/v1/forms/" + strings.Fields(args)[1])
		if code != 0 || said != "" || !slices.Contains(asked, want) {
			t.Errorf("%s: exit %d, said %q, asked %q", args, code, said, asked)
		}
	}
	_, said, code := centre.run(t, strings.Fields("--form sj3 --use-in hours --lang en")...)
	if code != 1 || !strings.Contains(said, "--use-in: means nothing to the form sj3; ") {
		t.Errorf("exit %d, said %q", code, said)
	}
}

func TestAllPagesAreOneAnswer(t *testing.T) {
	centre := newCentre(t)
	args := strings.Fields("--period 2026 --by base,asset --metric effective_hours --limit")
	for _, format := range []string{"table", "json"} {
		whole, _, _ := centre.run(t, append(args, "100", "--format", format)...)
		before := len(centre.questions("/v1/utilisation"))
		parts, said, code := centre.run(t, append(args, "1", "--format", format)...)
		if asked := centre.questions("/v1/utilisation"); len(asked)-before != 3 || code != 0 {
			t.Errorf("%s: exit %d, said %q, asked %q", format, code, said, asked)
		}
		if format == "json" {
			if !reflect.DeepEqual(decoded(t, parts), decoded(t, whole)) {
				t.Errorf("%s\nwant\n%s", parts, whole)
			}
		} else if parts != whole || strings.Count(whole, "\n") < 5 {
			t.Errorf("%s\nwant\n%s", parts, whole)
		}
	}
}

func decoded(t *testing.T, text string) (all map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err, text)
	}
	return all
}
