package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"basemeter/collector/plan"
	"basemeter/collector/report"
)

type reportCommand struct {
	URL       string `default:"http://127.0.0.1:8080" help:"The collector. / 采集服务地址"`
	TokenFile string `type:"existingfile" help:"A file that holds the access token. / 访问令牌文件"`
	From      string `required:"" help:"2026-03-01, midnight at the base, or 2026-03-01T08:00:00+08:00. / 起始时间"`
	To        string `required:"" help:"The first moment that is not asked for; what has not happened yet is left out. / 截止时间（不含）"`
	People    bool   `help:"Person-hours and visits instead of machine-hours. / 统计人时与人次"`
	By        string `help:"What a row stands for: base, asset, purpose, affiliation; with --people base, place, purpose, affiliation, user_group. Default: base,asset or base,place. / 分组"`
	Base      string `help:"Only this base. / 只查此基地"`
	Asset     string `help:"Only this asset; with --people only this place. / 只查此设备（或地点）"`
	Frozen    string `help:"A frozen version, such as 2025-2026.1, instead of the ledger as it is. / 冻结版本"`
	Format    string `default:"table" enum:"table,csv,json" help:"table in hours, csv and json in exact seconds. / 输出格式"`
	Lang      string `default:"${lang}" enum:"zh,en" help:"Language of the table. / 表格语言"`
}

// Run asks and prints. The answer goes to standard output, and nothing else does.
func (c *reportCommand) Run(ctx context.Context) error {
	body, err := c.ask(ctx)
	if err != nil {
		return err
	}
	defer body.Close()
	if c.Format != "table" {
		_, err := io.Copy(os.Stdout, body)
		return err
	}
	if c.People {
		return table(body, c, report.WritePeopleTable)
	}
	return table(body, c, report.WriteTable)
}

func table[T any](body io.Reader, c *reportCommand, write func(io.Writer, []T, string, func(string) string) error) error {
	var answer struct {
		Report []T `json:"report"`
	}
	if err := json.NewDecoder(body).Decode(&answer); err != nil {
		return fmt.Errorf("%s: answer: not the JSON of a collector: %w", c.URL, err)
	}
	return write(os.Stdout, answer.Report, c.Lang, plan.Taxonomy().Words(c.Lang))
}

func (c *reportCommand) ask(ctx context.Context) (io.ReadCloser, error) {
	values, path := url.Values{"from": {c.From}, "to": {c.To}}, "/v1/utilisation?"
	if c.People {
		path = "/v1/attendance?"
	}
	for name, value := range map[string]string{"base": c.Base, "asset": c.Asset, "by": c.By, "version": c.Frozen} {
		if value != "" {
			values.Set(name, value)
		}
	}
	if c.Format == "csv" {
		values.Set("format", "csv")
	}
	if !strings.HasPrefix(c.URL, "http://") && !strings.HasPrefix(c.URL, "https://") {
		return nil, fmt.Errorf("--url: %s is no address such as http://127.0.0.1:8080", c.URL)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(c.URL, "/")+path+values.Encode(), nil)
	if err != nil {
		return nil, fmt.Errorf("--url: %w", err)
	}
	if c.TokenFile != "" {
		token, err := os.ReadFile(c.TokenFile)
		if err != nil {
			return nil, fmt.Errorf("--token-file: %w", err)
		}
		request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	}
	client := http.Client{Timeout: 5 * time.Minute}
	answer, err := client.Do(request)
	if failed := (*url.Error)(nil); errors.As(err, &failed) { // which repeats the whole question
		return nil, fmt.Errorf("%s does not answer: %w", c.URL, failed.Err)
	}
	if answer.StatusCode == http.StatusOK {
		return answer.Body, nil
	}
	defer answer.Body.Close()
	var problem struct{ Title, Detail string }
	if json.NewDecoder(answer.Body).Decode(&problem) != nil || problem.Detail == "" {
		problem.Detail = answer.Status
	}
	return nil, fmt.Errorf("%s: %s", c.URL, problem.Detail)
}
