package work

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/invitation"
	"teleconsult/server/invitation/column"
	"teleconsult/server/invitation/intake"
	"teleconsult/server/patient"
)

// line is one row of a file; what is "" gets a value that suits most rows, "-" stays empty.
type line struct {
	family, given, born, ipp, email, mobile, date, clock, link, reference, tool string
	representative, representativeEmail                                         string
}

// cells are the texts of a line in the order of the header.
func (l line) cells() []string {
	usual := func(text, instead string) string {
		switch text {
		case "":
			return instead
		case "-":
			return ""
		}
		return text
	}
	return []string{
		usual(l.family, "NOUVEAU"), usual(l.given, "Jeanne"), usual(l.born, "02/01/1980"), l.ipp, l.email, l.mobile,
		usual(l.date, "20/05/2026"), usual(l.clock, "09:00"), l.link, l.reference, l.tool, l.representative, l.representativeEmail,
	}
}

var lineFields = []column.Field{
	column.FamilyName, column.GivenName, column.BirthDate, column.IPP, column.Email, column.Mobile, column.Date, column.Time,
	column.Link, column.Reference, column.Tool, column.RepresentativeName, column.RepresentativeEmail,
}

// lines are a file.
func lines(all ...line) string {
	var headers []string
	for _, f := range lineFields {
		headers = append(headers, f.Header())
	}
	rows := []string{strings.Join(headers, ";")}
	for _, l := range all {
		rows = append(rows, strings.Join(l.cells(), ";"))
	}
	return strings.Join(rows, "\r\n")
}

// row is the row of a number as the screen shows it.
func (w *ward) row(id string, number int) invitation.BatchRow {
	w.t.Helper()
	for _, r := range w.get(id).Rows {
		if r.ID == number {
			return r
		}
	}
	w.t.Fatalf("no row %d", number)
	return invitation.BatchRow{}
}

// accept overrules problems of a row.
func (w *ward) accept(id string, number int, codes ...string) invitation.Corrected {
	w.t.Helper()
	c, err := w.Correct(w.ctx, w.Secretary, id, number, invitation.Correction{Accepted: &codes})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// fromEncounters makes a list of planned encounters and vouches for its meetings.
func (w *ward) fromEncounters(ids ...string) invitation.Batch {
	w.t.Helper()
	return w.declared(w.create(intake.Source{EncounterIDs: ids}))
}

// schedule plans an encounter of somebody by hand.
func (w *ward) schedule(p patient.Patient, date, clock string) *encounter.Facts {
	w.t.Helper()
	f, err := w.Encounters.Schedule(w.ctx, w.Secretary, encounter.ScheduleInput{
		DepartmentID: w.Department, Patient: p, Plan: encounter.Plan{
			PractitionerID: w.Practitioner.StaffID, Date: date, Clock: clock, DurationMinutes: 20, Modality: encounter.Video,
			Tool: "zoom", ToolReason: "ORTIF en panne",
		},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// someone is a person whom the hospital does not know yet.
func someone(family, email string) patient.Patient {
	return patient.Patient{
		FamilyName: family, GivenName: "Jeanne", BirthDate: time.Date(1980, time.January, 2, 0, 0, 0, 0, time.UTC), Email: email,
	}
}

// agree records that the patient agrees.
func (w *ward) agree(id string) {
	w.t.Helper()
	_, err := w.Encounters.Decide(w.ctx, w.Secretary, id, encounter.DecisionInput{Verdict: consent.Agreed, Mode: consent.Oral, Giver: consent.ByPatient})
	if err != nil {
		w.t.Fatal(err)
	}
}

// due is how many messages a dispatcher would take now.
func (w *ward) due() int {
	w.t.Helper()
	return w.Count(`SELECT count(*) FROM message WHERE status = 'queued' AND not_before <= $1 AND expires_at > $1`, w.Now)
}

// become is what a dispatcher and a provider do with the messages that are due: at most so many of them get a status, and
// the encounters are settled. It returns how many there were.
func (w *ward) become(status string, most int) int {
	w.t.Helper()
	found := 0
	w.In(func(ctx context.Context, tx db.Tx) error {
		var ids []string
		err := tx.SelectContext(ctx, &ids, `UPDATE message SET status = $2, secrets = NULL, accepted_at = $1, settled_at = $1, last_code = ''
			WHERE id IN (SELECT id FROM message WHERE status = 'queued' AND not_before <= $1 AND expires_at > $1 ORDER BY id LIMIT $3)
			RETURNING id`, w.Now, status, most)
		if err != nil {
			return err
		}
		changed := map[string]string{}
		for _, id := range ids {
			var encounterID string
			err = tx.GetContext(ctx, &encounterID, `WITH e AS (INSERT INTO message_event (id, message_id, department_id, at, kind)
				VALUES ($1, $2, $3, $4, $5)) SELECT encounter_id FROM message WHERE id = $2`, uuid.NewString(), id, w.Department, w.Now, status)
			if err != nil {
				return err
			}
			changed[encounterID] = w.Department
		}
		found = len(ids)
		return w.Encounters.SettleOutcomes(ctx, tx, changed)
	})
	return found
}

// followUp lets time have its say.
func (w *ward) followUp() {
	w.t.Helper()
	if err := w.Encounters.FollowUp(w.ctx); err != nil {
		w.t.Fatal(err)
	}
}

// facts are those of an encounter.
func (w *ward) facts(id string) *encounter.Facts {
	w.t.Helper()
	var f *encounter.Facts
	w.In(func(ctx context.Context, tx db.Tx) (err error) {
		f, err = encounter.Load(ctx, tx, id, w.Department)
		return err
	})
	return f
}

// standing are the messages of an encounter that were not taken back and are not written ahead: purpose, channel, to whom.
func standing(f *encounter.Facts) string {
	var all []string
	for _, m := range f.Messages {
		if m.Status != "cancelled" && (m.Slot == "" || strings.HasPrefix(m.Slot, "invitation/") || strings.HasPrefix(m.Slot, "after/")) {
			all = append(all, m.Purpose+" "+m.Channel+" "+m.Recipient)
		}
	}
	return strings.Join(all, ", ")
}

// refused checks the code of a fault.
func refused(t *testing.T, what string, err error, code string) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

// callers of the other department.
func (w *ward) strangers() []auth.Caller {
	w.t.Helper()
	var other string
	for id := range w.Stranger.Roles {
		other = id
	}
	return []auth.Caller{w.Stranger, w.Member("Ailleurs", auth.Secretary, other)}
}

func asFault(err error) (*fault.Error, bool) { return errors.AsType[*fault.Error](err) }
