package wording

import (
	"context"

	"teleconsult/notifications"
	"teleconsult/notifications/sms"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/trace"
	"teleconsult/templates"
)

// Draft is words that may not be kept yet, and the case to see them in.
type Draft struct {
	Key
	Words   templates.Wording
	Variant Variant
	// EncounterID shows them with the data of a real one, "" with an example's.
	EncounterID string
}

// Preview is what a patient would receive.
type Preview struct {
	Mail templates.Mail
	// SMS is the text as it would be sent, with what it costs; Replaced are the letters that SMS cannot carry.
	SMS      string
	Cost     sms.Estimate
	Replaced []string
	// Problems are what speaks against keeping the words. Words that cannot be read show nothing.
	Problems []fault.Violation
}

// Preview shows words before they are kept. On a real encounter, which the caller must be allowed to read, the
// personal link is not shown.
func (s *Service) Preview(ctx context.Context, caller auth.Caller, departmentID string, d Draft) (p Preview, err error) {
	d.Words = tidy(d.Key, d.Words)
	err = s.Encounters.DB.InTx(ctx, caller.Scope(auth.DepartmentRead), func(ctx context.Context, tx db.Tx) error {
		of, err := department.Load(ctx, tx, departmentID)
		if err != nil {
			return err
		}
		known := knownOf(of, s.Encounters.Now())
		if d.EncounterID != "" {
			f, err := encounter.Load(ctx, tx, d.EncounterID, caller.Departments(auth.EncounterRead)...)
			switch {
			case err != nil:
				return err
			case f.Department.ID != departmentID:
				return fault.New(fault.KindNotFound, "not_found", "Cet élément n’existe pas ou n’est pas accessible.")
			}
			addFacts(known, f)
			if err = trace.Append(ctx, tx, s.Encounters.Now(), caller.Actor(), f.Traced("wording.preview", nil)); err != nil {
				return err
			}
		}
		p, err = s.show(d, known, of)
		return err
	})
	return p, err
}

// addFacts puts the encounter in the place of the example.
func addFacts(known map[string]any, f *encounter.Facts) {
	a := f.AppointmentWords()
	known["start"], known["zone"], known["minutes"] = a.Start, a.Zone, a.Minutes
	known["telephone"], known["moved"], known["representative"] = a.Telephone, a.Moved, f.Patient.Representative != nil
	known["cause"] = templates.CauseHospital
	if f.CancelReason == "patient" {
		known["cause"] = templates.CausePatient
	}
}

func (s *Service) show(d Draft, known map[string]any, of department.Department) (Preview, error) {
	p := Preview{Problems: check(d.Key, d.Words, s.homes(of))}
	content, err := d.Variant.content(d.Key, known, s.maskedLink(d.Channel))
	if err != nil {
		return p, err
	}
	if d.Channel == notifications.ChannelSMS {
		if text, unreadable := templates.RenderSMSWorded(d.Language, content, d.Words.Body); unreadable == nil {
			p.SMS, p.Replaced = sms.Transliterate(text), sms.Replaced(text)
			p.Cost = sms.Cost(text, of.Delivery.WithDefaults().SMSPriceCents)
		}
		return p, nil
	}
	if mail, unreadable := templates.RenderEmailWorded(d.Language, content, d.Words); unreadable == nil {
		p.Mail = mail
	}
	return p, nil
}

// maskedLink stands for the personal link where somebody else reads; it has the same length, and for an SMS
// the same alphabet.
func (s *Service) maskedLink(channel notifications.Channel) string {
	if channel == notifications.ChannelSMS {
		return s.Encounters.PublicURL + "/p/xxxxxxxxxxxxxxxx"
	}
	return s.Encounters.PublicURL + "/p/••••••••••••••••"
}
