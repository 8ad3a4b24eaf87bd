package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
)

type reportCommand struct {
	List      string `group:"What / 查什么" enum:",metrics,dimensions,forms,frozen,bases" default:"" placeholder:"WHAT" help:"List what can be asked for: metrics, dimensions, forms, frozen, bases. / 列出可查的指标、维度、报表、冻结版本、基地"`
	Form      given  `group:"What / 查什么" placeholder:"ID" help:"A form instead of figures: utilisation, sj3, state-data, benefit, trainee, annex2, cities. / 生成一张报表"`
	Sheet     given  `group:"What / 查什么" placeholder:"ID" help:"Only this sheet of the form, as table or csv; csv holds one, the first without it. / 报表中的一个工作表"`
	AllAssets bool   `group:"What / 查什么" help:"Forms sj3 and benefit: all assets, whatever their price and class. / sj3、benefit 列出全部设备，不论单价和分类"`
	UseIn     string `group:"What / 查什么" enum:",days,hours" default:"" placeholder:"UNIT" help:"Form state-data: the use of a base in days, or in machine-hours. Default: days. / state-data 基地使用时间的单位：天或机时，默认天"`
	Weight    given  `group:"What / 查什么" placeholder:"35" help:"Form benefit: the weight of the item of hours, in percent. Default: 35. / benefit 机时利用的权重（百分数），默认 35"`
	People    bool   `group:"What / 查什么" help:"Person-hours and visits instead of machine-hours. / 统计人时与人次"`
	Metric    given  `group:"What / 查什么" placeholder:"ID,…" help:"Which figures, such as effective_hours,external_share; all of them with all. / 指标，all 为全部"`
	By        given  `group:"What / 查什么" placeholder:"DIMENSION,…" help:"What a line stands for, such as city,month. Default: base. / 分组维度，默认 base"`
	Floor     given  `group:"What / 查什么" placeholder:"0.8" help:"Figures whose coverage is below are marked as doubtful. / 覆盖率低于此值的数字标为存疑，默认 0.8"`
	Frozen    given  `group:"What / 查什么" placeholder:"2025-2026.1" help:"A frozen version instead of the ledger as it is. / 冻结版本，不写则为当前台账"`

	From   given `group:"When / 时间" placeholder:"2025-09-01" help:"A date, midnight at the base, or 2025-09-01T08:00:00+08:00; with --people and --form a date. / 起始时间；--people 和 --form 为日期"`
	To     given `group:"When / 时间" placeholder:"2026-09-01" help:"The first moment that is not asked for; what has not happened yet is left out. / 截止时间（不含）"`
	Period given `group:"When / 时间" placeholder:"2025-2026" help:"Instead of --from and --to: an academic year, a year (2026), a month (2026-03), or a term as the base's calendar calls it (2025-2026-1). A form has a year of its own if none is given. / 学年、年、月或学期，代替 --from 和 --to；报表可不写，取最近一个已结束的年度"`

	Base        given `group:"Only / 筛选（编号，可用逗号分隔多个）" placeholder:"ID,…" help:"Bases. / 基地"`
	City        given `group:"Only / 筛选（编号，可用逗号分隔多个）" placeholder:"ID,…" help:"Cities. / 设区市"`
	County      given `group:"Only / 筛选（编号，可用逗号分隔多个）" placeholder:"ID,…" help:"Counties. / 县（市、区）"`
	Zone        given `group:"Only / 筛选（编号，可用逗号分隔多个）" placeholder:"ID,…" help:"Development zones. / 开发区"`
	Cluster     given `group:"Only / 筛选（编号，可用逗号分隔多个）" placeholder:"ID,…" help:"Industrial clusters. / 产业集群"`
	Consortium  given `group:"Only / 筛选（编号，可用逗号分隔多个）" placeholder:"ID,…" help:"Consortia. / 产教联合体"`
	Kind        given `group:"Only / 筛选（编号，可用逗号分隔多个）" placeholder:"ID,…" help:"Kinds of bases. / 基地类型"`
	Line        given `group:"Only / 筛选（编号，可用逗号分隔多个）" placeholder:"ID,…" help:"Lines; of machines. / 产线（设备指标）"`
	Asset       given `group:"Only / 筛选（编号，可用逗号分隔多个）" placeholder:"ID,…" help:"Assets; of machines. / 设备（设备指标）"`
	Place       given `group:"Only / 筛选（编号，可用逗号分隔多个）" placeholder:"ID,…" help:"Places; with --people. / 地点（与 --people 连用）"`
	UserGroup   given `group:"Only / 筛选（编号，可用逗号分隔多个）" placeholder:"ID,…" help:"Groups of people; with --people. / 人员类别（与 --people 连用）"`
	Purpose     given `group:"Only / 筛选（编号，可用逗号分隔多个）" placeholder:"ID,…" help:"Purposes. / 用途"`
	Affiliation given `group:"Only / 筛选（编号，可用逗号分隔多个）" placeholder:"ID,…" help:"Whose the users are: host, partner, outside. / 使用方"`

	Format string `group:"Output / 输出" enum:",table,csv,json,xlsx" default:"" placeholder:"FORMAT" help:"table, csv, json or xlsx. Default: as the name of --out ends, else table. / 输出格式，默认随文件名，否则为 table"`
	Out    given  `group:"Output / 输出" short:"o" placeholder:"FILE" help:"The file to write; - is standard output. / 输出文件，- 为标准输出"`
	Force  bool   `group:"Output / 输出" help:"Write over a file that is there. / 覆盖已有文件"`
	Lang   string `group:"Output / 输出" default:"${lang}" enum:"zh,en" help:"Language of tables, workbooks and messages. / 语言"`
	Quiet  bool   `group:"Output / 输出" short:"q" help:"Do not tell how far it has come. / 不显示进度"`

	URL       string `group:"Collector / 采集服务" env:"BASEMETER_URL" default:"http://127.0.0.1:8080" help:"The collector. / 采集服务地址"`
	TokenFile string `group:"Collector / 采集服务" env:"BASEMETER_TOKEN_FILE" placeholder:"FILE" help:"A file that holds the access token. / 访问令牌文件"`
	Limit     int    `group:"Collector / 采集服务" placeholder:"N" help:"Lines asked for at once, as table or json; all are fetched either way. / 每次取多少行；总会取全部"`
}

