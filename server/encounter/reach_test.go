package encounter_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
	"teleconsult/server/auth"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

// nextMonth plans far enough ahead for every reminder.
func nextMonth(in *encounter.ScheduleInput) { in.Plan.Date = "2026-06-09" }

// becomes is what the ledger does when it learns what became of the standing messages of a purpose on a channel.
func (h *hospital) becomes(f *encounter.Facts, purpose, channel, status, code string) *encounter.Facts {
	h.t.Helper()
	var after *encounter.Facts
	h.inTx(func(ctx context.Context, tx db.Tx) (err error) {
		var ids []string
		err = tx.SelectContext(ctx, &ids, `UPDATE message SET status = $4, last_code = $5, secrets = NULL, accepted_at = $6, settled_at = $6
			WHERE encounter_id = $1 AND purpose = $2 AND channel = $3 AND status IN ('queued', 'accepted') AND not_before <= $6
			RETURNING id`, f.ID, purpose, channel, status, code, h.clock)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			h.t.Errorf("no %s by %s", purpose, channel)
		}
		for _, id := range ids {
			_, err = tx.ExecContext(ctx, `INSERT INTO message_event (id, message_id, department_id, at, kind, code) VALUES ($1, $2, $3, $4, $5, $6)`,
				uuid.NewString(), id, f.Department.ID, h.clock, status, code)
			if err != nil {
				return err
			}
		}
		after, err = h.Settle(ctx, tx, f.Department.ID, f.ID, "message.outcome")
		return err
	})
	return h.must(after, nil)
}

