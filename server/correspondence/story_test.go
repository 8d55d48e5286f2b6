package correspondence_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"teleconsult/server/correspondence"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

var ctx = context.Background()

func texts(t correspondence.MessageTimeline) []string {
	var all []string
	for _, s := range t.Steps {
		all = append(all, s.Text)
	}
	return all
}

func TestABouncedNoticeIsToldWithItsReplacement(t *testing.T) {
	w := newWorld(t)
	f := w.schedule()
	first := w.timelines(f)
	if len(first) != 1 || first[0].Word != "en file" || first[0].Subject == "" || !first[0].CanWithdraw || first[0].CanResend {
		t.Fatalf("queued: %+v", first)
	}
	if l := first[0]; l.To != "j•••@exemple.fr" || l.CostCents != nil || l.Purpose != "notice" || !l.QueuedAt.Equal(w.Now) {
		t.Errorf("queued: %+v", l)
	}
	w.Now = w.Now.Add(time.Minute)
	w.becomes(f, "email", "accepted", "")
	w.Now = w.Now.Add(time.Minute)
	w.becomes(f, "email", "undelivered", "550 5.1.1")
	all := w.timelines(f)
	if len(all) != 2 || all[0].Channel != "sms" || all[0].Follows != all[1].ID || all[1].FollowedBy != all[0].ID {
		t.Fatalf("after the bounce: %+v", all)
	}
	want := []string{
		"Mis en file d’envoi.", "Confié au serveur d’e-mail.", "Non remis : cette adresse e-mail n’existe pas (550 5.1.1).", "Remplacé par un SMS.",
	}
	if got := texts(all[1]); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if l := all[1]; l.Word != "non remis" || l.Explanation != "Cette adresse e-mail n’existe pas." || !l.CanResend || l.CanWithdraw {
		t.Errorf("%+v", l)
	}
	if l := all[0]; l.Segments != 1 || l.CostCents == nil || *l.CostCents != 7 || !l.Estimated {
		t.Errorf("an SMS that was not sent yet is not estimated: %+v", l)
	}
	if n := w.Traced(f.ID, "messages.read"); n != 2 {
		t.Errorf("looked at twice, traced %d times", n)
	}
}

func TestATimelineNeverShowsTheLink(t *testing.T) {
	w := newWorld(t)
	f := w.schedule()
	w.becomes(f, "email", "undelivered", "5.1.1")
	text, err := json.Marshal(w.timelines(f))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"/p/", "https:", "jeanne.dupont", "612345678"} {
		if strings.Contains(string(text), part) {
			t.Errorf("shows %q: %s", part, text)
		}
	}
}

func TestTheWallOfTimelines(t *testing.T) {
	w := newWorld(t)
	f := w.schedule()
	id := w.timelines(f)[0].ID
	_, err := w.room.Timelines(ctx, w.Stranger, f.ID)
	wantFault(t, err, fault.KindNotFound, "not_found")
	_, err = w.room.Resend(ctx, w.Stranger, f.ID, id, "")
	wantFault(t, err, fault.KindNotFound, "not_found")
	_, err = w.room.Withdraw(ctx, w.Manager, f.ID, id)
	wantFault(t, err, fault.KindForbidden, "forbidden")
	other := w.schedule(func(in *encounter.ScheduleInput) { in.Plan.Clock = "16:00" })
	_, err = w.room.Withdraw(ctx, w.Secretary, other.ID, id) // a message of another encounter
	wantFault(t, err, fault.KindNotFound, "not_found")
}

func TestWithdrawing(t *testing.T) {
	w := newWorld(t)
	f := w.schedule()
	id := w.timelines(f)[0].ID
	w.Now = w.Now.Add(time.Minute)
	f = w.must(w.room.Withdraw(ctx, w.Secretary, f.ID, id))
	if len(f.Messages) != 1 || f.Messages[0].Status != "cancelled" || f.Messages[0].Code != "withdrawn" {
		t.Fatalf("messages %+v", f.Messages)
	}
	if l := w.timelines(f)[0]; l.Word != "non remis" || !slices.Equal(texts(l), []string{"Mis en file d’envoi.", "Retiré avant l’envoi."}) || l.CanWithdraw {
		t.Errorf("%+v", l)
	}
	if w.Count(`SELECT count(*) FROM message WHERE id = $1 AND secrets IS NULL AND settled_at = $2`, id, w.Now) != 1 {
		t.Error("what was taken back keeps its secrets")
	}
	_, err := w.room.Withdraw(ctx, w.Secretary, f.ID, id)
	wantFault(t, err, fault.KindConflict, "too_late")
	f = w.must(w.room.Resend(ctx, w.Secretary, f.ID, id, ""))
	w.becomes(f, "email", "sending", "")
	_, err = w.room.Withdraw(ctx, w.Secretary, f.ID, f.Messages[1].ID)
	wantFault(t, err, fault.KindConflict, "too_late")
	if w.Traced(f.ID, "message.withdraw") != 1 {
		t.Error("not traced")
	}
}

