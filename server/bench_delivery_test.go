package main

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/wneessen/go-mail"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/config"
	"teleconsult/server/db"
	"teleconsult/server/demo"
	"teleconsult/server/department"
	"teleconsult/server/patient"
	"teleconsult/server/secret"
	"teleconsult/templates"
)

// benchMails is the size of a campaign.
const benchMails = 10_000

// sinkVariable turns the test binary into the SMTP server that the benchmarks send to, so that neither its
// memory nor its garbage collection is ours.
const sinkVariable = "TELECONSULT_BENCH_SINK"

// sink takes every mail, and says when one for an urgent… address begins.
type sink struct{}

// Reset implements smtp.Session.
func (sink) Reset() {}

// Logout implements smtp.Session.
func (sink) Logout() error { return nil }

// Mail implements smtp.Session.
func (sink) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt implements smtp.Session.
func (sink) Rcpt(to string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "urgent") {
		fmt.Println(to, time.Now().UnixMicro())
	}
	return nil
}

// Data implements smtp.Session.
func (sink) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

// runSink serves until its standard input ends.
func runSink() {
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return sink{}, nil }))
	server.Domain = "sink.localhost"
	listener, err := listenLocal()
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr())
	go func() { _ = server.Serve(listener) }()
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// startSink starts one and returns its address and what it says.
func startSink(b *testing.B) (address string, says *bufio.Scanner) {
	cmd := exec.CommandContext(context.Background(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), sinkVariable+"=1")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err = cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	says = bufio.NewScanner(out)
	says.Scan()
	return says.Text(), says
}

// bareLoop is what go-mail does by itself with the same invitation, text, HTML and calendar, over so many
// connections: nothing to render, no row, no mark.
func bareLoop(b *testing.B, address string, connections int, o notifications.Outgoing) float64 {
	host, portText, _ := strings.Cut(address, ":")
	port, err := strconv.Atoi(portText)
	if err != nil {
		b.Fatal(err)
	}
	var next atomic.Int64
	var group sync.WaitGroup
	began := time.Now()
	for range connections {
		group.Go(func() {
			client, err := mail.NewClient(host, mail.WithPort(port), mail.WithTLSPolicy(mail.NoTLS), mail.WithoutNoop())
			if err == nil {
				err = client.DialWithContext(context.Background())
			}
			for n := next.Add(1); err == nil && n <= int64(benchMails); n = next.Add(1) {
				err = client.Send(bareMail(n, o))
			}
			if err != nil {
				b.Error(err)
				return
			}
			_ = client.Close()
		})
	}
	group.Wait()
	return float64(benchMails) / time.Since(began).Seconds()
}

func bareMail(n int64, o notifications.Outgoing) *mail.Msg {
	m := mail.NewMsg()
	_ = m.From("AP-HP <ne-pas-repondre@demo.test>")
	_ = m.To(fmt.Sprintf("p%d@demo.test", n))
	m.Subject(o.Subject)
	m.SetBodyString(mail.TypeTextPlain, strings.Replace(o.Text, "/p/", fmt.Sprintf("/p/%d", n), 1))
	m.AddAlternativeString(mail.TypeTextHTML, strings.Replace(o.HTML, "/p/", fmt.Sprintf("/p/%d", n), 1))
	if o.Calendar.Text == "" {
		return m
	}
	kind := mail.ContentType("text/calendar; method=" + o.Calendar.Method)
	m.AddAlternativeString(kind, o.Calendar.Text)
	_ = m.AttachReader("invite.ics", strings.NewReader(o.Calendar.Text), mail.WithFileContentType(kind+"; charset=UTF-8"))
	return m
}

// deliveryBench is a hospital with a campaign of invitations in its queue, on a cluster that syncs its disk.
type deliveryBench struct {
	*parts
	b     *testing.B
	owner *sqlx.DB
	// folder is where the cluster keeps its data.
	folder  string
	cluster *db.Cluster
	url     string
	trips   atomic.Int64
	sink    string
	says    *bufio.Scanner
	// accepted counts the messages that were marked so.
	accepted atomic.Int64
}

