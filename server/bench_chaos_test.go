package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/jmoiron/sqlx"

	"teleconsult/notifications"
	"teleconsult/server/db"
)

// The schedule of `make chaos`.
const (
	chaosKills     = 50
	chaosInstances = 2
	// chaosAway is how long Postgres stays away when it is stopped.
	chaosAway = time.Second
	// chaosPatience bounds the whole.
	chaosPatience = 8 * time.Minute
)

// chaosBinary is the product as it was built; the variable names another build.
func chaosBinary() string { return cmp.Or(os.Getenv("TELECONSULT_BINARY"), "../bin/teleconsult") }

// chaosStops are the kills after which Postgres is stopped at once, without a shutdown checkpoint.
var chaosStops = map[int]bool{17: true, 34: true}

// BenchmarkChaos is `make chaos`: a campaign goes out through two real servers, each of which is killed with SIGKILL
// again and again in the middle of its sending, and Postgres is stopped at once in between. Nothing may be lost, and
// copies may only be those that were in flight at a kill.
func BenchmarkChaos(b *testing.B) {
	for b.Loop() {
		c := &chaos{b: b, taken: map[string]*copies{}, stop: make(chan struct{}), postgres: make(chan struct{}, len(chaosStops))}
		address := c.listen()
		c.deliveryBench = newCampaign(b, address)
		c.again()
		c.play()
		c.judge()
	}
}

// chaos is a campaign with servers that die.
type chaos struct {
	*deliveryBench
	b         *testing.B // before the campaign is there
	instances []*instance
	began     time.Time
	stop      chan struct{} // closed when no server is started any more
	postgres  chan struct{} // one for each stop of Postgres that is due

	mu    sync.Mutex
	taken map[string]*copies // by Message-ID
	kills int
	stops int
	falls int // servers that ended without being killed
	last  time.Duration
}

// copies is what the SMTP server got under one Message-ID.
type copies struct {
	n       int
	to      string
	dates   []time.Time
	foreign bool // another recipient under the same Message-ID
}

// instance is one server, with an SMTP port of its own, so that what it sends is known for its own.
type instance struct {
	listener net.Listener
	cmd      *exec.Cmd
	life     int // how many processes there were
	since    int // mails taken from this process
	limit    int // at which it is killed
	killed   bool
}

// listen starts the SMTP server, with a port for each instance, and returns the first one's address.
func (c *chaos) listen() string {
	server := smtp.NewServer(smtp.BackendFunc(func(conn *smtp.Conn) (smtp.Session, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, in := range c.instances {
			if in.listener.Addr().String() == conn.Conn().LocalAddr().String() {
				return &chaosSession{chaos: c, in: in, life: in.life}, nil
			}
		}
		return nil, errors.New("no such port")
	}))
	server.Domain, server.ErrorLog = "chaos.localhost", quietSMTP{}
	for range chaosInstances {
		listener, err := listenLocal()
		if err != nil {
			c.b.Fatal(err)
		}
		c.instances = append(c.instances, &instance{listener: listener})
		go func() { _ = server.Serve(listener) }()
	}
	c.b.Cleanup(func() { _ = server.Close() })
	return c.instances[0].listener.Addr().String()
}

type quietSMTP struct{}

// Printf implements smtp.Logger: connections that end early are wanted here.
func (quietSMTP) Printf(string, ...any) {}

// Println implements smtp.Logger.
func (quietSMTP) Println(...any) {}

// chaosSession is a connection from one process.
type chaosSession struct {
	*chaos
	in   *instance
	life int
	to   string
}

// Reset implements smtp.Session.
func (s *chaosSession) Reset() { s.to = "" }

// Logout implements smtp.Session.
func (s *chaosSession) Logout() error { return nil }

// Mail implements smtp.Session.
func (s *chaosSession) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt implements smtp.Session.
func (s *chaosSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return nil
}

