package personalpage_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/patient"
	"teleconsult/server/personalpage"
	"teleconsult/server/secret"
	"teleconsult/server/staff"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// hospital is a department with its people, the pages of its patients, and a clock that the test moves.
type hospital struct {
	*encounter.Service
	site         *personalpage.Service
	t            *testing.T
	department   department.Department
	secretary    auth.Caller
	practitioner auth.Caller
	clock        time.Time
}

// monday is a Monday in May, 09:00 in Paris.
var monday = time.Date(2026, 5, 11, 7, 0, 0, 0, time.UTC)

func newHospital(t *testing.T) *hospital {
	t.Helper()
	box := secret.New([32]byte{1})
	h := &hospital{t: t, clock: monday}
	h.Service = &encounter.Service{
		DB: dbtest.New(t), Now: func() time.Time { return h.clock }, Secrets: box, PublicURL: "https://teleconsult.exemple.fr",
		Outbox: notifications.Outbox{
			Vault: notifications.Vault{
				Seal: func(b []byte) ([]byte, error) { return box.Seal("message", b) },
				Open: func(b []byte) ([]byte, error) { return box.Open("message", b) },
				Hash: func(s string) []byte { return box.MAC("recipient", s) },
			},
			PublicURL: "https://teleconsult.exemple.fr",
		},
	}
	h.site = &personalpage.Service{Encounters: h.Service}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	h.department = department.Department{
		ID: uuid.NewString(), Code: "A", Name: "Service A", Hospital: "AP-HP, hôpital d'essai", Phone: "01 23 45 67 89",
		Email: "service-a@exemple.fr", Zone: paris, Tools: []string{"ortif", "zoom", "teams", "jitsi"},
		SecureTools: []string{"ortif"}, PortalURL: "https://espace-patient.exemple.fr", BirthDateAsked: true, CodingTarget: "Gilda",
	}
	h.secretary = h.hire("Mme", "Odile", "Secret", auth.Secretary)
	h.practitioner = h.hire("Dr", "Claire", "Martin", auth.Practitioner)
	return h
}

func (h *hospital) hire(title, given, family string, role auth.Role) auth.Caller {
	h.t.Helper()
	m := staff.Member{ID: uuid.NewString(), Email: family + "@exemple.fr", Title: title, GivenName: given, FamilyName: family}
	h.inTx(func(ctx context.Context, tx db.Tx) error {
		if _, err := department.Load(ctx, tx, h.department.ID); fault.KindOf(err) == fault.KindNotFound {
			if err = department.Insert(ctx, tx, h.department); err != nil {
				return err
			}
		}
		if err := staff.Insert(ctx, tx, m, "x"); err != nil {
			return err
		}
		return staff.GiveRole(ctx, tx, m.ID, h.department.ID, string(role))
	})
	return auth.Caller{StaffID: m.ID, Name: m.Name(), Roles: map[string][]auth.Role{h.department.ID: {role}}}
}

func (h *hospital) inTx(fn func(ctx context.Context, tx db.Tx) error) {
	h.t.Helper()
	if err := h.DB.InTx(context.Background(), db.System("test"), fn); err != nil {
		h.t.Fatal(err)
	}
}

// aPlan is a consultation by Zoom tomorrow at 14:30.
func (h *hospital) aPlan() encounter.Plan {
	return encounter.Plan{
		PractitionerID: h.practitioner.StaffID, Date: "2026-05-12", Clock: "14:30", DurationMinutes: 20,
		Modality: encounter.Video, Tool: "zoom", ToolReason: "ORTIF est en panne",
	}
}

func aPatient() patient.Patient {
	return patient.Patient{
		FamilyName: "Dupont", GivenName: "Jeanne", BirthDate: time.Date(1980, 1, 2, 0, 0, 0, 0, time.UTC),
		Email: "jeanne.dupont@exemple.fr", Mobile: "06 12 34 56 78",
	}
}

func (h *hospital) schedule(change ...func(*encounter.ScheduleInput)) *encounter.Facts {
	h.t.Helper()
	in := encounter.ScheduleInput{DepartmentID: h.department.ID, Patient: aPatient(), Plan: h.aPlan()}
	for _, c := range change {
		c(&in)
	}
	f, err := h.Schedule(context.Background(), h.secretary, in)
	if err != nil {
		h.t.Fatalf("schedule: %v", err)
	}
	return f
}

func (h *hospital) must(f *encounter.Facts, err error) *encounter.Facts {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
	h.checkSummary(f)
	return f
}

// checkSummary recomputes the chain of the stored facts and compares it with the stored summary.
func (h *hospital) checkSummary(f *encounter.Facts) {
	h.t.Helper()
	again, err := h.Read(context.Background(), h.practitioner, auth.EncounterRead, f.ID, "encounter.read")
	if err != nil {
		h.t.Fatal(err)
	}
	want := again.Summary(h.clock)
	if due := again.Stored.FollowUp; !due.IsZero() && !due.After(h.clock) {
		want.FollowUp = again.Stored.FollowUp // its time has come: the next look at the clock settles it
	}
	if again.Stored != want {
		h.t.Errorf("stored summary %+v, recomputed %+v", again.Stored, want)
	}
}

const zoomInvitation = `Dr Claire Martin vous invite à une réunion Zoom planifiée.

Sujet: Rendez-vous AP-HP
Heure: 12 mai 2026 02:30 PM Paris

Participer à la réunion Zoom
https://us02web.zoom.us/j/81234567890?pwd=QWxhZGRpbjpvcGVuIHNlc2FtZQ.1

ID de réunion: 812 3456 7890
Code secret: 004217
`

var declared = []string{
	"id_generated", "password_required", "host_video_on", "participant_video_on", "audio_both", "no_join_before_host",
	"waiting_room_on", "no_auto_recording",
}

func count(f *encounter.Facts, purpose string) int {
	n := 0
	for _, m := range f.Messages {
		if m.Purpose == purpose && m.Status != "cancelled" {
			n++
		}
	}
	return n
}
