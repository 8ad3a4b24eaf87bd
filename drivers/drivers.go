// Package drivers is the port between the agent and its wires, and the words spoken there: a Source is asked, it
// answers with Readings, each stamped with an Instant. It does not know what a machine is, nor who listens.
//
// Every driver only asks. Nothing below this package can write to a device.
package drivers

import (
	"context"
	"errors"
	"time"
)

// An Instant is one moment on two clocks. Mono orders moments within a boot and never steps; Wall may be hours off
// until Synced. As long as the wall clock does not step, Wall minus Mono is the same for every Instant of a boot.
type Instant struct {
	Boot   string        // from /proc/sys/kernel/random/boot_id
	Mono   time.Duration // since that boot
	Wall   time.Time     // UTC
	Synced bool          // the wall clock of this boot has been disciplined
}

// Earlier is the moment that lies by before i, on both clocks.
func (i Instant) Earlier(by time.Duration) Instant {
	i.Mono -= by
	i.Wall = i.Wall.Add(-by)
	return i
}

// A Reading is what one point showed at one instant.
type Reading struct {
	Point string  // "device/point", as configured: "meter-1/power"
	Value float64 // in the unit the point declares; a contact is 0 (open) or 1 (closed); finite
	Card  string  // the keyed pseudonym of a badge, never its number; empty for everything else
	At    Instant // as near to the wire as the driver can stamp
}

// A Source is one device on a line. A line holds one conversation at a time: whoever owns the line reads its sources
// in turn, never two at once.
type Source interface {
	// Name is the device's configured name. It starts every error the source returns.
	Name() string

	// Read asks the device once and appends what it answered to into. It returns when the device has answered, when
	// its own bound on waiting is over, or, with ctx's error, soon after ctx ends. A device that speaks unasked (a
	// badge reader, a contact) is listened to for at most its own hold time: no reading and no error means that
	// nothing happened. A source that failed is used again as it is: it reopens its port by itself.
	//
	// Errors wrap ErrAbsent or ErrGarbled where the caller should act differently. Whatever goes wrong on the wire,
	// a value that the device did not give for this very question is never returned.
	Read(ctx context.Context, into []Reading) ([]Reading, error)

	// Close releases what the source holds. A Read under way returns with an error.
	Close() error
}

// What a source may be able to do besides.
type (
	// A Prober answers whether its device is there with one question, the shortest there is.
	Prober interface {
		Probe(ctx context.Context) error
	}

	// An Identifier reads what its device says it is, such as a serial number; empty if it says nothing of the kind.
	Identifier interface {
		Identity(ctx context.Context) (string, error)
	}

	// Counted is a source whose questions are counted. Stats may be called at any time, also during a Read.
	Counted interface {
		Stats() Stats
	}
)

// What a Read can meet on the wire, where a caller branches on it.
var (
	ErrAbsent  = errors.New("nothing answered")          // wait longer before asking again
	ErrGarbled = errors.New("the answer makes no sense") // ask again
)
