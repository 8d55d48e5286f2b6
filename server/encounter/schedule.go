package encounter

import (
	"context"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/fault"
	"teleconsult/server/patient"
	"teleconsult/server/staff"
	"teleconsult/server/trace"
)

// ScheduleInput is a teleconsultation to plan.
type ScheduleInput struct {
	DepartmentID string
	// Patient has an ID when they are known already; then filled contact fields replace the stored ones.
	Patient patient.Patient
	// EmailConfirmed insists on an address that looks mistyped.
	EmailConfirmed bool
	Plan           Plan
	// At is when the patient is to be told, as one of many (see Announce); zero for at once.
	At time.Time
}

// Schedule plans a teleconsultation: the patient is found or added, the personal link is made, and the
// notice that informs and asks for the agreement is put into the queue, all in one transaction.
func (s *Service) Schedule(ctx context.Context, caller auth.Caller, in ScheduleInput) (*Facts, error) {
	if !caller.Can(in.DepartmentID, auth.EncounterSchedule) {
		return nil, fault.New(fault.KindForbidden, "forbidden", "Votre rôle ne permet pas de planifier dans ce service.")
	}
	var after *Facts
	err := s.DB.InTx(ctx, db.Departments(in.DepartmentID), func(ctx context.Context, tx db.Tx) (err error) {
		if after, err = s.ScheduleIn(ctx, tx, caller, in); err != nil {
			return err
		}
		return s.warn(ctx, tx, after)
	})
	return after, err
}

// ScheduleIn is Schedule within a transaction, for a caller whose right was checked.
func (s *Service) ScheduleIn(ctx context.Context, tx db.Tx, caller auth.Caller, in ScheduleInput) (*Facts, error) {
	now := s.Now()
	others, err := s.known(ctx, tx, in, now)
	if err != nil {
		return nil, err
	}
	f, newContact, err := s.planned(ctx, tx, in, now)
	if err != nil {
		return nil, err
	}
	if err = insert(ctx, tx, f, caller.StaffID); err != nil {
		return nil, err
	}
	if err = s.Record(ctx, tx, f, caller.Actor(), "scheduled", now, nil); err != nil {
		return nil, err
	}
	if _, err = s.issueAccess(ctx, tx, f); err != nil {
		return nil, err
	}
	if in.At.IsZero() {
		err = s.sendNotice(ctx, tx, f, now)
	} else {
		err = s.Announce(ctx, tx, f, in.At)
	}
	if err != nil {
		return nil, err
	}
	if err = trace.Append(ctx, tx, now, caller.Actor(), f.Traced("encounter.schedule", nil)); err != nil {
		return nil, err
	}
	if newContact {
		if err = s.contactChanged(ctx, tx, caller, f.Department.ID, others); err != nil {
			return nil, err
		}
	}
	return s.Settle(ctx, tx, f.Department.ID, f.ID, "encounter.schedule")
}

// known locks the other encounters of a patient who is known already, because the contact may change, and returns
// their ids. That the patient does not exist, planned finds out.
func (s *Service) known(ctx context.Context, tx db.Tx, in ScheduleInput, now time.Time) ([]string, error) {
	if in.Patient.ID == "" {
		return nil, nil
	}
	others, err := lockPatient(ctx, tx, now, in.DepartmentID, in.Patient.ID)
	if fault.KindOf(err) == fault.KindNotFound {
		return nil, nil
	}
	return others, err
}

// planned checks everything that was typed, all violations at once, and stores the patient. It tells whether a known
// patient is reached in another way than before.
func (s *Service) planned(ctx context.Context, tx db.Tx, in ScheduleInput, now time.Time) (f *Facts, newContact bool, err error) {
	d, err := department.Load(ctx, tx, in.DepartmentID)
	if err != nil {
		return nil, false, err
	}
	practitioner, err := staff.PractitionerOf(ctx, tx, d.ID, in.Plan.PractitionerID)
	if err != nil && fault.KindOf(err) != fault.KindNotFound && fault.KindOf(err) != fault.KindInvalid {
		return nil, false, err
	}
	p, before, err := s.whom(ctx, tx, in)
	if err != nil {
		return nil, false, err
	}
	f, violations := Draft(d, practitioner, p, in.Plan, in.EmailConfirmed, now)
	if err = fault.Invalid(violations...); err != nil {
		return nil, false, err
	}
	if before != nil {
		newContact = !sameContact(*before, p)
		err = patient.UpdateContact(ctx, tx, now, p)
	} else {
		err = patient.Insert(ctx, tx, now, p)
	}
	if db.IsUnique(err, "patient_department_id_ipp_key") {
		return nil, false, fault.Invalid(fault.Violation{
			Field: "patient.ipp", Code: "ipp_taken", Message: "Cet IPP est déjà celui d’un autre patient du service. Cherchez-le par son IPP.",
		})
	}
	return f, newContact, err
}

// Draft is a teleconsultation that is written nowhere yet, with every rule that it breaks. The practitioner is the
// zero value when nobody of the department is meant.
func Draft(
	d department.Department, practitioner staff.Member, p patient.Patient, plan Plan, emailConfirmed bool, now time.Time,
) (*Facts, []fault.Violation) {
	settled, violations := plan.settle(d, now)
	if practitioner.ID == "" {
		violations = append(violations, unknownPractitioner)
	}
	consultation := settled.start
	if consultation.IsZero() {
		consultation = now
	}
	violations = append(violations, patient.Check(p, now, consultation, emailConfirmed)...)
	return &Facts{
		ID: newID(), Department: d, Patient: p, Status: Planned, Modality: settled.modality, TelephoneReason: settled.telephoneReason,
		Practitioner: Practitioner{
			ID: practitioner.ID, Title: practitioner.Title, FamilyName: practitioner.FamilyName, GivenName: practitioner.GivenName, RPPS: practitioner.RPPS,
		},
		Tool: settled.tool, ToolReason: settled.toolReason, PlannedStart: settled.start, PlannedEnd: settled.end, CreatedAt: now, Version: 1,
	}, violations
}

var unknownPractitioner = fault.Violation{
	Field: "practitionerId", Code: "practitioner_unknown", Message: "Choisissez un praticien du service.",
}

// whom returns the patient that is meant: a known one with the newly typed contact and as they were before, or a new
// one, who was not before.
func (s *Service) whom(ctx context.Context, tx db.Tx, in ScheduleInput) (p patient.Patient, before *patient.Patient, err error) {
	typed := in.Patient.Normalise()
	typed.DepartmentID = in.DepartmentID
	if typed.ID == "" {
		typed.ID = newID()
		return typed, nil, nil
	}
	if p, err = patient.Load(ctx, tx, in.DepartmentID, typed.ID); err != nil {
		return p, nil, err
	}
	stored := p
	p.Email, p.Mobile = or(typed.Email, p.Email), or(typed.Mobile, p.Mobile)
	if in.Patient.Language != "" {
		p.Language = typed.Language
	}
	if in.Patient.Protection != "" {
		p.Protection, p.Representative = typed.Protection, typed.Representative
	}
	return p, &stored, nil
}

func sameContact(a, b patient.Patient) bool {
	email, mobile := a.Contact()
	otherEmail, otherMobile := b.Contact()
	return email == otherEmail && mobile == otherMobile
}

func or(typed, stored string) string {
	if typed != "" {
		return typed
	}
	return stored
}
