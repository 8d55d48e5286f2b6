package work

import (
	"strings"
	"testing"
	"time"

	"teleconsult/server/invitation"
	"teleconsult/server/invitation/batch"
	"teleconsult/server/invitation/column"
	"teleconsult/server/patient"
)

// sendAll confirms a list whose rows must all be ready, and works on it.
func (w *ward) sendAll(b invitation.Batch) invitation.Batch {
	w.t.Helper()
	if b.Summary.Errors > 0 || b.Summary.People != len(b.Rows) {
		for _, r := range b.Rows {
			w.t.Logf("row %d: %s", r.ID, codes(r))
		}
		w.t.Fatalf("not ready: %+v", b.Summary)
	}
	w.send(b, "")
	w.workAll()
	b = w.get(b.ID)
	for _, r := range b.Rows {
		if r.State != batch.RowDone {
			w.t.Fatalf("row %d is %s: %s", r.ID, r.State, codes(r))
		}
	}
	return b
}

func TestARowAboutSomebodyNew(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(lines(line{ipp: "8011111111", email: "jeanne@exemple.fr", mobile: "06 39 98 00 01", link: zoomLink(1)}))
	o := b.Rows[0].Outcome
	if o.Patient != "new" || o.Encounter != "new" || o.Purpose != "notice" || len(o.Channels) != 1 || o.Channels[0].To != "j•••@exemple.fr" ||
		o.Link == nil || o.Link.Host != "us02web.zoom.us" || o.Zone != "Europe/Paris" || !o.Start.Equal(time.Date(2026, 5, 20, 7, 0, 0, 0, time.UTC)) {
		t.Errorf("outcome %+v, link %+v", o, o.Link)
	}
	if strings.Contains(o.Preview, "80000000001") || !strings.HasSuffix(o.Preview, "…") || len([]rune(o.Preview)) != 160 {
		t.Errorf("preview %q", o.Preview)
	}
	b = w.sendAll(b)
	r := b.Rows[0]
	f := w.facts(r.EncounterID)
	if standing(f) != "notice email jeanne@exemple.fr" || f.Link == nil || f.Patient.IPP != "8011111111" || f.Patient.Mobile != "+33639980001" {
		t.Errorf("standing %s, link %v, patient %+v", standing(f), f.Link, f.Patient)
	}
	if r.Delivery == nil || r.Delivery.State != "queued" || r.Delivery.Answer != "none" || len(r.Delivery.Channels) != 1 || r.Delivery.Channels[0].Word != "en file" {
		t.Errorf("delivery %+v", r.Delivery)
	}
	w.settled()
}

func TestARowAboutAKnownPatientKeepsTheContact(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(lines(
		line{family: "DURAND", given: "Zoé", born: "03/02/1950", email: "zoe@exemple.fr", link: zoomLink(1)},
		line{family: "-", given: "-", born: "-", ipp: "8012345678", date: "21/05/2026", link: zoomLink(2)},
	))
	for _, r := range b.Rows {
		if r.Outcome == nil || r.Outcome.Patient != "known" || r.Outcome.Encounter != "new" || len(r.Problems) > 0 {
			t.Errorf("row %d: %+v, %s", r.ID, r.Outcome, codes(r))
		}
	}
	b = w.sendAll(b)
	if n := w.Count(`SELECT count(*) FROM patient`); n != 1 {
		t.Errorf("%d patients", n)
	}
	for _, r := range b.Rows {
		if f := w.facts(r.EncounterID); f.Patient.ID != w.Patient || standing(f) != "notice email zoe@exemple.fr" {
			t.Errorf("%s for %s", standing(f), f.Patient.ID)
		}
	}
	w.settled()
}

// A file of a hospital often has the identifier and the names, and no date of birth.
func TestTheIdentifierAndTheNamesAreEnough(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	for _, c := range []struct {
		line line
		want string
	}{
		{line{family: "Durand", given: "Zoé", born: "-"}, ""},
		{line{family: "Dupont", given: "Zoé", born: "-"}, "ipp:ipp_of_another"},
		{line{family: "Durand", given: "Zoé", born: "04/02/1950"}, "ipp:ipp_of_another"},
	} {
		c.line.ipp, c.line.link = "8012345678", zoomLink(1)
		if got := codes(w.file(lines(c.line)).Rows[0]); got != c.want {
			t.Errorf("%+v: %q, want %q", c.line, got, c.want)
		}
	}
}

