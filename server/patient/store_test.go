package patient_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/department"
	"teleconsult/server/fault"
	"teleconsult/server/patient"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestPatientsAreFoundByNameBirthDateAndIPP(t *testing.T) {
	d := dbtest.New(t)
	ctx := context.Background()
	here, there := uuid.NewString(), uuid.NewString()
	store := func(department, family, given, ipp string) {
		p := adult(func(p *patient.Patient) {
			p.ID, p.DepartmentID, p.FamilyName, p.GivenName, p.IPP = uuid.NewString(), department, family, given, ipp
		}).Normalise()
		if err := d.InTx(ctx, db.Departments(department), func(ctx context.Context, tx db.Tx) error {
			return patient.Insert(ctx, tx, time.Now(), p)
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.InTx(ctx, db.System("test"), func(ctx context.Context, tx db.Tx) error {
		for _, id := range []string{here, there} {
			if err := department.Insert(ctx, tx, department.Department{ID: id, Code: id, Name: "D", Hospital: "H", Zone: time.UTC}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	store(here, "Lefèvre", "Noël", "801234567890")
	store(here, "Le Febvre", "Anne", "")
	store(there, "Lefèvre", "Paul", "")
	for typed, want := range map[string]int{
		"lefev": 1, "LEFÈVRE no": 1, "le": 2, "02/01/1980": 2, "1980-01-02": 2, "801234567890": 1, "zzz": 0, "%": 0, "--": 0, "l-": 0, "Paul": 0,
	} {
		var found []patient.Patient
		err := d.InTx(ctx, db.Departments(here), func(ctx context.Context, tx db.Tx) (err error) {
			found, err = patient.Search(ctx, tx, here, typed)
			return err
		})
		if err != nil || len(found) != want {
			t.Errorf("%q finds %d (%v), want %d", typed, len(found), err, want)
		}
	}
	err := d.InTx(ctx, db.Departments(here), func(ctx context.Context, tx db.Tx) error {
		_, err := patient.Load(ctx, tx, here, uuid.NewString())
		return err
	})
	if fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("an unknown patient: %v", err)
	}
}
