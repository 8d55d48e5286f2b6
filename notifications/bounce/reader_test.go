package bounce

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// provider is an IMAP server in memory, behind TLS, with one mailbox.
type provider struct {
	t      *testing.T
	user   *imapmemserver.User
	server *imapserver.Server
	listen net.Listener
	trust  *tls.Config
	caps   imap.CapSet

	mu    sync.Mutex
	conns []net.Conn
}

func newProvider(t *testing.T, caps ...imap.Cap) *provider {
	t.Helper()
	p := &provider{t: t, user: imapmemserver.NewUser("rebonds@hopital.test", "secret"), caps: imap.CapSet{}}
	for _, c := range append(caps, imap.CapIMAP4rev1) {
		p.caps[c] = struct{}{}
	}
	if err := p.user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	var config *tls.Config
	config, p.trust = certificate(t)
	p.open("127.0.0.1:0", config)
	return p
}

// certificate is one of 127.0.0.1's own making, and the settings that trust it.
func certificate(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	shape := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, shape, shape, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12},
		&tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
}

// open serves on an address; on 127.0.0.1 with TLS from the first byte.
func (p *provider) open(address string, config *tls.Config) {
	p.t.Helper()
	memory := imapmemserver.New()
	memory.AddUser(p.user)
	p.server = imapserver.New(&imapserver.Options{
		NewSession: func(c *imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.conns = append(p.conns, c.NetConn())
			return memory.NewSession(), nil, nil
		},
		Caps: p.caps, InsecureAuth: true, Logger: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
	})
	listener, err := (&net.ListenConfig{}).Listen(p.t.Context(), "tcp", address)
	if err != nil {
		p.t.Fatal(err)
	}
	p.listen = tls.NewListener(listener, config)
	server := p.server
	go func() { _ = server.Serve(p.listen) }()
	p.t.Cleanup(func() { _ = server.Close() })
}

// cut ends all connections, as a server does that restarts.
func (p *provider) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.conns = nil
}

func (p *provider) connections() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.conns)
}

func (p *provider) put(raw []byte) {
	p.t.Helper()
	if _, err := p.user.Append("INBOX", literal{bytes.NewReader(raw)}, &imap.AppendOptions{}); err != nil {
		p.t.Fatal(err)
	}
}

type literal struct{ *bytes.Reader }

// Size implements imap.LiteralReader.
func (l literal) Size() int64 { return l.Reader.Size() }

// count is how many mails a folder holds, and how many of them are unread.
func (p *provider) count(folder string) (all, unread int) {
	p.t.Helper()
	status, err := p.user.Status(folder, &imap.StatusOptions{NumMessages: true, NumUnseen: true})
	if err != nil {
		return 0, 0
	}
	return int(*status.NumMessages), int(*status.NumUnseen)
}

func (p *provider) reader(options string, h *hands) *Reader {
	p.t.Helper()
	at := url.URL{Scheme: "imaps", User: url.UserPassword("rebonds@hopital.test", "secret"), Host: p.listen.Addr().String(), Path: "/INBOX", RawQuery: options}
	r, err := NewReader(at.String(), p.trust)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Handle, r.longest = h.handle, time.Second
	return r
}

// hands take what a reader reads.
type hands struct {
	mu    sync.Mutex
	kinds []Kind
	fail  error
}

func (h *hands) handle(_ context.Context, raw []byte) (Kind, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.fail != nil {
		return "", h.fail
	}
	if bytes.Contains(raw, []byte("X-Panic")) {
		panic("a defect")
	}
	r, err := Parse(raw, own)
	h.kinds = append(h.kinds, r.Kind)
	return r.Kind, err
}

func (h *hands) set(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fail = err
}

func (h *hands) took() []Kind {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.kinds)
}

// run starts a reader and returns the function that stops it and waits.
func run(t *testing.T, r *Reader) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(10 * time.Second):
			t.Error("the reader does not stop")
		}
	})
	t.Cleanup(stop)
	return stop
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 1000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond) // a poll, not a guess
	}
	t.Fatalf("%s did not happen within ten seconds", what)
}

func TestReaderPutsEachMailWhereItBelongs(t *testing.T) {
	t.Parallel()
	for name, caps := range map[string][]imap.Cap{
		"a server of today": {imap.CapMove, imap.CapUIDPlus, imap.CapIdle, imap.CapIMAP4rev2},
		"a server of old":   nil, // no MOVE, no UIDPLUS, no IDLE
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, h := newProvider(t, caps...), &hands{}
			for _, name := range []string{"postfix-unknown-user", "made-absence-outlook", "made-human", "made-daemon-unclear", "made-complaint"} {
				p.put(fixture(t, name))
			}
			p.put([]byte("no mail at all"))
			p.put([]byte("X-Panic: 1\r\n\r\n"))
			run(t, p.reader("every=1s", h))
			until(t, "moving", func() bool { all, _ := p.count("Traités"); return all == 3 })
			if all, unread := p.count("Traités"); all != 3 || unread != 0 {
				t.Errorf("%d dealt with, %d of them unread", all, unread)
			}
			// The person's answer is as it was; what is unclear or unreadable waits for people.
			until(t, "the next look", func() bool { all, unread := p.count("INBOX"); return all == 4 && unread == 4 })
			p.put(fixture(t, "postfix-expired"))
			until(t, "what came later", func() bool { all, _ := p.count("Traités"); return all == 4 })
			want := map[Kind]int{KindDelivery: 2, KindAutoReply: 1, KindHuman: 1, KindUnknown: 1, KindComplaint: 1, "": 1}
			got := map[Kind]int{}
			for _, k := range h.took() {
				got[k]++
			}
			for kind, n := range want {
				if got[kind] != n {
					t.Errorf("%q was handed on %d times, want %d", kind, got[kind], n)
				}
			}
		})
	}
}

