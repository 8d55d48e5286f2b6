package correspondence

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
	"teleconsult/notifications/explain"
)

// order of things that happened at one moment.
var order = map[string]int{
	"queued": 0, "planned": 1, "sending": 2, "retry": 3, "unknown": 3, "accepted": 4, "receipt": 5, "delivered": 6, "undelivered": 6,
	"expired": 6, "cancelled": 6, "followed": 7, "read": 8,
}

// steps tells what happened to the message, oldest first, in the zone's time. An attempt is told by its outcome, and
// by itself only while it is under way.
func (m message) steps(others []message, zone *time.Location) []MessageStep {
	steps := []MessageStep{}
	add := func(at time.Time, kind, text, code string) {
		steps = append(steps, MessageStep{At: at.UTC(), Kind: kind, Text: text, Code: code})
	}
	events := slices.Clone(m.Events)
	slices.SortStableFunc(events, func(a, b event) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(order[a.Kind], order[b.Kind]))
	})
	accepted, doubtful := false, false
	for i, e := range events {
		accepted, doubtful = accepted || e.Kind == "accepted", m.mayHaveLeft(e, doubtful)
		if e.Kind == "sending" {
			continue
		}
		text := m.words(e, accepted, zone, m.isLastRetry(events[i:]))
		if doubtful {
			text = cmp.Or(inDoubt[e.Kind], text)
		}
		add(e.At, e.Kind, text, e.Code)
	}
	if m.Status == string(notifications.StatusSending) {
		add(m.reachedAt(), "sending", "Envoi en cours.", "")
	}
	for _, o := range others {
		if o.Follows == m.ID {
			add(o.CreatedAt, "followed", "Remplacé par un "+channelWords[o.Channel]+".", "")
		}
	}
	if m.Status == string(notifications.StatusQueued) && !slices.ContainsFunc(events, func(e event) bool { return e.Kind == "retry" }) &&
		m.NotBefore.Sub(m.CreatedAt) > time.Minute {
		add(m.NotBefore, "planned", "Départ prévu.", "")
	}
	slices.SortStableFunc(steps, func(a, b MessageStep) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(order[a.Kind], order[b.Kind]))
	})
	return steps
}

// mayHaveLeft tells whether, after an event, nobody knows if the message has left; before is what was known until then.
// The try of an SMS is written down before it is made, so that one that was interrupted earlier has surely not left.
func (m message) mayHaveLeft(e event, before bool) bool {
	switch e.Code {
	case cause.NotTaken:
		return false
	case cause.NoAnswer, cause.Abandoned, cause.Internal:
		return before || e.Kind == "unknown" || m.Channel == string(notifications.ChannelEmail)
	}
	return before || e.Kind == "unknown"
}

// inDoubt is said of the end of a message that may have left all the same: that it did not would be a guess.
var inDoubt = map[string]string{
	"expired":   "Sans nouvelle à l’échéance : rien ne prouve que le message soit arrivé.",
	"cancelled": "Retiré : il n’est plus envoyé, mais un exemplaire est peut-être déjà parti.",
}

// isLastRetry tells whether the first of these events announces the try that the message waits for now.
func (m message) isLastRetry(rest []event) bool {
	return m.Status == string(notifications.StatusQueued) &&
		!slices.ContainsFunc(rest[1:], func(e event) bool { return e.Kind == "retry" || e.Kind == "sending" })
}

var channelWords = map[string]string{"email": "e-mail", "sms": "SMS"}

// words say one event in French. accepted: the provider had taken the message by then; waits: the try that a retry
// announces is still to come.
func (m message) words(e event, accepted bool, zone *time.Location, waits bool) string {
	mail := m.Channel == string(notifications.ChannelEmail)
	switch e.Kind {
	case "queued":
		return m.queuedWords()
	case "accepted":
		if mail {
			return "Confié au serveur d’e-mail."
		}
		return "Confié à l’opérateur."
	case "delivered":
		if mail {
			return "Remis dans la boîte aux lettres."
		}
		return "Remis au téléphone."
	case "retry":
		return m.retryWords(e, zone, waits)
	case "undelivered":
		if accepted {
			return because("Non remis", e.Code)
		}
		return because("Refusé", e.Code)
	case "unknown":
		return because("Départ incertain", e.Code)
	case "expired":
		return "Pas parti à temps : le message ne servait plus."
	case "cancelled":
		return "Retiré avant l’envoi."
	case "read":
		return "Lu : la date de naissance a été donnée sur la page."
	case "receipt":
		return receiptWords(e)
	}
	return e.Kind
}

func (m message) queuedWords() string {
	if m.Follows != "" {
		return "Mis en file à la place d’un message qui n’est pas arrivé."
	}
	return "Mis en file d’envoi."
}

func (m message) retryWords(e event, zone *time.Location, waits bool) string {
	text := because("Pas encore parti", e.Code)
	if !waits {
		return text
	}
	return text + " Nouvel essai prévu " + moment(m.NotBefore, e.At, zone) + "."
}

// receipts are what providers say between taking a message and its end.
var receipts = map[string]string{
	"accepted": "Pris en file par le prestataire.", "scheduled": "Pris en file par le prestataire.", "queued": "Pris en file par le prestataire.",
	"sending": "Transmis à l’opérateur du destinataire.", "sent": "Transmis à l’opérateur du destinataire.",
	"delivered": "Remis, d’après le prestataire.", "read": "Affiché, d’après le prestataire.",
	"undelivered": "Non remis, d’après le prestataire.", "failed": "Non remis, d’après le prestataire.",
	"delayed": "Retardé : le serveur du destinataire essaie encore.", "expanded": "Passé à une liste de diffusion.",
	"relayed": "Passé à un serveur qui ne donne pas d’accusé de remise.",
}

// receiptWords never repeats what a provider wrote, which may be anything.
func receiptWords(e event) string {
	text := receipts[e.Detail]
	if text == "" {
		text = "Nouvelle du prestataire."
	}
	if explained := explain.Code(e.Code); explained != "" {
		text = strings.TrimSuffix(text, ".") + " : " + lower(explained)
	}
	return withCode(text, e.Code)
}

// because says what happened, why, and by which code: "Refusé : cette adresse e-mail n’existe pas (550 5.1.1)."
func because(what, code string) string {
	why := strings.TrimSuffix(explain.Code(code), " : nouvel essai automatique.")
	if why == "" {
		return what + "."
	}
	return withCode(what+" : "+lower(strings.TrimSuffix(why, "."))+".", code)
}

// withCode puts a provider's code, which begins with a digit, at the end of a sentence.
func withCode(sentence, code string) string {
	if code == "" || code[0] < '0' || code[0] > '9' || strings.Contains(sentence, code) {
		return sentence
	}
	return strings.TrimSuffix(sentence, ".") + " (" + code + ")."
}

// lower makes the beginning of a sentence its middle.
func lower(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[size:]
}

// moment is a time as it is said on the day of said: "à 14:32", "le 13/05 à 08:00".
func moment(t, said time.Time, zone *time.Location) string {
	t = t.In(zone)
	if t.Format(time.DateOnly) == said.In(zone).Format(time.DateOnly) {
		return "à " + t.Format("15:04")
	}
	return "le " + t.Format("02/01") + " à " + t.Format("15:04")
}
