package publish

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// An authority signs certificates.
type authority struct {
	t       *testing.T
	cert    *x509.Certificate
	key     *ecdsa.PrivateKey
	serials int64
}

func newAuthority(t *testing.T) *authority {
	a := &authority{t: t}
	pair := a.sign("authority", x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign})
	a.cert, a.key = pair.Leaf, pair.PrivateKey.(*ecdsa.PrivateKey)
	return a
}

func (a *authority) sign(name string, c x509.Certificate) tls.Certificate {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	a.serials++
	c.SerialNumber, c.Subject = big.NewInt(a.serials), pkix.Name{CommonName: name}
	c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	if a.cert == nil {
		a.cert, a.key = &c, key // its own
	}
	der, err := x509.CreateCertificate(rand.Reader, &c, a.cert, &key.PublicKey, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// files writes a certificate and its key where mosquitto finds them.
func (a *authority) files(pair tls.Certificate) (cert, key string) {
	a.t.Helper()
	dir := a.t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	der, err := x509.MarshalECPrivateKey(pair.PrivateKey.(*ecdsa.PrivateKey))
	if err != nil {
		a.t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{
		cert: {Type: "CERTIFICATE", Bytes: pair.Certificate[0]}, key: {Type: "EC PRIVATE KEY", Bytes: der},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			a.t.Fatal(err)
		}
	}
	return cert, key
}

// secureMosquitto is a broker that speaks TLS and wants to see a certificate. It returns its port.
func secureMosquitto(t *testing.T, a *authority) (port int) {
	t.Helper()
	ca, _ := a.files(tls.Certificate{Certificate: [][]byte{a.cert.Raw}, PrivateKey: a.key})
	cert, key := a.files(a.sign("broker", x509.Certificate{
		DNSNames: []string{"localhost"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}))
	program, err := exec.LookPath("mosquitto")
	if err != nil {
		program = "/usr/sbin/mosquitto" // not in everybody's PATH
	}
	config := filepath.Join(t.TempDir(), "mosquitto.conf")
	var said string
	for range 4 { // somebody else may take the port first
		port = freePort(t)
		text := fmt.Sprintf("listener %d 127.0.0.1\nallow_anonymous true\nuser root\nlog_dest stderr\ncafile %s\ncertfile %s\nkeyfile %s\nrequire_certificate true\n",
			port, ca, cert, key)
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var ok bool
		if said, ok = run(t, exec.Command(program, "-c", config)); ok {
			return port
		}
	}
	t.Fatalf("mosquitto is not ready: %s", said)
	return 0
}

// run starts a broker and returns when it is ready. It ends with the test.
func run(t *testing.T, cmd *exec.Cmd) (said string, ready bool) {
	t.Helper()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended by itself
		_ = cmd.Wait()
	})
	stop := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer stop.Stop()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		said += lines.Text() + "\n"
		if strings.HasSuffix(lines.Text(), " running") {
			go func() {
				for lines.Scan() { // it must not wait for us
				}
			}()
			return said, true
		}
	}
	return said, false
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func TestTLS(t *testing.T) {
	a, strangers := newAuthority(t), newAuthority(t)
	port := secureMosquitto(t, a)
	card := a.sign("gw", x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	forged := strangers.sign("gw", x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	certificates := func(c ...tls.Certificate) []tls.Certificate { return c }
	for _, c := range []struct {
		name, host, scheme string
		config             *tls.Config
		want               string // in the reason; "": it connects
	}{
		{"ssl", "localhost", "ssl", &tls.Config{RootCAs: a.pool(), Certificates: certificates(card)}, ""},
		{"mqtts", "localhost", "mqtts", &tls.Config{RootCAs: a.pool(), Certificates: certificates(card)}, ""},
		{"address and name", "127.0.0.1", "ssl", &tls.Config{RootCAs: a.pool(), ServerName: "localhost", Certificates: certificates(card)}, ""},
		{"wrong name", "localhost", "ssl", &tls.Config{RootCAs: a.pool(), ServerName: "broker.base", Certificates: certificates(card)}, "not broker.base"},
		{"address instead of a name", "127.0.0.1", "ssl", &tls.Config{RootCAs: a.pool(), Certificates: certificates(card)}, "127.0.0.1"},
		{"strange authority", "localhost", "ssl", &tls.Config{RootCAs: strangers.pool(), Certificates: certificates(card)}, "unknown authority"},
		{"no configuration", "localhost", "ssl", nil, "unknown authority"},
		{"no certificate", "localhost", "ssl", &tls.Config{RootCAs: a.pool()}, "certificate required"},
		{"forged certificate", "localhost", "ssl", &tls.Config{RootCAs: a.pool(), Certificates: certificates(forged)}, "certificate"},
		{"no encryption", "localhost", "tcp", nil, "connect: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := lonelyDesk(t)
			front := newPipe(t, fmt.Sprintf("127.0.0.1:%d", port))
			broker := fmt.Sprintf("%s://%s:%d", c.scheme, c.host, front.listener.Addr().(*net.TCPAddr).Port)
			d.start(t, Options{Broker: broker, TLS: c.config}, hurry)
			if c.want == "" {
				d.until(t, "it is reached", func() bool { return d.logged("broker reached") > 0 })
				return
			}
			front.until(t, "it has been tried again and again", func() bool { return front.calls >= 6 })
			d.mu.Lock()
			defer d.mu.Unlock()
			if len(d.log) > 2 { // the broker's reason may be overtaken by its hanging up
				t.Errorf("repeated: %q", d.log)
			}
			if all := strings.Join(d.log, "\n"); !strings.Contains(all, c.want) {
				t.Errorf("logged %q, want %q in it", all, c.want)
			}
		})
	}
}

// A gateway without a clock battery starts in the past, when no certificate is valid yet.
func TestClockFloorLetsTLSWork(t *testing.T) {
	a := newAuthority(t)
	port := secureMosquitto(t, a)
	d := lonelyDesk(t)
	front := newPipe(t, fmt.Sprintf("127.0.0.1:%d", port))
	var now atomic.Int64 // Unix time, s
	began := time.Now().Add(-24 * time.Hour).Unix()
	now.Store(began)
	config := &tls.Config{
		RootCAs: a.pool(), ServerName: "localhost", Time: func() time.Time { return time.Unix(now.Add(1), 0) }, // it goes on
		Certificates: []tls.Certificate{a.sign("gw", x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})},
	}
	d.start(t, Options{Broker: "ssl://" + front.listener.Addr().String(), TLS: config}, hurry)
	front.until(t, "it has been tried again and again", func() bool { return front.calls >= 4 })
	d.once(t, "broker lost")
	d.mu.Lock()
	if !strings.Contains(d.log[0], "expired or is not yet valid") {
		t.Errorf("logged %q", d.log[0])
	}
	d.mu.Unlock()
	now.Store(time.Now().Unix())
	d.until(t, "it is reached", func() bool { return d.logged("broker reached") > 0 })
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Run(ctx, Options{Broker: "tcp://127.0.0.1:1"}, newDesk().post); err != context.Canceled {
		t.Errorf("Run returned %v", err)
	}
	alone(t)
}