// Attempted implements notifications.Observer.
func (d *deliveryBench) Attempted(notifications.Channel, notifications.Verdict, string, time.Duration) {
}

// Settled implements notifications.Observer.
func (d *deliveryBench) Settled(_ notifications.Channel, _ notifications.Purpose, s notifications.Status) {
	if s == notifications.StatusAccepted {
		d.accepted.Add(1)
	}
}

// DialContext implements pq.DialerContext: it counts what is written to Postgres, one write for each round trip.
func (d *deliveryBench) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := (&net.Dialer{}).DialContext(ctx, network, address)
	return countedConn{c, &d.trips}, err
}

// Dial implements pq.Dialer.
func (d *deliveryBench) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

// DialTimeout implements pq.Dialer.
func (d *deliveryBench) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

type countedConn struct {
	net.Conn
	n *atomic.Int64
}

// Write implements net.Conn.
func (c countedConn) Write(p []byte) (int, error) {
	c.n.Add(1)
	return c.Conn.Write(p)
}

func newDeliveryBench(b *testing.B) *deliveryBench {
	address, says := startSink(b)
	d := newCampaign(b, address)
	d.says = says
	return d
}

// newCampaign fills the queue, for the SMTP server at an address.
func newCampaign(b *testing.B, address string) *deliveryBench {
	ctx := context.Background()
	folder := b.TempDir()
	for dir := folder; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			b.Fatal(err)
		}
	}
	cluster, err := db.StartCluster(ctx, folder)
	if err != nil {
		b.Fatal(err)
	}
	d := &deliveryBench{b: b, sink: address, folder: folder, cluster: cluster, url: cluster.AppURL()}
	b.Cleanup(func() { d.cluster.Stop() })
	if err = db.Migrate(ctx, cluster.OwnerURL(), cluster.AppURL()); err != nil {
		b.Fatal(err)
	}
	if d.owner, err = sqlx.Open("postgres", cluster.OwnerURL()); err != nil {
		b.Fatal(err)
	}
	d.owner.SetMaxOpenConns(1)
	connector, err := pq.NewConnector(cluster.AppURL() + "&binary_parameters=yes")
	if err != nil {
		b.Fatal(err)
	}
	connector.Dialer(d)
	pool := sqlx.NewDb(sql.OpenDB(connector), "postgres")
	pool.SetMaxOpenConns(20)
	pool.SetMaxIdleConns(20)
	b.Cleanup(func() { _ = pool.Close(); _ = d.owner.Close() })
	cfg, err := config.Read([]string{"SMTP_URL=smtp://" + d.sink + "?starttls=none", "SMTP_FROM=AP-HP <ne-pas-repondre@demo.test>"})
	if err != nil {
		b.Fatal(err)
	}
	d.parts = newParts(cfg, slog.New(slog.DiscardHandler), db.Over(pool), secret.New([32]byte{1}))
	d.ledger.Observer, d.encounter.DB.Around = d, notifications.Observing(d)
	d.fill()
	return d
}

// benchPlanned is how many encounters are planned one by one; the rest are their copies.
const benchPlanned = 100

