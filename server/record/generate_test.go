package record_test

import (
	"time"

	"pgregory.net/rapid"

	"teleconsult/server/consent"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/patient"
	"teleconsult/server/record"
)

// Secrets and addresses that must never come into a note, nor the code of the act, which comes after it. Each has
// a character that typed never draws.
const (
	secretURL      = "https://us02web.zoom.us/j/81234567890?pwd=geheim"
	secretPasscode = "99_33_11"
	secretEmail    = "zoe.durand@exemple.fr"
	secretMobile   = "+33612345678"
	codedAs        = "T_C_G"
)

var (
	paris    = mustZone("Europe/Paris")
	reunion  = mustZone("Indian/Reunion")
	statuses = []encounter.Status{encounter.Planned, encounter.Arrived, encounter.InProgress, encounter.Finished, encounter.Cancelled}
	tools    = []string{"ortif", "zoom", "teams", "jitsi", "other"}
	people   = []string{"Dr Claire Martin", "Mme Anne Petit"}
	versions = []string{"", "3f2a9c0d11e2aa3f2a9c0d11e2aa3f2a9c0d11e2aa3f2a9c0d11e2aa3f2a9c0d"}
)

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

// facts draws everything that can be recorded about an encounter, in every combination that the rules allow
// and some that they do not.
func facts(t *rapid.T) *encounter.Facts {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 525600).Draw(t, "start")) * time.Minute)
	f := &encounter.Facts{
		ID: "e", Status: rapid.SampledFrom(statuses).Draw(t, "status"), Modality: encounter.Video, Version: 1,
		Department: department.Department{
			Name: "Dermatologie", Hospital: "Hôpital Exemple", Zone: rapid.SampledFrom([]*time.Location{paris, reunion, nil}).Draw(t, "zone"),
			Tools: []string{"ortif", "zoom", "teams"}, SecureTools: []string{"ortif"}, BirthDateAsked: rapid.Bool().Draw(t, "asked"),
		},
		Patient: somebody(t), Practitioner: encounter.Practitioner{
			Title: "Dr", GivenName: "Claire", FamilyName: "Martin", RPPS: rapid.SampledFrom([]string{"", "10000023084"}).Draw(t, "rpps"),
		},
		Tool: rapid.SampledFrom(tools).Draw(t, "tool"), PlannedStart: start, PlannedEnd: start.Add(20 * time.Minute),
		Link: &encounter.Link{Tool: "zoom", URL: secretURL, Passcode: secretPasscode, HostAccount: secretEmail},
	}
	if f.Tool != "ortif" {
		f.ToolReason = typed(t, "tool reason")
	}
	if rapid.Bool().Draw(t, "telephone") {
		f.Modality, f.Tool, f.ToolReason = encounter.Telephone, "telephone", ""
		f.TelephoneReason = rapid.SampledFrom([]string{"covid", "age-70", "ald", "no-terminal", "technical-fallback", "other"}).Draw(t, "criterion")
	}
	course(t, f)
	answers(t, f)
	after(t, f)
	return f
}

func somebody(t *rapid.T) patient.Patient {
	p := patient.Patient{
		FamilyName: "Durand-Le Goff", GivenName: "Zoé", BirthDate: time.Date(1950, 2, 3, 0, 0, 0, 0, time.UTC),
		IPP: rapid.SampledFrom([]string{"", "8012345678"}).Draw(t, "ipp"), Email: secretEmail, Mobile: secretMobile, Protection: patient.Unprotected,
	}
	if rapid.Bool().Draw(t, "represented") {
		p.Protection = rapid.SampledFrom([]patient.Protection{patient.Minor, patient.ProtectedAdult}).Draw(t, "protection")
		p.Representative = &patient.Representative{
			Name:         "Paule Durand",
			Relationship: rapid.SampledFrom([]string{"parent", "guardian", "curator", "other"}).Draw(t, "relationship"),
			Email:        secretEmail, Mobile: secretMobile,
		}
	}
	return p
}

// course is what took place.
func course(t *rapid.T, f *encounter.Facts) {
	began := f.PlannedStart.Add(time.Duration(rapid.IntRange(-5, 90).Draw(t, "began")) * time.Minute)
	ended := began.Add(time.Duration(rapid.IntRange(0, 120).Draw(t, "lasted")) * time.Minute)
	switch f.Status {
	case encounter.InProgress:
		f.StartedAt = began
	case encounter.Finished:
		f.StartedAt, f.FinishedAt = began, ended
	case encounter.Cancelled:
		f.CancelledAt = ended
		f.CancelReason = rapid.SampledFrom([]string{"patient", "practitioner", "no-show", "technical", "consent-refused", "other"}).Draw(t, "cancelled")
		if rapid.Bool().Draw(t, "had begun") {
			f.StartedAt = began
		}
	case encounter.Planned, encounter.Arrived:
	}
	if !f.Status.Ended() {
		return
	}
	for range rapid.IntRange(0, 3).Draw(t, "incidents") {
		f.Incidents = append(f.Incidents, encounter.Incident{
			Kind:        rapid.SampledFrom([]string{"no-connection", "sound", "image", "cut", "tool-outage", "wrong-person", "delay", "other"}).Draw(t, "kind"),
			Consequence: rapid.SampledFrom([]string{"none", "continued-by-telephone", "rescheduled", "stopped"}).Draw(t, "consequence"),
			Text:        typed(t, "incident"),
		})
	}
}