// Run asks, and writes the answer as a whole: nothing of it before all of it is there.
func (c *reportCommand) Run(ctx context.Context) error {
	c.settleFormat()
	if err := c.sound(); err != nil {
		return err
	}
	out, err := c.output()
	if err != nil {
		return err
	}
	p := newProgress(os.Stderr, c.Lang, c.Quiet)
	answer, err := (&client{reportCommand: c, progress: p}).answer(ctx)
	p.end()
	if ctx.Err() != nil {
		return interruption(c.words("interrupted; nothing was written", "已中断，没有写出任何内容"))
	}
	if err != nil {
		return err
	}
	return out.write(answer)
}

func (a *client) answer(ctx context.Context) ([]byte, error) {
	if a.List != "" {
		return a.list(ctx)
	}
	if err := a.period(ctx); err != nil {
		return nil, err
	}
	if a.Form != "" {
		return a.form(ctx)
	}
	return a.figures(ctx)
}

func (a *client) figures(ctx context.Context) ([]byte, error) {
	path, of := "/v1/utilisation", "machines"
	if a.People {
		path, of = "/v1/attendance", "people"
	}
	v := a.values()
	if a.Metric == "all" {
		ids, err := a.allMetrics(ctx, of)
		if err != nil {
			return nil, err
		}
		v.Set("metrics", ids)
	}
	if a.Format == "csv" || a.Format == "xlsx" {
		return a.file(ctx, path, v)
	}
	answer, err := a.pages(ctx, path, "lines", v)
	if err != nil || a.Format == "json" {
		return answer, err
	}
	return a.figuresTable(ctx, answer)
}

// allMetrics are the ids of all metrics of machines, or of people.
func (a *client) allMetrics(ctx context.Context, of string) (string, error) {
	var answer struct{ Metrics []oneMetric }
	if err := a.json(ctx, "/v1/metrics", nil, &answer); err != nil {
		return "", err
	}
	var ids []string
	for _, m := range answer.Metrics {
		if m.Of == of {
			ids = append(ids, m.ID)
		}
	}
	return strings.Join(ids, ","), nil
}

// values are what is asked, in the words of the API. Wherever an option is called otherwise, parameterNames says so.
func (c *reportCommand) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]given{"from": c.From, "to": c.To, "metrics": c.Metric, "by": c.By, "floor": c.Floor, "version": c.Frozen,
		"line": c.Line, "asset": c.Asset, "place": c.Place, "user_group": c.UserGroup, "purpose": c.Purpose, "affiliation": c.Affiliation} {
		if value != "" {
			v.Set(name, string(value))
		}
	}
	for name, value := range c.where() {
		v[name] = value
	}
	return v
}

// where are the filters that bases have.
func (c *reportCommand) where() url.Values {
	v := url.Values{}
	for name, value := range map[string]given{"base": c.Base, "city": c.City, "county": c.County, "zone": c.Zone, "cluster": c.Cluster, "consortium": c.Consortium, "kind": c.Kind} {
		if value != "" {
			v.Set(name, string(value))
		}
	}
	return v
}

func (c *reportCommand) words(en, zh string) string {
	if c.Lang == "zh" {
		return zh
	}
	return en
}

// decoded reads the JSON of an answer.
func (c *reportCommand) decoded(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf(c.words("%s: answer: not the JSON of a collector: %w", "%s：答复不是采集服务的 JSON：%w"), c.URL, err)
	}
	return nil
}
