package outreach

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"teleconsult/notifications"
	"teleconsult/notifications/explain"
)

// Unreached says that a message that matters reached the patient on no channel, so that somebody must telephone.
type Unreached struct {
	Purpose notifications.Purpose
	// Since is when the last channel was known to have failed.
	Since time.Time
	// What is what happened, in French, with the addresses masked.
	What string
}

// Task tells whether the patient must be telephoned. Only an SMS without a receipt and a message that does not leave
// make it depend on the time, and the end of a cancelled encounter, after which nobody need be told that it does not take place.
func Task(s Situation) (Unreached, bool) {
	s = s.marked()
	switch {
	case s.Stage == Off && s.Now.Before(s.End):
		return s.unreached(notifications.PurposeCancellation, s.End)
	case s.Stage != Ahead || s.Answer == Declined:
		return Unreached{}, false
	}
	if told := s.slots(notifications.PurposeDelay); len(told) > 0 {
		g := told[len(told)-1] // what was said last counts, unless the encounter was moved since
		if u, ok := s.lostFor(notifications.PurposeDelay, g.newsUntil(), g); ok && !g[0].CreatedAt.Before(s.Current) {
			return u, true
		}
	}
	switch {
	case !s.Waiting.IsZero() || s.InvitesItself && s.Answer == Agreed:
		return Unreached{}, false // who came has found the way
	case !s.Ready.IsZero():
		return s.unreached(notifications.PurposeInvitation, s.End)
	case s.Answer == Unanswered && !s.Informed:
		return s.unreached(notifications.PurposeNotice, s.Start)
	}
	return Unreached{}, false
}

// unreached looks at the newest occasion of a purpose; none at all matters where there is no channel.
func (s Situation) unreached(p notifications.Purpose, expires time.Time) (Unreached, bool) {
	g := s.occasion(p)
	if len(g) > 0 {
		return s.lostFor(p, expires, g)
	}
	since := s.Created
	if p == notifications.PurposeInvitation {
		since = s.Ready
	}
	if p == notifications.PurposeCancellation || len(s.order(p)) > 0 || s.called(since) {
		return Unreached{}, false
	}
	return Unreached{Purpose: p, Since: since, What: noContact(s)}, true
}

// lostFor tells whether a group is lost for good: no channel is left, and nothing has reached the patient since.
func (s Situation) lostFor(p notifications.Purpose, expires time.Time, g group) (Unreached, bool) {
	if !s.lost(g) {
		return Unreached{}, false
	}
	if _, _, again := s.fallback(p, expires, g); again {
		return Unreached{}, false
	}
	u := Unreached{Purpose: p, What: s.story(p, g)}
	for _, m := range g {
		if at := s.failedAt(m); at.After(u.Since) {
			u.Since = at
		}
	}
	if s.called(u.Since) || s.reachedSince(p, g) {
		return Unreached{}, false
	}
	return u, true
}

func (s Situation) called(since time.Time) bool {
	return slices.ContainsFunc(s.Calls, func(c Call) bool { return c.Reached && !c.At.Before(since) })
}

// saysAsMuch are the purposes that tell the patient what the first one should have told: they hold the same
// personal link.
var saysAsMuch = map[notifications.Purpose][]notifications.Purpose{
	notifications.PurposeNotice: {notifications.PurposeConsentReminder, notifications.PurposeInvitation},
	notifications.PurposeInvitation: {
		notifications.PurposeLinkTest, notifications.PurposeReminder, notifications.PurposeDelay,
	},
}

// reachedSince tells whether something that says as much has reached the patient since the group was written.
func (s Situation) reachedSince(p notifications.Purpose, g group) bool {
	return slices.ContainsFunc(s.Messages, func(m Message) bool {
		alike := m.Purpose == p || slices.Contains(saysAsMuch[p], m.Purpose)
		return alike && m.living() && m.reached() && !m.CreatedAt.Before(g[0].CreatedAt)
	})
}

var heads = map[notifications.Purpose]string{
	notifications.PurposeNotice:       "Le patient n’a pas reçu l’information ni la demande d’accord.",
	notifications.PurposeInvitation:   "Le patient n’a pas reçu l’invitation.",
	notifications.PurposeDelay:        "Le patient ne sait pas que le praticien a du retard.",
	notifications.PurposeCancellation: "Le patient ne sait pas que la téléconsultation est annulée.",
}

// story tells what became of each message of a group that failed.
func (s Situation) story(p notifications.Purpose, g group) string {
	parts := []string{heads[p]}
	for _, m := range g {
		where := map[notifications.Channel]string{notifications.ChannelEmail: "E-mail à ", notifications.ChannelSMS: "SMS au "}[m.Channel]
		parts = append(parts, where+notifications.Mask(m.Channel, m.Recipient)+" : "+s.fate(m))
	}
	return strings.Join(parts, " ")
}

// fate says what became of a failed message, in a sentence that goes on after a colon.
func (s Situation) fate(m Message) string {
	why := explain.Code(m.Code)
	switch {
	case m.awaitsReceipt():
		return "envoyé, mais aucun accusé de réception."
	case m.Status == notifications.StatusQueued:
		return "n’a pas encore pu partir."
	case m.Status == notifications.StatusUnknown:
		return "aucune confirmation de l’envoi."
	case m.Status == notifications.StatusCancelled:
		return "n’a pas pu partir à temps."
	case m.Status == notifications.StatusExpired && why == "":
		return "n’a pas pu partir à temps."
	case why == "":
		return "non remis."
	}
	first, size := utf8.DecodeRuneInString(why)
	return string(unicode.ToLower(first)) + why[size:]
}

// noContact says why there is no channel at all.
func noContact(s Situation) string {
	for _, c := range s.Contacts {
		if c.Address != "" {
			return "Le patient refuse les messages sur tous les canaux connus."
		}
	}
	return "Le patient n’a ni adresse e-mail ni mobile."
}
