package web

import (
	"net/http"
	"strings"
)

// language is the one of a page: that which is asked for, or else the reader's.
func language(r *http.Request) string {
	if lang := r.URL.Query().Get("lang"); lang == "zh" || lang == "en" {
		return lang
	}
	if r.URL.Query().Has("lang") {
		return "zh"
	}
	return preferred(r.Header.Get("Accept-Language"))
}

// preferred is the language that a browser names first of the two there are; browsers name them in the order of their
// users' liking. Who reads neither reads English; who says nothing reads Chinese.
func preferred(header string) string {
	for tag := range strings.SplitSeq(strings.ToLower(header), ",") {
		switch tag = strings.TrimSpace(tag); {
		case strings.HasPrefix(tag, "zh"):
			return "zh"
		case strings.HasPrefix(tag, "en"):
			return "en"
		}
	}
	if strings.TrimSpace(header) == "" {
		return "zh"
	}
	return "en"
}
