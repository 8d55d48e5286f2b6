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
		f, err := s.planned(ctx, tx, in, now)
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
		after, err = s.Settle(ctx, tx, f.Department.ID, f.ID, "encounter.schedule")
		return err
	})
	return after, err
}

// planned checks everything that was typed, all violations at once, and stores the patient.
func (s *Service) planned(ctx context.Context, tx db.Tx, in ScheduleInput, now time.Time) (*Facts, error) {
	d, err := department.Load(ctx, tx, in.DepartmentID)
	if err != nil {
		return nil, err
	}
	plan, violations := in.Plan.settle(d, now)
	practitioner, err := staff.PractitionerOf(ctx, tx, d.ID, in.Plan.PractitionerID)
	if fault.KindOf(err) == fault.KindNotFound || fault.KindOf(err) == fault.KindInvalid {
		violations = append(violations, unknownPractitioner)
	} else if err != nil {
		return nil, err
	}
	p, known, err := s.whom(ctx, tx, in)
	if err != nil {
		return nil, err
	}
	consultation := plan.start
	if consultation.IsZero() {
		consultation = now
	}
	violations = append(violations, patient.Check(p, now, consultation, in.EmailConfirmed)...)
	if err = fault.Invalid(violations...); err != nil {
		return nil, err
	}
	if known {
		err = patient.UpdateContact(ctx, tx, now, p)
	} else {
		err = patient.Insert(ctx, tx, now, p)
	}
	if db.IsUnique(err, "patient_department_id_ipp_key") {
		return nil, fault.Invalid(fault.Violation{
			Field: "patient.ipp", Code: "ipp_taken", Message: "Cet IPP est déjà celui d’un autre patient du service. Cherchez-le par son IPP.",
		})
	}
	if err != nil {
		return nil, err
	}
	return &Facts{
		ID: newID(), Department: d, Patient: p, Status: Planned, Modality: plan.modality, TelephoneReason: plan.telephoneReason,
		Practitioner: Practitioner{ID: practitioner.ID, Title: practitioner.Title, FamilyName: practitioner.FamilyName, GivenName: practitioner.GivenName},
		Tool:         plan.tool, ToolReason: plan.toolReason, PlannedStart: plan.start, PlannedEnd: plan.end, CreatedAt: now, Version: 1,
	}, nil
}

var unknownPractitioner = fault.Violation{
	Field: "practitionerId", Code: "practitioner_unknown", Message: "Choisissez un praticien du service.",
}

// whom returns the patient that is meant: a known one with the newly typed contact, or a new one.
func (s *Service) whom(ctx context.Context, tx db.Tx, in ScheduleInput) (p patient.Patient, known bool, err error) {
	typed := in.Patient.Normalise()
	typed.DepartmentID = in.DepartmentID
	if typed.ID == "" {
		typed.ID = newID()
		return typed, false, nil
	}
	if p, err = patient.Load(ctx, tx, in.DepartmentID, typed.ID); err != nil {
		return p, false, err
	}
	p.Email, p.Mobile = or(typed.Email, p.Email), or(typed.Mobile, p.Mobile)
	if in.Patient.Language != "" {
		p.Language = typed.Language
	}
	if in.Patient.Protection != "" {
		p.Protection, p.Representative = typed.Protection, typed.Representative
	}
	return p, true, nil
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
