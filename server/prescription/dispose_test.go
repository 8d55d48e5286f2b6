package prescription_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"teleconsult/server/encounter"
	"teleconsult/server/encountertest"
	"teleconsult/server/fault"
	"teleconsult/server/prescription"
)

var dropped = prescription.DisposeInput{
	URL: "https://dispose.exemple.fr/f/8ZkQw1", Password: "mangue-42-soleil", Until: "2026-05-19", WantedToday: true,
}

func TestCheckDispose(t *testing.T) {
	today := time.Date(2026, time.May, 12, 0, 0, 0, 0, time.UTC)
	with := func(change func(*prescription.DisposeInput)) prescription.DisposeInput {
		in := dropped
		change(&in)
		return in
	}
	for _, c := range []struct {
		name string
		in   prescription.DisposeInput
		want []string
	}{
		{"as it is given", dropped, nil},
		{"nothing", prescription.DisposeInput{}, []string{"url:url_missing", "password:password_invalid", "until:until_invalid"}},
		{"not encrypted", with(func(in *prescription.DisposeInput) { in.URL = "http://dispose.exemple.fr/f/8" }), []string{"url:url_invalid"}},
		{"no link", with(func(in *prescription.DisposeInput) { in.URL = "javascript:alert(1)" }), []string{"url:url_invalid"}},
		{"with a name in it", with(func(in *prescription.DisposeInput) { in.URL = "https://a:b@dispose.exemple.fr/" }), []string{"url:url_invalid"}},
		{"two lines", with(func(in *prescription.DisposeInput) { in.URL = "https://dispose.exemple.fr/\nf" }), []string{"url:url_invalid"}},
		{"the password in the link", with(func(in *prescription.DisposeInput) { in.URL += "?p=" + in.Password }), []string{"password:password_in_url"}},
		{"yesterday", with(func(in *prescription.DisposeInput) { in.Until = "2026-05-11" }), []string{"until:until_invalid"}},
		{"for ever", with(func(in *prescription.DisposeInput) { in.Until = "2036-05-11" }), []string{"until:until_invalid"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := c.in.Check(today)
			if got := violations(err); !slices.Equal(got, c.want) {
				t.Errorf("violations %v, want %v", got, c.want)
			}
		})
	}
}

func TestDisposeGoesByTwoWays(t *testing.T) {
	w := encountertest.New(t)
	s := &prescription.Service{Encounters: w.Encounters}
	id := w.Held()
	w.Exec(`UPDATE patient SET email = 'patient@exemple.fr', mobile = '+33639980001'`)
	ctx := context.Background()
	f, err := s.Dispose(ctx, w.Practitioner, id, dropped)
	if err != nil {
		t.Fatal(err)
	}
	if p := f.Prescription; p.Channel != "dispose" || p.State != "sent" || !strings.Contains(p.Proof, "SMS") || w.Step(f, encounter.StepPrescription) != encounter.Waiting {
		t.Errorf("standing row %+v", p)
	}
	const sent = `SELECT count(*) FROM message WHERE encounter_id = $1 AND purpose = $2 AND channel = $3`
	if w.Count(sent, id, "document-link", "email") != 1 || w.Count(sent, id, "document-password", "sms") != 1 {
		t.Error("the link does not go by e-mail and the password by SMS")
	}
	if n := w.Count(`SELECT count(*) FROM message WHERE row_to_json(message)::text ~ 'mangue|8ZkQw1'`); n != 0 {
		t.Error("the queue shows the link or the password")
	}
	if n := w.Count(`SELECT count(*) FROM prescription_step WHERE row_to_json(prescription_step)::text ~ 'mangue|8ZkQw1'`); n != 0 {
		t.Error("the prescription keeps the link or the password")
	}

	// What became of the two messages is what became of the delivery.
	state := func(query string) encounter.StepState {
		w.Exec(query)
		f, err := w.Encounters.Read(ctx, w.Practitioner, "encounter.read", id, "encounter.read")
		if err != nil {
			t.Fatal(err)
		}
		return w.Step(f, encounter.StepPrescription)
	}
	if got := state(`UPDATE message SET status = 'delivered' WHERE purpose = 'document-link'`); got != encounter.Waiting {
		t.Errorf("the link alone arrived: step %s", got)
	}
	if got := state(`UPDATE message SET status = 'delivered' WHERE purpose = 'document-password'`); got != encounter.Done {
		t.Errorf("both arrived: step %s", got)
	}
	if got := state(`UPDATE message SET status = 'undelivered' WHERE purpose = 'document-password'`); got != encounter.Todo {
		t.Errorf("the password came back: step %s, want a task", got)
	}
}

func TestThePasswordNeverTakesTheWayOfTheLink(t *testing.T) {
	w := encountertest.New(t)
	s := &prescription.Service{Encounters: w.Encounters}
	id := w.Held()
	ctx := context.Background()
	for _, one := range []string{
		`UPDATE patient SET email = 'patient@exemple.fr', mobile = ''`, `UPDATE patient SET email = '', mobile = '+33639980001'`,
	} {
		w.Exec(one)
		if _, err := s.Dispose(ctx, w.Practitioner, id, dropped); fault.CodeOf(err) != "one_way" {
			t.Errorf("%s: %v", one, err)
		}
		told := dropped
		told.ByTelephone = true
		if _, err := s.Dispose(ctx, w.Practitioner, id, told); err != nil {
			t.Errorf("%s: %v", one, err)
		}
	}
	if n := w.Count(`SELECT count(*) FROM message WHERE purpose = 'document-password'`); n != 0 {
		t.Errorf("%d passwords were sent", n)
	}
	for name, err := range map[string]error{
		"not_finished": func() error { _, err := s.Dispose(ctx, w.Practitioner, w.Plan(), dropped); return err }(),
		"forbidden":    func() error { _, err := s.Dispose(ctx, w.Manager, id, dropped); return err }(),
		"not_found":    func() error { _, err := s.Dispose(ctx, w.Stranger, id, dropped); return err }(),
	} {
		if fault.CodeOf(err) != name {
			t.Errorf("%v, want %s", err, name)
		}
	}
}
