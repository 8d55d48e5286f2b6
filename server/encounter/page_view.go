package encounter

import (
	"strings"
	"time"

	"teleconsult/server/consent"
	"teleconsult/templates"
)

const (
	// stateSeconds is how often the waiting room looks again; see presenceFor.
	stateSeconds = 20
	// lateAfter is how long after the planned start the waiting room says that the practitioner is late.
	lateAfter = 5 * time.Minute
)

// encounterPage is the personal page as the facts have it; problem and typed are what the page says about
// a form that could not be taken.
func encounterPage(frame templates.PageFrame, f *Facts, now time.Time, problem, typed string) (templates.EncounterPage, error) {
	notice, err := f.notice(frame.Language)
	if err != nil {
		return templates.EncounterPage{}, err
	}
	p := templates.EncounterPage{
		PageFrame: frame, Appointment: f.appointmentWords(), Patient: f.patientName(), Practitioner: f.practitionerName(),
		Representative: f.Patient.Representative != nil, Tool: f.Tool, State: "going-on", MayAnswer: f.mayAnswer(),
		Notice: templates.NoticeSections(notice.Body), NoticeVersion: notice.Version, Explanation: typed, Problem: problem,
		PortalURL: f.Department.PortalURL, RoomOpens: f.roomOpens(), RoomOpen: f.roomOpen(now), NumberEnd: f.numberEnd(),
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
	if f.Portal != nil {
		p.Portal = f.Portal.Answer
	}
	return p, nil
}

func waitingRoomPage(frame templates.PageFrame, f *Facts) templates.WaitingRoomPage {
	return templates.WaitingRoomPage{
		PageFrame: frame, Appointment: f.appointmentWords(), Patient: f.patientName(), Practitioner: f.practitionerName(),
		Tool: f.Tool, HasLink: f.hasMeeting(), InMeeting: f.isInMeeting(), Shows: f.roomShows(),
	}
}

// waitingStatePage is what moves in the waiting room. shown is what the page around it shows (see roomShows);
// closed tells that nobody can wait there any more.
func waitingStatePage(frame templates.PageFrame, f *Facts, now time.Time, shown string, closed bool) templates.WaitingStatePage {
	return templates.WaitingStatePage{
		PageFrame: frame, Start: f.PlannedStart, Zone: f.zone().String(), Seconds: stateSeconds, Checked: now,
		Started: f.Status == InProgress, Late: now.After(f.PlannedStart.Add(lateAfter)), Over: closed, Reload: shown != f.roomShows(),
	}
}

// roomShows names what the still part of the waiting room depends on.
func (f *Facts) roomShows() string {
	switch {
	case f.isInMeeting():
		return inMeeting
	case f.hasMeeting():
		return "link"
	}
	return present
}

func (f *Facts) isInMeeting() bool { return f.Presence != nil && f.Presence.State == inMeeting }

func (f *Facts) patientName() string { return f.Patient.GivenName + " " + f.Patient.FamilyName }

func (f *Facts) practitionerName() string {
	return strings.TrimSpace(f.Practitioner.Title + " " + f.Practitioner.GivenName + " " + f.Practitioner.FamilyName)
}

// numberEnd is the end of the mobile that is called, enough to recognise it: "56 78".
func (f *Facts) numberEnd() string {
	_, mobile := f.Patient.Contact()
	if len(mobile) < 8 {
		return ""
	}
	return mobile[len(mobile)-4:len(mobile)-2] + "\u00a0" + mobile[len(mobile)-2:]
}
