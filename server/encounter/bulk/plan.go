// Package bulk plans many teleconsultations at once, in as many statements as one takes: what a list of five thousand
// people needs. What is recorded and sent is the same as if they had been planned one by one.
package bulk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/outreach"
	"teleconsult/server/patient"
	"teleconsult/server/trace"
)

// Planned is one teleconsultation to be planned, checked already.
type Planned struct {
	// Facts are those of encounter.Draft, with the link that is to be attached, if there is one.
	Facts *encounter.Facts
	// NewPatient: the patient is not stored yet.
	NewPatient bool
	// LinkKeys are what the link is recognised by.
	LinkKeys [][]byte
}

// Order is what all teleconsultations of a list have in common.
type Order struct {
	Encounters *encounter.Service
	// Caller is who plans them.
	Caller auth.Caller
	// At is when the patients are to be told, not before now.
	At time.Time
	// Known is what is known of the patients' addresses.
	Known encounter.Reputation
}

// ErrMeanwhile tells that something was taken by somebody else since it was checked: nothing may be committed, and
// what was planned must be checked anew.
var ErrMeanwhile = fmt.Errorf("taken meanwhile")

// Plan writes teleconsultations of one department, their links, and what their patients are told. It tells no screen.
func (o Order) Plan(ctx context.Context, tx db.Tx, all []Planned) error {
	if len(all) == 0 {
		return nil
	}
	now := o.Encounters.Now()
	w := &writing{Order: o, now: now, at: o.At, planned: all}
	if w.at.Before(now) {
		w.at = now
	}
	if err := w.compose(); err != nil {
		return err
	}
	if err := w.store(ctx, tx); err != nil {
		return err
	}
	return w.enqueue(ctx, tx)
}

// writing is the work on one list.
type writing struct {
	Order
	now, at time.Time
	planned []Planned
	access  []encounter.Access
	// messages belong to the facts at the same place in owners.
	messages []notifications.NewMessage
	owners   []*encounter.Facts
}

// compose makes the personal links and the messages, in memory.
func (w *writing) compose() error {
	for i := range w.planned {
		f := w.planned[i].Facts
		if f.Link != nil && f.InvitesItself() {
			f.OrtifInvited = &encounter.Tick{At: w.now, By: w.Caller.Name}
		}
		access, err := w.Encounters.NewAccess(f)
		if err != nil {
			return err
		}
		w.access = append(w.access, access)
		if err = w.say(f, access.Token, f.Announcement(w.Known, w.now, w.at)); err != nil {
			return err
		}
		ahead, _ := outreach.Reconcile(f.Situation(w.now, w.Known))
		if err = w.say(f, access.Token, ahead); err != nil {
			return err
		}
		f.Stored = f.Summary(w.now)
	}
	return nil
}

// say adds messages to what is to be queued, and to the facts.
func (w *writing) say(f *encounter.Facts, token string, all []outreach.Wanted) error {
	for _, wanted := range all {
		m, err := w.Encounters.Message(f, wanted, token, w.now)
		if err != nil {
			return err
		}
		w.messages, w.owners = append(w.messages, m), append(w.owners, f)
		f.Queued("", m, w.now)
	}
	return nil
}

// store writes everything but the messages.
func (w *writing) store(ctx context.Context, tx db.Tx) error {
	var patients []patient.Patient
	events := make([]trace.Event, 0, len(w.planned))
	for _, p := range w.planned {
		if p.NewPatient {
			patients = append(patients, p.Facts.Patient)
		}
		events = append(events, p.Facts.Traced("encounter.schedule", nil))
		if p.Facts.Link != nil {
			events = append(events, p.Facts.Traced("link.attach", nil))
		}
	}
	err := patient.InsertMany(ctx, tx, w.now, patients)
	if db.IsUnique(err, "patient_department_id_ipp_key") {
		return ErrMeanwhile
	}
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context, db.Tx) error{
		w.insertEncounters, w.insertEvents, w.insertAccess, w.insertLinks, w.takeMeetings,
	} {
		if err := step(ctx, tx); err != nil {
			return err
		}
	}
	return trace.AppendMany(ctx, tx, w.now, w.Caller.Actor(), events)
}

func (w *writing) enqueue(ctx context.Context, tx db.Tx) error {
	ids, err := w.Encounters.Outbox.EnqueueMany(ctx, tx, w.now, w.messages)
	if err != nil {
		return err
	}
	if i := slices.Index(ids, ""); i >= 0 {
		return fmt.Errorf("a message of the new encounter %s is there already", w.owners[i].ID)
	}
	return nil
}
