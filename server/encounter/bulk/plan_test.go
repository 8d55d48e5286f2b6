package bulk_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/encounter/bulk"
	"teleconsult/server/encountertest"
	"teleconsult/server/meeting"
	"teleconsult/server/patient"
	"teleconsult/server/staff"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// person is somebody who is to be seen, with the link.
type person struct {
	patient patient.Patient
	plan    encounter.Plan
	link    encounter.LinkInput
}

// people are of every kind.
func people(w *encountertest.World) []person {
	link := func(n int) encounter.LinkInput {
		return encounter.LinkInput{
			Text:     fmt.Sprintf("https://us02web.zoom.us/j/%d?pwd=Zm9vYmFyMTIzNDU2Nzg5.1", 80_000_000_000+n),
			Declared: meeting.ChecklistOf(meeting.ToolZoom), Settled: []string{"tool_differs"},
		}
	}
	who := func(family, email, mobile string) patient.Patient {
		return patient.Patient{
			DepartmentID: w.Department, FamilyName: family, GivenName: "Jeanne", BirthDate: time.Date(1980, 1, 2, 0, 0, 0, 0, time.UTC), Email: email, Mobile: mobile,
		}.Normalise()
	}
	plan := func(clock string) encounter.Plan {
		return encounter.Plan{
			PractitionerID: w.Practitioner.StaffID, Date: "2026-06-09", Clock: clock, DurationMinutes: 20, Modality: encounter.Video, Tool: "zoom", ToolReason: "ORTIF en panne",
		}
	}
	minor := who("Mineure", "", "")
	minor.BirthDate, minor.Protection = time.Date(2015, 1, 2, 0, 0, 0, 0, time.UTC), patient.Minor
	minor.Representative = &patient.Representative{Name: "Anne Mineure", Relationship: "parent", Email: "anne@exemple.fr", Mobile: "+33698765432"}
	english := who("English", "english@exemple.fr", "+33612345679")
	english.Language, english.IPP = "en", "8099999999"
	ortif := plan("13:00")
	ortif.Tool, ortif.ToolReason = "ortif", ""
	call := plan("14:00")
	call.Modality, call.Tool, call.ToolReason, call.TelephoneReason = encounter.Telephone, "", "", "other"
	soon := plan("20:30")
	soon.Date = "2026-05-12"
	return []person{
		{who("Adresse", "adresse@exemple.fr", ""), plan("09:00"), link(1)},
		{who("Mobile", "", "+33612345678"), plan("10:00"), link(2)},
		{english, plan("11:00"), link(3)},
		{minor, plan("12:00"), link(4)},
		{who("Ortif", "ortif@exemple.fr", ""), ortif, encounter.LinkInput{Reference: "S-1"}},
		{who("Appel", "appel@exemple.fr", ""), call, encounter.LinkInput{}},
		{who("Sans", "sans@exemple.fr", ""), plan("15:00"), encounter.LinkInput{}},
		{who("Bientot", "", "+33612345677"), soon, link(5)},
	}
}

// planTogether plans all at once.
func planTogether(w *encountertest.World, all []person, at time.Time) error {
	return w.DB.InTx(context.Background(), db.Departments(w.Department), func(ctx context.Context, tx db.Tx) error {
		d, err := department.Load(ctx, tx, w.Department)
		if err != nil {
			return err
		}
		m, err := staff.PractitionerOf(ctx, tx, d.ID, w.Practitioner.StaffID)
		if err != nil {
			return err
		}
		var planned []bulk.Planned
		for _, p := range all {
			who := p.patient
			if who.ID == "" {
				who.ID = uuid.NewString()
			}
			f, violations := encounter.Draft(d, m, who, p.plan, false, w.Now)
			if len(violations) > 0 {
				return fmt.Errorf("%s: %+v", who.FamilyName, violations)
			}
			one := bulk.Planned{Facts: f, NewPatient: p.patient.ID == ""}
			if p.link.Text+p.link.Reference != "" {
				link, keys, err := w.Encounters.CheckLink(f, p.link)
				if err != nil {
					return err
				}
				f.Link, one.LinkKeys = &link, keys
			}
			planned = append(planned, one)
		}
		return bulk.Order{Encounters: w.Encounters, Caller: w.Secretary, At: at}.Plan(ctx, tx, planned)
	})
}

// planSingly plans one after the other, as by hand.
func planSingly(t *testing.T, w *encountertest.World, all []person, at time.Time) {
	t.Helper()
	ctx := context.Background()
	for _, p := range all {
		f, err := w.Encounters.Schedule(ctx, w.Secretary, encounter.ScheduleInput{DepartmentID: w.Department, Patient: p.patient, Plan: p.plan, At: at})
		if err == nil && p.link.Text+p.link.Reference != "" {
			_, err = w.Encounters.Attach(ctx, w.Secretary, f.ID, p.link)
		}
		if err != nil {
			t.Fatalf("%s: %v", p.patient.FamilyName, err)
		}
	}
}

