package main

import (
	"strings"
	"testing"
)

func TestMetricsInChinese(t *testing.T) {
	centre := newCentre(t)
	zh, _, _ := centre.run(t, "--list", "metrics", "--lang", "zh")
	en, _, _ := centre.run(t, "--list", "metrics", "--lang", "en")
	if !strings.Contains(zh, "对外服务机时 ÷ 有效机时") || !strings.Contains(zh, "人时 ÷ (工位数 × 开放时间)") || strings.Contains(zh, "external_hours / effective_hours") {
		t.Errorf("in Chinese:\n%s", zh)
	}
	if strings.Contains(en, "÷") || !strings.Contains(en, "external_hours / effective_hours") {
		t.Errorf("in English:\n%s", en)
	}
}
