package bounce

import (
	"regexp"
	"strings"

	"github.com/emersion/go-message"
)

// Sentences of servers that write for people only, in lower case and with straight apostrophes. Each is
// that server's own: a person who quotes one does not do so with an empty envelope sender.
var (
	failureSentences = []string{
		// qmail
		"i've given up on it", "this is a permanent error; i've given up",
		"i'm not going to try again; this message has been in the queue too long",
		// Exim
		"could not be delivered to one or more of its recipients. this is a permanent error",
		"could not be delivered to all of its recipients. this is a permanent error",
		// Sendmail
		"the following addresses had permanent fatal errors",
		// Exchange
		"your message did not reach some or all of the intended recipients",
		"delivery has failed to these recipients",
		"votre message n'est pas parvenu à certains ou à tous les destinataires",
		"votre message n'a pas été remis à certains ou à tous les destinataires",
		"échec de la remise pour ces destinataires",
		"la remise à ces destinataires ou groupes a échoué",
		"la remise a échoué pour ces destinataires",
		// others
		"was undeliverable. the reason for the problem", "delivery to the following recipient failed permanently",
		"delivery to the following recipients failed", "votre message n'a pas pu être remis à un ou plusieurs destinataires",
	}
	delaySentences = []string{
		"this is a warning message only", "this is a warning only", "you do not need to resend",
		"no action is required on your part", "has not been delivered yet", "will be retried", "delivery attempts will continue",
		"has been delayed", "vous n'avez pas besoin de renvoyer", "il n'est pas nécessaire de le renvoyer", "nouvel essai",
	}
)

var (
	blanks = regexp.MustCompile(`\s+`)
	tags   = regexp.MustCompile(`(?i)</?(?:html|head|meta|title|style|body|div|span|font|p|br|hr|h\d|table|tbody|t[rdh]|ul|ol|li|pre|a|b|i|em|strong|center|img)\b[^<>]*>`)
	// qmail writes "(#5.1.1)", Exchange "#550 5.1.1" and "#5.1.1 smtp;550".
	oldStatus = regexp.MustCompile(`\b([45]\.\d{1,3}\.\d{1,3})\b`)
	oldReply  = regexp.MustCompile(`(?:^|[\s#;:>])([45]\d\d)[ \-#]`)
)

// oldBounce understands bounces that have no part for machines: qmail, older Exim, Exchange. Only the
// clear ones; what may be a delay is none.
func oldBounce(h message.Header, text string) (Recipient, bool) {
	if !nullSender(h) {
		return Recipient{}, false
	}
	plain := strings.ReplaceAll(tags.ReplaceAllString(text, " "), "’", "'")
	words := strings.ToLower(blanks.ReplaceAllString(plain, " "))
	if strings.Contains(strings.ToLower(decoded(h, "Subject")), "delayed") {
		return Recipient{}, false
	}
	for _, s := range delaySentences {
		if strings.Contains(words, s) {
			return Recipient{}, false
		}
	}
	failed := false
	for _, s := range failureSentences {
		failed = failed || strings.Contains(words, s)
	}
	if !failed {
		return Recipient{}, false
	}
	r := Recipient{Action: ActionFailed, Final: strings.TrimSpace(h.Get("X-Failed-Recipients"))}
	if strings.ContainsAny(r.Final, " ,") {
		r.Final = ""
	}
	// Everything below the notice is our own mail sent back, which says nothing.
	for _, end := range []string{"--- Below this line is a copy", "------ This is a copy of the message", "----- Original message"} {
		plain, _, _ = strings.Cut(plain, end)
	}
	r.Status = "5.0.0"
	if found := oldStatus.FindStringSubmatch(plain); found != nil {
		r.Status = found[1]
	}
	if found := oldReply.FindStringSubmatch(plain); found != nil && found[1][0] == r.Status[0] {
		r.Reply = found[1]
	}
	return r, true
}
