package personalpage

import (
	"strings"
	"time"

	"teleconsult/server/consent"
	"teleconsult/server/encounter"
	"teleconsult/templates/pages"
)

const (
	// stateSeconds is how often the waiting room looks again; see encounter.PresenceFor.
	stateSeconds = 20
	// lateAfter is how long after the planned start the waiting room says that the practitioner is late.
	lateAfter = 5 * time.Minute
)

// encounterPage is the personal page as the facts have it; problem and typed are what the page says about
// a form that could not be taken.
func encounterPage(frame pages.Frame, f *encounter.Facts, now time.Time, problem, typed string) (pages.EncounterPage, error) {
	notice, err := noticeFor(f, frame.Language)
	if err != nil {
		return pages.EncounterPage{}, err
	}
	p := pages.EncounterPage{
		Frame: frame, Appointment: f.AppointmentWords(), Patient: patientName(f), Practitioner: practitionerName(f),
		Representative: f.Patient.Representative != nil, Tool: f.Tool, State: "going-on", MayAnswer: mayAnswer(f),
		Notice: pages.NoticeSections(notice.Body), NoticeVersion: notice.Version, Explanation: typed, Problem: problem,
		PortalURL: f.Department.PortalURL, RoomOpens: roomOpens(f), RoomOpen: roomOpen(f, now), NumberEnd: numberEnd(f),
		MayTest: mayTest(f), LateMinutes: lateMinutes(f, now),
	}
	if f.Status.Ended() {
		p.State = string(f.Status)
	}
	switch f.Consent().Verdict {
	case consent.Agreed:
		p.Answer = "agreed"
	case consent.Refused, consent.Withdrawn:
		p.Answer = "refused"
	case consent.Unknown:
		p.OtherTool = len(f.Decisions) > 0
	}
	if f.DeviceTest != nil {
		p.Device = f.DeviceTest.Outcome
	}
	if f.Portal != nil {
		p.Portal = f.Portal.Answer
	}
	return p, nil
}

func waitingRoomPage(frame pages.Frame, f *encounter.Facts) pages.WaitingRoomPage {
	return pages.WaitingRoomPage{
		Frame: frame, Appointment: f.AppointmentWords(), Patient: patientName(f), Practitioner: practitionerName(f),
		Tool: f.Tool, HasLink: hasMeeting(f), InMeeting: isInMeeting(f), Shows: roomShows(f),
	}
}

// waitingStatePage is what moves in the waiting room. shown is what the page around it shows (see roomShows);
// closed tells that nobody can wait there any more.
func waitingStatePage(frame pages.Frame, f *encounter.Facts, now time.Time, shown string, closed bool) pages.WaitingStatePage {
	return pages.WaitingStatePage{
		Frame: frame, Start: f.PlannedStart, Zone: f.AppointmentWords().Zone, Seconds: stateSeconds, Checked: now,
		Started: f.Status == encounter.InProgress, Late: now.After(f.PlannedStart.Add(lateAfter)), Over: closed, Reload: shown != roomShows(f),
		LateMinutes: lateMinutes(f, now),
	}
}

// lateMinutes is by how much the practitioner said to be late, 0 when nothing was said or that time is over, too.
func lateMinutes(f *encounter.Facts, now time.Time) int {
	if f.Delay == nil || !mayAnswer(f) || now.After(f.PlannedStart.Add(time.Duration(f.Delay.Minutes)*time.Minute+lateAfter)) {
		return 0
	}
	return f.Delay.Minutes
}

// roomShows names what the still part of the waiting room depends on.
func roomShows(f *encounter.Facts) string {
	switch {
	case isInMeeting(f):
		return encounter.InMeeting
	case hasMeeting(f):
		return "link"
	}
	return encounter.Present
}

func isInMeeting(f *encounter.Facts) bool {
	return f.Presence != nil && f.Presence.State == encounter.InMeeting
}

func patientName(f *encounter.Facts) string { return f.Patient.GivenName + " " + f.Patient.FamilyName }

func practitionerName(f *encounter.Facts) string {
	return strings.TrimSpace(f.Practitioner.Title + " " + f.Practitioner.GivenName + " " + f.Practitioner.FamilyName)
}

// numberEnd is the end of the mobile that is called, enough to recognise it: "56 78".
func numberEnd(f *encounter.Facts) string {
	_, mobile := f.Patient.Contact()
	if len(mobile) < 8 {
		return ""
	}
	return mobile[len(mobile)-4:len(mobile)-2] + "\u00a0" + mobile[len(mobile)-2:]
}