func TestANewContactReachesThePatientsOtherConsultations(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	other := w.schedule(patient.Patient{ID: w.Patient}, "2026-06-02", "10:00")
	b := w.file(lines(line{family: "Durand", given: "Zoé", born: "03/02/1950", email: "neuve@exemple.fr", link: zoomLink(1)}))
	if got := codes(b.Rows[0]); got != "email:contact_changes" {
		t.Errorf("problems %s", got)
	}
	b = w.sendAll(b)
	if f := w.facts(b.Rows[0].EncounterID); standing(f) != "notice email neuve@exemple.fr" || f.Link == nil {
		t.Errorf("this one: %s, link %v", standing(f), f.Link)
	}
	if f := w.facts(other.ID); standing(f) != "notice email neuve@exemple.fr" || f.Patient.Email != "neuve@exemple.fr" {
		t.Errorf("the other one: %s", standing(f))
	}
	w.settled()
}

func TestALinkForAPlannedConsultation(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	agreed := w.schedule(someone("Accord", "accord@exemple.fr"), "2026-05-20", "09:00")
	told := w.schedule(someone("Informee", "informee@exemple.fr"), "2026-05-20", "10:00")
	if n := w.become("delivered", 10); n != 2 {
		t.Fatalf("%d notices", n)
	}
	w.Now = w.Now.Add(time.Hour)
	w.agree(agreed.ID)
	b := w.file(lines(
		line{family: "ACCORD", link: zoomLink(1)},
		line{family: "INFORMEE", clock: "10:00", link: zoomLink(2)},
	))
	// whoever agreed gets the invitation, which is news; whoever was told gets the same again, which somebody must want
	if r := w.row(b.ID, 1); codes(r) != "" || r.Outcome == nil || r.Outcome.Encounter != "update" || r.Outcome.Purpose != "invitation" {
		t.Errorf("agreed: %s, %+v", codes(r), r.Outcome)
	}
	if r := w.row(b.ID, 2); codes(r) != "row:already_invited" || !r.Problems[0].Acceptable || r.Problems[0].Severity != "error" {
		t.Errorf("told: %+v", r.Problems)
	}
	w.accept(b.ID, 2, "already_invited")
	if r := w.row(b.ID, 2); codes(r) != "row:already_invited" || r.Problems[0].Severity != "warning" || r.Outcome.Purpose != "notice" {
		t.Errorf("accepted: %+v, %+v", r.Problems, r.Outcome)
	}
	b = w.sendAll(w.get(b.ID))
	if r := w.row(b.ID, 1); r.EncounterID != agreed.ID || r.Delivery == nil || r.Delivery.State != "queued" || r.Delivery.Answer != "agreed" {
		t.Errorf("agreed: %+v %+v", r, r.Delivery)
	}
	f := w.facts(agreed.ID)
	if standing(f) != "notice email accord@exemple.fr, invitation email accord@exemple.fr" || f.Link == nil || f.Link.MeetingID != "80000000001" {
		t.Errorf("agreed: %s, link %+v", standing(f), f.Link)
	}
	f = w.facts(told.ID)
	if standing(f) != "notice email informee@exemple.fr, notice email informee@exemple.fr" || f.Link == nil {
		t.Errorf("told: %s, link %+v", standing(f), f.Link)
	}
	if w.Traced(agreed.ID, "link.attach") != 1 || w.Traced(agreed.ID, "message.resend") != 1 {
		t.Error("what was done is not in the trace")
	}
	if n := w.Count(`SELECT count(*) FROM encounter`); n != 2 {
		t.Errorf("%d encounters", n)
	}
	w.settled()
}