func TestWhatWasWrittenAheadStaysWithdrawn(t *testing.T) {
	w := newWorld(t)
	w.delivery(`{"consentReminderHours": [72]}`)
	f := w.schedule()
	ahead := w.timelines(f)[0]
	if ahead.Purpose != "consent-reminder" || ahead.Word != "en file" || !slices.Equal(texts(ahead), []string{"Mis en file d’envoi.", "Départ prévu."}) ||
		!ahead.CanWithdraw || ahead.CanResend || ahead.Segments != 1 || *ahead.CostCents != 7 {
		t.Fatalf("written ahead: %+v", ahead)
	}
	w.must(w.room.Withdraw(ctx, w.Secretary, f.ID, ahead.ID))
	w.must(w.Encounters.PlanAppointment(ctx, w.Secretary, f.ID)) // another look at what is wanted
	if n := w.Count(`SELECT count(*) FROM message WHERE encounter_id = $1 AND purpose = 'consent-reminder'`, f.ID); n != 1 {
		t.Errorf("%d, want the one that was taken back", n)
	}
	f = w.must(w.room.Resend(ctx, w.Secretary, f.ID, ahead.ID, "email"))
	if last := f.Messages[len(f.Messages)-1]; last.Purpose != "consent-reminder" || last.Channel != "email" || last.Slot != "" {
		t.Errorf("sent by hand: %+v", last)
	}
}

func TestResending(t *testing.T) {
	w := newWorld(t)
	f := w.schedule()
	id := f.Messages[0].ID
	_, err := w.room.Resend(ctx, w.Secretary, f.ID, id, "")
	wantFault(t, err, fault.KindConflict, "already_queued")
	f = w.must(w.room.Resend(ctx, w.Secretary, f.ID, id, "sms")) // another channel need not wait
	if len(f.Messages) != 2 || f.Messages[1].Channel != "sms" || f.Messages[1].Purpose != "notice" || f.Messages[1].Recipient != "+33612345678" {
		t.Fatalf("messages %+v", f.Messages)
	}
	w.becomes(f, "email", "accepted", "")
	w.Now = w.Now.Add(time.Minute)
	f = w.must(w.room.Resend(ctx, w.Secretary, f.ID, id, ""))
	if len(f.Messages) != 3 || f.Messages[2].Channel != "email" || f.Messages[2].Follows != "" {
		t.Fatalf("messages %+v", f.Messages)
	}
	if w.Traced(f.ID, "message.resend") != 2 {
		t.Error("not traced")
	}
	_, err = w.room.Resend(ctx, w.Secretary, f.ID, "00000000-0000-7000-8000-000000000000", "")
	wantFault(t, err, fault.KindNotFound, "not_found")
	w.becomes(f, "email", "accepted", "")
	w.must(w.Encounters.Cancel(ctx, w.Secretary, f.ID, encounter.CancelInput{Reason: "practitioner"}))
	_, err = w.room.Resend(ctx, w.Secretary, f.ID, id, "")
	wantFault(t, err, fault.KindConflict, "not_resendable")
}

func TestResendingByAChannelThatIsNotThere(t *testing.T) {
	w := newWorld(t)
	f := w.schedule(func(in *encounter.ScheduleInput) { in.Patient.Mobile = "" })
	_, err := w.room.Resend(ctx, w.Secretary, f.ID, f.Messages[0].ID, "sms")
	wantFault(t, err, fault.KindConflict, "contact_missing")
}

func TestAnUnreachedPatientIsTelephoned(t *testing.T) {
	w := newWorld(t)
	reached := w.schedule(func(in *encounter.ScheduleInput) { in.Plan.Clock = "09:00" })
	w.becomes(reached, "email", "accepted", "")
	f := w.schedule(func(in *encounter.ScheduleInput) { in.Patient.Email, in.EmailConfirmed = "jeanne@gmail.co", true })
	w.becomes(f, "email", "undelivered", "550 5.1.1")
	if list := w.unreached(); len(list) != 0 {
		t.Fatalf("the SMS is on its way: %+v", list)
	}
	w.Now = w.Now.Add(time.Minute)
	f = w.becomes(f, "sms", "undelivered", "30005")
	list := w.unreached()
	if len(list) != 1 || list[0].EncounterID != f.ID || list[0].Patient.FamilyName != "Dupont" || !list[0].PlannedStart.Equal(f.PlannedStart) {
		t.Fatalf("list %+v", list)
	}
	task := list[0].TaskView
	if task.Phone != "+33612345678" || task.Suggestion != "jeanne@gmail.com" || task.Purpose != "notice" || task.LastCall != nil ||
		!strings.Contains(task.What, "n’existe pas") || !strings.Contains(task.What, "attribué") || !slices.Equal(task.Channels, []string{"email", "sms"}) {
		t.Errorf("task %+v", task)
	}
	w.Now = w.Now.Add(time.Minute)
	w.must(w.Encounters.RecordCall(ctx, w.Secretary, f.ID, encounter.CallVoicemail, ""))
	if list = w.unreached(); len(list) != 1 || list[0].LastCall == nil || list[0].LastCall.Outcome != "voicemail" {
		t.Fatalf("after a voicemail: %+v", list)
	}
	w.must(w.Encounters.RecordCall(ctx, w.Secretary, f.ID, encounter.CallReached, "La patiente rappellera."))
	if list = w.unreached(); len(list) != 0 {
		t.Errorf("after the call: %+v", list)
	}
	if w.Count(`SELECT count(*) FROM audit_event WHERE action = 'worklist.unreached'`) != 4 {
		t.Error("the list is not traced")
	}
}