// arrived lets everything arrive whose time has come, without anybody looking.
func (h *hospital) arrived(f *encounter.Facts) {
	h.t.Helper()
	h.inTx(func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE message SET status = 'delivered', accepted_at = $2, settled_at = $2
			WHERE encounter_id = $1 AND status = 'queued' AND not_before <= $2`, f.ID, h.clock)
		return err
	})
}

// ahead are the messages that wait for a later time: purpose, channel and time in Paris.
func (h *hospital) ahead(f *encounter.Facts) []string {
	h.t.Helper()
	found := []string{}
	for _, m := range f.Messages {
		if m.Status == "queued" && m.NotBefore.After(h.clock) {
			found = append(found, m.Purpose+" "+m.Channel+" "+m.NotBefore.In(h.department.Zone).Format("01-02 15:04"))
		}
	}
	slices.Sort(found)
	return found
}

func (h *hospital) wantAhead(f *encounter.Facts, want ...string) {
	h.t.Helper()
	if got := h.ahead(f); !slices.Equal(got, append([]string{}, want...)) {
		h.t.Errorf("ahead are\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func (h *hospital) makeReady(f *encounter.Facts) *encounter.Facts {
	h.t.Helper()
	ctx := context.Background()
	in := encounter.LinkInput{Text: zoomInvitation, Declared: declared, Settled: []string{"date_differs", "time_differs", "tool_differs"}}
	h.must(h.Attach(ctx, h.secretary, f.ID, in))
	return h.must(h.Decide(ctx, h.secretary, f.ID, encounter.DecisionInput{Verdict: consent.Agreed, Mode: consent.Oral, Giver: consent.ByPatient}))
}

func TestWhatIsWrittenAhead(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule(nextMonth)
	h.wantAhead(f, "consent-reminder sms 06-06 14:30", "consent-reminder sms 06-08 14:30")

	h.clock = h.clock.Add(time.Hour)
	f = h.makeReady(f)
	invited := []string{
		"invitation sms 06-08 14:30", "link-test email 06-07 14:30", "reminder sms 06-02 14:30", "reminder sms 06-09 12:30",
	}
	h.wantAhead(f, invited...)

	h.clock = h.clock.Add(time.Hour)
	plan := h.aPlan()
	plan.Date, plan.Clock = "2026-06-11", "10:00"
	f = h.must(h.Reschedule(ctx, h.secretary, f.ID, f.Version, plan))
	h.wantAhead(f, "invitation sms 06-10 10:00", "link-test email 06-09 10:00", "reminder sms 06-04 10:00", "reminder sms 06-11 08:00")

	plan.Date, plan.Clock = "2026-06-09", "14:30"
	h.clock = h.clock.Add(time.Hour)
	f = h.must(h.Reschedule(ctx, h.secretary, f.ID, f.Version, plan))
	h.wantAhead(f, invited...) // back to where it was, its slots are free again

	f = h.must(h.Cancel(ctx, h.secretary, f.ID, encounter.CancelInput{Reason: "practitioner"}))
	h.wantAhead(f)
}

func TestTheMessageAboutTheDeviceIsTakenBackOnceItWasTried(t *testing.T) {
	h := newHospital(t)
	f := h.makeReady(h.schedule(nextMonth))
	tried := map[string]string{"tool": "zoom", "outcome": "problem", "problem": "sound"}
	h.inTx(func(ctx context.Context, tx db.Tx) (err error) {
		if err = h.Record(ctx, tx, f, h.secretary.Actor(), "device-tested", h.clock, tried); err != nil {
			return err
		}
		f, err = h.Settle(ctx, tx, f.Department.ID, f.ID, "device-tested")
		return err
	})
	if slices.ContainsFunc(h.ahead(f), func(s string) bool { return strings.HasPrefix(s, "link-test") }) {
		t.Errorf("ahead are %v", h.ahead(f))
	}
	task := f.ContactTask(h.clock)
	if task == nil || task.What != "Le patient a essayé son appareil et signale un problème de son." || task.Phone != "+33612345678" {
		t.Fatalf("task %+v, want a call about the device", task)
	}
	f = h.must(h.RecordCall(context.Background(), h.secretary, f.ID, encounter.CallReached, "Casque branché."))
	if task = f.ContactTask(h.clock); task != nil {
		t.Errorf("task %+v after the call", task)
	}
}

// TestAFailedEmailGoesBySMSThenToThePeople is the way of a notice that reaches nobody.
func TestAFailedEmailGoesBySMSThenToThePeople(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule(func(in *encounter.ScheduleInput) { in.Patient.Email, in.EmailConfirmed = "jeanne@gmail.co", true })
	f = h.becomes(f, "notice", "email", "undelivered", "550 5.1.1")
	i := slices.IndexFunc(f.Messages, func(m encounter.MessageFact) bool { return m.Channel == "sms" && m.Purpose == "notice" })
	if i < 0 || f.Messages[i].Follows == "" || !f.Messages[i].NotBefore.Equal(h.clock) {
		t.Fatalf("messages %+v, want an SMS at once in place of the e-mail", f.Messages)
	}
	if s := step(t, f, h.clock, encounter.StepInformation); s.ActsNext != encounter.SystemActs {
		t.Errorf("information %+v, want the system to act", s)
	}
	if task := f.ContactTask(h.clock); task != nil {
		t.Errorf("task %+v while the SMS is on its way", task)
	}

	h.clock = h.clock.Add(time.Minute)
	f = h.becomes(f, "notice", "sms", "undelivered", "30005")
	task := f.ContactTask(h.clock)
	if task == nil || task.Suggestion != "jeanne@gmail.com" || task.Phone != "+33612345678" || !task.Since.Equal(h.clock) {
		t.Fatalf("task %+v", task)
	}
	s := step(t, f, h.clock, encounter.StepInformation)
	if s.State != encounter.Todo || s.ActsNext != encounter.SecretaryActs ||
		!strings.Contains(s.Evidence, "cette adresse e-mail n’existe pas") || !strings.Contains(s.Evidence, "le numéro n’est pas attribué") {
		t.Errorf("information %+v, want the secretary to telephone", s)
	}

	f = h.must(h.RecordCall(ctx, h.secretary, f.ID, encounter.CallVoicemail, ""))
	if task = f.ContactTask(h.clock); task == nil || task.LastCall == nil || task.LastCall.Outcome != encounter.CallVoicemail {
		t.Errorf("task %+v, want it open with the last try", task)
	}
	if s = step(t, f, h.clock, encounter.StepInformation); !strings.Contains(s.Evidence, "Message laissé sur le répondeur le 11/05/2026 à 09:01 par Mme Odile Secret.") {
		t.Errorf("evidence %q", s.Evidence)
	}
	spoken := h.must(h.RecordCall(ctx, h.secretary, f.ID, encounter.CallReached, "Rappelle demain."))
	if task = spoken.ContactTask(h.clock); task != nil {
		t.Errorf("task %+v after somebody spoke with the patient", task)
	}
}

func TestACorrectedAddressEndsTheTask(t *testing.T) {
	h := newHospital(t)
	f := h.schedule(func(in *encounter.ScheduleInput) { in.Patient.Mobile = "" })
	f = h.becomes(f, "notice", "email", "undelivered", "550 5.1.1")
	if f.ContactTask(h.clock) == nil {
		t.Fatal("no task although there is no other channel")
	}
	h.clock = h.clock.Add(time.Minute)
	f = h.must(h.CorrectContact(context.Background(), h.secretary, f.ID, encounter.ContactInput{Email: "jeanne.d@exemple.fr"}))
	if task := f.ContactTask(h.clock); task != nil {
		t.Errorf("task %+v", task)
	}
}

// TestAnAddressThatFailedIsTriedLast: what another encounter has shown about an address is known here.
func TestAnAddressThatFailedIsTriedLast(t *testing.T) {
	h := newHospital(t)
	h.inTx(func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO message_failure (recipient_hash, channel, code, at) VALUES ($1, 'email', '550 5.1.1', $2)`,
			h.Outbox.Vault.Hash("jeanne.dupont@exemple.fr"), h.clock)
		return err
	})
	if f := h.schedule(nextMonth); f.Messages[0].Purpose != "notice" || f.Messages[0].Channel != "sms" || count(f, "notice") != 1 {
		t.Errorf("messages %+v, want the notice by SMS", f.Messages)
	}
}

