package demo

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

// Day is a day of encounters that is played through the product's own use cases.
type Day struct {
	Encounters              *encounter.Service
	Department              department.Department
	Practitioner, Secretary auth.Caller
	// Played gives every meeting a number of its own.
	Played int

	// clock is what Encounters runs on while a scene is played; scenes move it.
	clock time.Time
}

// act takes an encounter some steps further.
type act func(ctx context.Context, d *Day, f *encounter.Facts) error

// scene is one encounter and how far it came.
type scene struct {
	patient patient.Patient
	// start is when it begins, from now; ahead is how long before that it was planned.
	start, ahead time.Duration
	tool         string
	telephone    string
	play         act
	// notice is what became of the messages: delivered unless said otherwise.
	undelivered bool
}

func (h Hospital) play(ctx context.Context, d *Day, scenes []scene) error {
	now := h.Now().Truncate(5 * time.Minute)
	d.Encounters = h.Encounters(func() time.Time { return d.clock })
	for _, s := range scenes {
		if err := h.playOne(ctx, d, s, now); err != nil {
			return fmt.Errorf("demo scene of %s: %w", s.patient.GivenName, err)
		}
		d.Played++
	}
	return nil
}

func (h Hospital) playOne(ctx context.Context, d *Day, s scene, now time.Time) error {
	start := now.Add(s.start)
	d.clock = start.Add(-s.ahead)
	if s.ahead == 0 {
		d.clock = h.Now()
	}
	plan := d.plan(start, s.tool)
	if s.telephone != "" {
		plan.Modality, plan.TelephoneReason, plan.ToolReason = encounter.Telephone, s.telephone, ""
	}
	f, err := d.schedule(ctx, s.patient, plan)
	if err != nil {
		return err
	}
	if s.play != nil {
		if err = s.play(ctx, d, f); err != nil {
			return err
		}
	}
	return h.deliver(ctx, d, f.ID, s)
}

// Schedule plans a video consultation.
func (d *Day) Schedule(ctx context.Context, who patient.Patient, start time.Time, tool string) (*encounter.Facts, error) {
	return d.schedule(ctx, who, d.plan(start, tool))
}

func (d *Day) plan(start time.Time, tool string) encounter.Plan {
	local := start.In(d.Department.Zone)
	plan := encounter.Plan{
		PractitionerID: d.Practitioner.StaffID, Date: local.Format(time.DateOnly), Clock: local.Format("15:04"), RepeatedHour: "first",
		DurationMinutes: 20, Modality: encounter.Video, Tool: tool,
	}
	if !d.Department.IsFirst(tool) {
		plan.ToolReason = "ORTIF indisponible ce jour-là"
	}
	return plan
}

func (d *Day) schedule(ctx context.Context, who patient.Patient, plan encounter.Plan) (*encounter.Facts, error) {
	return d.Encounters.Schedule(ctx, d.Secretary, encounter.ScheduleInput{
		DepartmentID: d.Department.ID, Patient: who, Plan: plan, EmailConfirmed: true,
	})
}

// deliver settles what the messages before now came to.
func (h Hospital) deliver(ctx context.Context, d *Day, id string, s scene) error {
	if s.ahead == 0 {
		return nil // planned just now: its messages go out for real
	}
	status, code := "delivered", ""
	if s.undelivered {
		status, code = "undelivered", "550 5.1.1"
	}
	d.clock = h.Now()
	return h.DB.InTx(ctx, db.System("demo"), func(ctx context.Context, tx db.Tx) error {
		if err := settleMessages(ctx, tx, id, status, code, d.clock); err != nil {
			return err
		}
		_, err := d.Encounters.Settle(ctx, tx, d.Department.ID, id, "demo")
		return err
	})
}

// prepared plans, informs, agrees and answers for the portal.
func prepared(ctx context.Context, d *Day, f *encounter.Facts) error {
	if _, err := d.Encounters.PlanAppointment(ctx, d.Secretary, f.ID); err != nil {
		return err
	}
	if _, err := d.Encounters.AnswerPortal(ctx, d.Secretary, f.ID, "open"); err != nil {
		return err
	}
	return Agreed(ctx, d, f)
}

// Agreed notes that the patient, or who stands for them, agreed.
func Agreed(ctx context.Context, d *Day, f *encounter.Facts) error {
	decision := encounter.DecisionInput{Verdict: consent.Agreed, Mode: consent.Oral, Giver: consent.ByPatient}
	if f.Patient.Representative != nil {
		decision.Giver = consent.ByRepresentative
	}
	_, err := d.Encounters.Decide(ctx, d.Secretary, f.ID, decision)
	return err
}

// Linked pastes an invitation of the encounter's tool.
func Linked(ctx context.Context, d *Day, f *encounter.Facts) error {
	in := encounter.LinkInput{Reference: fmt.Sprintf("ORTIF-%06d", 410000+d.Played)}
	if f.Tool != encounter.ToolORTIF {
		in = encounter.LinkInput{Text: d.invitation(f), HostAccount: d.Practitioner.Email, Declared: []string{
			"id_generated", "password_required", "host_video_on", "participant_video_on", "audio_both", "no_join_before_host",
			"waiting_room_on", "lobby_on", "no_auto_recording",
		}}
	}
	_, err := d.Encounters.Attach(ctx, d.Secretary, f.ID, in)
	return err
}

