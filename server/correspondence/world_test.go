package correspondence_test

import (
	"context"
	"testing"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/correspondence"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/encountertest"
	"teleconsult/server/fault"
	"teleconsult/server/patient"
)

// world is a small hospital with the room under test.
type world struct {
	*encountertest.World
	room *correspondence.Service
	t    *testing.T
}

// newWorld is a department that writes nothing ahead, so that a test has only the messages that it is about.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: encountertest.New(t), t: t}
	w.room = &correspondence.Service{Encounters: w.Encounters}
	w.delivery(`{"consentReminderHours": [], "reminderMinutes": [], "linkTestHours": 0}`)
	return w
}

// delivery chooses how the department reaches its patients.
func (w *world) delivery(settings string) {
	w.t.Helper()
	w.Exec(`UPDATE department SET delivery = $2 WHERE id = $1`, w.Department, settings)
}

func (w *world) must(f *encounter.Facts, err error) *encounter.Facts {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// schedule plans a consultation by Zoom for 20 May 2026, 14:30 in Paris.
func (w *world) schedule(change ...func(*encounter.ScheduleInput)) *encounter.Facts {
	w.t.Helper()
	in := encounter.ScheduleInput{
		DepartmentID: w.Department,
		Patient: patient.Patient{
			FamilyName: "Dupont", GivenName: "Jeanne", BirthDate: time.Date(1980, 1, 2, 0, 0, 0, 0, time.UTC),
			Email: "jeanne.dupont@exemple.fr", Mobile: "06 12 34 56 78",
		},
		Plan: encounter.Plan{
			PractitionerID: w.Practitioner.StaffID, Date: "2026-05-20", Clock: "14:30", DurationMinutes: 20,
			Modality: encounter.Video, Tool: "zoom", ToolReason: "ORTIF est en panne",
		},
	}
	for _, c := range change {
		c(&in)
	}
	return w.must(w.Encounters.Schedule(context.Background(), w.Secretary, in))
}

// becomes pretends that something became of the newest message by a channel, and settles the encounter.
func (w *world) becomes(f *encounter.Facts, channel, status, code string) *encounter.Facts {
	w.t.Helper()
	w.In(func(ctx context.Context, tx db.Tx) error {
		const query = `
			WITH newest AS (
				SELECT id, department_id FROM message WHERE encounter_id = $1 AND channel = $2 ORDER BY created_at DESC, id DESC LIMIT 1
			), changed AS (
				UPDATE message AS m SET status = $3, last_code = $4, segments = CASE WHEN channel = 'sms' THEN 1 END
				FROM newest WHERE newest.id = m.id
			)
			INSERT INTO message_event (id, message_id, department_id, at, kind, code)
			SELECT gen_random_uuid(), id, department_id, $5, $3, $4 FROM newest`
		if _, err := tx.ExecContext(ctx, query, f.ID, channel, status, code, w.Now); err != nil {
			return err
		}
		return w.Encounters.SettleOutcomes(ctx, tx, map[string]string{f.ID: f.Department.ID})
	})
	return w.facts(f)
}

func (w *world) facts(f *encounter.Facts) *encounter.Facts {
	w.t.Helper()
	return w.must(w.Encounters.Read(context.Background(), w.Practitioner, auth.EncounterRead, f.ID, "encounter.read"))
}

func (w *world) timelines(f *encounter.Facts) []correspondence.MessageTimeline {
	w.t.Helper()
	all, err := w.room.Timelines(context.Background(), w.Secretary, f.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

func wantFault(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if fault.KindOf(err) != kind || fault.CodeOf(err) != code {
		t.Fatalf("error %v, want kind %d code %s", err, kind, code)
	}
}
