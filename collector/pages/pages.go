// Package pages are the figures for people who evaluate: an overview, each number down to the spells that it is made of,
// a base and its year, what could be used better, a certificate, and the definitions. They are made on the server, need
// no script and ask nothing of another host. The package computes no figure and knows no database: it is handed all it
// shows, and shows no base outside the scope of whoever asks.
package pages

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// Options are what the pages are handed.
type Options struct {
	Answer      func(ctx context.Context, q report.Query) (report.Answer, error)
	Catalogue   func() *report.Catalogue
	Heat        func(ctx context.Context, base, asset string, from, to time.Time) (report.Heat, error) // asset may be empty
	Explain     func(ctx context.Context, base, asset string, from, to time.Time) ([]utilisation.Span, error)
	Evidence    func(ctx context.Context, base, asset string, from, to time.Time) ([]report.Evidence, error)
	Frozen      func(ctx context.Context) ([]report.Frozen, error)
	Corrections func(ctx context.Context, base string) ([]report.Correction, error)
	Words       func(lang string) func(id string) string // ids of the taxonomy, in zh or en

	// Turn waits until there is room for a page that takes long; nil: there always is.
	Turn func(ctx context.Context) (release func(), err error)
	// KeepFacts is how long single facts are kept beside the ledger; 0: for ever.
	KeepFacts time.Duration

	Prefix    string // where the pages are mounted, with a slash at both ends: /figures/
	FloorHref string // the page of what is going on now, seen from the pages; empty: there is none
	APIHref   string // where programs ask, seen from the pages, with a slash at its end; empty: ../v1/
	Public    string // how others reach this server: https://figures.example.cn; empty: certificates do not say
	Now       func() time.Time
	Log       *slog.Logger
}

type server struct{ Options }

// Handler serves the pages below its root: mount it with http.StripPrefix. Whoever asks has passed access's guard.
func Handler(o Options) http.Handler {
	if o.APIHref == "" {
		o.APIHref = "../v1/"
	}
	if o.Prefix == "" {
		o.Prefix = "/"
	}
	s := server{o}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.page("overview", (*asking).overview))
	mux.HandleFunc("GET /explain", s.page("explain", (*asking).explain))
	mux.HandleFunc("GET /base", s.page("base", (*asking).base))
	mux.HandleFunc("GET /improve", s.page("improve", (*asking).improve))
	mux.HandleFunc("GET /certificate", s.page("certificate", (*asking).certificate))
	mux.HandleFunc("GET /metrics", s.page("metrics", (*asking).metrics))
	mux.HandleFunc("GET /", s.page("nowhere", (*asking).nowhere))
	return mux
}
