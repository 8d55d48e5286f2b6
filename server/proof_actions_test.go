package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/demo"
	"teleconsult/server/devbox"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/patient"
	"teleconsult/templates"
)

// allowed fails unless a use case worked or had a reason of its own not to.
func (w *proof) allowed(err error) {
	w.r.Helper()
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindConflict, fault.KindStale, fault.KindPrecondition:
	default:
		if err != nil {
			w.r.Fatal(err)
		}
	}
}

// inTx runs fn as the system does.
func (w *proof) inTx(fn func(ctx context.Context, tx db.Tx) error) {
	w.r.Helper()
	if err := w.db.InTx(context.Background(), db.System("proof"), fn); err != nil {
		w.r.Fatal(err)
	}
}

// day is the demo's, through the use cases of the schedule.
func (w *proof) day() *demo.Day {
	return &demo.Day{
		Encounters: w.encounter, Department: w.department, Practitioner: w.practitioner, Secretary: w.secretary, Played: len(w.encounters),
	}
}

// when draws a time for an appointment.
func (w *proof) when(r *rapid.T) encounter.Plan {
	ahead := rapid.SampledFrom([]time.Duration{100 * time.Minute, 5 * time.Hour, 26 * time.Hour, 73 * time.Hour, 8 * 24 * time.Hour}).Draw(r, "ahead")
	at := w.clock().Add(ahead).Truncate(5 * time.Minute).In(w.department.Zone)
	return encounter.Plan{
		PractitionerID: w.practitioner.StaffID, Date: at.Format(time.DateOnly), Clock: at.Format("15:04"), RepeatedHour: "first",
		DurationMinutes: 20, Modality: encounter.Video, Tool: "zoom", ToolReason: "ORTIF indisponible ce jour-là",
	}
}

// plan makes an appointment.
func (w *proof) plan(r *rapid.T) {
	n := len(w.encounters)
	if n >= 6 {
		return
	}
	p := patient.Patient{
		FamilyName: fmt.Sprintf("Preuve %c", 'A'+n), GivenName: "Aude", BirthDate: time.Date(1980, 1, 2, 0, 0, 0, 0, time.UTC), Language: "fr",
	}
	contact := rapid.SampledFrom([]string{"both", "email", "sms", "both"}).Draw(r, "contact")
	if contact != "sms" {
		p.Email = fmt.Sprintf("preuve%d@demo.test", n)
	}
	if contact != "email" {
		p.Mobile = fmt.Sprintf("06 39 98 01 %02d", n)
	}
	f, err := w.encounter.Schedule(context.Background(), w.secretary, encounter.ScheduleInput{
		DepartmentID: w.department.ID, Patient: p, Plan: w.when(r), EmailConfirmed: true,
	})
	if w.allowed(err); err == nil {
		w.encounters = append(w.encounters, planned{id: f.ID, both: contact == "both"})
	}
}

// pick draws an appointment; nil when there is none.
func (w *proof) pick(r *rapid.T) *planned {
	if len(w.encounters) == 0 {
		return nil
	}
	return &w.encounters[rapid.IntRange(0, len(w.encounters)-1).Draw(r, "encounter")]
}

// goOn takes an appointment a step further: the answer and the link, after which the invitation goes out, or a refusal.
func (w *proof) goOn(r *rapid.T) {
	e := w.pick(r)
	if e == nil {
		return
	}
	ctx, d := context.Background(), w.day()
	f, err := w.encounter.Read(ctx, w.secretary, auth.EncounterRead, e.id, "encounter.read")
	if w.allowed(err); err != nil {
		return
	}
	switch rapid.SampledFrom([]string{"ready", "ready", "linked", "agreed", "refused"}).Draw(r, "step") {
	case "ready":
		err = demo.Ready(ctx, d, f)
	case "linked":
		err = demo.Linked(ctx, d, f)
	case "agreed":
		err = demo.Agreed(ctx, d, f)
	case "refused":
		e.disturbed = true
		_, err = w.encounter.Decide(ctx, w.secretary, e.id, encounter.DecisionInput{
			Verdict: consent.Refused, Mode: consent.Oral, Giver: consent.ByPatient, Explanation: "Préfère être examinée sur place.",
		})
	}
	w.allowed(err)
	w.remember()
}

