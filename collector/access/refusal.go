package access

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// A refusal is why somebody is not let in, as RFC 9457 writes it.
type refusal struct {
	status  int
	why     string // for the access log
	zh, en  string
	wrong   bool          // something was shown, and it was wrong
	counts  bool          // as a failed attempt of the address
	retryIn time.Duration // 0: it is not said
}

func none() *refusal {
	return &refusal{status: http.StatusUnauthorized, why: "no token",
		zh: "需要访问令牌：请求头 Authorization: Bearer …，浏览器中填在密码一栏", en: "a token is needed: Authorization: Bearer …, or as the password in a browser"}
}

func unknown() *refusal {
	return &refusal{status: http.StatusUnauthorized, why: "unknown", wrong: true, counts: true,
		zh: "访问令牌不正确", en: "the token is not known"}
}

func expired(t Token) *refusal {
	at := t.Expires.UTC().Format(time.RFC3339)
	return &refusal{status: http.StatusUnauthorized, why: "expired", wrong: true, counts: true,
		zh: "访问令牌已于 " + at + " 过期", en: "the token expired at " + at}
}

func revoked(t Token) *refusal {
	at := t.Revoked.UTC().Format(time.RFC3339)
	return &refusal{status: http.StatusUnauthorized, why: "revoked", wrong: true, counts: true,
		zh: "访问令牌已于 " + at + " 撤销", en: "the token was revoked at " + at}
}

func away() *refusal {
	return &refusal{status: http.StatusServiceUnavailable, why: "tokens cannot be read", retryIn: fresh,
		zh: "暂时无法核对访问令牌，请稍后再试", en: "the token cannot be looked up just now, try again later"}
}

func tooFast(wait time.Duration) *refusal {
	return &refusal{status: http.StatusTooManyRequests, why: "too fast", retryIn: wait,
		zh: "请求过于频繁，请稍后再试", en: "too many requests, try again later"}
}

func tooWrong(wait time.Duration) *refusal {
	return &refusal{status: http.StatusTooManyRequests, why: "failed too often", retryIn: wait,
		zh: "访问令牌多次不正确，请稍后再试", en: "too many tokens that are not known, try again later"}
}

func beyond() *refusal {
	return &refusal{status: http.StatusForbidden, why: "scope",
		zh: "需要全省范围的访问令牌", en: "a token of the scope province is needed"}
}

func (f *refusal) write(w http.ResponseWriter) {
	h := w.Header()
	if f.status == http.StatusUnauthorized {
		h.Add("WWW-Authenticate", `Basic realm="basemeter", charset="UTF-8"`) // the first: a browser asks for a password
		bearer := `Bearer realm="basemeter"`
		if f.wrong {
			bearer += `, error="invalid_token"`
		}
		h.Add("WWW-Authenticate", bearer)
	}
	if f.retryIn > 0 {
		h.Set("Retry-After", strconv.Itoa(seconds(f.retryIn)))
	}
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "application/problem+json; charset=utf-8")
	w.WriteHeader(f.status)
	_ = json.NewEncoder(w).Encode(map[string]any{ // the caller has hung up
		"type": "about:blank", "title": http.StatusText(f.status), "title_zh": titles[f.status], "status": f.status, "detail": f.en, "detail_zh": f.zh,
	})
}

// titles are what HTTP's own titles mean.
var titles = map[int]string{
	http.StatusUnauthorized: "需要访问令牌", http.StatusForbidden: "没有权限", http.StatusTooManyRequests: "请求过于频繁", http.StatusServiceUnavailable: "暂时无法服务",
}
