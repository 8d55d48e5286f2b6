package main

import (
	"context"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"teleconsult/notifications"
	"teleconsult/notifications/reconcile"
)

// deliveryMetrics counts what becomes of messages; it implements notifications.Observer. What stands in the queue is
// read from the database when somebody asks (queueMetrics).
type deliveryMetrics struct {
	attempts   *prometheus.CounterVec
	outcomes   *prometheus.CounterVec
	took       *prometheus.HistogramVec
	looks      *prometheus.CounterVec
	running    prometheus.Gauge
	bounceRead prometheus.Gauge
}

func newDeliveryMetrics() *deliveryMetrics {
	m := &deliveryMetrics{
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "teleconsult_message_attempts_total", Help: "Attempts to hand a message to its provider, by how they ended.",
		}, []string{"channel", "verdict", "code"}),
		outcomes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "teleconsult_message_outcomes_total", Help: "Changes of state of messages, by the state they reached.",
		}, []string{"channel", "purpose", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "teleconsult_provider_seconds", Help: "Time that a provider took for one message.",
			Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"channel"}),
		looks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "teleconsult_message_looks_total", Help: "Questions to the SMS provider about messages whose fate is open, by what came of them.",
		}, []string{"result"}),
		running: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "teleconsult_dispatcher_running", Help: "1 while this instance sends messages.",
		}),
		bounceRead: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "teleconsult_bounce_mailbox_read_timestamp_seconds", Help: "When this instance last looked into the mailbox of bounces; 0 where there is none.",
		}),
	}
	// A series that begins with its first event hides that event from rate(): the usual ones exist from the start.
	for _, result := range reconcile.Results() {
		m.looks.WithLabelValues(result)
	}
	for _, channel := range channels {
		m.took.WithLabelValues(channel)
		for _, verdict := range []notifications.Verdict{
			notifications.VerdictAccepted, notifications.VerdictRetry, notifications.VerdictUndelivered, notifications.VerdictUnknown,
		} {
			m.attempts.WithLabelValues(channel, string(verdict), "")
		}
		for _, purpose := range []notifications.Purpose{
			notifications.PurposeNotice, notifications.PurposeConsentReminder, notifications.PurposeInvitation, notifications.PurposeLinkTest,
			notifications.PurposeReminder, notifications.PurposeDelay, notifications.PurposeCancellation, notifications.PurposePrescriptionNotice,
			notifications.PurposeDocumentLink, notifications.PurposeDocumentPassword,
		} {
			for _, status := range []notifications.Status{notifications.StatusAccepted, notifications.StatusDelivered, notifications.StatusUndelivered} {
				m.outcomes.WithLabelValues(channel, string(purpose), string(status))
			}
		}
	}
	return m
}

var channels = []string{string(notifications.ChannelEmail), string(notifications.ChannelSMS)}

func (m *deliveryMetrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{m.attempts, m.outcomes, m.took, m.looks, m.running, m.bounceRead}
}

// Attempted implements notifications.Observer.
func (m *deliveryMetrics) Attempted(channel notifications.Channel, verdict notifications.Verdict, code string, took time.Duration) {
	m.attempts.WithLabelValues(string(channel), string(verdict), codeClass(code)).Inc()
	m.took.WithLabelValues(string(channel)).Observe(took.Seconds())
}

// Settled implements notifications.Observer.
func (m *deliveryMetrics) Settled(channel notifications.Channel, purpose notifications.Purpose, s notifications.Status) {
	m.outcomes.WithLabelValues(string(channel), string(purpose), string(s)).Inc()
}

// looked counts a question to the SMS provider.
func (m *deliveryMetrics) looked(result string) { m.looks.WithLabelValues(result).Inc() }

// bounceMailboxRead notes a look into the mailbox of bounces.
func (m *deliveryMetrics) bounceMailboxRead() { m.bounceRead.Set(float64(clock().Unix())) }

var (
	twilioCode = regexp.MustCompile(`^[0-9]{5}$`)
	ownCode    = regexp.MustCompile(`^[a-z-]{1,20}$`)
	replyCode  = regexp.MustCompile(`^([2-5])[0-9]{2}(?: ([245]\.[0-9]{1,2}\.[0-9]{1,2}))?$`)
)

// codeClass keeps the label small, whatever a server answers: SMTP by enhanced status or by the reply's first digit,
// Twilio's codes and our own as they are.
func codeClass(code string) string {
	if code == "" || twilioCode.MatchString(code) || ownCode.MatchString(code) {
		return code
	}
	parts := replyCode.FindStringSubmatch(code)
	switch {
	case parts == nil:
		return "other"
	case parts[2] != "":
		return strings.Clone(parts[2])
	}
	return parts[1] + "xx"
}

