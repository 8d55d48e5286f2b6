package encounter_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"teleconsult/server/consent"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
)

// someFacts are of a consultation by Zoom on Tuesday 12 May 2026 from 14:30 to 14:50 in Paris, just planned.
func someFacts(t testing.TB, changes ...func(*encounter.Facts)) *encounter.Facts {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	f := &encounter.Facts{
		ID: "e", Status: encounter.Planned, Modality: encounter.Video, Tool: "zoom", ToolReason: "panne d'ORTIF",
		Department:   department.Department{ID: "d", Zone: zone, Tools: []string{"ortif", "zoom"}, CodingTarget: "Gilda"},
		PlannedStart: time.Date(2026, 5, 12, 12, 30, 0, 0, time.UTC), PlannedEnd: time.Date(2026, 5, 12, 12, 50, 0, 0, time.UTC),
		CreatedAt: monday, Messages: []encounter.MessageFact{message("notice", "accepted")},
	}
	for _, change := range changes {
		change(f)
	}
	return f
}

func message(purpose, status string) encounter.MessageFact {
	return encounter.MessageFact{Purpose: purpose, Channel: "email", Status: status, CreatedAt: monday, At: monday}
}

func with(verdict consent.Verdict) func(*encounter.Facts) {
	return func(f *encounter.Facts) {
		f.Decisions = append(f.Decisions, consent.Decision{
			Verdict: verdict, Tool: f.Tool, Mode: consent.Web, Giver: consent.ByPatient, DecidedAt: monday, RecordedAt: monday,
		})
	}
}

func withLink(f *encounter.Facts) {
	f.Link = &encounter.Link{Tool: f.Tool, URL: "https://zoom.us/j/81234567890", AttachedAt: monday, AttachedBy: "Odile"}
}

func withMessage(purpose, status string) func(*encounter.Facts) {
	return func(f *encounter.Facts) { f.Messages = append(f.Messages, message(purpose, status)) }
}

func finished(f *encounter.Facts) {
	f.Status, f.StartedAt, f.FinishedAt = encounter.Finished, f.PlannedStart, f.PlannedEnd
}

func cancelledFor(reason string) func(*encounter.Facts) {
	return func(f *encounter.Facts) {
		f.Status, f.CancelledAt, f.CancelReason = encounter.Cancelled, f.PlannedEnd, reason
	}
}