func TestOrtifSessions(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	planned := w.schedule(someone("Prevue", "prevue@exemple.fr"), "2026-05-20", "10:00")
	w.Exec(`UPDATE encounter SET tool = 'ortif', tool_reason = '' WHERE id = $1`, planned.ID)
	w.become("delivered", 10)
	// the contact changes, so that this one goes by itself
	w.schedule(patient.Patient{ID: w.Patient}, "2026-06-02", "10:00")
	b := w.file(lines(
		line{family: "NOUVELLE", email: "n@exemple.fr", tool: "ORTIF", reference: "S-1"},
		line{family: "PREVUE", clock: "10:00", tool: "ORTIF", reference: "S-2"},
		line{family: "DURAND", given: "Zoé", born: "03/02/1950", clock: "11:00", email: "neuve@exemple.fr", tool: "ORTIF", reference: "S-3"},
		line{family: "DOUBLE", clock: "12:00", email: "d@exemple.fr", tool: "ORTIF", reference: "S-1"},
	))
	if got := codes(w.row(b.ID, 4)); !strings.Contains(got, "link_twice") {
		t.Errorf("a session for two rows: %q", got)
	}
	w.correct(b, 4, map[column.Field]string{column.Reference: "S-4"})
	w.accept(b.ID, 2, "already_invited")
	b = w.sendAll(w.get(b.ID))
	for number, want := range map[int]string{1: "S-1", 2: "S-2", 3: "S-3", 4: "S-4"} {
		f := w.facts(w.row(b.ID, number).EncounterID)
		if f.Link == nil || f.Link.Reference != want || f.OrtifInvited == nil || f.Tool != "ortif" {
			t.Errorf("row %d: link %+v, invited %v", number, f.Link, f.OrtifInvited)
		}
	}
	w.settled()
}

// Two rows about one new person at two moments are two consultations of one patient.
func TestTwoRowsAboutOneNewPerson(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(lines(
		line{email: "jeanne@exemple.fr", link: zoomLink(1)},
		line{email: "jeanne@exemple.fr", date: "27/05/2026", link: zoomLink(2)},
		line{email: "jeanne@exemple.fr", date: "03/06/2026", link: zoomLink(3)},
	))
	w.sendAll(b)
	if patients, encounters := w.Count(`SELECT count(*) FROM patient WHERE family_name = 'NOUVEAU'`), len(w.settled()); patients != 1 || encounters != 3 {
		t.Errorf("%d patients, %d encounters", patients, encounters)
	}
}

// What the review promises, the work does: a second consultation on one day is asked about before it is sent.
func TestTwoRowsAboutOnePersonOnOneDay(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(lines(
		line{email: "jeanne@exemple.fr", link: zoomLink(1)},
		line{email: "jeanne@exemple.fr", clock: "15:00", link: zoomLink(2)},
	))
	if got := codes(w.row(b.ID, 1)); got != "" {
		t.Errorf("the first: %s", got)
	}
	r := w.row(b.ID, 2)
	if codes(r) != "time:same_day" || !r.Problems[0].Acceptable || r.Problems[0].Line != 2 {
		t.Fatalf("the second: %+v", r.Problems)
	}
	w.accept(b.ID, 2, "same_day")
	if r = w.row(b.ID, 2); codes(r) != "time:same_day" || r.Problems[0].Severity != "warning" {
		t.Errorf("accepted: %+v", r.Problems)
	}
	w.sendAll(w.get(b.ID))
	if n := len(w.settled()); n != 2 {
		t.Errorf("%d encounters", n)
	}
}

func TestCorrectionsOfOneRowReachTheOthers(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	b := w.file(lines(
		line{email: "jeanne@exemple.fr", link: zoomLink(1)},
		line{email: "jeanne@exemple.fr", link: zoomLink(2)},
		line{family: "AUTRE", email: "autre@exemple.fr", clock: "10:00", link: zoomLink(1)},
		line{family: "SEULE", email: "seule@exemple.fr", clock: "11:00", link: zoomLink(4)},
	))
	for number, want := range map[int]string{1: "link:link_twice", 2: "row:duplicate_row", 3: "link:link_twice", 4: ""} {
		if got := codes(w.row(b.ID, number)); got != want {
			t.Errorf("row %d: %q, want %q", number, got, want)
		}
	}
	if r := w.row(b.ID, 2); r.Problems[0].Line != 2 || r.Line != 3 {
		t.Errorf("the duplicate names line %d", r.Problems[0].Line)
	}
	c := w.correct(b, 3, map[column.Field]string{column.Link: zoomLink(3)})
	if len(c.Rows) != 2 || c.Rows[0].ID != 3 || codes(c.Rows[0]) != "" || c.Rows[1].ID != 1 || codes(c.Rows[1]) != "" || c.Summary.Errors != 1 {
		t.Errorf("after the link: %+v", c)
	}
	c = w.correct(b, 1, map[column.Field]string{column.Time: "14:00"})
	if len(c.Rows) != 2 || c.Rows[0].ID != 1 || c.Rows[1].ID != 2 || codes(c.Rows[1]) != "time:same_day" {
		t.Errorf("after the hour: %+v", c.Rows)
	}
	before := c.Revision
	left := true
	c, err := w.Correct(w.ctx, w.Secretary, b.ID, 1, invitation.Correction{LeftOut: &left})
	if err != nil || len(c.Rows) != 2 || codes(c.Rows[1]) != "" || c.Summary.LeftOut != 1 || c.Summary.Errors != 0 || c.Revision <= before {
		t.Errorf("left out: %+v (%v)", c, err)
	}
}