func (d *Day) invitation(f *encounter.Facts) string {
	local := f.PlannedStart.In(d.Department.Zone)
	zone := d.Department.Zone.String()
	if f.Tool == "lasuite_visio" {
		letter := string(rune('a' + d.Played%26))
		return "Rejoindre la visio : https://visio.numerique.gouv.fr/dem-" + strings.Repeat(letter, 4) + "-abc\n" +
			local.Format("02/01/2006 15:04") + " " + zone
	}
	return fmt.Sprintf("%s vous invite à une réunion Zoom planifiée.\n\nSujet: Rendez-vous AP-HP\nHeure: %s %s\n\n"+
		"Participer à la réunion Zoom\nhttps://us02web.zoom.us/j/8123456%04d?pwd=ZGVtbw%d.1\n\nID de réunion: 812 3456 %04d\nCode secret: %06d\n",
		d.Practitioner.Name, local.Format("02/01/2006 15:04"), zone, d.Played, d.Played, d.Played, 4200+d.Played)
}

// Ready goes as far as the invitation.
func Ready(ctx context.Context, d *Day, f *encounter.Facts) error {
	if err := prepared(ctx, d, f); err != nil {
		return err
	}
	return Linked(ctx, d, f)
}

func inProgress(ctx context.Context, d *Day, f *encounter.Facts) error {
	if err := Ready(ctx, d, f); err != nil {
		return err
	}
	d.clock = f.PlannedStart.Add(2 * time.Minute)
	_, err := d.Encounters.Start(ctx, d.Practitioner, f.ID, encounter.StartInput{})
	return err
}

func held(incidents ...encounter.Incident) act {
	return func(ctx context.Context, d *Day, f *encounter.Facts) error {
		if err := inProgress(ctx, d, f); err != nil {
			return err
		}
		d.clock = f.PlannedStart.Add(19 * time.Minute)
		_, err := d.Encounters.Finish(ctx, d.Practitioner, f.ID, encounter.FinishInput{Incidents: incidents})
		return err
	}
}

// prescribed adds what became of the prescription to a held consultation.
func prescribed(in prescription.Input) act {
	return func(ctx context.Context, d *Day, f *encounter.Facts) error {
		if err := held()(ctx, d, f); err != nil {
			return err
		}
		d.clock = d.clock.Add(3 * time.Minute)
		_, err := (&prescription.Service{Encounters: d.Encounters}).Decide(ctx, d.Practitioner, f.ID, in)
		return err
	}
}

// complete goes through to the coded act.
func complete(ctx context.Context, d *Day, f *encounter.Facts) error {
	if err := prescribed(prescription.Input{Channel: prescription.Portal, State: prescription.Announced})(ctx, d, f); err != nil {
		return err
	}
	records := &record.Service{Encounters: d.Encounters}
	pages, err := records.Write(ctx, d.Practitioner, f.ID, record.WriteInput{Writer: f.ID, Report: record.Report{
		Findings: "Bonne tolérance du traitement.\nPas de lésion nouvelle visible à l’écran.", Conclusion: "Évolution favorable.",
		FollowUp: "Poursuite du traitement.\nContrôle sur place dans trois mois.", Identity: record.IdentityStated,
	}})
	if err != nil {
		return err
	}
	d.clock = d.clock.Add(2 * time.Minute)
	if _, err = records.Transfer(ctx, d.Practitioner, f.ID, pages.Note.Version); err != nil {
		return err
	}
	codings := &coding.Service{Encounters: d.Encounters, Telephone: coding.TelephoneException()}
	offer, err := codings.Codes(ctx, d.Secretary, f.ID)
	if err != nil {
		return err
	}
	for _, choice := range offer.Choices {
		if choice.Proposed {
			_, err = codings.Code(ctx, d.Secretary, f.ID, coding.Input{State: coding.Coded, ActivityCodeID: choice.Code.ID})
			return err
		}
	}
	return nil
}

func cancelled(reason string, after time.Duration) act {
	return func(ctx context.Context, d *Day, f *encounter.Facts) error {
		if err := Ready(ctx, d, f); err != nil {
			return err
		}
		d.clock = f.PlannedStart.Add(after)
		_, err := d.Encounters.Cancel(ctx, d.Secretary, f.ID, encounter.CancelInput{Reason: reason})
		return err
	}
}

func refused(ctx context.Context, d *Day, f *encounter.Facts) error {
	_, err := d.Encounters.Decide(ctx, d.Secretary, f.ID, encounter.DecisionInput{
		Verdict: consent.Refused, Mode: consent.Oral, Giver: consent.ByPatient, Explanation: "Préfère être examinée sur place.",
	})
	return err
}
