package personalpage

import (
	"context"

	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/trace"
)

// deviceAnswers are what the form about the device takes, with what is recorded; the moment is added.
var deviceAnswers = map[string]encounter.DeviceTest{
	"works":      {Outcome: "works"},
	"image":      {Outcome: "problem", Problem: "image"},
	"sound":      {Outcome: "problem", Problem: "sound"},
	"connection": {Outcome: "problem", Problem: "connection"},
	"no-device":  {Outcome: "problem", Problem: "no-device"},
	"problem":    {Outcome: "problem"},
}

// mayTest tells whether it is of use to try the device: a video consultation to come that the patient agreed to.
func mayTest(f *encounter.Facts) bool {
	return f.Modality == encounter.Video && f.Consent().Verdict == consent.Agreed && mayAnswer(f)
}

// testDevice records what the patient says about the device. The same word twice is one; a problem becomes
// something for the secretary to do, until the patient says that everything works.
func (s *Service) testDevice(ctx context.Context, v visit, answer string) (*encounter.Facts, error) {
	return s.visited(ctx, v, func(ctx context.Context, tx db.Tx, f *encounter.Facts) (string, error) {
		if !mayTest(f) {
			return "", notNow("device_test_closed", "L’essai ne sert plus pour cette consultation.")
		}
		test, known := deviceAnswers[answer]
		if !known {
			return "", fault.Invalid(fault.Violation{Field: "device", Code: "answer_unknown", Message: "Choisissez l’une des réponses."})
		}
		test.Tool = f.Tool
		if last := f.DeviceTest; last != nil && last.Outcome == test.Outcome && last.Problem == test.Problem {
			return "", nil
		}
		now := s.Encounters.Now()
		if err := s.Encounters.Record(ctx, tx, f, v.by, "device-tested", now, test); err != nil {
			return "", err
		}
		return "patient.device-test", trace.Append(ctx, tx, now, v.by, f.Traced("patient.device-test", map[string]any{"outcome": test.Outcome}))
	})
}