// answers are the information, the decisions and the portal.
func answers(t *rapid.T, f *encounter.Facts) {
	at := f.PlannedStart.Add(-72 * time.Hour)
	if rapid.Bool().Draw(t, "appointment") {
		f.Appointment = &encounter.Tick{At: at, By: "Mme Anne Petit"}
	}
	if rapid.Bool().Draw(t, "informed") {
		f.Information = &encounter.Information{At: at.Add(time.Hour), Mode: consent.Web, Tool: f.Tool, NoticeVersion: versions[1]}
		if rapid.Bool().Draw(t, "orally") {
			f.Information.Mode, f.Information.By = consent.Oral, rapid.SampledFrom(people).Draw(t, "by")
			f.Information.NoticeVersion = rapid.SampledFrom(versions).Draw(t, "notice")
		}
		if rapid.IntRange(0, 4).Draw(t, "other tool") == 0 {
			f.Information.Tool = "webex"
		}
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "decisions") {
		d := consent.Decision{
			Verdict: rapid.SampledFrom([]consent.Verdict{consent.Agreed, consent.Refused, consent.Withdrawn}).Draw(t, "verdict"),
			Tool:    rapid.SampledFrom([]string{f.Tool, "webex"}).Draw(t, "decided tool"), Giver: consent.ByPatient,
			Mode:      rapid.SampledFrom([]consent.Mode{consent.Web, consent.Oral, consent.Paper}).Draw(t, "mode"),
			DecidedAt: at.Add(time.Duration(i+2) * time.Hour), NoticeVersion: rapid.SampledFrom(versions).Draw(t, "decision notice"),
		}
		if d.Mode != consent.Web {
			d.RecordedBy, d.RecorderName = "s", rapid.SampledFrom(people).Draw(t, "recorder")
		}
		if f.Patient.Representative != nil {
			d.Giver, d.GiverName = consent.ByRepresentative, "Paule Durand"
		}
		if d.Verdict != consent.Agreed {
			d.Explanation = typed(t, "explanation")
		}
		f.Decisions = append(f.Decisions, d)
	}
	if rapid.Bool().Draw(t, "on site") {
		f.OnSiteOffered = &encounter.Tick{At: at.Add(30 * time.Hour), By: rapid.SampledFrom(people).Draw(t, "offered by")}
	}
	if rapid.Bool().Draw(t, "portal") {
		f.Portal = &encounter.PortalAnswer{
			At: at.Add(20 * time.Hour), Answer: rapid.SampledFrom([]string{"open", "declined", "impossible"}).Draw(t, "answer"),
			By: rapid.SampledFrom([]string{"", "Mme Anne Petit"}).Draw(t, "answered by"),
		}
	}
}

// after is the prescription, and what follows the note and must not come into it.
func after(t *rapid.T, f *encounter.Facts) {
	if f.Status != encounter.Finished {
		return
	}
	if rapid.Bool().Draw(t, "prescribed") {
		p := &encounter.Prescription{
			Channel: rapid.SampledFrom([]string{"none", "portal", "mssante", "dispose", "drop", "email", "on-site"}).Draw(t, "channel"),
			State:   rapid.SampledFrom([]string{"announced", "sent", "delivered", "failed"}).Draw(t, "state"), At: f.FinishedAt.Add(time.Hour),
			By: "Dr Claire Martin", DecidedAt: f.FinishedAt.Add(time.Hour), DecidedBy: "Dr Claire Martin",
			WantedToday: rapid.Bool().Draw(t, "today"),
		}
		if rapid.Bool().Draw(t, "followed") {
			p.DeliveryID, p.At, p.By = "d", p.At.Add(30*time.Minute), ""
		}
		if p.State == "delivered" || p.State == "failed" {
			p.Proof = typed(t, "proof")
		}
		if p.Channel == "email" {
			p.RiskAcceptedBy = "la patiente elle-même"
		}
		f.Prescription = p
	}
	if rapid.Bool().Draw(t, "transferred") {
		f.Transfer = &encounter.Transfer{NoteVersion: "v", At: f.FinishedAt.Add(2 * time.Hour), By: "Dr Claire Martin"}
		f.Coding = &encounter.Coding{State: "coded", Code: codedAs, Label: "Téléconsultation de médecine générale", At: f.FinishedAt}
	}
}

// typed is a text as people type it: accents, spaces of all kinds, line ends, several sentences.
func typed(t *rapid.T, label string) string {
	return rapid.StringMatching(`[A-Za-zéèçœÉ']{1,20}([ \n\t\x{00a0}\x{202f}]{1,3}[A-Za-zéèçœ0-9,.%"()/-]{1,30}){0,12}`).Draw(t, label)
}

// report is what a practitioner adds.
func report(t *rapid.T) record.Report {
	maybe := func(label string) string {
		if rapid.Bool().Draw(t, "with "+label) {
			return typed(t, label)
		}
		return ""
	}
	return record.Report{
		Findings: maybe("findings"), Conclusion: maybe("conclusion"), FollowUp: maybe("follow-up"), Participants: maybe("participants"),
		Follows:  rapid.Bool().Draw(t, "report follows"),
		Identity: rapid.SampledFrom([]record.IdentityCheck{"", "stated", "document", "known", "qualified"}).Draw(t, "identity"),
	}
}