// fill plans encounters through the product's own use cases, up to the invitation, copies them, and keeps a copy of
// the messages to begin again from.
func (d *deliveryBench) fill() {
	departments, err := demo.Departments("Europe/Paris")
	if err != nil {
		d.b.Fatal(err)
	}
	var doctor, secretary auth.Caller
	err = d.db.InTx(context.Background(), db.System("bench"), func(ctx context.Context, tx db.Tx) error {
		if err := department.Insert(ctx, tx, departments[0]); err != nil {
			return err
		}
		doctor, secretary, err = demo.Hire(ctx, tx, departments[0], "-")
		return err
	})
	if err != nil {
		d.b.Fatal(err)
	}
	day := &demo.Day{Encounters: d.encounter, Practitioner: doctor, Secretary: secretary, Department: departments[0]}
	for n := range benchPlanned {
		day.Played = n
		f, err := day.Schedule(context.Background(), patient.Patient{
			FamilyName: fmt.Sprintf("Patient %d", n), GivenName: "Essai", BirthDate: time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC),
			Email: fmt.Sprintf("p%d@demo.test", n), Language: "fr",
		}, clock().Add(72*time.Hour), "zoom")
		if err != nil {
			d.b.Fatal(err)
		}
		if err = demo.Ready(context.Background(), day, f); err != nil {
			d.b.Fatal(err)
		}
	}
	d.multiply(benchMails/benchPlanned - 1)
	d.do(`CREATE TABLE bench_message AS SELECT * FROM message`)
	d.do(`UPDATE bench_message SET status = CASE WHEN purpose = 'invitation' THEN 'queued' WHEN status = 'queued' AND not_before <= now() THEN 'cancelled' ELSE status END,
		priority = CASE WHEN purpose = 'invitation' THEN 3 ELSE priority END`)
}

// multiply adds copies of all encounters with everything about them.
func (d *deliveryBench) multiply(copies int) {
	d.do(fmt.Sprintf(`CREATE TABLE bench_copy AS SELECT e.id, gen_random_uuid() AS encounter_id, e.patient_id, gen_random_uuid() AS new_patient_id, n
		FROM encounter AS e, generate_series(1, %d) AS n`, copies))
	clone := func(table, on, with string) {
		d.do(`INSERT INTO ` + table + ` SELECT (jsonb_populate_record(NULL::` + table + `, to_jsonb(t) || jsonb_build_object(` + with + `))).*
			FROM bench_copy AS c JOIN ` + table + ` AS t ON t.` + on)
	}
	clone("patient", "id = c.patient_id", "'id', c.new_patient_id, 'email', 'c' || c.n || t.email")
	clone("encounter", "id = c.id", "'id', c.encounter_id, 'patient_id', c.new_patient_id")
	const own = "'id', gen_random_uuid(), 'encounter_id', c.encounter_id"
	for _, table := range []string{"encounter_event", "consent_decision", "meeting_link", "prescription_step", "record_transfer", "coding_entry"} {
		clone(table, "encounter_id = c.id", own)
	}
	clone("message", "encounter_id = c.id", own+", 'recipient', 'c' || c.n || t.recipient")
	clone("patient_access", "encounter_id = c.id", "'token_hash', uuid_send(gen_random_uuid()), 'encounter_id', c.encounter_id")
}

// do runs a statement as the owner of the schema.
func (d *deliveryBench) do(statement string) {
	d.b.Helper()
	if _, err := d.owner.Exec(`SELECT set_config('teleconsult.system', 'bench', false)`); err != nil {
		d.b.Fatal(err)
	}
	if _, err := d.owner.Exec(statement); err != nil {
		d.b.Fatalf("%s: %v", statement, err)
	}
}

// again puts the campaign back into the queue.
func (d *deliveryBench) again() {
	d.do(`TRUNCATE message_event, message_attempt, message_callback, message`)
	d.do(`INSERT INTO message SELECT * FROM bench_message`)
	d.do(`VACUUM ANALYZE`)
	debug.FreeOSMemory()
	d.accepted.Store(0)
	d.trips.Store(0)
}

// run starts a dispatcher as the server does, with its wake-up, and returns the function that stops it.
func (d *deliveryBench) run(connections int) (stop func()) {
	d.cfg.SMTPConnections = connections
	dispatcher, err := d.newDispatcher()
	if err != nil {
		d.b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() { _ = d.hub.Run(ctx, d.url) })
	group.Go(func() {
		if err := dispatcher.Run(ctx); err != nil {
			d.b.Error(err)
		}
	})
	return func() {
		cancel()
		group.Wait()
		d.mail.Close()
	}
}