func TestStepStates(t *testing.T) {
	read := monday.Add(time.Hour)
	for _, c := range []struct {
		name    string
		changes []func(*encounter.Facts)
		step    encounter.StepCode
		state   encounter.StepState
		acts    encounter.Acts
	}{
		{"appointment to plan", nil, encounter.StepAppointment, encounter.Todo, encounter.SecretaryActs},
		{
			"appointment planned",
			[]func(*encounter.Facts){func(f *encounter.Facts) { f.Appointment = &encounter.Tick{At: monday, By: "Odile"} }},
			encounter.StepAppointment, encounter.Done, encounter.NobodyActs,
		},
		{"notice accepted is not read", nil, encounter.StepInformation, encounter.Waiting, encounter.PatientActs},
		{
			"notice undelivered",
			[]func(*encounter.Facts){func(f *encounter.Facts) { f.Messages[0].Status = "undelivered" }},
			encounter.StepInformation, encounter.Todo, encounter.SecretaryActs,
		},
		{
			"notice queued",
			[]func(*encounter.Facts){func(f *encounter.Facts) { f.Messages[0].Status = "queued" }},
			encounter.StepInformation, encounter.Waiting, encounter.SystemActs,
		},
		{"notice shown", []func(*encounter.Facts){func(f *encounter.Facts) {
			f.Information = &encounter.Information{At: read, Mode: consent.Web, Tool: "zoom"}
		}}, encounter.StepInformation, encounter.Done, encounter.NobodyActs},
		{"notice of another tool", []func(*encounter.Facts){func(f *encounter.Facts) {
			f.Information = &encounter.Information{At: read, Mode: consent.Web, Tool: "ortif"}
		}}, encounter.StepInformation, encounter.Waiting, encounter.PatientActs},
		{"no answer yet", nil, encounter.StepConsent, encounter.Waiting, encounter.PatientActs},
		{"agreed", []func(*encounter.Facts){with(consent.Agreed)}, encounter.StepConsent, encounter.Done, encounter.NobodyActs},
		{
			"agreed for another tool",
			[]func(*encounter.Facts){with(consent.Agreed), func(f *encounter.Facts) { f.Tool = "ortif" }},
			encounter.StepConsent, encounter.Waiting, encounter.PatientActs,
		},
		{"refused, no visit offered", []func(*encounter.Facts){with(consent.Refused)}, encounter.StepConsent, encounter.Blocked, encounter.SecretaryActs},
		{
			"refused, visit offered",
			[]func(*encounter.Facts){with(consent.Refused), func(f *encounter.Facts) { f.OnSiteOffered = &encounter.Tick{At: monday} }},
			encounter.StepConsent, encounter.Blocked, encounter.NobodyActs,
		},
		{
			"withdrawn after agreement",
			[]func(*encounter.Facts){with(consent.Agreed), with(consent.Withdrawn)},
			encounter.StepConsent, encounter.Blocked, encounter.SecretaryActs,
		},
		{
			"agreed after refusal",
			[]func(*encounter.Facts){with(consent.Refused), with(consent.Agreed)},
			encounter.StepConsent, encounter.Done, encounter.NobodyActs,
		},
		{
			"portal open",
			[]func(*encounter.Facts){func(f *encounter.Facts) { f.Portal = &encounter.PortalAnswer{At: monday, Answer: "open"} }},
			encounter.StepPortal, encounter.Done, encounter.NobodyActs,
		},
		{"link missing", nil, encounter.StepLink, encounter.Todo, encounter.SecretaryActs},
		{"link attached", []func(*encounter.Facts){withLink}, encounter.StepLink, encounter.Done, encounter.NobodyActs},
		{
			"link of another tool",
			[]func(*encounter.Facts){withLink, func(f *encounter.Facts) { f.Tool = "ortif" }},
			encounter.StepLink, encounter.Todo, encounter.SecretaryActs,
		},
		{"telephone has no link", []func(*encounter.Facts){func(f *encounter.Facts) {
			f.Modality, f.Tool, f.TelephoneReason = encounter.Telephone, encounter.ToolTelephone, "covid"
		}}, encounter.StepLink, encounter.NotApplicable, encounter.NobodyActs},
		{"invitation before consent", []func(*encounter.Facts){withLink}, encounter.StepInvitation, encounter.Blocked, encounter.NobodyActs},
		{
			"invitation accepted is only sent",
			[]func(*encounter.Facts){withLink, with(consent.Agreed), withMessage("invitation", "accepted")},
			encounter.StepInvitation, encounter.Waiting, encounter.PatientActs,
		},
		{
			"invitation delivered",
			[]func(*encounter.Facts){withLink, with(consent.Agreed), withMessage("invitation", "delivered")},
			encounter.StepInvitation, encounter.Done, encounter.NobodyActs,
		},
		{"invitation read", []func(*encounter.Facts){withLink, with(consent.Agreed), func(f *encounter.Facts) {
			m := message("invitation", "accepted")
			m.ReadAt = &read
			f.Messages = append(f.Messages, m)
		}}, encounter.StepInvitation, encounter.Done, encounter.NobodyActs},
		{
			"invitation undelivered",
			[]func(*encounter.Facts){withLink, with(consent.Agreed), withMessage("invitation", "undelivered")},
			encounter.StepInvitation, encounter.Todo, encounter.SecretaryActs,
		},
		{
			"ortif not asked to invite",
			[]func(*encounter.Facts){func(f *encounter.Facts) { f.Tool = "ortif" }},
			encounter.StepInvitation, encounter.Todo, encounter.SecretaryActs,
		},
		{"ortif invited", []func(*encounter.Facts){func(f *encounter.Facts) {
			f.Tool, f.OrtifInvited = "ortif", &encounter.Tick{At: monday}
		}}, encounter.StepInvitation, encounter.Done, encounter.NobodyActs},
		{"held: planned", nil, encounter.StepHeld, encounter.Waiting, encounter.PractitionerActs},
		{"held: finished", []func(*encounter.Facts){finished}, encounter.StepHeld, encounter.Done, encounter.NobodyActs},
		{"held: no-show", []func(*encounter.Facts){cancelledFor("no-show")}, encounter.StepHeld, encounter.Done, encounter.NobodyActs},
		{"prescription before", nil, encounter.StepPrescription, encounter.Blocked, encounter.NobodyActs},
		{"prescription after", []func(*encounter.Facts){finished}, encounter.StepPrescription, encounter.Todo, encounter.PractitionerActs},
		{"prescription announced on the portal", []func(*encounter.Facts){finished, func(f *encounter.Facts) {
			f.Prescription = &encounter.Prescription{Channel: "portal", State: "announced", At: f.FinishedAt}
			f.Messages = append(f.Messages, encounter.MessageFact{Purpose: "prescription-notice", Status: "queued"})
		}}, encounter.StepPrescription, encounter.Waiting, encounter.SecretaryActs},
		{"prescription announced to nobody", []func(*encounter.Facts){finished, func(f *encounter.Facts) {
			f.Prescription = &encounter.Prescription{Channel: "portal", State: "announced", At: f.FinishedAt}
		}}, encounter.StepPrescription, encounter.Todo, encounter.SecretaryActs},
		{"prescription seen on the portal", []func(*encounter.Facts){finished, func(f *encounter.Facts) {
			f.Prescription = &encounter.Prescription{Channel: "portal", State: "delivered", At: f.FinishedAt}
		}}, encounter.StepPrescription, encounter.Done, encounter.NobodyActs},
		{"prescription on its way to the pharmacist", []func(*encounter.Facts){finished, func(f *encounter.Facts) {
			f.Prescription = &encounter.Prescription{Channel: "mssante", State: "sent", At: f.FinishedAt}
		}}, encounter.StepPrescription, encounter.Waiting, encounter.SystemActs},
		{"prescription that the patient has to fetch", []func(*encounter.Facts){finished, func(f *encounter.Facts) {
			f.Prescription = &encounter.Prescription{Channel: "drop", State: "sent", At: f.FinishedAt}
		}}, encounter.StepPrescription, encounter.Waiting, encounter.PatientActs},
		{"prescription that came back", []func(*encounter.Facts){finished, func(f *encounter.Facts) {
			f.Prescription = &encounter.Prescription{Channel: "mssante", State: "failed", Proof: "adresse inconnue", At: f.FinishedAt}
		}}, encounter.StepPrescription, encounter.Todo, encounter.PractitionerActs},
		{"prescription by secure mail without proof", []func(*encounter.Facts){finished, func(f *encounter.Facts) {
			f.Prescription = &encounter.Prescription{Channel: "mssante", State: "announced", At: f.FinishedAt}
		}}, encounter.StepPrescription, encounter.Todo, encounter.PractitionerActs},
		{"record of a refusal", []func(*encounter.Facts){with(consent.Refused)}, encounter.StepRecord, encounter.Todo, encounter.PractitionerActs},
		{"record of a no-show", []func(*encounter.Facts){cancelledFor("no-show")}, encounter.StepRecord, encounter.Todo, encounter.PractitionerActs},
		{
			"no record of a cancellation by the patient",
			[]func(*encounter.Facts){cancelledFor("patient")},
			encounter.StepRecord, encounter.NotApplicable, encounter.NobodyActs,
		},
		{"record transferred", []func(*encounter.Facts){finished, func(f *encounter.Facts) {
			f.Transfer = &encounter.Transfer{At: f.FinishedAt.Add(time.Minute)}
		}}, encounter.StepRecord, encounter.Done, encounter.NobodyActs},
		{"prescription changed after the transfer", []func(*encounter.Facts){finished, func(f *encounter.Facts) {
			f.Transfer = &encounter.Transfer{At: f.FinishedAt.Add(time.Minute)}
			f.Prescription = &encounter.Prescription{Channel: "none", At: f.FinishedAt.Add(time.Hour), DecidedAt: f.FinishedAt.Add(time.Hour)}
		}}, encounter.StepRecord, encounter.Todo, encounter.PractitionerActs},
		{"prescription that arrived after the transfer", []func(*encounter.Facts){finished, func(f *encounter.Facts) {
			f.Transfer = &encounter.Transfer{At: f.FinishedAt.Add(time.Minute)}
			f.Prescription = &encounter.Prescription{Channel: "drop", State: "delivered", DecidedAt: f.FinishedAt, At: f.FinishedAt.Add(time.Hour)}
		}}, encounter.StepRecord, encounter.Done, encounter.NobodyActs},
		{"coding of a no-show", []func(*encounter.Facts){cancelledFor("no-show")}, encounter.StepCoding, encounter.NotApplicable, encounter.NobodyActs},
		{"coding not billable", []func(*encounter.Facts){finished, func(f *encounter.Facts) {
			f.Coding = &encounter.Coding{State: "not-billable", Reason: "acte gratuit"}
		}}, encounter.StepCoding, encounter.Done, encounter.NobodyActs},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := step(t, someFacts(t, c.changes...), monday, c.step)
			if s.State != c.state || s.ActsNext != c.acts {
				t.Errorf("%s by %s (%s), want %s by %s", s.State, s.ActsNext, s.Evidence, c.state, c.acts)
			}
			if s.Evidence == "" || s.Title == "" {
				t.Error("a step without words")
			}
		})
	}
}

