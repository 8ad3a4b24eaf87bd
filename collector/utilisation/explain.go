package utilisation

import "basemeter/agent/record"

// A Reason is why a span was judged as it was on one of its axes.
type Reason struct {
	Axis string // state, context, held, estimated
	Rule string // a key of Rules
	Of   string // what the rule was applied to: a gateway's words, a booking's id, a correction's author
}

// Rules are all there are, in words.
var Rules = map[string]struct{ ZH, EN string }{
	"state.spell":         {"网关记录的时段", "a spell that the gateway told"},
	"state.silence":       {"没有任何网关的记录", "no gateway told anything"},
	"state.correction":    {"人工更正", "a correction"},
	"context.chosen":      {"现场选择的用途", "the purpose was chosen on the spot"},
	"context.maintenance": {"计划维护", "planned maintenance"},
	"context.booking":     {"预约", "a booking"},
	"context.timetable":   {"课表", "a lesson on the timetable"},
	"context.running":     {"没有计划，但设备在运行", "not planned, and the asset ran"},
	"context.card":        {"没有计划，但有人在设备上刷卡", "not planned, and a card was at the asset"},
	"context.open":        {"开放时间，无人使用", "open, and nobody used it"},
	"context.closed":      {"不在开放时间", "outside opening hours"},
	"context.correction":  {"人工更正", "a correction"},
	"held.on":             {"设备已开机", "the asset was on"},
	"held.present":        {"有人在场", "somebody was present"},
	"held.chosen":         {"现场选择了用途", "a purpose was chosen on the spot"},
	"held.correction":     {"人工更正", "a correction"},
	"held.none":           {"没有任何使用证据", "nothing shows that anybody came"},
	"estimated.clock":     {"网关时钟未校准，时间为估计", "the gateway's clock was never set: its dates are estimates"},
	"estimated.stay":      {"忘记刷卡离开，按规则结束", "a stay that its card did not end"},
	"estimated.session":   {"没有人结束该用途，按规则结束", "a session that nobody ended"},
}

// Reasons are why the span was judged so, one at least for its state and its context.
func (s *Span) Reasons() []Reason {
	reasons := []Reason{s.whyState(), s.whyContext()}
	if s.Context == InSession {
		reasons = append(reasons, s.whyHeld())
	}
	if s.Estimated {
		reasons = append(reasons, s.whyEstimated())
	}
	return reasons
}

func (s *Span) whyState() Reason {
	switch b := &s.Because; {
	case b.Correction != nil && b.Correction.State != nil:
		return Reason{"state", "state.correction", b.Correction.cited()}
	case b.Spell == nil:
		return Reason{"state", "state.silence", ""}
	default:
		return Reason{"state", "state.spell", b.Spell.Why}
	}
}

func (s *Span) whyContext() Reason {
	switch b, use := &s.Because, s.Use(); {
	case b.Correction != nil && b.Correction.Purpose != "":
		return Reason{"context", "context.correction", b.Correction.cited()}
	case b.Chosen != nil:
		return Reason{"context", "context.chosen", b.Chosen.By}
	case b.Slot != nil && b.Slot.Maintenance:
		return Reason{"context", "context.maintenance", ""}
	case use != nil:
		return Reason{"context", "context." + use.Layer, use.ID}
	case s.State == record.Running:
		return Reason{"context", "context.running", ""}
	case s.Occupied:
		return Reason{"context", "context.card", b.Stay.Reader}
	case s.Open:
		return Reason{"context", "context.open", b.Slot.OpenBy}
	case b.Slot != nil:
		return Reason{"context", "context.closed", b.Slot.OpenBy}
	}
	return Reason{"context", "context.closed", ""}
}

func (s *Span) whyHeld() Reason {
	switch b := &s.Because; {
	case b.Correction != nil && b.Correction.Purpose != "":
		return Reason{"held", "held.correction", b.Correction.cited()}
	case b.Chosen != nil:
		return Reason{"held", "held.chosen", b.Chosen.By}
	case s.On() || s.State == record.Fault:
		return Reason{"held", "held.on", s.State.String()}
	case s.Attended:
		return Reason{"held", "held.present", b.Stay.Place}
	}
	return Reason{"held", "held.none", ""}
}

func (s *Span) whyEstimated() Reason {
	switch b := &s.Because; {
	case b.Spell != nil && b.Spell.Estimated && s.State != record.Unknown && (b.Correction == nil || b.Correction.State == nil):
		return Reason{"estimated", "estimated.clock", ""}
	case b.Chosen != nil:
		return Reason{"estimated", "estimated.session", b.Chosen.Ended}
	}
	return Reason{"estimated", "estimated.stay", s.Because.Stay.Ended}
}

func (c *Correction) cited() string { return c.ID + " (" + c.Author + ": " + c.Reason + ")" }
