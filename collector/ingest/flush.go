package ingest

import (
	"context"
	"errors"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"basemeter/agent/record"
)

// flush has messages written, keeps aside what cannot be, and only then acknowledges all: to the broker, so that it
// forgets them, and by the answers to the gateways, so that they do.
func flush(ctx context.Context, o Options, messages []mqtt.Message) (answers, error) {
	batches := make([]record.Batch, 0, len(messages))
	letters := make([]letter, 0, len(messages))
	for _, m := range messages {
		l, batch := open(m.Topic(), m.Payload(), o.Now())
		if l.problem == nil {
			l.batch = len(batches)
			batches = append(batches, batch)
		}
		letters = append(letters, l)
		o.Count.Messages.Add(1)
		o.Count.Bytes.Add(uint64(len(m.Payload())))
	}
	rejections, err := write(ctx, o, batches)
	if err != nil {
		return nil, err
	}
	answers := answers{}
	for i, l := range letters {
		if reason, refused := rejections[l.batch]; refused && l.problem == nil {
			l.problem = &problem{Refused, reason}
		}
		if l.problem == nil {
			o.Count.Batches.Add(1)
			o.Count.Records.Add(records(&batches[l.batch]))
			answers.accept(l)
		} else if keepAside(o, messages[i], l.problem) {
			answers.reject(l)
		}
	}
	for _, m := range messages {
		m.Ack()
	}
	return answers, nil
}

// write is Write, timed, with its rejections told from its giving up.
func write(ctx context.Context, o Options, batches []record.Batch) (map[int]string, error) {
	if len(batches) == 0 {
		return nil, nil
	}
	begin := time.Now()
	err := o.Write(ctx, batches)
	o.Count.Flushes.Add(1)
	o.Count.WriteTime.Add(int64(time.Since(begin)))
	var some interface {
		error
		Rejections() map[int]string
	}
	switch {
	case err == nil:
	case errors.As(err, &some):
	case ctx.Err() != nil:
		return nil, ctx.Err()
	default:
		return nil, &writeError{err}
	}
	o.Count.LastWrite.Store(time.Now().UnixMilli())
	if some != nil {
		return some.Rejections(), nil
	}
	return nil, nil
}

// keepAside tells whether the message is kept, so that its gateway may forget it.
func keepAside(o Options, m mqtt.Message, p *problem) bool {
	o.Count.Rejected[p.kind].Add(1)
	if err := o.Aside(m.Topic(), m.Payload(), p.Error()); err != nil {
		o.Count.AsideFailed.Add(1)
		o.Log.Error("a message that cannot be accepted could not be kept aside either", "topic", m.Topic(), "reason", p.Error(), "but", err)
		return false
	}
	o.Log.Warn("message kept aside", "topic", m.Topic(), "reason", p.Error())
	return true
}

func records(b *record.Batch) uint64 {
	return uint64(b.Len())
}
