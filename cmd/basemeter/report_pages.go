package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
)

// A page is what every answer of many lines has besides them.
type page struct {
	Next  string
	Count int `json:"lines_total"`
}

// pages asks for all pages of an answer, whose lines stand under a key, and makes one of them. A single page is handed on
// byte for byte.
func (a *client) pages(ctx context.Context, path, key string, v url.Values) ([]byte, error) {
	if a.Limit > 0 {
		v.Set("limit", strconv.Itoa(a.Limit))
	}
	var first []byte
	var all []json.RawMessage
	for {
		body, err := a.ask(ctx, path, v, "json")
		if err != nil {
			return nil, err
		}
		var p page
		lines, err := a.page(body, key, &p)
		if err != nil {
			return nil, err
		}
		if all = append(all, lines...); first == nil {
			first = body
		}
		a.come(len(all), p.Count)
		if p.Next == "" {
			return a.merged(first, key, all, !v.Has("cursor"))
		}
		if len(lines) == 0 {
			return nil, fmt.Errorf(a.words("%s: a page without lines says that there are more", "%s：空白的一页却称还有下一页"), a.URL)
		}
		v.Set("cursor", p.Next)
	}
}

func (a *client) page(body []byte, key string, p *page) (lines []json.RawMessage, err error) {
	var fields map[string]json.RawMessage
	if err := a.decoded(body, &fields); err != nil {
		return nil, err
	}
	if fields[key] == nil {
		return nil, fmt.Errorf(a.words("%s: answer: it has no %s; expected that of a collector", "%s：答复中没有 %s，应为采集服务的答复"), a.URL, key)
	}
	if err := a.decoded(body, p); err != nil {
		return nil, err
	}
	return lines, a.decoded(fields[key], &lines)
}

// merged is the first page with the lines of all.
func (a *client) merged(first []byte, key string, all []json.RawMessage, single bool) ([]byte, error) {
	if single {
		return first, nil
	}
	var fields map[string]json.RawMessage
	if err := a.decoded(first, &fields); err != nil {
		return nil, err
	}
	lines, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	delete(fields, "next")
	fields[key] = lines
	body, err := json.Marshal(fields)
	return append(body, '\n'), err
}
