package encounter

import (
	"context"
	"fmt"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/fault"
)

// FinishInput ends a consultation that was held.
type FinishInput struct {
	// OccurredAt is the real end, zero for now.
	OccurredAt time.Time
	// Incidents is empty when there was none; the record must say either.
	Incidents []Incident
}

// Finish ends the consultation and stamps its real end. Finishing twice is finishing once.
func (s *Service) Finish(ctx context.Context, caller auth.Caller, id string, in FinishInput) (*Facts, error) {
	return s.Command(ctx, caller, auth.EncounterHold, id, "encounter.finish",
		func(ctx context.Context, tx db.Tx, f *Facts) error {
			if f.Status == Finished {
				return nil
			}
			if !f.Status.MayBecome(Finished) {
				return notNow("not_started", "La consultation n’a pas commencé : démarrez-la, ou annulez-la avec un motif.")
			}
			at, err := s.occurred(in.OccurredAt)
			if err != nil {
				return err
			}
			if at.Before(f.StartedAt) {
				return fault.Invalid(fault.Violation{Field: "occurredAt", Code: "ends_before_start", Message: "La fin précède le début."})
			}
			if err = checkIncidents(in.Incidents); err != nil {
				return err
			}
			f.Status, f.FinishedAt = Finished, at
			if err = updateStatus(ctx, tx, f, s.Now()); err != nil {
				return err
			}
			return s.Record(ctx, tx, f, caller.Actor(), "finished", at, finishedData{Incidents: in.Incidents})
		})
}

func checkIncidents(incidents []Incident) error {
	var violations []fault.Violation
	for i, incident := range incidents {
		field := fmt.Sprintf("incidents[%d]", i)
		if _, known := IncidentKinds[incident.Kind]; !known {
			violations = append(violations, fault.Violation{Field: field + ".kind", Code: "incident_unknown", Message: "Choisissez un incident de la liste."})
		}
		if _, known := IncidentConsequences[incident.Consequence]; !known {
			violations = append(violations, fault.Violation{
				Field: field + ".consequence", Code: "consequence_unknown", Message: "Indiquez la conséquence de l’incident.",
			})
		}
		if len([]rune(incident.Text)) > 1000 {
			violations = append(violations, fault.Violation{Field: field + ".text", Code: "too_long", Message: "1 000 caractères au plus."})
		}
	}
	if len(incidents) > 20 {
		violations = append(violations, fault.Violation{Field: "incidents", Code: "too_many", Message: "20 incidents au plus."})
	}
	return fault.Invalid(violations...)
}
