// Package web serves the centre over HTTP: the figures for programs, with a document that describes them, and one page for
// people, in Chinese or English. It computes nothing and knows no database: it is handed what it shows. Who may see what
// stands in a request's context; it only asks.
package web

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/klauspost/compress/gzhttp"

	"basemeter/agent/record"
	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// Options are what is served.
type Options struct {
	Version   string // of the program, for the document of the API
	Answer    func(ctx context.Context, q report.Query) (report.Answer, error)
	Catalogue func() *report.Catalogue // never nil
	Sessions  func(ctx context.Context, base, asset string, from, to time.Time) ([]report.Session, error)
	Explain   func(ctx context.Context, base, asset string, from, to time.Time) ([]utilisation.Span, error)
	Evidence  func(ctx context.Context, base, asset string, from, to time.Time) ([]report.Evidence, error)
	Frozen    func(ctx context.Context) ([]report.Frozen, error)
	// Corrections are those of a base or, if it is empty, of all.
	Corrections func(ctx context.Context, base string) ([]report.Correction, error)
	// Exchange is what has changed since a cursor; there is no more when the cursor stays as it was.
	Exchange func(ctx context.Context, within report.Scope, since string, most int) (changes []report.Change, next string, err error)
	// Form makes one of Forms for what the query asks: its span, its filters and what it may see.
	Form  func(ctx context.Context, id string, q report.Query, choice Choice) (table.Document, error)
	Forms []Form
	Live  func() []Live
	Areas func() []Area // may be nil
	// Health is whether all is well, and the words for it as JSON.
	Health  func(ctx context.Context) (well bool, body any)
	Metrics http.Handler
	Bases   map[string]Base                          // what the configuration calls bases that no registry knows
	Words   func(lang string) func(id string) string // ids of the taxonomy, in zh or en
	// Known tells whether a value of a dimension means anything to the taxonomy, or to the ledger as far as a scope goes; nil: all do.
	Known func(ctx context.Context, within report.Scope, d report.Dimension, id string) (bool, error)
	Zone  func(base string) *time.Location // nil: it is not known

	WriteCSV  func(w io.Writer, s table.Sheet, lang string) error
	WriteXLSX func(w io.Writer, d table.Document, lang string) error
	// Turn waits until there is room for a question that takes long; nil: there always is.
	Turn func(ctx context.Context) (release func(), err error)
	// KeepFacts is how long spells are kept beside the ledger; 0: for ever.
	KeepFacts time.Duration
	Now       func() time.Time
	Log       *slog.Logger
}

// A Form is an official form that can be made of the ledger.
type Form struct {
	ID   string // of a-z, 0-9, - and _
	Text table.Text
	Year string // the kind of year that it is about: academic or calendar
	// Period is the last such year that has ended before now, by a zone's clock.
	Period func(now time.Time, zone *time.Location) (from, to time.Time)
	Takes  []string // those of all_assets, use_in and weight that it can be asked for
}

// A Choice is what a form is asked for besides its span and its filters.
type Choice struct {
	Floor      float64 // 0 to 1: figures whose coverage is below are doubtful
	AllAssets  bool    // whatever their price and class
	UseInHours bool    // instead of days
	Weight     float64 // of the item of hours, 1 to 100 percent; 0: as the form has it
}

// compressed is what the tag of a compressed answer ends with: its bytes are others.
const compressed = "-gzip"

// A Live is one asset as its gateway last said it is.
type Live struct {
	Base    string                  `json:"base"`
	Gateway string                  `json:"gateway"`
	Asset   string                  `json:"asset"`
	TextZH  string                  `json:"text_zh,omitempty"`
	TextEN  string                  `json:"text_en,omitempty"`
	State   string                  `json:"state"`
	Since   time.Time               `json:"since,omitzero" required:"false"`
	At      time.Time               `json:"at,omitzero" required:"false"` // of the newest reading the state rests on
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
	At      time.Time `json:"at,omitzero" required:"false"`
	People  *int      `json:"people,omitempty"`
}

// A Base is what people call a base, and the clock on its wall.
type Base struct {
	TextZH, TextEN string
	Zone           *time.Location
}

type server struct {
	Options
	api   huma.API
	order []string // of the endpoints, as people read of them
}

// Handler serves it all. What a request may see it finds in the request's context.
func Handler(o Options) http.Handler {
	mux := http.NewServeMux()
	s := &server{Options: o, api: humago.New(mux, document(o.Version))}
	s.figureEndpoints()
	s.listEndpoints()
	s.detailEndpoints()
	s.presentEndpoints()
	s.describe()
	s.referenceEndpoints(mux)
	mux.HandleFunc("GET /{$}", s.page)
	mux.HandleFunc("/", s.elsewhere)
	zip, err := gzhttp.NewWrapper(gzhttp.EnableZstd(false), gzhttp.SuffixETag(compressed), gzhttp.ContentTypes([]string{"text/html", "text/csv", "text/plain",
		"application/json", "application/problem+json", "application/x-ndjson", "application/openapi+json", "application/openapi+yaml"}))
	if err != nil {
		panic(fmt.Sprintf("web: %v", err)) // the options stand above
	}
	return zip(mux)
}