// Data implements smtp.Session. A mail counts as taken when its final dot came, whether or not the answer arrives.
func (s *chaosSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	id, _, _ := strings.Cut(strings.Trim(m.Header.Get("Message-ID"), "<>"), "@")
	date, err := m.Header.Date()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.taken[id]
	if t == nil {
		t = &copies{to: s.to}
		s.taken[id] = t
	}
	t.n, t.dates, t.foreign = t.n+1, append(t.dates, date), t.foreign || t.to != s.to
	if s.life == s.in.life && !s.in.killed {
		s.in.since++
		s.strike(s.in)
	}
	return nil
}

// strike kills a server that has sent enough, before it gets the answer.
func (c *chaos) strike(in *instance) {
	if in.since < in.limit || c.kills >= chaosKills {
		return
	}
	_ = in.cmd.Process.Kill()
	in.killed = true
	c.kills++
	c.last = time.Since(c.began)
	if chaosStops[c.kills] {
		c.postgres <- struct{}{}
	}
}

// play runs the servers until nothing waits any more.
func (c *chaos) play() {
	c.began = time.Now()
	luck := rand.New(rand.NewPCG(1, 1)) // the same schedule every time
	var group sync.WaitGroup
	for _, in := range c.instances {
		next := func() int { return 30 + luck.IntN(60) }
		group.Go(func() { c.keep(in, next) })
	}
	for open := -1; open != 0; {
		select {
		case <-c.postgres:
			c.stopPostgres()
		case <-time.After(200 * time.Millisecond):
		}
		if time.Since(c.began) > chaosPatience {
			c.b.Errorf("%d messages still wait after %v", open, chaosPatience)
			break
		}
		if err := c.read(&open, `SELECT count(*) FROM message WHERE purpose = 'invitation' AND status IN ('queued', 'sending', 'unknown')`); err != nil {
			open = -1 // Postgres is away
		}
	}
	close(c.stop)
	group.Wait()
}

// keep runs one server after the other, as an operating system's supervisor does.
func (c *chaos) keep(in *instance, limit func() int) {
	for {
		c.mu.Lock()
		cmd := c.server(in)
		err := cmd.Start()
		in.cmd, in.since, in.limit, in.killed, in.life = cmd, 0, limit(), false, in.life+1
		c.mu.Unlock()
		if err != nil {
			c.b.Error(err)
			return
		}
		ended := make(chan struct{})
		go func() { _ = cmd.Wait(); close(ended) }()
		select {
		case <-ended:
		case <-c.stop:
			_ = cmd.Process.Signal(syscall.SIGTERM)
			<-ended
			return
		}
		c.mu.Lock()
		killed := in.killed
		if !killed {
			c.falls++
		}
		c.mu.Unlock()
		if !killed { // it could not start while Postgres was away
			time.Sleep(100 * time.Millisecond)
		}
	}
}

// server is a process of the product, as it is built.
func (c *chaos) server(in *instance) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), chaosBinary(), "serve")
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "ENV=development", "PORT=0", "LISTEN_ADDR=127.0.0.1", "PUBLIC_URL=https://teleconsult.demo.test",
		"DATA_DIR=" + filepath.Join(c.folder, "app"), "DATABASE_URL=" + c.url, "SECRET_KEY=01" + strings.Repeat("00", 31), "LOG_LEVEL=error",
		"SMTP_URL=smtp://" + in.listener.Addr().String() + "?starttls=none", "SMTP_FROM=AP-HP <ne-pas-repondre@demo.test>",
	}
	return cmd
}

// stopPostgres ends it as a power cut does and starts it again, which recovers from its log.
func (c *chaos) stopPostgres() {
	content, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
	if err != nil {
		c.b.Fatal(err)
	}
	first, _, _ := strings.Cut(string(content), "\n")
	pid, err := strconv.Atoi(first)
	if err == nil {
		err = syscall.Kill(pid, syscall.SIGQUIT)
	}
	if err != nil {
		c.b.Fatal(err)
	}
	c.cluster.Stop()
	time.Sleep(chaosAway)
	if c.cluster, err = db.StartCluster(context.Background(), c.folder); err != nil {
		c.b.Fatal(err)
	}
	c.stops++
}

// read runs a query as the owner of the schema, whose connection a stop of Postgres may have ended.
func (c *chaos) read(into any, query string) error {
	if _, err := c.owner.Exec(`SELECT set_config('teleconsult.system', 'bench', false)`); err != nil {
		return err
	}
	if _, list := into.(*[]string); list {
		return c.owner.Select(into, query)
	}
	return c.owner.Get(into, query)
}

