package consent_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/department"
	"teleconsult/server/fault"
	"teleconsult/server/patient"
	"teleconsult/server/staff"
)

func TestStandingIsTheLastForTheTool(t *testing.T) {
	t.Parallel()
	decision := func(tool string, v consent.Verdict) consent.Decision { return consent.Decision{Tool: tool, Verdict: v} }
	for name, test := range map[string]struct {
		decisions []consent.Decision
		want      consent.Verdict
	}{
		"none":                         {nil, consent.Unknown},
		"one":                          {[]consent.Decision{decision("zoom", consent.Agreed)}, consent.Agreed},
		"for another tool":             {[]consent.Decision{decision("ortif", consent.Agreed)}, consent.Unknown},
		"a refusal for another tool":   {[]consent.Decision{decision("zoom", consent.Agreed), decision("ortif", consent.Refused)}, consent.Agreed},
		"a change of mind":             {[]consent.Decision{decision("zoom", consent.Refused), decision("zoom", consent.Agreed)}, consent.Agreed},
		"taken back":                   {[]consent.Decision{decision("zoom", consent.Agreed), decision("zoom", consent.Withdrawn)}, consent.Withdrawn},
		"back to the tool of before":   {[]consent.Decision{decision("zoom", consent.Refused), decision("teams", consent.Agreed)}, consent.Refused},
		"the telephone is a tool, too": {[]consent.Decision{decision("telephone", consent.Agreed)}, consent.Unknown},
	} {
		got := consent.Standing(test.decisions, "zoom")
		if got.Verdict != test.want || got.Tool != "zoom" {
			t.Errorf("%s: %s for %s, want %s", name, got.Verdict, got.Tool, test.want)
		}
	}
}