// queueCount is how many messages of one kind wait.
type queueCount struct {
	Channel  string `db:"channel"`
	Priority int    `db:"priority"`
	State    string `db:"state"` // due, later, sending, unknown
	N        int64  `db:"n"`
	// Oldest is since when the oldest of those that are due could have been sent, in seconds.
	Oldest float64 `db:"oldest"`
}

// bucket is what is left of a provider's limit.
type bucket struct {
	Name   string  `db:"name"`
	Tokens float64 `db:"tokens"`
}

// queueState is what stands in the queue at one moment.
type queueState struct {
	counts  []queueCount
	buckets []bucket
	// stale is how many messages have been of unknown outcome for more than ten minutes, by channel.
	stale map[string]int64
	// callbacks is how many providers' reports are stored and not applied yet.
	callbacks int64
	// emptyDepartments is how many departments have used up their own limit.
	emptyDepartments int64
}

const (
	// scrapeTimeout bounds the reading of the queue.
	scrapeTimeout = 3 * time.Second
	// scrapeEvery is how old the figures may be, so that many scrapers cost no more than one.
	scrapeEvery = 5 * time.Second
)

// queueMetrics reads the queue when it is asked; all instances see the same.
type queueMetrics struct {
	read func(ctx context.Context) (queueState, error)
	now  func() time.Time

	mu   sync.Mutex
	at   time.Time
	last queueState
	err  error
}

var (
	descMessages = prometheus.NewDesc("teleconsult_queue_messages",
		"Messages that are not settled: due, later (not before a time to come), sending, unknown.", []string{"channel", "priority", "state"}, nil)
	descOldest = prometheus.NewDesc("teleconsult_queue_oldest_due_seconds",
		"For how long the oldest message that is due has waited.", []string{"channel"}, nil)
	descStale = prometheus.NewDesc("teleconsult_queue_unknown_stale",
		"Messages whose outcome has been unknown for more than ten minutes.", []string{"channel"}, nil)
	descCallbacks = prometheus.NewDesc("teleconsult_callbacks_waiting",
		"Reports of providers that are stored and not applied yet.", nil, nil)
	descTokens = prometheus.NewDesc("teleconsult_send_tokens",
		"Messages that a provider's limit still allows at this moment; absent where there is no limit.", []string{"budget"}, nil)
	descEmptyDepartments = prometheus.NewDesc("teleconsult_send_budgets_empty",
		"Departments that have used up their own limit at this moment.", nil, nil)
	descReadable = prometheus.NewDesc("teleconsult_queue_readable",
		"1 when the figures of the queue could be read, else 0 and they are absent.", nil, nil)
)

// Describe implements prometheus.Collector.
func (q *queueMetrics) Describe(c chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descMessages, descOldest, descStale, descCallbacks, descTokens, descEmptyDepartments, descReadable} {
		c <- d
	}
}

// Collect implements prometheus.Collector.
func (q *queueMetrics) Collect(c chan<- prometheus.Metric) {
	state, err := q.state()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		c <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	if err != nil {
		gauge(descReadable, 0)
		return
	}
	gauge(descReadable, 1)
	gauge(descCallbacks, float64(state.callbacks))
	gauge(descEmptyDepartments, float64(state.emptyDepartments))
	for _, b := range state.buckets {
		gauge(descTokens, b.Tokens, b.Name)
	}
	oldest := map[string]float64{}
	counts := map[[3]string]float64{}
	for _, n := range state.counts {
		counts[[3]string{n.Channel, priorityName(n.Priority), n.State}] += float64(n.N)
		oldest[n.Channel] = max(oldest[n.Channel], n.Oldest)
	}
	for _, channel := range channels {
		gauge(descOldest, oldest[channel], channel)
		gauge(descStale, float64(state.stale[channel]), channel)
		for _, priority := range []int{1, 2, 3} {
			for _, s := range []string{"due", "later", "sending", "unknown"} {
				gauge(descMessages, counts[[3]string{channel, priorityName(priority), s}], channel, priorityName(priority), s)
			}
		}
	}
}

func (q *queueMetrics) state() (queueState, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if now := q.now(); q.at.IsZero() || now.Sub(q.at) >= scrapeEvery || now.Before(q.at) {
		ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
		defer cancel()
		q.last, q.err = q.read(ctx)
		q.at = now
	}
	return q.last, q.err
}

func priorityName(p int) string {
	switch notifications.Priority(p) {
	case notifications.PriorityWaiting:
		return "waiting"
	case notifications.PrioritySingle:
		return "single"
	case notifications.PriorityBulk:
		return "bulk"
	}
	return "other"
}
