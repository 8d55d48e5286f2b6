package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"teleconsult/notifications"
	"teleconsult/notifications/bounce"
	"teleconsult/notifications/email"
	"teleconsult/notifications/mssante"
	"teleconsult/notifications/sms"
	"teleconsult/server/auth"
	"teleconsult/server/coding"
	"teleconsult/server/coding/codelist"
	"teleconsult/server/coding/export"
	"teleconsult/server/coding/queue"
	"teleconsult/server/config"
	"teleconsult/server/correspondence"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/devbox"
	"teleconsult/server/digest"
	"teleconsult/server/encounter"
	"teleconsult/server/figures"
	"teleconsult/server/invitation"
	"teleconsult/server/invitation/intake"
	"teleconsult/server/invitation/sheet"
	"teleconsult/server/invitation/work"
	"teleconsult/server/live"
	"teleconsult/server/meeting"
	"teleconsult/server/personalpage"
	"teleconsult/server/prescription"
	"teleconsult/server/prescription/directory"
	"teleconsult/server/prescription/drop"
	"teleconsult/server/prescription/mailing"
	"teleconsult/server/prescription/protect"
	"teleconsult/server/record"
	"teleconsult/server/secret"
	"teleconsult/server/staff"
	"teleconsult/server/wording"
	"teleconsult/server/worklist"
)

// clock is the only one in the program; everything else is handed it. It ticks in microseconds, as Postgres
// does, so that a time is the same before and after it was stored.
func clock() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// database is what the server runs on: the one it was told of, or a private cluster of its own.
type database struct {
	*db.DB
	// url is how the server's own role connects, for LISTEN.
	url     string
	cluster *db.Cluster
}

// openDatabase connects, after bringing the schema up to date where this process knows its owner.
func openDatabase(ctx context.Context, cfg config.Config) (*database, error) {
	d := &database{url: cfg.DatabaseURL}
	owner := cfg.MigrateDatabaseURL
	if cfg.Embedded() {
		cluster, err := db.StartCluster(ctx, cfg.DataDir)
		if err != nil {
			return nil, fmt.Errorf("embedded database: %w", err)
		}
		d.cluster, d.url, owner = cluster, cluster.AppURL(), cluster.OwnerURL()
	}
	if owner != "" {
		if err := db.Migrate(ctx, owner, d.url); err != nil {
			d.close()
			return nil, err
		}
	}
	var err error
	if d.DB, err = db.Open(ctx, d.url); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *database) close() {
	if d.DB != nil {
		_ = d.DB.Close()
	}
	if d.cluster != nil {
		d.cluster.Stop()
	}
}

// masterKey comes from the environment, or in development from a file that is made once.
func masterKey(cfg config.Config) ([32]byte, error) {
	if !cfg.SecretKey.IsZero() {
		return cfg.SecretKey, nil
	}
	return secret.KeyFile(cfg.DataDir)
}

func newLog(cfg config.Config, out io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.LogLevel)); err != nil {
		level = slog.LevelInfo // config.Read checked it
	}
	return slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level}))
}

// parts are the rooms' services, wired together.
type parts struct {
	cfg  config.Config
	log  *slog.Logger
	db   *db.DB
	box  *secret.Box
	auth *auth.Service
	hub  *live.Hub

	department     *department.Service
	staff          *staff.Service
	meeting        *meeting.Service
	encounter      *encounter.Service
	pages          *personalpage.Service
	worklist       *worklist.Service
	prescription   *prescription.Service
	drops          *drop.Service
	mailing        *mailing.Service
	pharmacies     *directory.Client
	record         *record.Service
	coding         *coding.Service
	codeList       *codelist.Service
	codingQueue    *queue.Service
	codingExports  *export.Service
	wording        *wording.Service
	correspondence *correspondence.Service
	lists          *intake.Service
	worker         *work.Worker
	digest         *digest.Service
	figures        *figures.Service

	ledger *notifications.Ledger
	// mail is the connections to the relay, nil where there is none.
	mail *email.Sender
	// texts is the SMS provider's client, nil where there is none.
	texts   *sms.Sender
	metrics *deliveryMetrics
	// bounceReader reads what comes back to e-mails, nil where there is no mailbox for it.
	bounceReader *bounce.Reader
	// secure is the connections to the MSSanté operator, nil where there is none; secureReader reads its mailbox.
	secure       *mssante.Sender
	secureReader *bounce.Reader
	// devbox is the embedded default's post office, nil where real providers are configured.
	devbox *devbox.Box
}