// left is all that a department's encounters left behind, in lines that do not depend on what is drawn by lot.
func left(t *testing.T, w *encountertest.World) map[string][]string {
	t.Helper()
	const who = ` JOIN encounter AS e ON e.id = x.encounter_id JOIN patient AS p ON p.id = e.patient_id ORDER BY 1`
	found := map[string][]string{}
	w.In(func(ctx context.Context, tx db.Tx) error {
		for what, query := range map[string]string{
			"patients": `SELECT concat_ws('|', p.family_name, p.given_name, p.search_name, p.birth_date, p.ipp, p.email, p.mobile, p.language, p.protection,
				p.representative_name, p.representative_relationship, p.representative_email, p.representative_mobile, p.created_at, p.updated_at)
				FROM patient AS p ORDER BY 1`,
			"encounters": `SELECT concat_ws('|', p.family_name, x.status, x.modality, x.telephone_reason, x.tool, x.tool_reason, x.planned_start, x.planned_end,
				x.version, 'next ' || coalesce(x.next_step, '-'), x.acts_next, 'due ' || coalesce(x.due_at::text, '-'), x.consent,
				'follow up ' || coalesce(x.follow_up_at::text, '-'), x.created_by = e.created_by, x.created_at, x.updated_at)
				FROM (SELECT *, id AS encounter_id FROM encounter) AS x` + who,
			"messages": `SELECT concat_ws('|', p.family_name, x.purpose, x.channel, x.recipient, x.reply_to, x.language, x.template, x.template_version, x.params,
				x.status, x.priority, x.slot, x.not_before, x.expires_at, x.first_due_at, x.created_at, x.secrets IS NOT NULL, x.follows, x.wording_id, x.last_code)
				FROM message AS x` + who,
			"message events": `SELECT concat_ws('|', p.family_name, m.purpose, m.channel, m.slot, x.kind, x.code, x.at)
				FROM (SELECT v.*, m.encounter_id FROM message_event AS v JOIN message AS m ON m.id = v.message_id) AS x
				JOIN message AS m ON m.id = x.message_id` + who,
			"events": `SELECT concat_ws('|', p.family_name, x.kind, x.occurred_at, x.recorded_at, x.actor_kind, x.actor_id = e.created_by, x.data)
				FROM encounter_event AS x` + who,
			"traces": `SELECT concat_ws('|', p.family_name, x.action, x.at, x.actor_kind, x.actor_id = e.created_by, x.patient_id = e.patient_id, x.request_id, x.data)
				FROM audit_event AS x` + who,
			"links": `SELECT concat_ws('|', p.family_name, x.tool, x.url, x.meeting_number, x.passcode, x.topic, x.reference, x.declared, x.settled, x.host_account,
				x.attached_by = e.created_by, x.attached_at, x.revoked_at) FROM meeting_link AS x` + who,
			"meetings": `SELECT concat_ws('|', p.family_name, encode(x.key_hash, 'hex'), x.first_used_at) FROM meeting_use AS x` + who,
			"access":   `SELECT concat_ws('|', p.family_name, x.created_at, x.expires_at, x.revoked_at) FROM patient_access AS x` + who,
		} {
			var lines []string
			if err := tx.SelectContext(ctx, &lines, query); err != nil {
				return fmt.Errorf("%s: %w", what, err)
			}
			found[what] = lines
		}
		return nil
	})
	return found
}

// TestTogetherAsOneByOne: what a list leaves behind is what planning by hand would.
func TestTogetherAsOneByOne(t *testing.T) {
	for name, at := range map[string]time.Time{"at once": {}, "at an hour": encountertest.Lunch.Add(3 * time.Hour), "at night": encountertest.Lunch.Add(375 * time.Minute)} {
		t.Run(name, func(t *testing.T) {
			together, singly := encountertest.New(t), encountertest.New(t)
			if err := planTogether(together, people(together), at); err != nil {
				t.Fatal(err)
			}
			if at.IsZero() {
				at = singly.Now // as one of many
			}
			planSingly(t, singly, people(singly), at)
			got, want := left(t, together), left(t, singly)
			for what, lines := range want {
				if len(lines) == 0 {
					t.Errorf("no %s", what)
				}
				if a, b := strings.Join(got[what], "\n"), strings.Join(lines, "\n"); a != b {
					t.Errorf("%s together\n%s\none by one\n%s", what, a, b)
				}
			}
		})
	}
}

func TestKnownPatientsAreNotAddedAgain(t *testing.T) {
	w := encountertest.New(t)
	var known patient.Patient
	w.In(func(ctx context.Context, tx db.Tx) (err error) {
		known, err = patient.Load(ctx, tx, w.Department, w.Patient)
		return err
	})
	all := people(w)[:2]
	all[1].patient = known
	if err := planTogether(w, all, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if n := w.Count(`SELECT count(*) FROM patient`); n != 2 {
		t.Errorf("%d patients", n)
	}
	if n := w.Count(`SELECT count(*) FROM message WHERE purpose = 'notice' AND recipient = 'zoe@exemple.fr'`); n != 1 {
		t.Errorf("%d notices", n)
	}
}

// What somebody else took is taken from nobody: nothing of the list is written.
func TestWhatIsTakenMeanwhile(t *testing.T) {
	for name, change := range map[string]func(others []person, taken person){
		"the meeting":    func(others []person, taken person) { others[0].link.Text = taken.link.Text },
		"the identifier": func(others []person, taken person) { others[1].patient.IPP = taken.patient.IPP },
	} {
		t.Run(name, func(t *testing.T) {
			w := encountertest.New(t)
			all := people(w)
			if err := planTogether(w, all[2:3], time.Time{}); err != nil {
				t.Fatal(err)
			}
			before := left(t, w)
			w.Now = w.Now.Add(time.Minute)
			others := append(people(w)[:2:2], people(w)[3:]...)
			change(others, all[2])
			if err := planTogether(w, others, time.Time{}); !errors.Is(err, bulk.ErrMeanwhile) {
				t.Errorf("%v", err)
			}
			if after := left(t, w); fmt.Sprint(after) != fmt.Sprint(before) {
				t.Errorf("left %v", after)
			}
		})
	}
}

func TestNobodyToBePlanned(t *testing.T) {
	w := encountertest.New(t)
	if err := planTogether(w, nil, time.Time{}); err != nil {
		t.Error(err)
	}
}
