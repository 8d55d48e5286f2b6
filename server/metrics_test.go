package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"teleconsult/notifications"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
)

func TestCodesStayFew(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"": "", "21610": "21610", "no-answer": "no-answer", "550 5.1.1": "5.1.1", "451": "4xx", "250": "2xx", "421 4.7.0": "4.7.0",
		"550 5.1.1 <jeanne@exemple.fr>": "other", "Jeanne": "other", "502 Bad Gateway": "other", "123456": "other", "600": "other",
	} {
		if got := codeClass(code); got != want {
			t.Errorf("%q: %q, want %q", code, got, want)
		}
	}
}

// scrape shows what Prometheus would read of these collectors.
func scrape(t *testing.T, all ...prometheus.Collector) string {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(all...)
	page := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(page, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody))
	if page.Code != http.StatusOK {
		t.Fatal(page.Body.String())
	}
	return page.Body.String()
}

func wantLines(t *testing.T, page string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(page, "\n"+line+"\n") {
			t.Errorf("missing: %s", line)
		}
	}
}

func TestAttemptsAndOutcomesAreCounted(t *testing.T) {
	t.Parallel()
	m := newDeliveryMetrics()
	var observer notifications.Observer = m
	observer.Attempted(notifications.ChannelSMS, notifications.VerdictUndelivered, "21610", 300*time.Millisecond)
	observer.Attempted(notifications.ChannelSMS, notifications.VerdictAccepted, "", time.Second)
	observer.Settled(notifications.ChannelEmail, notifications.PurposeReminder, notifications.StatusDelivered)
	m.looked("found")
	wantLines(t, scrape(t, m.collectors()...),
		`teleconsult_message_attempts_total{channel="sms",code="21610",verdict="undelivered"} 1`,
		`teleconsult_message_attempts_total{channel="sms",code="",verdict="accepted"} 1`,
		`teleconsult_message_attempts_total{channel="email",code="",verdict="accepted"} 0`, // there from the start
		`teleconsult_message_outcomes_total{channel="email",purpose="reminder",status="delivered"} 1`,
		`teleconsult_message_outcomes_total{channel="sms",purpose="delay",status="undelivered"} 0`,
		`teleconsult_message_looks_total{result="found"} 1`,
		`teleconsult_provider_seconds_count{channel="sms"} 2`,
		`teleconsult_provider_seconds_count{channel="email"} 0`,
		`teleconsult_dispatcher_running 0`,
	)
}

// The queue is read once for many scrapers, and a failing database is a figure, not a failing page.
func TestQueueIsReadSeldom(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 11, 9, 0, 0, 0, time.UTC)
	reads := 0
	var failure error
	q := &queueMetrics{now: func() time.Time { return now }, read: func(ctx context.Context) (queueState, error) {
		reads++
		if _, ok := ctx.Deadline(); !ok {
			t.Error("a scrape without a deadline")
		}
		return queueState{
			counts: []queueCount{
				{"sms", 1, "due", 2, 7}, {"sms", 3, "due", 5, 400}, {"sms", 3, "later", 9, 0}, {"email", 2, "unknown", 1, 0},
			},
			buckets: []bucket{{"twilio", 3.5}}, stale: map[string]int64{"sms": 4}, callbacks: 6, emptyDepartments: 2,
		}, failure
	}}
	for range 3 {
		page := scrape(t, q)
		wantLines(t, page,
			`teleconsult_callbacks_waiting 6`,
			`teleconsult_queue_oldest_due_seconds{channel="email"} 0`,
			`teleconsult_queue_oldest_due_seconds{channel="sms"} 400`,
			`teleconsult_queue_readable 1`,
			`teleconsult_queue_unknown_stale{channel="email"} 0`,
			`teleconsult_queue_unknown_stale{channel="sms"} 4`,
			`teleconsult_send_budgets_empty 2`,
			`teleconsult_send_tokens{budget="twilio"} 3.5`,
			`teleconsult_queue_messages{channel="sms",priority="bulk",state="due"} 5`,
			`teleconsult_queue_messages{channel="sms",priority="waiting",state="due"} 2`,
			`teleconsult_queue_messages{channel="email",priority="single",state="unknown"} 1`,
			`teleconsult_queue_messages{channel="email",priority="bulk",state="sending"} 0`,
		)
		if n := strings.Count(page, "\nteleconsult_queue_messages{"); n != 24 {
			t.Errorf("%d series", n)
		}
		now = now.Add(time.Second)
	}
	if reads != 1 {
		t.Errorf("%d reads in three seconds", reads)
	}
	failure = errors.New("away")
	now = now.Add(scrapeEvery)
	page := scrape(t, q)
	if wantLines(t, page, "teleconsult_queue_readable 0"); strings.Contains(page, "\nteleconsult_queue_messages") || reads != 2 {
		t.Errorf("%d reads, and while the database is away:\n%s", reads, page)
	}
}

