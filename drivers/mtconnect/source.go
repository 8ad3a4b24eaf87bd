package mtconnect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"basemeter/drivers"
)

// Config is one machine at an agent.
type Config struct {
	Name    string
	URL     string // http://host:5000
	Device  string // its name or uuid in the agent; empty: the agent's only one
	Points  []Point
	Timeout time.Duration // from the question to the last byte of the answer; 0 stands for five seconds
	Now     func() drivers.Instant
	Client  *http.Client // nil: one of its own
}

// Source is one machine at an agent; it implements drivers.Source, Prober, Identifier and Counted. It keeps its
// connection, and waits for a fixed time: an agent's answers are of very different length, and it has no neighbours on
// its wire that a long wait would hold up.
type Source struct {
	config Config
	url    string
	client http.Client
	tally  drivers.Tally

	life context.Context // ends with Close
	end  context.CancelFunc

	mu       sync.Mutex // held by the one conversation, and by who reads what follows
	instance string     // of the agent, in the last answer
	next     uint64     // sequence number
	restarts uint64
}

// New makes the source of a machine. It returns an error if c makes no sense; whether the agent is there shows when it
// is read.
func New(c Config) (*Source, error) {
	if c.Timeout == 0 {
		c.Timeout = 5 * time.Second
	}
	address, err := c.check()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name, err)
	}
	if c.Device != "" {
		address = address.JoinPath(url.PathEscape(c.Device))
	}
	s := &Source{config: c, url: address.JoinPath("current").String()}
	s.client = http.Client{Transport: &http.Transport{
		DialContext:            (&net.Dialer{Timeout: c.Timeout}).DialContext,
		MaxIdleConnsPerHost:    1,
		IdleConnTimeout:        5 * time.Minute,
		MaxResponseHeaderBytes: 64 << 10,
	}}
	if c.Client != nil {
		s.client = *c.Client
	}
	s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s.life, s.end = context.WithCancel(context.Background())
	return s, nil
}

func (c Config) check() (*url.URL, error) {
	address, err := url.Parse(c.URL)
	var faults []error
	switch {
	case err != nil:
		faults = append(faults, err)
	case address.Scheme != "http" && address.Scheme != "https" || address.Host == "" || address.RawQuery != "":
		faults = append(faults, fmt.Errorf("agent %q: want http://host:port", c.URL))
	}
	if len(c.Points) == 0 {
		faults = append(faults, errors.New("no points"))
	}
	for _, p := range c.Points {
		faults = append(faults, p.check())
	}
	return address, errors.Join(faults...)
}

// Name is the machine's.
func (s *Source) Name() string { return s.config.Name }

// Stats are those of the questions to the agent.
func (s *Source) Stats() drivers.Stats { return s.tally.Stats() }

// Restarts is how often the agent has started anew between two answers. What it shows now is not affected.
func (s *Source) Restarts() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.restarts
}

// Read asks the agent once. A point that is unavailable gives no reading; if all are, the error is ErrUnavailable. A
// point whose item is missing, ambiguous or no number is an error beside the readings of the others.
func (s *Source) Read(ctx context.Context, into []drivers.Reading) ([]drivers.Reading, error) {
	device, at, err := s.ask(ctx)
	if err != nil {
		return into, fmt.Errorf("%s: %w", s.config.Name, err)
	}
	had := len(into)
	var faults []error
	for i := range s.config.Points {
		p := &s.config.Points[i]
		switch v, err := device.shows[i].value(p); {
		case err == nil:
			into = append(into, drivers.Reading{Point: s.config.Name + "/" + p.Name, Value: v, At: at})
		case err != errUnknown:
			faults = append(faults, fmt.Errorf("%s: item %s: %w", s.config.Name, p.Item, err))
		}
	}
	if len(into) == had && faults == nil {
		return into, fmt.Errorf("%s: %w", s.config.Name, ErrUnavailable)
	}
	return into, errors.Join(faults...)
}

// Probe asks the agent whether it has the machine; what that shows does not matter.
func (s *Source) Probe(ctx context.Context) error {
	_, err := s.Identity(ctx)
	return err
}

// Identity is the machine's uuid.
func (s *Source) Identity(ctx context.Context) (string, error) {
	device, _, err := s.ask(ctx)
	if err != nil {
		return "", fmt.Errorf("%s: %w", s.config.Name, err)
	}
	return device.uuid, nil
}

// ask asks the agent, and counts what became of it.
func (s *Source) ask(ctx context.Context) (*device, drivers.Instant, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.life, cancel)()
	if err := s.over(ctx); err != nil {
		return nil, drivers.Instant{}, err
	}
	s.tally.Asked()
	doc, at, took, err := s.get(ctx)
	if over := s.over(ctx); err != nil && over != nil {
		return nil, at, over // a question that was cancelled has not ended
	}
	if err == nil {
		err = s.follow(doc)
	}
	s.tally.Ended(outcome(err), took)
	if err != nil {
		return nil, at, err
	}
	device, err := doc.find(s.config.Device)
	return device, at, err
}

// over is why nobody waits any more, if so.
func (s *Source) over(ctx context.Context) error {
	if s.life.Err() != nil {
		return errClosed
	}
	return ctx.Err()
}

func outcome(err error) drivers.Outcome {
	switch {
	case err == nil:
		return drivers.Answered
	case errors.Is(err, errLost):
		return drivers.Lost
	case errors.Is(err, drivers.ErrAbsent):
		return drivers.Silent
	case errors.Is(err, drivers.ErrGarbled):
		return drivers.Garbled
	}
	return drivers.Refused
}

// get has one conversation with the agent. At is when its answer began; took is until then.
func (s *Source) get(ctx context.Context) (doc *document, at drivers.Instant, took time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url, nil)
	if err != nil {
		return nil, at, 0, err
	}
	request.Header.Set("Accept", "text/xml, application/xml")
	request.Header.Set("Cache-Control", "no-cache")
	began := time.Now()
	answer, err := s.client.Do(request)
	if err != nil {
		return nil, at, 0, absent(ctx, err)
	}
	defer answer.Body.Close()
	at, took = s.config.Now(), time.Since(began)
	doc, err = decode(answer.Body, s.config.Points)
	switch {
	case isRefusal(err):
	case answer.StatusCode != http.StatusOK: // whatever it says, it is no document
		err = fmt.Errorf("the agent answers %s", answer.Status)
	case err != nil && !errors.Is(err, drivers.ErrGarbled): // the connection, in the midst of it
		err = fmt.Errorf("%w: %w", errShort, err)
	case err == nil:
		io.Copy(io.Discard, io.LimitReader(answer.Body, 4096)) // so that the connection can be used again
	}
	return doc, at, took, err
}

// absent is why there was no answer.
func absent(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%w within the time", errSilent)
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) { // says once more what was asked for
		err = wrapped.Err
	}
	return fmt.Errorf("%w: %w", errLost, err)
}

func isRefusal(err error) bool {
	var refusal AgentError
	return errors.As(err, &refusal)
}

// follow holds an answer against the one before. An agent that has started anew says so by another instance. One that
// goes back without that may be a cache on the way, so its answer is not believed; the next one is, since an agent that
// keeps no instance may have started anew.
func (s *Source) follow(doc *document) error {
	anew := doc.instance != s.instance
	back := !anew && doc.next < s.next
	if anew && s.instance != "" {
		s.restarts++
	}
	s.instance, s.next = doc.instance, doc.next
	if back {
		return errStale
	}
	return nil
}

// Close ends a Read under way, and the connection.
func (s *Source) Close() error {
	s.end()
	s.client.CloseIdleConnections()
	return nil
}