func (w *world) unreached() []correspondence.Unreached {
	w.t.Helper()
	list, err := w.room.Unreached(ctx, w.Secretary, w.Department)
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

func TestAProblemWithTheDeviceIsForTheSecretary(t *testing.T) {
	w := newWorld(t)
	f := w.schedule(func(in *encounter.ScheduleInput) { in.Patient.Email = "jeanne@gmail.co"; in.EmailConfirmed = true })
	f = w.becomes(f, "email", "delivered", "")
	w.Exec(`INSERT INTO encounter_event (id, encounter_id, department_id, kind, occurred_at, recorded_at, actor_kind, data)
		VALUES (gen_random_uuid(), $1, $2, 'device-tested', $3, $3, 'patient', '{"tool":"zoom","outcome":"problem","problem":"sound"}')`,
		f.ID, w.Department, w.Now)
	if list := w.unreached(); len(list) != 1 || list[0].Purpose != "link-test" || !strings.Contains(list[0].What, "de son") || list[0].Suggestion != "" {
		t.Errorf("list %+v, want the device without a word about the address", list)
	}
}

// TestWhatDoesNotLeaveIsForTheSecretary: an e-mail that the mail server does not take, and no mobile.
func TestWhatDoesNotLeaveIsForTheSecretary(t *testing.T) {
	for _, status := range []string{"queued", "unknown"} {
		w := newWorld(t)
		f := w.schedule(func(in *encounter.ScheduleInput) { in.Patient.Mobile = "" })
		w.becomes(f, "email", status, "")
		if list := w.unreached(); len(list) != 0 {
			t.Errorf("%s: listed before it is late: %+v", status, list)
		}
		w.Now = w.Now.Add(time.Hour)
		if list := w.unreached(); len(list) != 1 || list[0].Purpose != "notice" {
			t.Errorf("%s: %+v, want the notice", status, list)
		}
	}
}

func TestWarningsAboutAContact(t *testing.T) {
	w := newWorld(t)
	vault := w.Encounters.Outbox.Vault
	w.Exec(`INSERT INTO message_failure (recipient_hash, channel, code, at) VALUES ($1, 'email', '5.2.2', $2), ($3, 'sms', '21610', $2)`,
		vault.Hash("plein@orange.fr"), w.Now, vault.Hash("+33612345678"))
	w.Exec(`INSERT INTO message_suppression (recipient_hash, channel, code, since) VALUES ($1, 'sms', '21610', $2)`, vault.Hash("+33612345678"), w.Now)
	for _, c := range []struct {
		email, mobile string
		want          []string
	}{
		{"plein@orange.fr", "", []string{"email failed-before Le dernier message à cette adresse n’est pas arrivé. La boîte aux lettres est pleine."}},
		{" Plein@Orange.fr ", "06 98 76 54 32", []string{"email failed-before Le dernier message à cette adresse n’est pas arrivé. La boîte aux lettres est pleine."}},
		{"vide@orange.fe", "06 12 34 56 78", []string{
			"email typo Vouliez-vous dire @orange.fr ?", "mobile refused Ce numéro a refusé nos SMS : rien n’y est envoyé.",
		}},
		{"jeanne@exemple.fr", "", nil},
		{"", "", nil},
		{"pas une adresse", "12", nil},
	} {
		warnings, err := w.room.CheckContact(ctx, w.Secretary, w.Department, c.email, c.mobile)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, warning := range warnings {
			got = append(got, warning.Field+" "+warning.Code+" "+warning.Message)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s %s: %q, want %q", c.email, c.mobile, got, c.want)
		}
	}
	f := w.schedule(func(in *encounter.ScheduleInput) { in.Patient.Email = "plein@orange.fr" })
	if len(f.Warnings) != 2 || f.Warnings[0].Code != "failed-before" || f.Warnings[1].Code != "refused" {
		t.Errorf("scheduled with %+v", f.Warnings)
	}
}
