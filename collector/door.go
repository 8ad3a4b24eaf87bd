package collector

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"basemeter/collector/access"
	"basemeter/collector/report"
	"basemeter/collector/store"
	"basemeter/configs"
)

// door is what stands before the pages: nobody gets anything but whether all is well without a token, unless that is
// configured.
func (c *Collector) door(conf configs.CollectorHTTP, pages http.Handler) (http.Handler, error) {
	operator, err := configs.Secret(conf.TokenFile)
	if err != nil {
		return nil, fmt.Errorf("http.token_file: %w", err)
	}
	options := access.Options{
		Open: conf.Access == configs.AccessOpen, Operator: operator, Now: time.Now,
		Tokens: access.NewKeeper(c.tokens, time.Now, c.log),
	}
	if conf.AccessLog {
		options.Log = c.log
	}
	inside := http.NewServeMux()
	inside.Handle("/", pages)
	inside.Handle("/metrics", access.Province(pages))
	guarded := access.Guard(inside, options)
	outside := http.NewServeMux()
	outside.Handle("/", guarded)
	outside.HandleFunc("GET /health", func(w http.ResponseWriter, r *http.Request) {
		if options.Open || r.Header.Get("Authorization") != "" { // who may see more is told more
			guarded.ServeHTTP(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	})
	return outside, nil
}

// listen is where the pages are served, unless there is a listener. An open door has to be within reach of this machine
// alone, wherever the listener comes from.
func listen(conf configs.CollectorHTTP, given net.Listener) (net.Listener, error) {
	l := given
	if l == nil {
		var err error
		if l, err = net.Listen("tcp", conf.Listen); err != nil {
			return nil, fmt.Errorf("http.listen: %w", err)
		}
	}
	at, is := l.Addr().(*net.TCPAddr)
	if conf.Access != configs.AccessOpen || is && at.IP.IsLoopback() {
		return l, nil
	}
	if given == nil {
		l.Close()
	}
	return nil, fmt.Errorf("http.access: open, while others can reach %s", l.Addr())
}

// tokens are those that the database knows.
func (c *Collector) tokens(ctx context.Context) ([]access.Token, error) {
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	return tokens(ctx, s)
}

// tokens are those of a database, in access's words. One whose scope nobody here understands lets nobody see anything.
func tokens(ctx context.Context, s *store.Store) ([]access.Token, error) {
	kept, err := s.Tokens(ctx)
	var all []access.Token
	for _, t := range kept {
		scope, wrong := report.ParseScope(t.Scope)
		if wrong != nil || t.Hash == "" {
			continue
		}
		all = append(all, access.Token{ID: t.ID, Hash: t.Hash, Name: t.Name, Scope: scope, Made: t.Made, Expires: t.Expires, Revoked: t.Revoked})
	}
	return all, err
}

// health is whether all is well: to those who may see the province, with the words for it.
func (c *Collector) health(ctx context.Context) (well bool, body any) {
	well, body = c.diagnosis(ctx)
	if grant, ok := access.Of(ctx); !ok || grant.Scope != (report.Scope{}) {
		return well, map[string]any{"well": well}
	}
	return well, body
}
