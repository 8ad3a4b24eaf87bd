// Package access knows who may see what: tokens, each with a scope and an end, and what a request may see by its token.
// It does not know what is served.
package access

import (
	"context"

	"basemeter/collector/report"
)

// A Grant is what a request may see.
type Grant struct {
	Token string // its id, for the access log; empty: nobody had to show one
	Name  string // whom it was made for
	Scope report.Scope
}

type key struct{}

// With is a context of a request with that grant.
func With(ctx context.Context, g Grant) context.Context { return context.WithValue(ctx, key{}, g) }

// Of is the grant of a request. A request that did not pass the guard has none, and may see nothing.
func Of(ctx context.Context) (Grant, bool) {
	g, ok := ctx.Value(key{}).(Grant)
	return g, ok
}
