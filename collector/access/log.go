package access

import (
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// seen is an answer of which is known how it went.
type seen struct {
	http.ResponseWriter
	begun  time.Time
	status int // 0: nothing was said yet
	bytes  int64
	done   bool // whoever answers has come to the end
}

func (s *seen) WriteHeader(status int) {
	if s.status < http.StatusOK { // the last of those below is only a foretaste
		s.status = status
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *seen) Write(p []byte) (int, error) {
	if s.status < http.StatusOK {
		s.status = http.StatusOK
	}
	n, err := s.ResponseWriter.Write(p)
	s.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach what is below.
func (s *seen) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// Flush is for those who ask for a Flusher.
func (s *seen) Flush() { _ = http.NewResponseController(s.ResponseWriter).Flush() } // not all can

// note tells the access log of a request, in one line.
func (g *guard) note(r *http.Request, s *seen, grant Grant, no *refusal) {
	if g.Log == nil {
		return
	}
	status := s.status
	switch {
	case status == 0 && (s.done || no != nil):
		status = http.StatusOK
	case status == 0: // it panicked, and the connection is cut
		status = http.StatusInternalServerError
	}
	scope := ""
	if no == nil || grant.Token != "" {
		scope = grant.Scope.String()
	}
	line := []slog.Attr{
		slog.String("token", grant.Token), slog.String("name", grant.Name), slog.String("scope", scope),
		slog.String("method", cut(g.discreet(r.Method), 16)), slog.String("path", g.where(r.URL)), slog.Int("status", status),
		slog.Int64("bytes", s.bytes), slog.Duration("duration", g.Now().Sub(s.begun)), slog.String("remote", r.RemoteAddr),
	}
	if no != nil {
		line = append(line, slog.String("refused", no.why))
	}
	g.Log.LogAttrs(r.Context(), slog.LevelInfo, "request", line...)
}

// hidden stands for what might be a secret.
const hidden = "…"

// where is the path with the query, without what might be a secret. A query that cannot be read is not told.
func (g *guard) where(u *url.URL) string {
	path := cut(g.discreet(u.Path), 256)
	switch {
	case u.RawQuery == "":
		return path
	case len(u.RawQuery) > mostRead:
		return path + "?" + hidden
	}
	query, err := url.ParseQuery(u.RawQuery)
	whole, _ := url.PathUnescape(u.RawQuery) // an operator's secret may have an & in it, or a +
	if err != nil || g.tellsOperator(u.RawQuery) || g.tellsOperator(whole) {
		return path + "?" + hidden
	}
	var parts []string
	for key, values := range query {
		for _, value := range values {
			if slices.Contains(secretKeys, strings.ToLower(key)) {
				value = hidden
			}
			parts = append(parts, g.discreet(key)+"="+g.discreet(value))
		}
	}
	slices.Sort(parts)
	return path + "?" + cut(strings.Join(parts, "&"), 1024)
}

// secretKeys are those by which people pass secrets to other programs.
var secretKeys = []string{"token", "access_token", "auth", "authorization", "apikey", "api_key", "key", "password", "pass", "secret"}

// coded is what random bytes look like, in base64 or base64url. Ids are of small letters.
var coded = regexp.MustCompile(`[A-Za-z0-9+/_-]{24,}={0,2}`)

// mostRead bounds what is looked through for secrets, and mostEscaped how often it may be escaped over again: whoever sends
// more than that means to keep us busy, and is not quoted.
const (
	mostRead    = 8 << 10
	mostEscaped = 4
)

// discreet is a text, or dots if it might hold a secret, be it escaped over again.
func (g *guard) discreet(text string) string {
	plain := text
	for range mostEscaped {
		if len(plain) > mostRead || g.tells(plain) {
			return hidden
		}
		next, err := url.QueryUnescape(plain)
		switch {
		case err != nil:
			return hidden
		case next == plain:
			return text
		}
		plain = next
	}
	return hidden
}

func (g *guard) tells(text string) bool {
	if strings.Contains(strings.ToLower(text), prefix) || g.tellsOperator(text) {
		return true
	}
	return slices.ContainsFunc(coded.FindAllString(text, -1), func(s string) bool { return strings.ToLower(s) != s })
}

func (g *guard) tellsOperator(text string) bool {
	return g.Operator != "" && strings.Contains(text, g.Operator)
}

// cut keeps a line short.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + hidden
}