// TestAnSMSWithoutAReceiptIsFollowedOnce, however late, however often and by however many instances it is looked at.
func TestAnSMSWithoutAReceiptIsFollowedOnce(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.makeReady(h.schedule(nextMonth))
	h.arrived(f)
	h.clock = time.Date(2026, 6, 2, 12, 31, 0, 0, time.UTC)
	f = h.becomes(f, "reminder", "sms", "accepted", "")
	if want := h.clock.Add(time.Hour); !f.Stored.FollowUp.Equal(want) {
		t.Fatalf("follow-up %v, want %v", f.Stored.FollowUp, want)
	}
	h.clock = h.clock.Add(59 * time.Minute)
	if err := h.FollowUp(ctx); err != nil {
		t.Fatal(err)
	}
	if n := count(h.read(f), "reminder"); n != 2 {
		t.Errorf("%d reminders before the receipt is late", n)
	}
	h.clock = h.clock.Add(26 * time.Hour) // nobody looked for a day
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 3 {
				if err := h.FollowUp(ctx); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	f = h.read(f)
	if n := count(f, "reminder"); n != 3 {
		t.Errorf("%d reminders, want the one by e-mail in place of the SMS once", n)
	}
	if want := h.clock.Add(time.Hour); !f.Stored.FollowUp.Equal(want) {
		t.Errorf("follow-up %v, want %v: then the e-mail should have left", f.Stored.FollowUp, want)
	}
	h.must(f, nil)
}

// TestAMessageThatDoesNotLeaveIsTakenBackForTheNextChannel: the mail server is down, and then Twilio too.
func TestAMessageThatDoesNotLeaveIsTakenBackForTheNextChannel(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule(nextMonth)
	retried := func(channel string) {
		h.inTx(func(ctx context.Context, tx db.Tx) error { // tries that failed moved its time
			_, err := tx.ExecContext(ctx, `UPDATE message SET not_before = $3, attempts = 3 WHERE encounter_id = $1 AND channel = $2 AND slot NOT LIKE 'consent%'`,
				f.ID, channel, h.clock.Add(50*time.Minute))
			return err
		})
	}
	look := func(after time.Duration) {
		h.clock = h.clock.Add(after)
		if err := h.FollowUp(ctx); err != nil {
			t.Fatal(err)
		}
		f = h.must(h.read(f), nil)
	}
	retried("email")
	look(59 * time.Minute)
	if count(f, "notice") != 1 || f.Messages[0].Status != "queued" {
		t.Fatalf("messages %+v before it is late", f.Messages)
	}
	look(time.Minute)
	if f.Messages[0].Status != "cancelled" || count(f, "notice") != 1 || f.ContactTask(h.clock) != nil {
		t.Fatalf("messages %+v, want the notice by SMS in place of the e-mail", f.Messages)
	}
	retried("sms")
	look(time.Hour)
	task := f.ContactTask(h.clock)
	if task == nil || task.Purpose != "notice" || !strings.Contains(task.What, "n’a pas encore pu partir") || task.Suggestion != "" {
		t.Errorf("task %+v, want somebody to telephone", task)
	}
	look(time.Hour)
	if n := count(f, "notice"); n != 1 {
		t.Errorf("%d notices after another look", n)
	}
}

func (h *hospital) read(f *encounter.Facts) *encounter.Facts {
	h.t.Helper()
	again, err := h.Read(context.Background(), h.secretary, auth.EncounterRead, f.ID, "encounter.read")
	if err != nil {
		h.t.Fatal(err)
	}
	return again
}

func TestNewSettingsReachWhatIsWrittenAhead(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.makeReady(h.schedule(nextMonth))
	rooms := &department.Service{DB: h.DB, Now: func() time.Time { return h.clock }, Tools: h.department.Tools}
	manager := auth.Caller{StaffID: uuid.NewString(), Roles: map[string][]auth.Role{h.department.ID: {auth.Manager}}}
	all, err := rooms.Departments(ctx, manager)
	if err != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	d := h.department
	off, delivery := 0, d.Delivery
	delivery.LinkTestHours, delivery.UnreadHours, delivery.ReminderMinutes = &off, &off, []int{60}
	_, err = rooms.Change(ctx, manager, d.ID, department.Settings{
		Name: d.Name, Hospital: d.Hospital, Phone: d.Phone, Email: d.Email, Timezone: "Europe/Paris", Tools: d.Tools, SecureTools: d.SecureTools,
		PortalURL: d.PortalURL, BirthDateAsked: true, CodingTarget: d.CodingTarget, Delivery: &delivery,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err = h.FollowUp(ctx); err != nil {
		t.Fatal(err)
	}
	h.wantAhead(h.read(f), "reminder sms 06-09 13:30")
}

func TestAnnounceDelay(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.makeReady(h.schedule())
	_, err := h.AnnounceDelay(ctx, h.secretary, f.ID, 30)
	_ = wantFault(t, err, fault.KindConflict, "not_yet_due")
	_, err = h.AnnounceDelay(ctx, h.secretary, f.ID, 121)
	_ = wantFault(t, err, fault.KindInvalid, "invalid_input")
	h.clock = f.PlannedStart.Add(-5 * time.Minute)
	h.inTx(func(ctx context.Context, tx db.Tx) (err error) {
		if err = h.Arrive(ctx, tx, f, h.secretary.Actor(), "", h.clock); err != nil {
			return err
		}
		f, err = h.Settle(ctx, tx, f.Department.ID, f.ID, "patient.arrive")
		return err
	})
	if got := h.ahead(f); !slices.Contains(got, "delay sms 05-12 14:45") {
		t.Errorf("ahead are %v, want the word about a delay for who waits", got)
	}
	f = h.must(h.AnnounceDelay(ctx, h.secretary, f.ID, 30))
	if f.Delay == nil || f.Delay.Minutes != 30 || !slices.Contains(h.ahead(f), "delay sms 05-12 15:15") || count(f, "delay") != 2 {
		t.Errorf("delay %+v, messages %+v", f.Delay, f.Messages)
	}
	for _, m := range f.Messages {
		if m.Purpose == "delay" && m.Slot == "" && !m.NotBefore.Equal(h.clock) {
			t.Errorf("%+v does not go at once", m)
		}
	}
	h.clock = f.PlannedStart.Add(10 * time.Minute)
	f = h.must(h.Start(ctx, h.practitioner, f.ID, encounter.StartInput{}))
	if slices.ContainsFunc(h.ahead(f), func(s string) bool { return strings.HasPrefix(s, "delay") }) {
		t.Errorf("ahead are %v although it has begun", h.ahead(f))
	}
	_, err = h.AnnounceDelay(ctx, h.secretary, f.ID, 30)
	_ = wantFault(t, err, fault.KindConflict, "already_started")
}

func TestRecordCallChecksItsInput(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule()
	_, err := h.RecordCall(ctx, h.secretary, f.ID, "busy", "")
	_ = wantFault(t, err, fault.KindInvalid, "invalid_input")
	_, err = h.RecordCall(ctx, h.secretary, f.ID, encounter.CallReached, strings.Repeat("x", 1001))
	_ = wantFault(t, err, fault.KindInvalid, "invalid_input")
	_, err = h.RecordCall(ctx, h.stranger, f.ID, encounter.CallReached, "")
	_ = wantFault(t, err, fault.KindNotFound, "not_found")
}

func TestACancellationThatReachesNobodyIsTold(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule(func(in *encounter.ScheduleInput) { in.Patient.Mobile = "" })
	f = h.becomes(f, "notice", "email", "delivered", "")
	f = h.must(h.Cancel(ctx, h.secretary, f.ID, encounter.CancelInput{Reason: "practitioner"}))
	f = h.becomes(f, "cancellation", "email", "undelivered", "550 5.2.2")
	if s := step(t, f, h.clock, encounter.StepInvitation); s.State != encounter.Todo || s.ActsNext != encounter.SecretaryActs || s.Due.IsZero() {
		t.Errorf("step %+v, want the secretary to telephone", s)
	}
	h.clock = f.PlannedEnd
	if err := h.FollowUp(ctx); err != nil {
		t.Fatal(err)
	}
	if f = h.must(h.read(f), nil); f.Stored.Next == encounter.StepInvitation {
		t.Errorf("summary %+v after the appointment", f.Stored)
	}
	if notifications.Status(f.Messages[1].Status) != notifications.StatusUndelivered {
		t.Errorf("messages %+v", f.Messages)
	}
}

// TestANumberThatRefusesEverythingIsTold: that the person has said STOP to messages of another encounter is no secret
// that leaves everybody waiting.
func TestANumberThatRefusesEverythingIsTold(t *testing.T) {
	h := newHospital(t)
	h.inTx(func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO message_suppression (recipient_hash, channel, code, since) VALUES ($1, 'sms', '21610', $2)`,
			h.Outbox.Vault.Hash("+33612345678"), h.clock)
		return err
	})
	f := h.schedule(nextMonth)
	h.wantAhead(f, "consent-reminder email 06-06 14:30", "consent-reminder email 06-08 14:30")
	f = h.becomes(f, "notice", "email", "undelivered", "550 5.1.1")
	f = h.becomes(f, "notice", "sms", "undelivered", cause.Suppressed)
	if task := f.ContactTask(h.clock); task == nil || !strings.Contains(task.What, "a refusé nos SMS") {
		t.Errorf("task %+v", task)
	}
}

func TestAnAgreementAfterARefusalInvitesAgain(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	f := h.schedule(func(in *encounter.ScheduleInput) {
		in.Plan.Modality, in.Plan.TelephoneReason, in.Plan.Date = encounter.Telephone, "age-70", "2026-06-09"
	})
	for i, v := range []consent.Verdict{consent.Agreed, consent.Withdrawn, consent.Agreed} {
		h.clock = h.clock.Add(time.Minute)
		f = h.must(h.Decide(ctx, h.secretary, f.ID, encounter.DecisionInput{Verdict: v, Mode: consent.Oral, Giver: consent.ByPatient, Explanation: "x"}))
		if i == 0 {
			f = h.becomes(f, "invitation", "email", "accepted", "")
		}
	}
	mails := 0
	for _, m := range f.Messages {
		if m.Purpose == "invitation" && m.Channel == "email" && m.Status != "cancelled" {
			mails++
		}
	}
	if mails != 2 || count(f, "cancellation") != 1 {
		t.Errorf("%d invitations by e-mail, %d cancellations; want the entry put into the calendar again", mails, count(f, "cancellation"))
	}
}
