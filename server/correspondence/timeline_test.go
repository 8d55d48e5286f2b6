package correspondence

import (
	"slices"
	"strings"
	"testing"
	"time"

	"teleconsult/notifications"
)

var noon = time.Date(2026, 5, 12, 12, 0, 0, 0, time.UTC) // 14:00 in Paris

func after(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }

func paris(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// told is the steps as somebody reads them.
func told(steps []MessageStep) []string {
	var all []string
	for _, s := range steps {
		all = append(all, s.Kind+": "+s.Text)
	}
	return all
}

func TestStepsAreInPlainFrench(t *testing.T) {
	mail := message{ID: "1", Purpose: "notice", Channel: "email", Recipient: "jeanne@exemple.fr", CreatedAt: noon, NotBefore: noon}
	sms := message{ID: "2", Purpose: "notice", Channel: "sms", Recipient: "+33612345678", CreatedAt: noon, NotBefore: noon}
	with := func(m message, status notifications.Status, events ...event) message {
		m.Status, m.Events = string(status), events
		return m
	}
	queued := event{At: noon, Kind: "queued"}
	for _, c := range []struct {
		name string
		m    message
		want []string
	}{
		{"queued", with(mail, "queued", queued), []string{"queued: Mis en file d’envoi."}},
		{"being sent", with(mail, "sending", queued, event{At: noon, Kind: "sending"}), []string{
			"queued: Mis en file d’envoi.", "sending: Envoi en cours.",
		}},
		{"accepted e-mail", with(mail, "accepted", queued, event{At: noon, Kind: "sending"}, event{At: noon, Kind: "accepted"}), []string{
			"queued: Mis en file d’envoi.", "accepted: Confié au serveur d’e-mail.",
		}},
		{"delivered SMS, read", with(sms, "delivered", queued, event{At: after(1), Kind: "accepted"},
			event{At: after(2), Kind: "receipt", Detail: "sent"}, event{At: after(3), Kind: "delivered"}, event{At: after(9), Kind: "read"}), []string{
			"queued: Mis en file d’envoi.", "accepted: Confié à l’opérateur.", "receipt: Transmis à l’opérateur du destinataire.",
			"delivered: Remis au téléphone.", "read: Lu : la date de naissance a été donnée sur la page.",
		}},
		{"refused at once", with(mail, "undelivered", queued, event{At: after(1), Kind: "undelivered", Code: "550 5.1.1", Detail: "<jeanne> unknown"}), []string{
			"queued: Mis en file d’envoi.", "undelivered: Refusé : cette adresse e-mail n’existe pas (550 5.1.1).",
		}},
		{"bounced later", with(mail, "undelivered", queued, event{At: after(1), Kind: "accepted"}, event{At: after(60), Kind: "undelivered", Code: "5.2.2"}), []string{
			"queued: Mis en file d’envoi.", "accepted: Confié au serveur d’e-mail.", "undelivered: Non remis : la boîte aux lettres est pleine (5.2.2).",
		}},
		{"unknown code", with(sms, "undelivered", queued, event{At: after(1), Kind: "undelivered", Code: "30999"}), []string{
			"queued: Mis en file d’envoi.", "undelivered: Refusé : le prestataire a signalé l’erreur 30999.",
		}},
		{"opted out", with(sms, "undelivered", queued, event{At: after(1), Kind: "undelivered", Code: "suppressed"}), []string{
			"queued: Mis en file d’envoi.", "undelivered: Refusé : ce numéro a refusé nos SMS : rien n’a été envoyé.",
		}},
		{"expired", with(mail, "expired", queued, event{At: after(9), Kind: "expired"}), []string{
			"queued: Mis en file d’envoi.", "expired: Pas parti à temps : le message ne servait plus.",
		}},
		{"withdrawn", with(mail, "cancelled", queued, event{At: after(9), Kind: "cancelled", Code: "withdrawn"}), []string{
			"queued: Mis en file d’envoi.", "cancelled: Retiré avant l’envoi.",
		}},
		{"unknown", with(mail, "unknown", queued, event{At: after(1), Kind: "unknown", Code: "no-answer"}), []string{
			"queued: Mis en file d’envoi.",
			"unknown: Départ incertain : la connexion s’est coupée avant la réponse : on ne sait pas si le message est parti.",
		}},
		{"strange receipt", with(sms, "accepted", queued, event{At: after(1), Kind: "receipt", Detail: "<b>jeanne</b>", Code: "30003"}), []string{
			"queued: Mis en file d’envoi.", "receipt: Nouvelle du prestataire : le téléphone est éteint ou hors réseau (30003).",
		}},
	} {
		if got := told(c.m.steps([]message{c.m}, paris(t))); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

// A message that may have left is never said not to have.
func TestTheEndOfADoubtfulMessage(t *testing.T) {
	const expired = "Sans nouvelle à l’échéance : rien ne prouve que le message soit arrivé."
	const cancelled = "Retiré : il n’est plus envoyé, mais un exemplaire est peut-être déjà parti."
	unknown := event{At: after(1), Kind: "unknown", Code: "no-answer"}
	for _, c := range []struct {
		name, channel string
		events        []event
		want          string
	}{
		{"SMS without news", "sms", []event{unknown, {At: after(9), Kind: "expired"}}, expired},
		{"e-mail without news", "email", []event{unknown, {At: after(3), Kind: "retry", Code: "451"}, {At: after(9), Kind: "expired"}}, expired},
		{"e-mail called back in doubt", "email", []event{unknown, {At: after(9), Kind: "cancelled", Code: "withdrawn"}}, cancelled},
		{"e-mail called back while it was tried", "email", []event{{At: after(9), Kind: "cancelled", Code: "no-answer"}}, cancelled},
		{"e-mail whose dispatcher died", "email", []event{{At: after(9), Kind: "cancelled", Code: "abandoned"}}, cancelled},
		{"SMS whose dispatcher died before it was begun", "sms", []event{{At: after(9), Kind: "cancelled", Code: "abandoned"}}, "Retiré avant l’envoi."},
		{"SMS that was never taken", "sms", []event{unknown, {At: after(9), Kind: "cancelled", Code: "not-taken"}}, "Retiré avant l’envoi."},
		{
			"SMS that was never taken, and late", "sms",
			[]event{unknown, {At: after(5), Kind: "retry", Code: "not-taken"}, {At: after(9), Kind: "expired"}},
			"Pas parti à temps : le message ne servait plus.",
		},
	} {
		m := message{Channel: c.channel, CreatedAt: noon, NotBefore: noon, Events: append([]event{{At: noon, Kind: "queued"}}, c.events...)}
		steps := m.steps(nil, paris(t))
		if got := steps[len(steps)-1].Text; got != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

func TestARetrySaysWhenItIsTriedAgain(t *testing.T) {
	m := message{Channel: "email", Status: "queued", CreatedAt: noon, NotBefore: after(32), Events: []event{
		{At: noon, Kind: "queued"}, {At: after(1), Kind: "retry", Code: "connection"}, {At: after(30), Kind: "retry", Code: "451 4.2.2"},
	}}
	want := []string{
		"queued: Mis en file d’envoi.", "retry: Pas encore parti : le service d’envoi ne répond pas.",
		"retry: Pas encore parti : la boîte aux lettres est pleine (451 4.2.2). Nouvel essai prévu à 14:32.",
	}
	if got := told(m.steps(nil, paris(t))); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	m.NotBefore = noon.Add(20 * time.Hour)
	if got := m.steps(nil, paris(t)); !strings.HasSuffix(got[2].Text, "Nouvel essai prévu le 13/05 à 10:00.") {
		t.Errorf("%q", got[2].Text)
	}
	m.Status = "accepted"
	if got := m.steps(nil, paris(t)); strings.Contains(got[2].Text, "prévu") {
		t.Errorf("a try that is over is announced: %q", got[2].Text)
	}
}

func TestAPlannedMessageAndItsReplacement(t *testing.T) {
	reminder := message{ID: "1", Channel: "sms", Status: "queued", CreatedAt: noon, NotBefore: after(600), Events: []event{{At: noon, Kind: "queued"}}}
	if got := told(reminder.steps(nil, paris(t))); !slices.Equal(got, []string{"queued: Mis en file d’envoi.", "planned: Départ prévu."}) {
		t.Errorf("%q", got)
	}
	failed := message{ID: "2", Channel: "email", Status: "undelivered", CreatedAt: noon, Events: []event{
		{At: noon, Kind: "queued"}, {At: after(1), Kind: "undelivered", Code: "5.1.1"},
	}}
	next := message{ID: "3", Channel: "sms", Status: "queued", Follows: "2", CreatedAt: after(1), NotBefore: after(1), Events: []event{{At: after(1), Kind: "queued"}}}
	all := []message{next, failed, reminder}
	line := failed.timeline(all, 7, paris(t))
	if line.FollowedBy != "3" || line.Word != "non remis" || line.CanWithdraw {
		t.Errorf("%+v", line)
	}
	if last := line.Steps[len(line.Steps)-1]; last.Text != "Remplacé par un SMS." || last.Kind != "followed" {
		t.Errorf("%+v", last)
	}
	if first := next.timeline(all, 7, paris(t)).Steps[0]; first.Text != "Mis en file à la place d’un message qui n’est pas arrivé." {
		t.Errorf("%+v", first)
	}
}

func TestCosts(t *testing.T) {
	sms := message{Channel: "sms", Status: "queued", Segments: 2}
	if l := sms.timeline(nil, 7.25, time.UTC); l.CostCents == nil || *l.CostCents != 14.5 || !l.Estimated || l.Currency != "EUR" {
		t.Errorf("estimate %+v", l)
	}
	sms.Status, sms.PriceMicros, sms.PriceCurrency = "delivered", 151_800, "USD"
	if l := sms.timeline(nil, 7, time.UTC); *l.CostCents != 15.18 || l.Estimated || l.Currency != "USD" {
		t.Errorf("price %v %+v", *l.CostCents, l)
	}
	for _, free := range []message{{Channel: "email", Status: "accepted"}, {Channel: "sms", Status: "cancelled", Segments: 1}} {
		if l := free.timeline(nil, 7, time.UTC); l.CostCents != nil || l.Estimated {
			t.Errorf("%+v", l)
		}
	}
}

func TestOnlyWhatWaitsCanBeTakenBack(t *testing.T) {
	for _, status := range notifications.Statuses() {
		for _, channel := range []string{"email", "sms"} {
			want := status == notifications.StatusQueued || status == notifications.StatusUnknown && channel == "email"
			if got := (message{Status: string(status), Channel: channel}).waits(); got != want {
				t.Errorf("%s %s: %v", channel, status, got)
			}
		}
	}
}

func TestEveryStepHasWords(t *testing.T) {
	for kind := range order {
		if kind == "sending" || kind == "planned" || kind == "followed" {
			continue
		}
		for _, channel := range []string{"email", "sms"} {
			if text := (message{Channel: channel}).words(event{Kind: kind}, false, time.UTC, false); text == kind || !strings.HasSuffix(text, ".") {
				t.Errorf("%s by %s: %q", kind, channel, text)
			}
		}
	}
}
