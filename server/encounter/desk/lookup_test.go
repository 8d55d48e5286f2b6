package desk

import (
	"context"
	"testing"

	"teleconsult/server/dbtest"
	"teleconsult/server/encountertest"
	"teleconsult/server/fault"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestALookUpFindsThePatientsOfTheDepartmentAlone(t *testing.T) {
	w := encountertest.New(t)
	s := service{w.Encounters}
	found, err := s.seen(context.Background(), w.Secretary, w.Department, "dur")
	if err != nil || len(found) != 1 || found[0].ID != w.Patient {
		t.Errorf("found %+v, error %v", found, err)
	}
	if n := w.Count(`SELECT count(*) FROM audit_event WHERE patient_id = $1 AND action = 'patient.look-up'`, w.Patient); n != 1 {
		t.Errorf("%d traces of the look-up", n)
	}
	if _, err = s.seen(context.Background(), w.Stranger, w.Department, "dur"); fault.CodeOf(err) != "forbidden" {
		t.Errorf("a stranger looks up: %v", err)
	}
}