// data is the folder of the cluster, which another user may own.
func (c *chaos) data() string {
	pool, err := sqlx.Open("postgres", c.cluster.SuperURL())
	if err != nil {
		c.b.Fatal(err)
	}
	defer func() { _ = pool.Close() }()
	var folder string
	if err = pool.Get(&folder, `SHOW data_directory`); err != nil {
		c.b.Fatal(err)
	}
	return folder
}

// chaosResult is what the database says in the end.
type chaosResult struct {
	Rows      int `db:"rows"`
	Accepted  int `db:"accepted"`
	Held      int `db:"held"`
	Open      int `db:"open"`
	Abandoned int `db:"abandoned"`
	Secrets   int `db:"secrets"`
}

// judge prints the figures and fails when something was lost, or sent more often than the kills explain.
func (c *chaos) judge() {
	c.b.Helper()
	var r chaosResult
	err := c.read(&r, `SELECT count(*) AS rows, count(*) FILTER (WHERE status = 'accepted') AS accepted,
		count(*) FILTER (WHERE status = 'sending' OR lease_owner IS NOT NULL OR lease_until IS NOT NULL) AS held,
		count(*) FILTER (WHERE secrets IS NOT NULL) AS secrets,
		(SELECT count(*) FROM message_attempt WHERE outcome IS NULL) AS open,
		(SELECT count(*) FROM message_attempt WHERE outcome = 'abandoned') AS abandoned
		FROM message WHERE purpose = 'invitation'`)
	if err != nil {
		c.b.Fatal(err)
	}
	var ids []string
	if err = c.read(&ids, `SELECT id FROM message WHERE purpose = 'invitation'`); err != nil {
		c.b.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	lost, distinct, all, most, foreign := 0, 0, 0, 0, 0
	for _, id := range ids {
		t := c.taken[id]
		if t == nil {
			lost++
			continue
		}
		distinct, all, most = distinct+1, all+t.n, max(most, t.n)
		if t.foreign {
			foreign++
		}
	}
	window, connections := c.window()
	bound := c.kills * window / connections
	fmt.Printf("sent               %6d  of %d, counted by Message-ID at the SMTP server\n", distinct, len(ids))
	fmt.Printf("lost               %6d\n", lost)
	fmt.Printf("duplicated         %6d  at most %d: %d kills × %d in flight for each of %d connections (%d per server)\n",
		all-distinct, bound, c.kills, window/connections, connections, window)
	fmt.Printf("copies of one      %6d  at most\n", most)
	fmt.Printf("SIGKILL            %6d  the last after %.1f s; %d starts failed while Postgres was away\n", c.kills, c.last.Seconds(), c.falls)
	fmt.Printf("Postgres restarted %6d  times, after an immediate stop\n", c.stops)
	fmt.Printf("attempts abandoned %6d  taken up by another server\n", r.Abandoned)
	fmt.Printf("duration           %6.1f  s\n", time.Since(c.began).Seconds())
	for what, wrong := range map[string]bool{
		"messages were lost":                                        lost > 0 || len(ids) != benchMails,
		"the kills do not explain the copies":                       all-distinct > bound,
		"a Message-ID was used for two people":                      foreign > 0,
		"the database does not agree with the SMTP server":          r.Accepted != distinct || r.Rows != len(ids),
		"messages are still held, or attempts open":                 r.Held+r.Open > 0,
		"secrets outlive their use":                                 r.Secrets > 0,
		"the kills or the restarts did not fall inside the sending": c.kills != chaosKills || c.stops != len(chaosStops),
	} {
		if wrong {
			c.b.Errorf("%s: %+v", what, r)
		}
	}
}

// window is how many messages a server may have sent and not written down, and over how many connections.
func (c *chaos) window() (messages, connections int) {
	d, err := c.newDispatcher()
	if err != nil {
		c.b.Fatal(err)
	}
	if d.Senders[notifications.ChannelEmail] == nil {
		c.b.Fatal("no e-mail")
	}
	return d.InFlight(), c.cfg.SMTPConnections
}
