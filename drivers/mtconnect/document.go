package mtconnect

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"basemeter/drivers"
)

const (
	maxSize  = 8 << 20 // bytes of a document, unpacked
	maxDepth = 64      // of its elements; the schema takes about ten
)

// A document is what an agent answers to /current, as far as it is of interest.
type document struct {
	instance string // of the agent's buffer: another one each time the agent starts
	next     uint64 // sequence number
	devices  []device
}

type device struct {
	name, uuid string
	agent      bool    // it is the agent itself, which shows up among the devices since version 1.7
	shows      []shown // one for each point
}

// decode takes the document of any version, whatever its namespace.
func decode(r io.Reader, points []Point) (*document, error) {
	p := parser{xml: xml.NewDecoder(&bounded{r, maxSize}), points: points}
	p.xml.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		if strings.EqualFold(charset, "us-ascii") {
			return in, nil
		}
		return nil, fmt.Errorf("charset %q: want UTF-8", charset)
	}
	for {
		token, err := p.xml.Token()
		if err != nil {
			return nil, p.fault(err)
		}
		if done, err := p.take(token); done || err != nil {
			return &p.doc, err
		}
	}
}

// bounded is a reader that gives no more than left bytes.
type bounded struct {
	r    io.Reader
	left int
}

func (b *bounded) Read(into []byte) (int, error) {
	n, err := b.r.Read(into)
	if b.left -= n; b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// A parser walks through a document, and is at the end of path.
type parser struct {
	xml    *xml.Decoder
	points []Point
	doc    document
	path   []string // local names
	item   *item    // it is inside of, if a point wants it
	text   strings.Builder
	refuse AgentError
}

// fault sorts what ended a document. What the connection said is left as it is, for the caller to sort.
func (p *parser) fault(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case err == io.EOF, errors.Is(err, io.ErrUnexpectedEOF):
		return errShort
	case errors.As(err, &syntax) && syntax.Msg == "unexpected EOF":
		return errShort
	case errors.As(err, &syntax), strings.HasPrefix(err.Error(), "xml: "):
		return fmt.Errorf("%w: %w", drivers.ErrGarbled, err)
	}
	return err
}

// Where things stand in a document.
const (
	root      = 1
	part      = 2 // Header, Streams
	stream    = 3 // DeviceStream
	component = 4 // ComponentStream
	category  = 5 // Samples, Events, Condition
	leaf      = 6
)

func (p *parser) take(token xml.Token) (done bool, err error) {
	switch t := token.(type) {
	case xml.StartElement:
		return false, p.enter(t)
	case xml.EndElement:
		return p.leave()
	case xml.CharData:
		if p.item != nil && len(p.path) == leaf || p.refused() {
			p.text.Write(t)
		}
	}
	return false, nil
}

// refused reports whether this is an MTConnectError.
func (p *parser) refused() bool { return len(p.path) > 0 && p.path[0] == "MTConnectError" }

func (p *parser) enter(t xml.StartElement) error {
	p.path = append(p.path, t.Name.Local)
	depth := len(p.path)
	switch {
	case depth > maxDepth:
		return errTooDeep
	case p.refused():
		if code := attribute(t, "errorCode"); p.refuse.Code == "" {
			p.refuse.Code = code
		}
	case depth == root && t.Name.Local != "MTConnectStreams":
		return errForeign
	case depth == part && t.Name.Local == "Header":
		p.doc.instance = attribute(t, "instanceId")
		p.doc.next, _ = strconv.ParseUint(attribute(t, "nextSequence"), 10, 64)
	case depth == stream && t.Name.Local == "DeviceStream":
		name := attribute(t, "name")
		p.doc.devices = append(p.doc.devices, device{name: name, uuid: attribute(t, "uuid"), agent: name == "Agent"})
		p.device().shows = make([]shown, len(p.points))
	case depth >= component && p.path[stream-1] != "DeviceStream":
	case depth == component && attribute(t, "component") == "Agent":
		p.device().agent = true
	case depth == leaf:
		p.observe(t)
	}
	return nil
}

func (p *parser) device() *device { return &p.doc.devices[len(p.doc.devices)-1] }

// observe begins an item, if a point wants it.
func (p *parser) observe(t xml.StartElement) {
	it := item{kind: t.Name.Local, condition: p.path[category-1] == "Condition"}
	if it.condition {
		it.text, it.kind = t.Name.Local, attribute(t, "type")
	}
	it.id, it.name = attribute(t, "dataItemId"), attribute(t, "name")
	it.sequence, _ = strconv.ParseUint(attribute(t, "sequence"), 10, 64)
	for i := range p.points {
		if p.points[i].fit(&it) > 0 {
			p.item = &it
			p.text.Reset()
			return
		}
	}
}

func (p *parser) leave() (done bool, err error) {
	if len(p.path) == leaf && p.item != nil {
		if !p.item.condition {
			p.item.text = strings.TrimSpace(p.text.String())
		}
		for i := range p.points {
			p.device().shows[i].see(&p.points[i], p.item)
		}
		p.item = nil
	}
	if len(p.path) == root && p.refused() {
		p.refuse.Text = strings.Join(strings.Fields(p.text.String()), " ")
		if p.refuse.Code == "" {
			p.refuse.Code = "an error without a code"
		}
		err = p.refuse
	}
	p.path = p.path[:len(p.path)-1]
	return len(p.path) == 0, err
}

func attribute(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// find is the device of a name or uuid, or the only one.
func (d *document) find(name string) (*device, error) {
	var found []*device
	var names []string
	for i := range d.devices {
		v := &d.devices[i]
		if name != "" && (v.name == name || v.uuid == name) {
			return v, nil
		}
		if !v.agent {
			found, names = append(found, v), append(names, v.name)
		}
	}
	switch {
	case len(found) == 0:
		return nil, errors.New("the agent has no device")
	case name != "":
		return nil, fmt.Errorf("the agent has no device %q, but %s", name, strings.Join(names, ", "))
	case len(found) > 1:
		return nil, fmt.Errorf("the agent has several devices: %s: name one", strings.Join(names, ", "))
	}
	return found[0], nil
}