func TestWhoDecidesAndWhatCanBeTakenBack(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 2001)
	for name, test := range map[string]struct {
		decision       consent.Decision
		representative bool
		standing       consent.Verdict
		want           string
	}{
		"the patient agrees":              {consent.Decision{Verdict: consent.Agreed, Giver: consent.ByPatient}, false, consent.Unknown, ""},
		"the representative agrees":       {consent.Decision{Verdict: consent.Agreed, Giver: consent.ByRepresentative, GiverName: "Anne D."}, true, consent.Unknown, ""},
		"a minor decides alone":           {consent.Decision{Verdict: consent.Agreed, Giver: consent.ByPatient}, true, consent.Unknown, "givenBy:representative_decides"},
		"somebody decides for an adult":   {consent.Decision{Verdict: consent.Agreed, Giver: consent.ByRepresentative, GiverName: "Anne D."}, false, consent.Unknown, "givenBy:no_representative"},
		"nobody decides":                  {consent.Decision{Verdict: consent.Agreed}, false, consent.Unknown, "givenBy:no_representative"},
		"a representative without a name": {consent.Decision{Verdict: consent.Agreed, Giver: consent.ByRepresentative}, true, consent.Unknown, "giverName:giver_name_missing"},
		"a refusal at once":               {consent.Decision{Verdict: consent.Refused, Giver: consent.ByPatient}, false, consent.Unknown, ""},
		"an agreement taken back":         {consent.Decision{Verdict: consent.Withdrawn, Giver: consent.ByPatient}, false, consent.Agreed, ""},
		"nothing to take back":            {consent.Decision{Verdict: consent.Withdrawn, Giver: consent.ByPatient}, false, consent.Unknown, "decision:nothing_to_withdraw"},
		"a refusal taken back":            {consent.Decision{Verdict: consent.Withdrawn, Giver: consent.ByPatient}, false, consent.Refused, "decision:nothing_to_withdraw"},
		"taken back twice":                {consent.Decision{Verdict: consent.Withdrawn, Giver: consent.ByPatient}, false, consent.Withdrawn, "decision:nothing_to_withdraw"},
		"agreed after a refusal":          {consent.Decision{Verdict: consent.Agreed, Giver: consent.ByPatient}, false, consent.Refused, ""},
		"as long as it may be":            {consent.Decision{Verdict: consent.Refused, Giver: consent.ByPatient, Explanation: long[:4000]}, false, consent.Unknown, ""},
		"one character too many":          {consent.Decision{Verdict: consent.Refused, Giver: consent.ByPatient, Explanation: long}, false, consent.Unknown, "explanation:too_long"},
		"everything at once": {
			consent.Decision{Verdict: consent.Withdrawn, Giver: consent.ByRepresentative, Explanation: long},
			false, consent.Unknown,
			"givenBy:no_representative giverName:giver_name_missing decision:nothing_to_withdraw explanation:too_long",
		},
	} {
		err := consent.Check(test.decision, test.representative, test.standing)
		if got := violated(err); got != test.want || (err == nil) != (test.want == "") {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func violated(err error) string {
	var found []string
	if f, ok := errors.AsType[*fault.Error](err); ok {
		for _, v := range f.Violations {
			found = append(found, v.Field+":"+v.Code)
		}
	}
	return strings.Join(found, " ")
}

// What the rules do not look at, the table's constraints do: proof of a web decision, a recorder of any other.
func TestRecordKeepsWhatProves(t *testing.T) {
	d := dbtest.New(t)
	now := time.Date(2026, 5, 11, 7, 0, 0, 0, time.UTC)
	encounterID, departmentID, staffID := anEncounter(t, d, now)
	n := noticeFor(t, consent.Setting{Language: "fr", Tool: "zoom", Preferred: "ortif"})
	err := d.InTx(t.Context(), db.Departments(), func(ctx context.Context, tx db.Tx) error {
		return consent.StoreNotice(ctx, tx, now, n)
	})
	if err != nil {
		t.Fatal(err)
	}
	web := consent.Decision{
		Verdict: consent.Agreed, Tool: "zoom", Mode: consent.Web, Giver: consent.ByPatient, NoticeVersion: n.Version,
		DecidedAt: now, RecordedAt: now,
	}
	oral := consent.Decision{
		Verdict: consent.Refused, Tool: "zoom", Mode: consent.Oral, Giver: consent.ByRepresentative, GiverName: "Anne D.",
		Explanation: "préfère venir", RecordedBy: staffID, DecidedAt: now.Add(-time.Hour), RecordedAt: now,
	}
	unread, unknown, nobody := web, web, oral
	unread.NoticeVersion, unknown.NoticeVersion, nobody.RecordedBy = "", strings.Repeat("0", 64), ""
	for name, test := range map[string]struct {
		decision consent.Decision
		scope    db.Scope
		kept     bool
	}{
		"on the page":                      {web, db.Departments(departmentID), true},
		"orally":                           {oral, db.Departments(departmentID), true},
		"on the page without a notice":     {unread, db.Departments(departmentID), false},
		"on the page about an unkept text": {unknown, db.Departments(departmentID), false},
		"orally, recorded by nobody":       {nobody, db.Departments(departmentID), false},
		"from another department":          {web, db.Departments(uuid.NewString()), false},
	} {
		err := d.InTx(t.Context(), test.scope, func(ctx context.Context, tx db.Tx) error {
			return consent.Record(ctx, tx, encounterID, departmentID, test.decision)
		})
		if (err == nil) != test.kept {
			t.Errorf("%s: %v", name, err)
		}
	}
	var stored []struct {
		Decision, Mode, Explanation string
		GivenBy                     string    `db:"given_by"`
		GiverName                   string    `db:"giver_name"`
		DecidedAt                   time.Time `db:"decided_at"`
	}
	err = d.InTx(t.Context(), db.Departments(departmentID), func(ctx context.Context, tx db.Tx) error {
		return tx.SelectContext(ctx, &stored, `SELECT decision, mode, explanation, given_by, giver_name, decided_at FROM consent_decision ORDER BY mode`)
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(stored) != 2 || stored[0].Decision != "refused" || stored[0].GivenBy != "representative" || stored[0].GiverName != "Anne D." ||
		stored[0].Explanation != "préfère venir" || !stored[0].DecidedAt.Equal(now.Add(-time.Hour)) || stored[1].Mode != "web" {
		t.Errorf("stored %+v", stored)
	}
}

// anEncounter is the least that a decision can be about.
func anEncounter(t *testing.T, d *db.DB, now time.Time) (encounterID, departmentID, staffID string) {
	t.Helper()
	encounterID, departmentID, staffID = uuid.NewString(), uuid.NewString(), uuid.NewString()
	patientID := uuid.NewString()
	err := d.InTx(t.Context(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
		err := department.Insert(ctx, tx, department.Department{
			ID: departmentID, Code: "A", Name: "Service A", Hospital: "Hôpital", Phone: "01 00 00 00 00", Email: "a@exemple.fr",
			Zone: time.UTC, Tools: []string{"zoom"}, PortalURL: "https://portail.exemple.fr", CodingTarget: "Gilda",
		})
		if err != nil {
			return err
		}
		err = staff.Insert(ctx, tx, staff.Member{ID: staffID, Email: "a@exemple.fr", FamilyName: "Martin", GivenName: "Claire"}, "x")
		if err != nil {
			return err
		}
		err = patient.Insert(ctx, tx, now, patient.Patient{
			ID: patientID, DepartmentID: departmentID, FamilyName: "Durand", GivenName: "Zoé", Email: "zoe@exemple.fr", Language: "fr",
			BirthDate: time.Date(1950, 2, 3, 0, 0, 0, 0, time.UTC), Protection: patient.Unprotected,
		})
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO encounter (id, department_id, patient_id, practitioner_id, modality, tool, planned_start,
				planned_end, created_by, created_at, updated_at)
			VALUES ($1, $2, $3, $4, 'video', 'zoom', $5, $6, $4, $5, $5)`, encounterID, departmentID, patientID, staffID, now, now.Add(time.Hour))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return encounterID, departmentID, staffID
}
