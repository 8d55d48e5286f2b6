package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/coding"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/patient"
	"teleconsult/server/prescription"
	"teleconsult/server/record"
)

// demoDay plays a day of encounters through the product's own use cases, on a clock that it moves.
type demoDay struct {
	*parts
	department              department.Department
	practitioner, secretary auth.Caller
	encounters              *encounter.Service
	clock                   time.Time
	played                  int // gives every demo meeting a number of its own
}

// scene is one encounter and how far it came.
type scene struct {
	patient patient.Patient
	// start is when it begins, from now; ahead is how long before that it was planned.
	start, ahead time.Duration
	tool         string
	telephone    string
	play         func(ctx context.Context, d *demoDay, f *encounter.Facts) error
	// notice is what became of the messages: delivered unless said otherwise.
	undelivered bool
}

func paris() (*time.Location, error) { return time.LoadLocation("Europe/Paris") }

func (d *demoDay) play(ctx context.Context, scenes []scene) error {
	now := clock().Truncate(5 * time.Minute)
	d.encounters = newEncounters(d.db, d.box, d.cfg.PublicURL, func() time.Time { return d.clock })
	for _, s := range scenes {
		if err := d.playOne(ctx, s, now); err != nil {
			return fmt.Errorf("demo scene of %s: %w", s.patient.GivenName, err)
		}
		d.played++
	}
	return nil
}

func (d *demoDay) playOne(ctx context.Context, s scene, now time.Time) error {
	start := now.Add(s.start)
	d.clock = start.Add(-s.ahead)
	if s.ahead == 0 {
		d.clock = clock()
	}
	local := start.In(d.department.Zone)
	plan := encounter.Plan{
		PractitionerID: d.practitioner.StaffID, Date: local.Format(time.DateOnly), Clock: local.Format("15:04"), RepeatedHour: "first",
		DurationMinutes: 20, Modality: encounter.Video, Tool: s.tool,
	}
	if s.telephone != "" {
		plan.Modality, plan.TelephoneReason = encounter.Telephone, s.telephone
	} else if !d.department.IsFirst(s.tool) {
		plan.ToolReason = "ORTIF indisponible ce jour-là"
	}
	f, err := d.encounters.Schedule(ctx, d.secretary, encounter.ScheduleInput{
		DepartmentID: d.department.ID, Patient: s.patient, Plan: plan, EmailConfirmed: true,
	})
	if err != nil {
		return err
	}
	if s.play != nil {
		if err = s.play(ctx, d, f); err != nil {
			return err
		}
	}
	return d.deliver(ctx, f.ID, s)
}

// deliver settles what the messages before now came to.
func (d *demoDay) deliver(ctx context.Context, id string, s scene) error {
	if s.ahead == 0 {
		return nil // planned just now: its messages go out for real
	}
	status, code := "delivered", ""
	if s.undelivered {
		status, code = "undelivered", "550 5.1.1"
	}
	d.clock = clock()
	return d.db.InTx(ctx, db.System("demo"), func(ctx context.Context, tx db.Tx) error {
		if err := settleMessages(ctx, tx, id, status, code, d.clock); err != nil {
			return err
		}
		_, err := d.encounters.Settle(ctx, tx, d.department.ID, id, "demo")
		return err
	})
}

// prepared plans, informs, agrees and answers for the portal.
func prepared(ctx context.Context, d *demoDay, f *encounter.Facts) error {
	if _, err := d.encounters.PlanAppointment(ctx, d.secretary, f.ID); err != nil {
		return err
	}
	if _, err := d.encounters.AnswerPortal(ctx, d.secretary, f.ID, "open"); err != nil {
		return err
	}
	return agreed(ctx, d, f)
}

func agreed(ctx context.Context, d *demoDay, f *encounter.Facts) error {
	decision := encounter.DecisionInput{Verdict: consent.Agreed, Mode: consent.Oral, Giver: consent.ByPatient}
	if f.Patient.Representative != nil {
		decision.Giver = consent.ByRepresentative
	}
	_, err := d.encounters.Decide(ctx, d.secretary, f.ID, decision)
	return err
}

// linked pastes an invitation of the encounter's tool.
func linked(ctx context.Context, d *demoDay, f *encounter.Facts) error {
	in := encounter.LinkInput{Reference: fmt.Sprintf("ORTIF-%06d", 410000+d.played)}
	if f.Tool != encounter.ToolORTIF {
		in = encounter.LinkInput{Text: d.invitation(f), HostAccount: d.practitioner.Email, Declared: []string{
			"id_generated", "password_required", "host_video_on", "participant_video_on", "audio_both", "no_join_before_host",
			"waiting_room_on", "lobby_on", "no_auto_recording",
		}}
	}
	_, err := d.encounters.Attach(ctx, d.secretary, f.ID, in)
	return err
}

