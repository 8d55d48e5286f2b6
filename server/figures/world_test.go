package figures_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/encountertest"
	"teleconsult/server/figures"
)

// world is the small hospital with a past.
type world struct {
	*encountertest.World
	t       *testing.T
	service *figures.Service
	dice    *rand.Rand
	// practitioners are the ids of those who hold consultations.
	practitioners []string
	encounters    []string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: encountertest.New(t), t: t, dice: rand.New(rand.NewPCG(1, 2))}
	w.service = &figures.Service{Encounters: w.Encounters}
	w.practitioners = []string{w.Practitioner.StaffID}
	for _, name := range []string{"Benali", "Faure"} {
		w.practitioners = append(w.practitioners, w.Member(name, auth.Practitioner, w.Department).StaffID)
	}
	return w
}

func (w *world) refresh() {
	w.t.Helper()
	if err := w.service.Refresh(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(from, to, practitioner string) figures.Figures {
	w.t.Helper()
	f, err := w.service.Read(context.Background(), w.Manager, figures.Query{DepartmentID: w.Department, From: from, To: to, PractitionerID: practitioner})
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

func one[T any](w *world, of []T) T { return of[w.dice.IntN(len(of))] }

// happened writes an encounter with everything that can become of one, by chance.
func (w *world) happened(at time.Time) string {
	w.t.Helper()
	id, who := uuid.NewString(), one(w, w.practitioners)
	modality, tool, reason := "video", one(w, []string{"zoom", "ortif", "teams"}), ""
	if w.dice.IntN(5) == 0 {
		modality, tool, reason = "telephone", "telephone", one(w, []string{"ald", "age-70", "no-terminal"})
	}
	w.Exec(`INSERT INTO encounter (id, department_id, patient_id, practitioner_id, modality, telephone_reason, tool, planned_start,
			planned_end, created_by, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, nullif($6, ''), $7, $8::timestamptz, $8::timestamptz + interval '20 minutes', $4, $8, $8)`,
		id, w.Department, w.Patient, who, modality, reason, tool, at)
	for range w.dice.IntN(4) {
		w.message(id, at)
	}
	if w.dice.IntN(6) == 0 {
		w.decide(id, tool, one(w, []string{"refused", "withdrawn"}), at)
	} else {
		w.decide(id, tool, "agreed", at)
	}
	switch w.dice.IntN(4) {
	case 0:
		w.Exec(`UPDATE encounter SET status = 'cancelled', cancelled_at = $2, cancel_reason = $3 WHERE id = $1`,
			id, at, one(w, []string{"patient", "practitioner", "no-show", "technical", "consent-refused", "other"}))
		w.event(id, "cancelled", at, `{"incidents": null}`)
	case 1: // still to come, or forgotten
	default:
		w.hold(id, who, at)
	}
	w.encounters = append(w.encounters, id)
	return id
}

func (w *world) hold(id, who string, at time.Time) {
	w.t.Helper()
	started := at.Add(time.Duration(w.dice.IntN(3600)-600) * time.Second)
	ended := started.Add(15 * time.Minute)
	w.Exec(`UPDATE encounter SET status = 'finished', started_at = $2, finished_at = $3 WHERE id = $1`, id, started, ended)
	incidents := `{}`
	if w.dice.IntN(3) == 0 {
		incidents = fmt.Sprintf(`{"incidents": [{"kind": "sound", "consequence": "none"}, {"kind": %q, "consequence": "stopped"}]}`, one(w, []string{"cut", "image", "sound"}))
	}
	w.event(id, "finished", ended, incidents)
	after := func() time.Time { return ended.Add(time.Duration(w.dice.IntN(48*3600)) * time.Second) }
	if w.dice.IntN(5) > 0 {
		w.Exec(`INSERT INTO prescription_step (id, encounter_id, department_id, channel, state, proof, recorded_by, recorded_at)
			VALUES (gen_random_uuid(), $1, $2, $3, $4, 'p', $5, $6)`,
			id, w.Department, one(w, []string{"none", "portal", "mssante"}), one(w, []string{"announced", "delivered"}), who, after())
	}
	if w.dice.IntN(5) > 0 {
		w.Exec(`INSERT INTO record_transfer (id, encounter_id, department_id, note_version, note, transferred_by, transferred_at, number)
			VALUES (gen_random_uuid(), $1, $2, 'v', 'n', $3, $4, 1)`, id, w.Department, who, after())
	}
	if w.dice.IntN(5) > 0 {
		w.code(id, one(w, []string{"coded", "coded", "not-billable"}), after())
	}
}

func (w *world) code(id, state string, at time.Time) {
	w.t.Helper()
	w.Exec(`INSERT INTO coding_entry (id, encounter_id, department_id, state, activity_code_id, reason, coded_by, coded_at)
		SELECT gen_random_uuid(), $1, $2, $3, CASE $3 WHEN 'coded' THEN id END, CASE $3 WHEN 'coded' THEN '' ELSE 'r' END, $4, $5
		FROM activity_code WHERE code = 'TC'`, id, w.Department, state, w.Secretary.StaffID, at)
}

func (w *world) message(id string, at time.Time) {
	w.t.Helper()
	w.Exec(`INSERT INTO message (id, department_id, encounter_id, purpose, channel, recipient, language, template, template_version,
			status, not_before, expires_at, created_at)
		VALUES (gen_random_uuid(), $1, $2, 'notice', $3, 'zoe@exemple.fr', 'fr', 'notice', 'v', $4, $5, $5, $5)`,
		w.Department, id, one(w, []string{"email", "sms"}),
		one(w, []string{"queued", "accepted", "delivered", "delivered", "undelivered", "expired", "cancelled"}), at)
}

// decide records a decision, and the summary as the encounter does.
func (w *world) decide(id, tool, decision string, at time.Time) {
	w.t.Helper()
	w.Exec(`INSERT INTO consent_decision (id, encounter_id, department_id, decision, tool, mode, given_by, recorded_by, decided_at, recorded_at)
		VALUES (gen_random_uuid(), $1, $2, $3, $4, 'oral', 'patient', $5, $6, $6)`, id, w.Department, decision, tool, w.Secretary.StaffID, at)
	w.Exec(`UPDATE encounter SET consent = $2 WHERE id = $1`, id, decision)
}

func (w *world) event(id, kind string, at time.Time, data string) {
	w.t.Helper()
	w.Exec(`INSERT INTO encounter_event (id, encounter_id, department_id, kind, occurred_at, recorded_at, actor_kind, data)
		VALUES (gen_random_uuid(), $1, $2, $3, $4, $4, 'system', $5)`, id, w.Department, kind, at, data)
}

// firsts are when something was first done for each encounter.
func (w *world) firsts(query string) map[string]time.Time {
	w.t.Helper()
	found := map[string]time.Time{}
	w.In(func(ctx context.Context, tx db.Tx) error {
		var rows []struct {
			ID string    `db:"encounter_id"`
			At time.Time `db:"at"`
		}
		err := tx.SelectContext(ctx, &rows, query)
		for _, r := range rows {
			found[r.ID] = r.At
		}
		return err
	})
	return found
}

// past is every encounter with its facts, and when each of the last steps was first done.
type past struct {
	encounters []*encounter.Facts
	done       map[string]map[string]time.Time
	now        time.Time
}

func (w *world) past() past {
	w.t.Helper()
	p := past{now: w.Now, done: map[string]map[string]time.Time{
		"prescription": w.firsts(`SELECT encounter_id, min(recorded_at) AS at FROM prescription_step
			WHERE channel IN ('none', 'portal') OR state = 'delivered' GROUP BY 1`),
		"record": w.firsts(`SELECT encounter_id, min(transferred_at) AS at FROM record_transfer GROUP BY 1`),
		"coding": w.firsts(`SELECT encounter_id, min(coded_at) AS at FROM coding_entry GROUP BY 1`),
	}}
	w.In(func(ctx context.Context, tx db.Tx) (err error) {
		p.encounters, err = encounter.LoadMany(ctx, tx, w.encounters, []string{w.Department})
		return err
	})
	return p
}

// direct counts from the facts of every encounter, one by one, as their chain is computed from them.
func (p past) direct(include func(f *encounter.Facts) bool) figures.FigureCounts {
	c := figures.FigureCounts{
		Cancelled: map[string]int{}, Telephone: map[string]int{}, Messages: map[string]int{}, Failed: map[string]int{},
		Incidents: map[string]map[string]int{},
	}
	var late []int
	for _, f := range p.encounters {
		if include(f) {
			late = append(late, p.count(&c, f)...)
		}
	}
	if n := len(late); n > 0 {
		slices.Sort(late)
		c.Late = &figures.FigureLateness{Median: late[int(math.Ceil(float64(n)*0.5))-1], P90: late[int(math.Ceil(float64(n)*0.9))-1]}
	}
	return c
}

func (p past) count(c *figures.FigureCounts, f *encounter.Facts) (late []int) {
	c.Planned++
	if v := f.Consent().Verdict; v == consent.Refused || v == consent.Withdrawn {
		c.Refused++
	}
	for _, m := range f.Messages {
		if m.Status != "cancelled" {
			c.Messages[m.Channel]++
		}
		if m.Status == "undelivered" || m.Status == "expired" {
			c.Failed[m.Channel]++
		}
	}
	for _, i := range f.Incidents {
		if c.Incidents[f.Tool] == nil {
			c.Incidents[f.Tool] = map[string]int{}
		}
		c.Incidents[f.Tool][i.Kind]++
	}
	switch f.Status {
	case encounter.Cancelled:
		c.Cancelled[f.CancelReason]++
		if f.CancelReason == "no-show" {
			c.NoShow++
		}
		return nil
	case encounter.Finished:
	default:
		c.Open++
		return nil
	}
	c.Held++
	if f.Modality == encounter.Telephone {
		c.ByPhone++
		c.Telephone[f.TelephoneReason]++
	}
	if f.Coding != nil && f.Coding.State == "coded" {
		c.Coded++
	} else if f.Coding != nil {
		c.NotBillable++
	}
	if limit := f.FinishedAt.Add(24 * time.Hour); !limit.After(p.now) {
		c.Ripe++
		for step, count := range map[string]*int{"prescription": &c.InTime.Prescription, "record": &c.InTime.Record, "coding": &c.InTime.Coding} {
			if at, ok := p.done[step][f.ID]; ok && !at.After(limit) {
				*count++
			}
		}
	}
	return []int{int(math.Floor(f.StartedAt.Sub(f.PlannedStart).Minutes()))}
}