func TestWhatCannotBeCorrected(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	planned := w.schedule(someone("Prevue", "prevue@exemple.fr"), "2026-05-20", "09:00")
	w.become("undelivered", 10)
	fixed := w.fromEncounters(planned.ID)
	if r := fixed.Rows[0]; !r.Fixed || r.Values[column.FamilyName] != "Prevue" || r.Values[column.Email] != "prevue@exemple.fr" {
		t.Errorf("row %+v", r)
	}
	name := invitation.Correction{Values: map[column.Field]string{column.FamilyName: "Autre"}}
	_, err := w.Correct(w.ctx, w.Secretary, fixed.ID, 1, name)
	refused(t, "the name of a planned one", err, "row_fixed")
	if c := w.correct(fixed, 1, map[column.Field]string{column.Email: "bonne@exemple.fr"}); c.Rows[0].Values[column.Email] != "bonne@exemple.fr" {
		t.Errorf("corrected %+v", c.Rows)
	}
	b := w.file(lines(line{email: "jeanne@exemple.fr", link: zoomLink(1)}))
	w.send(b, "")
	_, err = w.Correct(w.ctx, w.Secretary, b.ID, 1, name)
	refused(t, "a confirmed row", err, "row_confirmed")
	w.workAll()
	_, err = w.Correct(w.ctx, w.Secretary, b.ID, 1, name)
	refused(t, "a row that was worked on", err, "row_confirmed")
	_, err = w.Correct(w.ctx, w.Secretary, b.ID, 2, name)
	refused(t, "no row", err, "not_found")
	for text, code := range map[string]string{strings.Repeat("x", 8001): "too_long", "a\x00b": "unreadable_value"} {
		_, err = w.Correct(w.ctx, w.Secretary, b.ID, 1, invitation.Correction{Values: map[column.Field]string{column.Email: text}})
		if !hasViolation(err, code) {
			t.Errorf("%v, want %s", err, code)
		}
	}
	for _, field := range []column.Field{column.FullName, "shoeSize", column.Ignored} {
		_, err = w.Correct(w.ctx, w.Secretary, b.ID, 1, invitation.Correction{Values: map[column.Field]string{field: "x"}})
		if !hasViolation(err, "field_unknown") {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// A row about a planned consultation says what is wrong with what was typed into it.
func TestARowAboutAPlannedConsultationHasErrors(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	planned := w.schedule(someone("Prevue", "prevue@exemple.fr"), "2026-05-20", "09:00")
	w.become("undelivered", 10)
	b := w.fromEncounters(planned.ID)
	for _, c := range []struct {
		field      column.Field
		text, code string
	}{
		{column.Link, "https://us02web.zoom.us.evil.example/j/80000000001?pwd=Zm9v.1", "link:suspicious_host"},
		{column.Link, "demain à la même heure", "link:no_link"},
		{column.Email, "pas une adresse", "email:email_unreadable"},
		{column.Mobile, "sur liste rouge", "mobile:mobile_unreadable"},
		{column.Mobile, "612345678", "mobile:mobile_zero_restored"},
	} {
		if got := codes(w.correct(b, 1, map[column.Field]string{c.field: c.text}).Rows[0]); got != c.code {
			t.Errorf("%s: %q, want %q", c.text, got, c.code)
		}
		w.correct(b, 1, map[column.Field]string{c.field: ""})
	}
}