func TestDueTimes(t *testing.T) {
	utc := func(day, hour, minute int) time.Time { return time.Date(2026, 5, day, hour, minute, 0, 0, time.UTC) }
	lateEvening := func(f *encounter.Facts) {
		finished(f)
		f.FinishedAt = utc(12, 17, 40) // 19:40 in Paris
	}
	wantedToday := func(f *encounter.Facts) {
		finished(f)
		f.Prescription = &encounter.Prescription{Channel: "dispose", State: "announced", WantedToday: true, At: f.FinishedAt}
	}
	plannedAt := func(at time.Time) func(*encounter.Facts) { return func(f *encounter.Facts) { f.CreatedAt = at } }
	friday := func(f *encounter.Facts) {
		finished(f)
		f.FinishedAt = utc(15, 12, 0)
	}
	for _, c := range []struct {
		name   string
		change func(*encounter.Facts)
		step   encounter.StepCode
		want   time.Time
	}{
		{"consent the day before at noon", nil, encounter.StepConsent, utc(11, 10, 0)},
		{"link the day before at noon", nil, encounter.StepLink, utc(11, 10, 0)},
		{"portal the day before at 18:00", nil, encounter.StepPortal, utc(11, 16, 0)},
		{"held half an hour after its end", nil, encounter.StepHeld, utc(12, 13, 20)},
		{"prescription the next day at noon", finished, encounter.StepPrescription, utc(13, 10, 0)},
		{"prescription wanted today", wantedToday, encounter.StepPrescription, utc(12, 14, 50)},
		{"record the same evening", finished, encounter.StepRecord, utc(12, 18, 0)},
		{"record an hour after a late consultation", lateEvening, encounter.StepRecord, utc(12, 18, 40)},
		{"coding two working days later", finished, encounter.StepCoding, utc(14, 18, 0)},
		{"coding over a week-end", friday, encounter.StepCoding, utc(19, 18, 0)},
		{"consent of what was planned the same morning", plannedAt(utc(12, 8, 0)), encounter.StepConsent, utc(12, 9, 0)},
		{"consent of what was planned just before", plannedAt(utc(12, 12, 10)), encounter.StepConsent, utc(12, 12, 30)},
		{"link of what was moved the same morning", func(f *encounter.Facts) { f.MovedAt = utc(12, 8, 0) }, encounter.StepLink, utc(12, 9, 0)},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := someFacts(t)
			if c.change != nil {
				c.change(f)
			}
			if s := step(t, f, monday, c.step); !s.Due.Equal(c.want) {
				t.Errorf("due %v, want %v", s.Due, c.want)
			}
		})
	}
}