// newParts wires the services. With a nil database they can be described but not used.
func newParts(cfg config.Config, log *slog.Logger, d *db.DB, box *secret.Box) *parts {
	p := &parts{
		cfg: cfg, log: log, db: d, box: box, hub: live.NewHub(log),
		auth: auth.New(auth.Options{
			DB: d, Secret: box, Now: clock, Idle: cfg.SessionIdle, Lifetime: cfg.SessionLifetime, Secure: cfg.Secure(),
		}),
		department: &department.Service{DB: d, Now: clock, Tools: knownTools()},
		staff:      &staff.Service{DB: d, Now: clock},
		meeting:    &meeting.Service{DB: d, Now: clock},
	}
	p.encounter = newEncounters(d, box, cfg.PublicURL, clock)
	p.pages = &personalpage.Service{Encounters: p.encounter}
	p.worklist = &worklist.Service{Encounters: p.encounter}
	p.correspondence = &correspondence.Service{Encounters: p.encounter}
	lists := invitation.New(p.encounter)
	p.worker = &work.Worker{Service: lists, Log: log}
	p.lists = intake.New(lists, sheet.Limits{Bytes: int64(cfg.BatchMegabytes) << 20, Rows: cfg.BatchRows})
	p.prescription = &prescription.Service{Encounters: p.encounter, SecureMail: cfg.MSSante()}
	p.drops = drop.New(p.encounter)
	p.mailing = &mailing.Service{
		Encounters: p.encounter, Protector: protect.New(), MSSante: cfg.MSSante(), Directory: cfg.DirectoryAPIKey != "",
	}
	p.followDeliveries()
	p.record = &record.Service{Encounters: p.encounter, Kept: cfg.NoteRetentionDays}
	p.coding = &coding.Service{Encounters: p.encounter, Telephone: coding.TelephoneException()}
	p.digest = &digest.Service{Encounters: p.encounter}
	p.codeList = &codelist.Service{DB: d, Now: clock}
	p.codingQueue = &queue.Service{Encounters: p.encounter, Telephone: p.coding.Telephone}
	p.codingExports = &export.Service{Encounters: p.encounter}
	p.wording = &wording.Service{Encounters: p.encounter}
	p.figures = &figures.Service{Encounters: p.encounter}
	p.pharmacies = newDirectory(cfg, log)
	p.metrics = newDeliveryMetrics()
	p.ledger = newLedger(d, box, p.encounter, p.mailing)
	p.ledger.Observer = p.metrics
	if d != nil {
		d.Around = notifications.Observing(p.metrics)
	}
	return p
}

// followDeliveries takes the news of drops and mailings into the prescription.
func (p *parts) followDeliveries() {
	p.drops.Progress = func(ctx context.Context, tx db.Tx, n drop.Progress) error {
		return p.prescription.Advance(ctx, tx, prescription.Progress{
			EncounterID: n.EncounterID, DepartmentID: n.DepartmentID, DeliveryID: n.DropID, Channel: prescription.Drop,
			State: prescription.State(n.State), Proof: n.Proof, StaffID: n.StaffID, At: n.At,
		})
	}
	p.mailing.Progress = func(ctx context.Context, tx db.Tx, n mailing.Progress) error {
		return p.prescription.Advance(ctx, tx, prescription.Progress{
			EncounterID: n.EncounterID, DepartmentID: n.DepartmentID, DeliveryID: n.DeliveryID, Channel: prescription.Channel(n.Channel),
			State: prescription.State(n.State), Proof: n.Proof, RiskAcceptedBy: n.RiskAcceptedBy, StaffID: n.StaffID, At: n.At,
		})
	}
}

// knownTools are the codes that a department can list.
func knownTools() []string {
	var codes []string
	for _, tool := range meeting.Tools() {
		codes = append(codes, string(tool))
	}
	return codes
}

// newEncounters makes the heart of the product; the demo runs it on clocks of other days.
func newEncounters(d *db.DB, box *secret.Box, publicURL string, now func() time.Time) *encounter.Service {
	return &encounter.Service{
		DB: d, Now: now, Secrets: box, PublicURL: publicURL, Outbox: notifications.Outbox{Vault: vault(box), PublicURL: publicURL},
	}
}
