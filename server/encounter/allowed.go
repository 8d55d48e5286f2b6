package encounter

import (
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/consent"
)

// Allowed lists the actions that the caller's role and the facts allow now, so that a screen offers nothing
// that would be refused. The use cases check again.
func (f *Facts) Allowed(caller auth.Caller, now time.Time) []string {
	verdict := f.Consent().Verdict
	refused := verdict == consent.Refused || verdict == consent.Withdrawn
	before := f.Status == Planned || f.Status == Arrived
	video := f.Modality == Video
	actions := []struct {
		name       string
		permission auth.Permission
		now        bool
	}{
		{"edit", auth.EncounterSchedule, before},
		{"appointment", auth.EncounterSchedule, f.Appointment == nil && f.Status != Cancelled},
		{"information", auth.InformationRecord, before && !f.Informed()},
		{"consent", auth.ConsentRecord, !f.Status.Ended()},
		{"portal", auth.InformationRecord, f.Status != Cancelled},
		{"link", auth.LinkAttach, video && !f.Status.Ended() && !f.declined()},
		{"invitation", auth.MessageSend, before && !refused},
		{"contact", auth.EncounterSchedule, before && !refused},
		{"called", auth.MessageSend, f.Status != Finished},
		{"delay", auth.MessageSend, before && !refused && !now.Before(f.PlannedStart.Add(-maxDelay*time.Minute))},
		{"start", auth.EncounterHold, before},
		{"finish", auth.EncounterHold, f.Status == InProgress},
		{"cancel", auth.EncounterCancel, !f.Status.Ended()},
		{"on-site", auth.ConsentRecord, refused && f.OnSiteOffered == nil},
		{"prescription", auth.PrescriptionRecord, f.Status == Finished},
		{"record", auth.NoteWrite, f.Status == InProgress || f.record().State == Todo || f.Transfer != nil},
		{"coding", auth.ActCode, f.Status == Finished},
	}
	names := []string{}
	for _, a := range actions {
		if a.now && caller.Can(f.Department.ID, a.permission) {
			names = append(names, a.name)
		}
	}
	return names
}