// move gives an appointment another time, which calls back what was about the old one.
func (w *proof) move(r *rapid.T) {
	e := w.pick(r)
	if e == nil {
		return
	}
	e.disturbed = true
	f, err := w.encounter.Read(context.Background(), w.secretary, auth.EncounterRead, e.id, "encounter.read")
	if err == nil {
		_, err = w.encounter.Reschedule(context.Background(), w.secretary, e.id, f.Version, w.when(r))
	}
	w.allowed(err)
	w.remember()
}

// cancel ends an appointment.
func (w *proof) cancel(r *rapid.T) {
	e := w.pick(r)
	if e == nil {
		return
	}
	e.disturbed = true
	_, err := w.encounter.Cancel(context.Background(), w.secretary, e.id, encounter.CancelInput{Reason: "patient"})
	w.allowed(err)
	w.remember()
}

// read is the patient's proof on the personal page.
func (w *proof) read(r *rapid.T) {
	e := w.pick(r)
	if e == nil {
		return
	}
	via := rapid.SampledFrom([]notifications.Channel{"", notifications.ChannelEmail}).Draw(r, "via")
	w.inTx(func(ctx context.Context, tx db.Tx) error {
		if err := lockEncounters(ctx, tx, []string{e.id}); err != nil {
			return err
		}
		if _, err := w.encounter.Outbox.MarkRead(ctx, tx, w.clock(), e.id, via); err != nil {
			return err
		}
		_, err := w.encounter.Settle(ctx, tx, w.department.ID, e.id, "proof")
		return err
	})
}

// write puts messages into the queue that follow from nothing else, of every urgency, now and later, some of them
// with a slot that only one of them may have.
func (w *proof) write(r *rapid.T) {
	for range rapid.IntRange(1, 5).Draw(r, "messages") {
		word := w.name()
		m := notifications.NewMessage{
			DepartmentID: w.department.ID, Language: "fr", LinkToken: word, Channel: notifications.ChannelEmail, Recipient: "autre@demo.test",
			Content: templates.Invitation{
				Sender:      templates.Sender{Brand: "AP-HP", Hospital: "AP-HP", Phone: "01 23 45 67 89"},
				Appointment: templates.Appointment{Start: w.clock().Add(20 * time.Hour), Zone: "Europe/Paris", Minutes: 20},
			},
			Priority: notifications.Priority(rapid.IntRange(1, 3).Draw(r, "priority")),
		}
		if rapid.Bool().Draw(r, "sms") {
			m.Channel, m.Recipient = notifications.ChannelSMS, fmt.Sprintf("+3363998%04d", 200+len(w.written))
		}
		m.NotBefore = w.clock().Add(rapid.SampledFrom([]time.Duration{0, 0, time.Second, 10 * time.Minute, 12 * time.Hour}).Draw(r, "later"))
		if rapid.IntRange(0, 3).Draw(r, "short") == 0 {
			m.ExpiresAt = m.NotBefore.Add(5 * time.Minute)
		}
		if e := w.pick(r); e != nil && rapid.Bool().Draw(r, "about") {
			m.EncounterID, m.Purpose = e.id, notifications.PurposeTest // the rules of outreach do not know it
			m.Slot = rapid.SampledFrom([]string{"", "proof:1", "proof:2"}).Draw(r, "slot")
		}
		w.inTx(func(ctx context.Context, tx db.Tx) error {
			id, err := w.encounter.Outbox.Enqueue(ctx, tx, w.clock(), m)
			if err == nil {
				w.written = append(w.written, written{id, word})
			}
			if m.Slot != "" && errors.Is(err, notifications.ErrSlotTaken) {
				return nil
			}
			return err
		})
	}
}