func TestDueTimesAcrossAChangeOfClocks(t *testing.T) {
	f := someFacts(t, func(f *encounter.Facts) {
		f.PlannedStart = time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC) // the day summer time begins, 14:00 in Paris
		f.PlannedEnd, f.CreatedAt = f.PlannedStart.Add(20*time.Minute), f.PlannedStart.AddDate(0, 0, -10)
	})
	want := time.Date(2026, 3, 28, 11, 0, 0, 0, time.UTC) // noon, still winter time
	if s := step(t, f, monday, encounter.StepConsent); !s.Due.Equal(want) {
		t.Errorf("due %v, want %v", s.Due, want)
	}
}

func TestEveryTransition(t *testing.T) {
	all := []encounter.Status{encounter.Planned, encounter.Arrived, encounter.InProgress, encounter.Finished, encounter.Cancelled}
	allowed := map[encounter.Status][]encounter.Status{
		encounter.Planned:    {encounter.Arrived, encounter.InProgress, encounter.Cancelled},
		encounter.Arrived:    {encounter.InProgress, encounter.Cancelled},
		encounter.InProgress: {encounter.Finished, encounter.Cancelled},
	}
	for _, from := range all {
		for _, to := range all {
			if got, want := from.MayBecome(to), slices.Contains(allowed[from], to); got != want {
				t.Errorf("%s → %s: %v, want %v", from, to, got, want)
			}
		}
	}
}