// sample is one invitation as it goes out.
func (d *deliveryBench) sample() notifications.Outgoing {
	var m notifications.Stored
	const query = `SELECT id, coalesce(encounter_id::text, '') AS encounter_id, channel, purpose, recipient, reply_to, language, template,
		params, secrets, expires_at FROM bench_message WHERE purpose = 'invitation' LIMIT 1`
	if err := d.owner.Get(&m, query); err != nil {
		d.b.Fatal(err)
	}
	out, err := d.encounter.Outbox.Compose(m)
	if err != nil {
		d.b.Fatal(err)
	}
	return out
}

// resident is the memory of this process in MiB.
func resident() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024
		}
	}
	return 0
}

// BenchmarkDelivery sends a campaign of invitations that are in the queue, with their attempts, events and chains,
// beside a bare loop of go-mail with the same mails over as many connections, in the same run.
func BenchmarkDelivery(b *testing.B) {
	d := newDeliveryBench(b)
	sample := d.sample()
	for _, connections := range []int{1, 4, 20} {
		b.Run(strconv.Itoa(connections), func(b *testing.B) {
			var rate, bare, most float64
			for b.Loop() {
				bare = bareLoop(b, d.sink, connections, sample)
				d.again()
				began := time.Now()
				stop := d.run(connections)
				for d.accepted.Load() < int64(benchMails) {
					time.Sleep(10 * time.Millisecond)
					most = max(most, resident())
				}
				rate = float64(benchMails) / time.Since(began).Seconds()
				trips := d.trips.Load()
				stop()
				b.ReportMetric(float64(trips)/float64(benchMails), "trips/msg")
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(rate, "msgs/s")
			b.ReportMetric(bare, "bare-msgs/s")
			b.ReportMetric(rate/bare, "of-bare")
			b.ReportMetric(most, "RSS-MiB")
		})
	}
}

// BenchmarkUrgentMail measures from the commit of a single message, while a campaign waits, to the SMTP server's
// first word of it.
func BenchmarkUrgentMail(b *testing.B) {
	d := newDeliveryBench(b)
	var all []time.Duration
	for b.Loop() {
		d.again()
		stop := d.run(4)
		for d.accepted.Load() == 0 {
			time.Sleep(time.Millisecond)
		}
		n := 0
		sent := map[string]int64{}
		for d.accepted.Load() < int64(benchMails)*9/10 {
			n++
			to := fmt.Sprintf("urgent%d@demo.test", n)
			d.enqueue(to)
			sent[to] = time.Now().UnixMicro()
			time.Sleep(10 * time.Millisecond)
		}
		for range n {
			d.says.Scan()
			to, at, _ := strings.Cut(d.says.Text(), " ")
			came, err := strconv.ParseInt(at, 10, 64)
			if err != nil {
				b.Fatal(err)
			}
			all = append(all, time.Duration(came-sent[to])*time.Microsecond)
		}
		stop()
	}
	slices.Sort(all)
	percentile := func(p int) float64 { return float64(all[(len(all)-1)*p/100].Microseconds()) / 1000 }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(len(all)), "mails")
	b.ReportMetric(percentile(50), "p50-ms")
	b.ReportMetric(percentile(99), "p99-ms")
}

// enqueue writes a single message to an address.
func (d *deliveryBench) enqueue(to string) {
	var row struct {
		Department string `db:"department_id"`
	}
	err := d.db.InTx(context.Background(), db.System("bench"), func(ctx context.Context, tx db.Tx) error {
		if err := tx.GetContext(ctx, &row, `SELECT id AS department_id FROM department`); err != nil {
			return err
		}
		_, err := d.encounter.Outbox.Enqueue(ctx, tx, clock(), notifications.NewMessage{
			DepartmentID: row.Department, Channel: notifications.ChannelEmail, Recipient: to, Language: "fr",
			Content: templates.Reminder{Appointment: templates.Appointment{Start: clock().Add(time.Hour), Zone: "Europe/Paris", Minutes: 20}},
		})
		return err
	})
	if err != nil {
		d.b.Fatal(err)
	}
}
