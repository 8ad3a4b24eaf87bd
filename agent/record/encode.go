package record

import (
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// AppendBatch appends the batch as the JSON that travels. Facts that were encoded before are passed as they are, so
// that a batch sent again is the same to the byte.
func AppendBatch(dst []byte, base, gateway, stream string, sequence uint64, facts []byte) []byte {
	dst = append(dst, `{"schema":`...)
	dst = strconv.AppendInt(dst, Schema, 10)
	dst = appendText(append(dst, `,"base":`...), base)
	dst = appendText(append(dst, `,"gateway":`...), gateway)
	dst = appendText(append(dst, `,"stream":`...), stream)
	dst = strconv.AppendUint(append(dst, `,"sequence":`...), sequence, 10)
	dst = append(append(dst, `,"facts":`...), facts...)
	return append(dst, '}')
}

// AppendFacts appends the facts as JSON. Numbers must be finite.
func AppendFacts(dst []byte, f *Facts) []byte {
	dst = strconv.AppendUint(append(dst, `{"epoch":`...), f.Epoch, 10)
	if f.Estimated {
		dst = append(dst, `,"estimated":true`...)
	}
	if f.Boot != "" {
		dst = appendText(append(dst, `,"boot":`...), f.Boot)
	}
	dst = appendList(dst, "spells", f.Spells, appendSpell)
	dst = appendList(dst, "samples", f.Samples, appendSample)
	dst = appendList(dst, "badges", f.Badges, appendBadge)
	dst = appendList(dst, "presences", f.Presences, appendPresence)
	dst = appendList(dst, "sessions", f.Sessions, appendSession)
	dst = appendList(dst, "counts", f.Counts, appendCount)
	return append(dst, '}')
}

func appendList[T any](dst []byte, key string, list []T, one func([]byte, *T) []byte) []byte {
	if len(list) == 0 {
		return dst
	}
	dst = append(append(append(dst, `,"`...), key...), `":[`...)
	for i := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = one(dst, &list[i])
	}
	return append(dst, ']')
}

func appendSpell(dst []byte, s *Spell) []byte {
	dst = appendText(append(dst, `{"asset":`...), s.Asset)
	dst = append(append(append(dst, `,"state":"`...), s.State.String()...), '"')
	dst = appendSpan(dst, s.FromMS, s.ToMS)
	dst = appendSome(dst, `,"why":`, s.Why)
	return append(dst, '}')
}

func appendSample(dst []byte, s *Sample) []byte {
	dst = appendText(append(dst, `{"asset":`...), s.Asset)
	dst = strconv.AppendInt(append(dst, `,"at_ms":`...), s.AtMS, 10)
	dst = append(dst, `,"values":{`...)
	for i, v := range s.Values {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendText(dst, v.Name), ':')
		dst = strconv.AppendFloat(dst, v.Number, 'g', -1, 64)
	}
	dst = append(dst, '}')
	for i, f := range s.Flags {
		if dst = append(dst, ','); i == 0 {
			dst = append(dst, `"flags":{`...)
		}
		dst = appendText(append(appendText(dst, f.Name), ':'), f.Kind)
	}
	if len(s.Flags) > 0 {
		dst = append(dst, '}')
	}
	return append(dst, '}')
}

func appendBadge(dst []byte, b *Badge) []byte {
	dst = appendText(append(dst, `{"reader":`...), b.Reader)
	dst = appendText(append(dst, `,"card":`...), b.Card)
	dst = strconv.AppendInt(append(dst, `,"at_ms":`...), b.AtMS, 10)
	return append(dst, '}')
}

func appendPresence(dst []byte, p *Presence) []byte {
	dst = appendText(append(dst, `{"place":`...), p.Place)
	dst = appendText(append(dst, `,"reader":`...), p.Reader)
	dst = appendText(append(dst, `,"card":`...), p.Card)
	dst = appendSome(dst, `,"group":`, p.Group)
	dst = appendSpan(dst, p.FromMS, p.ToMS)
	dst = strconv.AppendInt(append(dst, `,"known_ms":`...), p.KnownMS, 10)
	dst = appendText(append(dst, `,"ended":`...), p.Ended)
	if p.Continues {
		dst = append(dst, `,"continues":true`...)
	}
	return append(dst, '}')
}

func appendSession(dst []byte, s *Session) []byte {
	dst = appendText(append(dst, `{"asset":`...), s.Asset)
	dst = appendText(append(dst, `,"purpose":`...), s.Purpose)
	dst = appendText(append(dst, `,"by":`...), s.By)
	dst = appendSome(dst, `,"group":`, s.Group)
	dst = appendSpan(dst, s.FromMS, s.ToMS)
	dst = strconv.AppendInt(append(dst, `,"known_ms":`...), s.KnownMS, 10)
	dst = appendSome(dst, `,"ended":`, s.Ended)
	return append(dst, '}')
}

func appendCount(dst []byte, c *Count) []byte {
	dst = appendText(append(dst, `{"place":`...), c.Place)
	dst = appendText(append(dst, `,"counter":`...), c.Counter)
	dst = appendSpan(dst, c.FromMS, c.ToMS)
	dst = strconv.AppendInt(append(dst, `,"passages":`...), c.Passages, 10)
	return append(dst, '}')
}

func appendSpan(dst []byte, from, to int64) []byte {
	dst = strconv.AppendInt(append(dst, `,"from_ms":`...), from, 10)
	return strconv.AppendInt(append(dst, `,"to_ms":`...), to, 10)
}

// appendSome leaves out what says nothing.
func appendSome(dst []byte, key, s string) []byte {
	if s == "" {
		return dst
	}
	return appendText(append(dst, key...), s)
}

// appendText writes a JSON string; bytes that are not UTF-8 become U+FFFD, so the answer is always JSON.
func appendText(dst []byte, s string) []byte {
	dst, _ = jsontext.AppendQuote(dst, s) // its error says only that U+FFFD was written
	return dst
}
