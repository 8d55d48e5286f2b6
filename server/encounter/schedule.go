package encounter

import (
	"context"
	"slices"
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
}

// Schedule plans a teleconsultation: the patient is found or added, the personal link is made, and the
// notice that informs and asks for the agreement is put into the queue, all in one transaction.
func (s *Service) Schedule(ctx context.Context, caller auth.Caller, in ScheduleInput) (*Facts, error) {
	if !caller.Can(in.DepartmentID, auth.EncounterSchedule) {
		return nil, fault.New(fault.KindForbidden, "forbidden", "Votre rôle ne permet pas de planifier dans ce service.")
	}
	var after *Facts
	err := s.DB.InTx(ctx, db.Departments(in.DepartmentID), func(ctx context.Context, tx db.Tx) error {
		now := s.Now()
		others, err := s.known(ctx, tx, in, now)
		if err != nil {
			return err
		}
		f, newContact, err := s.planned(ctx, tx, in, now)
		if err != nil {
			return err
		}
		if err = insert(ctx, tx, f, caller.StaffID); err != nil {
			return err
		}
		if err = s.Record(ctx, tx, f, caller.Actor(), "scheduled", now, nil); err != nil {
			return err
		}
		if _, err = s.issueAccess(ctx, tx, f); err != nil {
			return err
		}
		if err = s.sendNotice(ctx, tx, f, now); err != nil {
			return err
		}
		if err = trace.Append(ctx, tx, now, caller.Actor(), f.Traced("encounter.schedule", nil)); err != nil {
			return err
		}
		if newContact {
			if err = s.contactChanged(ctx, tx, caller, f.Department.ID, others); err != nil {
				return err
			}
		}
		if after, err = s.Settle(ctx, tx, f.Department.ID, f.ID, "encounter.schedule"); err != nil {
			return err
		}
		return s.warn(ctx, tx, after)
	})
	return after, err
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
	plan, violations := in.Plan.settle(d, now)
	practitioner, err := staff.PractitionerOf(ctx, tx, d.ID, in.Plan.PractitionerID)
	if fault.KindOf(err) == fault.KindNotFound || fault.KindOf(err) == fault.KindInvalid {
		violations = append(violations, unknownPractitioner)
	} else if err != nil {
		return nil, false, err
	}
	p, before, err := s.whom(ctx, tx, in)
	if err != nil {
		return nil, false, err
	}
	consultation := plan.start
	if consultation.IsZero() {
		consultation = now
	}
	violations = append(violations, patient.Check(p, now, consultation, in.EmailConfirmed)...)
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
	if err != nil {
		return nil, false, err
	}
	return &Facts{
		ID: newID(), Department: d, Patient: p, Status: Planned, Modality: plan.modality, TelephoneReason: plan.telephoneReason,
		Practitioner: Practitioner{ID: practitioner.ID, Title: practitioner.Title, FamilyName: practitioner.FamilyName, GivenName: practitioner.GivenName},
		Tool:         plan.tool, ToolReason: plan.toolReason, PlannedStart: plan.start, PlannedEnd: plan.end, CreatedAt: now, Version: 1,
	}, newContact, nil
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

// Seen returns the patients a look-up finds and traces that they were seen.
func (s *Service) Seen(ctx context.Context, caller auth.Caller, departmentID, typed string) ([]patient.Patient, error) {
	if !slices.Contains(caller.Departments(auth.EncounterRead), departmentID) {
		return nil, fault.New(fault.KindForbidden, "forbidden", "Vous n’avez pas accès aux patients de ce service.")
	}
	var found []patient.Patient
	err := s.DB.InTx(ctx, db.Departments(departmentID), func(ctx context.Context, tx db.Tx) (err error) {
		if found, err = patient.Search(ctx, tx, departmentID, typed); err != nil {
			return err
		}
		for _, p := range found {
			seen := trace.Event{DepartmentID: departmentID, Action: "patient.look-up", PatientID: p.ID}
			if err = trace.Append(ctx, tx, s.Now(), caller.Actor(), seen); err != nil {
				return err
			}
		}
		return nil
	})
	return found, err
}