func (d *demoDay) invitation(f *encounter.Facts) string {
	local := f.PlannedStart.In(d.department.Zone)
	if f.Tool == "lasuite_visio" {
		letter := string(rune('a' + d.played%26))
		return "Rejoindre la visio : https://visio.numerique.gouv.fr/dem-" + strings.Repeat(letter, 4) + "-abc\n" +
			local.Format("02/01/2006 15:04") + " Europe/Paris"
	}
	return fmt.Sprintf("%s vous invite à une réunion Zoom planifiée.\n\nSujet: Rendez-vous AP-HP\nHeure: %s Paris\n\n"+
		"Participer à la réunion Zoom\nhttps://us02web.zoom.us/j/8123456%04d?pwd=ZGVtbw%d.1\n\nID de réunion: 812 3456 %04d\nCode secret: %06d\n",
		d.practitioner.Name, local.Format("02/01/2006 15:04"), d.played, d.played, d.played, 4200+d.played)
}

func ready(ctx context.Context, d *demoDay, f *encounter.Facts) error {
	if err := prepared(ctx, d, f); err != nil {
		return err
	}
	return linked(ctx, d, f)
}

func inProgress(ctx context.Context, d *demoDay, f *encounter.Facts) error {
	if err := ready(ctx, d, f); err != nil {
		return err
	}
	d.clock = f.PlannedStart.Add(2 * time.Minute)
	_, err := d.encounters.Start(ctx, d.practitioner, f.ID, encounter.StartInput{})
	return err
}

func held(incidents ...encounter.Incident) func(ctx context.Context, d *demoDay, f *encounter.Facts) error {
	return func(ctx context.Context, d *demoDay, f *encounter.Facts) error {
		if err := inProgress(ctx, d, f); err != nil {
			return err
		}
		d.clock = f.PlannedStart.Add(19 * time.Minute)
		_, err := d.encounters.Finish(ctx, d.practitioner, f.ID, encounter.FinishInput{Incidents: incidents})
		return err
	}
}

// prescribed adds what became of the prescription to a held consultation.
func prescribed(in prescription.Input) func(ctx context.Context, d *demoDay, f *encounter.Facts) error {
	return func(ctx context.Context, d *demoDay, f *encounter.Facts) error {
		if err := held()(ctx, d, f); err != nil {
			return err
		}
		d.clock = d.clock.Add(3 * time.Minute)
		_, err := (&prescription.Service{Encounters: d.encounters}).Decide(ctx, d.practitioner, f.ID, in)
		return err
	}
}

// complete goes through to the coded act.
func complete(ctx context.Context, d *demoDay, f *encounter.Facts) error {
	if err := prescribed(prescription.Input{Channel: prescription.Portal, State: prescription.Announced})(ctx, d, f); err != nil {
		return err
	}
	records := &record.Service{Encounters: d.encounters}
	draft, err := records.Show(ctx, d.practitioner, f.ID)
	if err != nil {
		return err
	}
	d.clock = d.clock.Add(2 * time.Minute)
	if _, err = records.Transfer(ctx, d.practitioner, f.ID, draft.Version); err != nil {
		return err
	}
	codings := &coding.Service{Encounters: d.encounters, Telephone: coding.TelephoneException()}
	offer, err := codings.Codes(ctx, d.secretary, f.ID)
	if err != nil {
		return err
	}
	for _, choice := range offer.Choices {
		if choice.Proposed {
			_, err = codings.Code(ctx, d.secretary, f.ID, coding.Input{State: coding.Coded, ActivityCodeID: choice.Code.ID})
			return err
		}
	}
	return nil
}

func cancelled(reason string, after time.Duration) func(ctx context.Context, d *demoDay, f *encounter.Facts) error {
	return func(ctx context.Context, d *demoDay, f *encounter.Facts) error {
		if err := ready(ctx, d, f); err != nil {
			return err
		}
		d.clock = f.PlannedStart.Add(after)
		_, err := d.encounters.Cancel(ctx, d.secretary, f.ID, encounter.CancelInput{Reason: reason})
		return err
	}
}

func refused(ctx context.Context, d *demoDay, f *encounter.Facts) error {
	_, err := d.encounters.Decide(ctx, d.secretary, f.ID, encounter.DecisionInput{
		Verdict: consent.Refused, Mode: consent.Oral, Giver: consent.ByPatient, Explanation: "Préfère être examinée sur place.",
	})
	return err
}
