package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// A client asks one collector, and tells how far the answer has come.
type client struct {
	*reportCommand
	*progress

	waited time.Duration // for a collector that was busy
}

// mostWait is how long, in all, a busy collector is waited for; mostTime is what a single answer may take.
const (
	mostWait = 2 * time.Minute
	mostTime = 10 * time.Minute
)

var contentTypes = map[string]string{"json": "application/json", "csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

// json asks for one answer and reads it.
func (a *client) json(ctx context.Context, path string, v url.Values, into any) error {
	body, err := a.ask(ctx, path, v, "json")
	if err != nil {
		return err
	}
	return a.decoded(body, into)
}

// file asks for the answer in a format that is written as the collector writes it.
func (a *client) file(ctx context.Context, path string, v url.Values) ([]byte, error) {
	v.Set("format", a.Format)
	v.Set("lang", a.Lang)
	return a.ask(ctx, path, v, a.Format)
}

// ask asks until there is an answer. A collector that has no time says when it will.
func (a *client) ask(ctx context.Context, path string, v url.Values, format string) ([]byte, error) {
	for {
		body, wait, err := a.once(ctx, path, v, format)
		switch {
		case err == nil || wait < 0:
			return body, err
		case a.waited+wait > mostWait:
			return nil, fmt.Errorf(a.words("%w; asking again only makes sense in %v", "%w；%v 后再试才有意义"), err, wait)
		}
		a.waited += wait
		a.note(fmt.Sprintf(a.words("%v; asking again in %v", "%v；%v 后再试"), err, wait))
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
		}
	}
}

// once asks once; a wait of 0 or more is after which to ask again.
func (a *client) once(ctx context.Context, path string, v url.Values, format string) (body []byte, wait time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, mostTime)
	defer cancel()
	request, err := a.request(ctx, path, v)
	if err != nil {
		return nil, -1, err
	}
	answer, err := http.DefaultClient.Do(request)
	if failed := (*url.Error)(nil); errors.As(err, &failed) { // which repeats the whole question
		return nil, -1, fmt.Errorf(a.words("%s does not answer: %w", "%s 没有应答：%w"), a.URL, failed.Err)
	}
	defer answer.Body.Close()
	body, err = io.ReadAll(io.TeeReader(answer.Body, a.progress))
	if answer.StatusCode != http.StatusOK {
		return nil, retryAfter(answer), a.problem(answer, body)
	}
	if err != nil {
		return nil, -1, fmt.Errorf(a.words("%s: the answer broke off after %d bytes: %w", "%s：答复在 %d 字节后中断：%w"), a.URL, len(body), err)
	}
	if kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type")); kind != contentTypes[format] {
		return nil, -1, fmt.Errorf(a.words("%s: the answer is %q; expected %q of a collector", "%s：答复为 %q，应为采集服务的 %q"), a.URL, kind, contentTypes[format])
	}
	return body, -1, nil
}

func (a *client) request(ctx context.Context, path string, v url.Values) (*http.Request, error) {
	address := strings.TrimRight(a.URL, "/") + path
	if len(v) > 0 {
		address += "?" + v.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, usage("--url: " + err.Error())
	}
	if a.TokenFile != "" {
		token, err := os.ReadFile(a.TokenFile)
		if err != nil {
			return nil, fmt.Errorf("--token-file: %w", err)
		}
		request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	}
	return request, nil
}

// retryAfter is when to ask again, as the collector says; below 0: never.
func retryAfter(answer *http.Response) time.Duration {
	if answer.StatusCode != http.StatusTooManyRequests && answer.StatusCode != http.StatusServiceUnavailable {
		return -1
	}
	text := answer.Header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds)*time.Second + 10*time.Millisecond // so that many 0 come to an end, too
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(time.Until(at), time.Second)
	}
	return -1
}

// parameterNames are the options whose parameter is called otherwise.
var parameterNames = map[string]string{"metrics": "metric", "version": "frozen", "id": "form"}

// problem is what the collector says against a question, naming every option that is wrong.
func (a *client) problem(answer *http.Response, body []byte) error {
	var p struct {
		Title, Detail string
		TitleZH       string `json:"title_zh"`
		DetailZH      string `json:"detail_zh"`
		Errors        []struct {
			Parameter, Detail string
			DetailZH          string `json:"detail_zh"`
		}
	}
	colon := a.words(": ", "：")
	if json.Unmarshal(body, &p) != nil || p.Detail == "" {
		return errors.New(a.URL + colon + answer.Status)
	}
	s := speaker{lang: a.Lang}
	text := s.name(cmp.Or(p.DetailZH, p.Detail), p.Detail)
	if answer.StatusCode == http.StatusUnauthorized {
		text += a.words("; its file is named by --token-file or BASEMETER_TOKEN_FILE", "；用 --token-file 或 BASEMETER_TOKEN_FILE 指定令牌文件")
	}
	var lines []string
	for _, one := range p.Errors {
		lines = append(lines, a.option(one.Parameter)+colon+s.name(cmp.Or(one.DetailZH, one.Detail), one.Detail))
	}
	switch len(lines) {
	case 0:
		return errors.New(a.URL + colon + text)
	case 1:
		return errors.New(a.URL + colon + lines[0])
	}
	return errors.New(a.URL + colon + s.name(cmp.Or(p.TitleZH, p.Title), p.Title) + "\n" + strings.Join(lines, "\n"))
}

// option is what a parameter of the API is called here.
func (a *client) option(parameter string) string {
	if a.Period != "" && (parameter == "from" || parameter == "to") {
		return "--period"
	}
	return "--" + strings.ReplaceAll(cmp.Or(parameterNames[parameter], parameter), "_", "-")
}