// TestChainOfAnyFacts holds whatever the facts are: ten steps in order, only Late depends on the time, a step
// that is done or not applicable asks nobody, and the summary names an open step or none.
func TestChainOfAnyFacts(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		f := someFacts(t)
		for _, change := range rapid.SliceOf(rapid.SampledFrom([]func(*encounter.Facts){
			with(consent.Agreed), with(consent.Refused), with(consent.Withdrawn), withLink, finished, cancelledFor("no-show"),
			cancelledFor("patient"), cancelledFor("technical"), withMessage("invitation", "delivered"),
			withMessage("invitation", "undelivered"), withMessage("notice", "expired"),
			func(f *encounter.Facts) { f.Tool = "ortif" },
			func(f *encounter.Facts) { f.Modality, f.Tool = encounter.Telephone, encounter.ToolTelephone },
			func(f *encounter.Facts) { f.Appointment = &encounter.Tick{At: monday} },
			func(f *encounter.Facts) { f.Status, f.StartedAt = encounter.InProgress, f.PlannedStart },
			func(f *encounter.Facts) { f.Coding = &encounter.Coding{State: "coded", Code: "TC"} },
			func(f *encounter.Facts) { f.Transfer = &encounter.Transfer{At: f.PlannedEnd} },
		})).Draw(r, "changes") {
			change(f)
		}
		early, late := encounter.Chain(f, monday), encounter.Chain(f, monday.AddDate(1, 0, 0))
		if len(early) != 10 {
			r.Fatalf("%d steps", len(early))
		}
		for i := range early {
			same := late[i]
			same.Late = early[i].Late
			if early[i] != same || early[i].Number != i+1 {
				r.Fatalf("step %d depends on the time: %+v and %+v", i+1, early[i], late[i])
			}
			closed := early[i].State == encounter.Done || early[i].State == encounter.NotApplicable
			if closed && (early[i].ActsNext != encounter.NobodyActs || late[i].Late) {
				r.Fatalf("closed step asks somebody: %+v", early[i])
			}
			if early[i].Open() && early[i].Due.IsZero() {
				r.Fatalf("open step without a due time: %+v", early[i])
			}
		}
		summary := f.Summary(monday)
		open := slices.ContainsFunc(early, func(s encounter.Step) bool { return s.Open() })
		if open != (summary.Next != "") {
			r.Fatalf("summary %+v, open steps %v", summary, open)
		}
	})
}
