// Package mtconnect asks MTConnect agents for what their machines show now, over HTTP, and turns that into numbers. It
// does not know what a value means, nor when it is time to ask.
//
// It only reads: all it ever sends is GET …/current. It follows no redirection, as nobody who answers for a machine has
// a reason to send the gateway elsewhere, and uses no proxy.
//
// What an agent says to /current is current by definition: it says UNAVAILABLE for what it has lost sight of, and that
// gives no reading, since silence is unknown and never off. Readings bear the gateway's time and not that of the
// adapter, whose clock nobody looks after. HTTP says which answer belongs to which question, so no doubt can arise.
package mtconnect

import (
	"errors"
	"fmt"

	"basemeter/drivers"
)

// ErrUnavailable is an agent that answers, and knows nothing of its machine: that is off, or has lost its adapter. There
// is no reason to ask the agent less often.
var ErrUnavailable = errors.New("all is unavailable")

// AgentError is an agent's word that it will not answer: an MTConnectError document.
type AgentError struct{ Code, Text string }

// Error is all that the agent gives for a reason.
func (e AgentError) Error() string {
	if e.Text == "" {
		return "the agent answers " + e.Code
	}
	return fmt.Sprintf("the agent answers %s: %s", e.Code, e.Text)
}

// What can become of a question besides.
var (
	errClosed   = errors.New("closed")
	errSilent   = drivers.ErrAbsent
	errLost     = fmt.Errorf("connection lost: %w", drivers.ErrAbsent)
	errShort    = fmt.Errorf("%w: cut short", drivers.ErrGarbled)
	errTooLarge = fmt.Errorf("%w: larger than %d MiB", drivers.ErrGarbled, maxSize>>20)
	errTooDeep  = fmt.Errorf("%w: nested deeper than %d", drivers.ErrGarbled, maxDepth)
	errStale    = fmt.Errorf("%w: older than the answer before", drivers.ErrGarbled)
	errForeign  = fmt.Errorf("%w: no MTConnectStreams", drivers.ErrGarbled)
)
