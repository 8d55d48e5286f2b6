package encounter

import (
	"context"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/staff"
)

// Reschedule changes planned fields: time, practitioner, modality, tool. seenVersion is the version the
// caller looked at; when somebody changed the plan since, nothing is written and the fault (KindStale) says
// what is different from what the caller wants.
//
// Another tool revokes the link and asks for the agreement again (see Chain); another time tells the patient.
func (s *Service) Reschedule(ctx context.Context, caller auth.Caller, id string, seenVersion int64, plan Plan) (*Facts, error) {
	return s.Command(ctx, caller, auth.EncounterSchedule, id, "encounter.reschedule",
		func(ctx context.Context, tx db.Tx, f *Facts) error {
			if f.Status != Planned && f.Status != Arrived {
				return notNow("already_started", "La consultation a commencé ou est terminée : elle ne peut plus être déplacée.")
			}
			now := s.Now()
			next, violations := plan.settle(f.Department, now)
			if f.Version != seenVersion {
				return stale(f, next, plan)
			}
			who, err := staff.PractitionerOf(ctx, tx, f.Department.ID, plan.PractitionerID)
			if fault.KindOf(err) == fault.KindNotFound || fault.KindOf(err) == fault.KindInvalid {
				violations = append(violations, unknownPractitioner)
			} else if err != nil {
				return err
			}
			if err := fault.Invalid(violations...); err != nil {
				return err
			}
			return s.replan(ctx, tx, caller, f, next, who, now)
		})
}

func (s *Service) replan(
	ctx context.Context, tx db.Tx, caller auth.Caller, f *Facts, next planned, who staff.Member, now time.Time,
) error {
	moved := !f.PlannedStart.Equal(next.start) || !f.PlannedEnd.Equal(next.end) || f.Modality != next.modality
	otherTool := f.Tool != next.tool
	f.PlannedStart, f.PlannedEnd, f.Modality = next.start, next.end, next.modality
	f.TelephoneReason, f.Tool, f.ToolReason = next.telephoneReason, next.tool, next.toolReason
	f.Practitioner = Practitioner{ID: who.ID, Title: who.Title, FamilyName: who.FamilyName, GivenName: who.GivenName}
	if err := updatePlan(ctx, tx, f, now); err != nil {
		return err
	}
	if err := s.extendAccess(ctx, tx, f); err != nil {
		return err
	}
	if otherTool {
		if err := revokeLink(ctx, tx, f, now); err != nil {
			return err
		}
	}
	if !moved && !otherTool {
		return nil
	}
	if err := s.Record(ctx, tx, f, caller.Actor(), "rescheduled", now, nil); err != nil {
		return err
	}
	f.MovedAt = now
	if err := s.callBack(ctx, tx, f, now); err != nil {
		return err
	}
	if f.readyToInvite() && !f.InvitesItself() {
		return nil // the new invitation, which Settle sends, tells the new time; one message is enough
	}
	return s.sendNotice(ctx, tx, f, now)
}

// stale says which planned fields are not as the caller wants them, so that both changes can be compared.
func stale(f *Facts, wanted planned, plan Plan) error {
	var differences []fault.Violation
	add := func(field string, differs bool, now string) {
		if differs {
			differences = append(differences, fault.Violation{Field: field, Code: "changed_meanwhile", Message: "Valeur actuelle : " + now})
		}
	}
	add("time", !f.PlannedStart.Equal(wanted.start), f.dayAndClock(f.PlannedStart))
	add("durationMinutes", f.PlannedEnd.Sub(f.PlannedStart) != wanted.end.Sub(wanted.start), f.PlannedEnd.Sub(f.PlannedStart).String())
	add("tool", f.Tool != wanted.tool, ToolNames[f.Tool])
	add("practitionerId", f.Practitioner.ID != plan.PractitionerID, f.Practitioner.GivenName+" "+f.Practitioner.FamilyName)
	stale := fault.New(fault.KindStale, "changed_meanwhile", "Une autre personne a modifié cette consultation entre-temps. Relisez avant de modifier.")
	stale.Violations = differences
	return stale
}
