package correspondence

import (
	"context"
	"strings"

	"teleconsult/notifications"
	"teleconsult/notifications/sms"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/secret"
	"teleconsult/server/trace"
	"teleconsult/templates"
)

// Timelines tells what became of every message of an encounter, newest first, and traces that it was looked at.
func (s *Service) Timelines(ctx context.Context, caller auth.Caller, id string) ([]MessageTimeline, error) {
	var f *encounter.Facts
	var rows []messageRow
	departments := caller.Departments(auth.EncounterRead)
	err := s.Encounters.DB.InTx(ctx, db.Departments(departments...), func(ctx context.Context, tx db.Tx) (err error) {
		if f, err = encounter.Load(ctx, tx, id, departments...); err != nil {
			return err
		}
		if rows, err = messagesOf(ctx, tx, f.Department.ID, id); err != nil {
			return err
		}
		return trace.Append(ctx, tx, s.Encounters.Now(), caller.Actor(), f.Traced("messages.read", nil))
	})
	if err != nil {
		return nil, err
	}
	messages := make([]message, 0, len(rows))
	for _, r := range rows {
		m, err := r.message()
		if err != nil {
			return nil, err
		}
		r.say(&m, s.Encounters.PublicURL)
		messages = append(messages, m)
	}
	timelines := make([]MessageTimeline, 0, len(messages))
	for _, m := range messages {
		t := m.timeline(messages, f.Department.Delivery.WithDefaults().SMSPriceCents, f.Department.Zone)
		t.CanResend = f.MaySendAgain(notifications.Purpose(m.Purpose)) && !onItsWay(f, m.Purpose, m.Channel)
		timelines = append(timelines, t)
	}
	return timelines, nil
}

// say fills in the subject, and how many parts an SMS will have that was not sent yet. The personal link is not in
// the message's parameters: one of the same length stands for it. A message that cannot be rendered any more, such
// as one of an earlier version, is told without.
func (r messageRow) say(m *message, publicURL string) {
	link := publicURL + "/p/" + strings.Repeat("0", len(secret.NewToken()))
	content, err := templates.Decode(templates.Name(r.Template), r.Params, link)
	if err != nil {
		return
	}
	if r.Channel == string(notifications.ChannelEmail) {
		if mail, err := templates.RenderEmailWorded(r.Language, content, templates.Wording{Subject: r.Subject, Body: r.Body}); err == nil {
			m.Subject = mail.Subject
		}
		return
	}
	if text, err := templates.RenderSMSWorded(r.Language, content, r.Body); err == nil && m.Segments == 0 {
		m.Segments = sms.Cost(text, 0).Segments
	}
}