func TestQueueFiguresComeFromTheRows(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	now := time.Date(2026, 5, 11, 9, 0, 0, 0, time.UTC)
	department := uuid.NewString()
	err := d.InTx(t.Context(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO department (id, code, name, hospital, phone, email)
			VALUES ($1, 'A', 'A', 'Hôpital', '01 23 45 67 89', 'secretariat@exemple.fr')`, department)
		if err != nil {
			return err
		}
		const insert = `
			INSERT INTO message (id, department_id, purpose, channel, recipient, language, template, template_version, status, priority,
				not_before, expires_at, created_at)
			VALUES ($1, $2, 'notice', $3, 'x', 'fr', 'notice', 'v', $4, $5, $6, $7, $8)`
		ago := func(m int) time.Time { return now.Add(-time.Duration(m) * time.Minute) }
		for _, row := range []struct {
			channel, status string
			priority, begin int
		}{
			{"email", "queued", 1, 3},
			{"email", "queued", 3, 10},
			{"email", "queued", 3, -60},
			{"email", "sending", 2, 1},
			{"sms", "unknown", 2, -60},
			{"sms", "delivered", 2, 50},
			{"sms", "cancelled", 2, 50},
		} {
			id := uuid.NewString()
			if _, err = tx.ExecContext(ctx, insert, id, department, row.channel, row.status, row.priority, ago(row.begin), now.Add(24*time.Hour), ago(20)); err != nil {
				return err
			}
			if row.status == "unknown" {
				_, err = tx.ExecContext(ctx, `INSERT INTO message_attempt (id, message_id, department_id, number, started_at, outcome)
					VALUES ($1, $2, $3, 1, $4, 'unknown')`, uuid.NewString(), id, department, ago(11))
				if err != nil {
					return err
				}
			}
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO send_budget (name, per_minute, tokens, refilled_at)
			VALUES ('twilio', 60, 2, $1), ('smtp', 60, 9, $1), ($2::text || '/sms', 6, 0, $3)`, ago(0).Add(-3*time.Second), department, now)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO message_callback (id, provider, attempt_id, provider_id, provider_status, received_at)
			VALUES ($1, 'twilio', $1, 'SM1', 'sent', $2)`, uuid.NewString(), now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := readQueue(d, func() time.Time { return now })(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(s.counts, func(a, b queueCount) int {
		return strings.Compare(a.Channel+a.State+priorityName(a.Priority), b.Channel+b.State+priorityName(b.Priority))
	})
	want := []queueCount{
		{"email", 3, "due", 1, 600}, {"email", 1, "due", 1, 180}, {"email", 3, "later", 1, 0}, {"email", 2, "sending", 1, 0}, {"sms", 2, "unknown", 1, 0},
	}
	if !slices.Equal(s.counts, want) {
		t.Errorf("%+v", s.counts)
	}
	if want := []bucket{{"smtp", 10}, {"twilio", 5}}; !slices.Equal(s.buckets, want) {
		t.Errorf("%+v", s.buckets)
	}
	if s.stale["sms"] != 1 || s.stale["email"] != 0 || s.callbacks != 1 || s.emptyDepartments != 1 {
		t.Errorf("%+v", s)
	}
}

// Every metric that an alert asks for is in the answer of the running program, and every alert is explained.
func TestAlertsAskForWhatThereIs(t *testing.T) {
	t.Parallel()
	rules, err := os.ReadFile("../docs/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	manual, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	a := startApp(t)
	page := ""
	// It is ready to answer a moment before it begins to send.
	a.until("sending, with a queue that can be read", func() bool {
		page = a.metrics()
		return strings.Contains(page, "\nteleconsult_dispatcher_running 1\n") && strings.Contains(page, "\nteleconsult_queue_readable 1\n")
	})
	// a limit that nobody has set has no tokens
	unset := map[string]bool{"teleconsult_send_tokens": true}
	names := slices.Compact(slices.Sorted(slices.Values(regexp.MustCompile(`\bteleconsult_[a-z_]+`).FindAllString(string(rules), -1))))
	if len(names) < 8 {
		t.Errorf("only %v", names)
	}
	for _, name := range names {
		if !unset[name] && !regexp.MustCompile(`(?m)^`+name+`[ {]`).MatchString(page) {
			t.Errorf("%s is in no answer", name)
		}
	}
	for _, alert := range regexp.MustCompile(`alert: (\w+)`).FindAllStringSubmatch(string(rules), -1) {
		if !strings.Contains(string(manual), "`"+alert[1]+"`") {
			t.Errorf("docs/operations.md does not explain %s", alert[1])
		}
	}
}

// metrics is what the running program tells Prometheus.
func (a *app) metrics() string {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodGet, a.url+"/metrics", http.NoBody)
	if err != nil {
		a.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	page, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		a.t.Fatalf("%d %v", answer.StatusCode, err)
	}
	return string(page)
}