// withdraw takes messages back, by slot or one by one.
func (w *proof) withdraw(r *rapid.T) {
	e := w.pick(r)
	if e == nil {
		return
	}
	w.inTx(func(ctx context.Context, tx db.Tx) error {
		if err := lockEncounters(ctx, tx, []string{e.id}); err != nil {
			return err
		}
		if rapid.Bool().Draw(r, "slot") {
			_, err := notifications.CancelSlots(ctx, tx, w.clock(), e.id, "proof:1", "proof:2")
			return err
		}
		var ids []string
		err := tx.SelectContext(ctx, &ids, `SELECT id FROM message WHERE encounter_id = $1 AND purpose = 'test' AND status IN ('queued', 'unknown') LIMIT 1`, e.id)
		for _, id := range ids {
			if _, e2 := notifications.Withdraw(ctx, tx, w.clock(), e.id, id); e2 != nil {
				return e2
			}
		}
		return err
	})
	w.remember()
}

// remember counts the copies of what is cancelled by now.
func (w *proof) remember() {
	var ids []string
	w.ask(&ids, `SELECT id FROM message WHERE status = 'cancelled'`)
	ids = slices.DeleteFunc(ids, func(id string) bool { _, known := w.cancelled[id]; return known })
	if len(ids) == 0 {
		return
	}
	mails, texts, words := w.copies(), w.taken(), map[string]string{}
	for _, one := range w.written {
		words[one.id] = one.word
	}
	for _, id := range ids {
		w.cancelled[id] = len(mails[id])
		if word := words[id]; word != "" {
			w.cancelled[id] += texts.with(word)
		}
	}
}

// fault lets the next messages go wrong. What a mail's delay would hide, its copies at their time, is left out.
func (w *proof) fault(r *rapid.T) {
	var known []devbox.Fault
	for _, f := range devbox.Faults() {
		if f != devbox.SMTPDelay {
			known = append(known, f)
		}
	}
	kind, n := rapid.SampledFrom(known).Draw(r, "fault"), rapid.IntRange(1, 3).Draw(r, "times")
	w.faults[kind] += n
	if err := w.box.Fail(n, kind); err != nil {
		w.r.Fatal(err)
	}
}

// kill ends a server in the middle of whatever it does, and starts another.
func (w *proof) kill(r *rapid.T) {
	if rapid.Bool().Draw(r, "busy") { // with messages on the wire, that the peer has taken and not answered
		for _, slow := range []devbox.Fault{devbox.SMTPSlow, devbox.TwilioSlow} {
			if err := w.box.Fail(2, slow); err != nil {
				w.r.Fatal(err)
			}
		}
		w.write(r)
		time.Sleep(50 * time.Millisecond) // anywhere in the middle of it
	}
	i := rapid.IntRange(0, len(w.instances)-1).Draw(r, "instance")
	m := w.instances[i]
	m.dead.Store(true)
	m.wire()
	m.cancel()
	w.kills++
	w.instances = append(w.instances[:i], w.instances[i+1:]...)
	w.start()
}

// restart stops a server as a deployment does.
func (w *proof) restart(r *rapid.T) {
	i := rapid.IntRange(0, len(w.instances)-1).Draw(r, "instance")
	w.instances[i].cancel()
	w.instances = append(w.instances[:i], w.instances[i+1:]...)
	w.start()
}

// pass lets the clock go on, jump, or be set back.
func (w *proof) pass(r *rapid.T) {
	w.jump(rapid.SampledFrom([]time.Duration{
		time.Second, 20 * time.Second, time.Minute, 3 * time.Minute, 10 * time.Minute, time.Hour, 5 * time.Hour, -2 * time.Minute,
	}).Draw(r, "time"))
}

// work leaves the servers a moment, and does what they do from time to time.
func (w *proof) work(r *rapid.T) {
	time.Sleep(time.Duration(rapid.IntRange(1, 60).Draw(r, "ms")) * time.Millisecond) // anywhere in the middle of things
	if rapid.Bool().Draw(r, "follow up") {
		w.tick()
	}
}

// tick is what a server does beside sending.
func (w *proof) tick() {
	ctx := context.Background()
	if err := errors.Join(w.encounter.FollowUp(ctx), w.lookUp(ctx)); err != nil {
		w.r.Fatal(err)
	}
}

// lookUp is parts.reconcile; only instances have clients of their own.
func (w *proof) lookUp(ctx context.Context) error {
	own := *w.parts
	if _, err := own.newDispatcher(); err != nil {
		return err
	}
	defer own.mail.Close()
	return own.reconcile(ctx)
}