func TestReaderDeletesWhenAsked(t *testing.T) {
	t.Parallel()
	for _, caps := range [][]imap.Cap{{imap.CapUIDPlus}, nil} {
		p, h := newProvider(t, caps...), &hands{}
		p.put(fixture(t, "made-human"))
		p.put(fixture(t, "postfix-unknown-user"))
		stop := run(t, p.reader("done=delete&every=1s", h))
		until(t, "deleting", func() bool { all, unread := p.count("INBOX"); return all == 1 && unread == 1 })
		stop()
		if all, _ := p.count("Traités"); all != 0 {
			t.Error("a folder was made")
		}
	}
}

// With IDLE, what comes in is read at once, long before the next look.
func TestReaderIsWokenByTheServer(t *testing.T) {
	t.Parallel()
	p, h := newProvider(t, imap.CapIdle, imap.CapMove), &hands{}
	run(t, p.reader("every=1h", h))
	until(t, "connecting", func() bool { return p.connections() == 1 })
	p.put(fixture(t, "postfix-unknown-user"))
	until(t, "the first", func() bool { return len(h.took()) == 1 })
	p.put(fixture(t, "postfix-french"))
	until(t, "the second", func() bool { all, _ := p.count("Traités"); return all == 2 })
}

// What cannot be stored now is read again; a connection that breaks is made again.
func TestReaderLosesNothing(t *testing.T) {
	t.Parallel()
	p, h := newProvider(t, imap.CapIdle, imap.CapMove), &hands{}
	h.set(errors.New("the database is away"))
	p.put(fixture(t, "postfix-unknown-user"))
	run(t, p.reader("every=1s", h))
	until(t, "a second connection", func() bool { return p.connections() > 1 })
	if all, unread := p.count("INBOX"); all != 1 || unread != 1 {
		t.Fatalf("%d mails, %d unread", all, unread)
	}
	h.set(nil)
	until(t, "moving", func() bool { all, _ := p.count("Traités"); return all == 1 })
	p.cut()
	p.put(fixture(t, "postfix-french"))
	until(t, "moving after a cut", func() bool { all, _ := p.count("Traités"); return all == 2 })
}

func TestSeveralReadersDoNoHarm(t *testing.T) {
	t.Parallel()
	p, h := newProvider(t, imap.CapMove, imap.CapUIDPlus), &hands{}
	for range 120 {
		p.put(fixture(t, "postfix-unknown-user"))
	}
	for range 3 {
		run(t, p.reader("every=1s", h))
	}
	until(t, "moving", func() bool { all, _ := p.count("INBOX"); return all == 0 })
	if n := len(h.took()); n < 120 {
		t.Errorf("%d of 120 were handed on", n)
	}
}

func TestReaderTrustsNoStranger(t *testing.T) {
	t.Parallel()
	p, h := newProvider(t), &hands{}
	p.put(fixture(t, "postfix-unknown-user"))
	r := p.reader("every=1s", h)
	var log lines
	r.Log = slog.New(slog.NewTextHandler(&log, nil))
	r.tls.RootCAs = x509.NewCertPool()
	run(t, r)
	until(t, "a refusal", func() bool { return log.contains("certificate") })

	wrong := p.reader("every=1s", h)
	wrong.mailbox.password = "guessed"
	wrong.Log = slog.New(slog.NewTextHandler(&log, nil))
	run(t, wrong)
	until(t, "a refused password", func() bool { return log.contains("NO") })
	if len(h.took()) != 0 || log.contains("rebonds@") || log.contains("guessed") {
		t.Errorf("took %v; log:\n%s", h.took(), log.String())
	}
}

// STARTTLS is never left out: a server that does not offer it hears no password.
func TestReaderInsistsOnEncryption(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	heard := make(chan string, 1)
	go func() {
		c, err := listener.Accept()
		if err != nil {
			return
		}
		_, _ = io.WriteString(c, "* OK [CAPABILITY IMAP4rev1] ready\r\n")
		b := make([]byte, 200)
		n, _ := c.Read(b)
		_, _ = io.WriteString(c, "T1 NO no such command\r\n")
		m, _ := c.Read(b[n:])
		heard <- string(b[:n+m])
	}()
	r, err := NewReader("imap://rebonds:secret@"+listener.Addr().String()+"?starttls=required", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Handle = (&hands{}).handle
	run(t, r)
	select {
	case said := <-heard:
		if bytes.Contains([]byte(said), []byte("secret")) || !bytes.Contains([]byte(said), []byte("STARTTLS")) {
			t.Errorf("heard %q", said)
		}
	case <-time.After(10 * time.Second):
		t.Error("nothing was heard")
	}
}

// A server that stops in the middle of STARTTLS does not keep the product from stopping.
func TestReaderStopsWhileAServerIsSilent(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	agreed := make(chan struct{})
	go func() {
		c, err := listener.Accept()
		if err != nil {
			return
		}
		_, _ = io.WriteString(c, "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n")
		_, _ = c.Read(make([]byte, 200))
		_, _ = io.WriteString(c, "T1 OK begin\r\n")
		close(agreed)
		_, _ = io.Copy(io.Discard, c) // no handshake, until the other side goes
	}()
	r, err := NewReader("imap://rebonds:secret@"+listener.Addr().String()+"?starttls=required", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Handle = (&hands{}).handle
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = r.Run(ctx) }()
	<-agreed
	stop()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Error("the reader does not stop")
	}
}

// lines is a log that may be read while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// String implements fmt.Stringer.
func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *lines) contains(s string) bool { return bytes.Contains([]byte(l.String()), []byte(s)) }
