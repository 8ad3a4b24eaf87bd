// Package web serves the centre over HTTP: the figures for programs, and one page for people, in Chinese or English. It
// computes nothing and knows no database: it is handed what it shows.
package web

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// Options are what is served.
type Options struct {
	Report  func(ctx context.Context, q report.Query) ([]report.Row, error)
	People  func(ctx context.Context, q report.Query) ([]report.PeopleRow, error)
	Figures func(ctx context.Context, q report.Query) ([]report.FigureRow, error)
	Explain func(ctx context.Context, base, asset string, from, to time.Time) ([]utilisation.Span, error)
	Live    func() []Live
	Areas   func() []Area // may be nil
	// Health is whether all is well, and the words for it as JSON.
	Health  func(ctx context.Context) (well bool, body any)
	Metrics http.Handler
	Bases   map[string]Base
	Words   func(lang string) func(id string) string // ids of the taxonomy, in zh or en
	Plan    func() string                            // the version of the plan in force; empty: there is none
	Zone    func(base string) *time.Location         // of a base that the plan knows; nil: it does not
	// KeepFacts is how long spells are kept beside the ledger; 0: for ever.
	KeepFacts time.Duration
	Now       func() time.Time
	Log       *slog.Logger
}

// grace is the longest that a spell, and hence word of it, may take: a grid of an hour, and the way here.
const grace = 65 * time.Minute

// A Live is one asset as its gateway last said it is.
type Live struct {
	Base    string                  `json:"base"`
	Gateway string                  `json:"gateway"`
	Asset   string                  `json:"asset"`
	TextZH  string                  `json:"text_zh,omitempty"`
	TextEN  string                  `json:"text_en,omitempty"`
	State   string                  `json:"state"`
	Since   time.Time               `json:"since,omitzero"`
	At      time.Time               `json:"at,omitzero"` // of the newest reading the state rests on
	Why     string                  `json:"why,omitempty"`
	Values  map[string]record.Shown `json:"values,omitempty"` // by device/point

	Purpose string `json:"purpose,omitempty"` // chosen on the spot
	People  *int   `json:"people,omitempty"`  // how many are at it; nil: nobody would know
}

// An Area is how many people are in a room or a hall, as a gateway last said; nil if it says no more.
type Area struct {
	Base    string    `json:"base"`
	Gateway string    `json:"gateway"`
	Area    string    `json:"area"`
	TextZH  string    `json:"text_zh,omitempty"`
	TextEN  string    `json:"text_en,omitempty"`
	At      time.Time `json:"at,omitzero"`
	People  *int      `json:"people,omitempty"`
}

// A Base is what people call a base, and the clock on its wall.
type Base struct {
	TextZH, TextEN string
	Zone           *time.Location
}

// Handler serves it all, to whoever asks: it guards nothing.
func Handler(o Options) http.Handler {
	s := server{o}
	all := http.NewServeMux()
	all.HandleFunc("GET /health", s.health)
	all.HandleFunc("GET /{$}", s.page)
	all.HandleFunc("GET /v1/now", s.now)
	all.HandleFunc("GET /v1/utilisation", s.utilisation)
	all.HandleFunc("GET /v1/attendance", s.attendance)
	all.HandleFunc("GET /v1/figures", s.figures)
	all.HandleFunc("GET /v1/explain", s.explain)
	all.Handle("GET /metrics", o.Metrics)
	return all
}

type server struct{ Options }

func (s server) health(w http.ResponseWriter, r *http.Request) {
	well, body := s.Health(r.Context())
	status := http.StatusOK
	if !well {
		status = http.StatusServiceUnavailable
	}
	s.json(w, status, body)
}

func (s server) now(w http.ResponseWriter, _ *http.Request) {
	body := map[string]any{"assets": s.Live()}
	if areas := s.areas(); len(areas) > 0 {
		body["areas"] = areas
	}
	s.json(w, http.StatusOK, body)
}

func (s server) areas() []Area {
	if s.Areas == nil {
		return nil
	}
	return s.Areas()
}

func (s server) json(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		s.Log.Debug("answer not taken", "reason", err) // the caller has hung up
	}
}

// problem is an error as RFC 9457 writes it; parameter names what was wrong in the question, if anything was.
func problem(w http.ResponseWriter, status int, parameter, detail string) {
	body := map[string]any{"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": detail}
	if parameter != "" {
		body["parameter"] = parameter
	}
	w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the caller has hung up
}
