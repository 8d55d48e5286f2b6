package bounce

import (
	"mime"
	"regexp"
	"strings"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/charset"
)

// nullSender tells whether a mail's envelope has no sender, as notifications have (RFC 5321, 4.5.5); where
// the header does not say, the author's name has to.
func nullSender(h message.Header) bool {
	if h.Has("Return-Path") {
		return strings.Trim(strings.TrimSpace(h.Get("Return-Path")), "<>") == ""
	}
	return fromServer(h)
}

var serverNames = regexp.MustCompile(`(?i)\b(?:mailer-daemon|postmaster|mail-daemon|maildaemon|microsoftexchange[0-9a-f]+)@`)

// fromServer tells whether a mail says that a mail server wrote it.
func fromServer(h message.Header) bool { return serverNames.MatchString(decoded(h, "From")) }

// automatic tells whether no person wrote a mail.
func automatic(h message.Header) bool {
	return fromServer(h) || autoReply(h) || h.Has("Return-Path") && nullSender(h)
}

// decoded is a field of a header in readable letters, as far as it can be read.
func decoded(h message.Header, name string) string {
	words := mime.WordDecoder{CharsetReader: charset.Reader}
	text, err := words.DecodeHeader(h.Get(name))
	if err != nil {
		return h.Get(name)
	}
	return text
}

// kindOf says what a mail is that reports nothing about a delivery.
func kindOf(h message.Header, receipt bool) Kind {
	switch {
	case receipt, autoReply(h):
		return KindAutoReply
	case nullSender(h), fromServer(h):
		return KindUnknown
	}
	return KindHuman
}

// absenceSubject begins the subjects of automatic answers in the languages that are met here.
var absenceSubject = regexp.MustCompile(`(?i)^\s*(?:(?:re|tr|fw|fwd)\s*:\s*)*(?:` + strings.Join([]string{
	`r[ée]ponse automatique`, `message automatique`, `message d[’']absence`, `absence du bureau`, `absence\s*:`,
	`absente?(?:\(e\))?(?:\s+du bureau|\s*:|\s+jusqu)`, `en cong[ée]s?\b`, `accus[ée] de r[ée]ception`,
	`automatic reply`, `auto[- ]?reply`, `auto\s*:`, `out of (?:the )?office`, `vacation reply`, `away from (?:my )?mail`,
	`abwesenheit`, `automatische antwort`, `respuesta autom[áa]tica`, `resposta autom[áa]tica`, `risposta automatica`,
	`automatisch antwoord`,
}, "|") + `)`)

// autoReply tells whether a mail was written by a machine in answer to one of ours, or to everybody
// (RFC 3834 and what came before it).
func autoReply(h message.Header) bool {
	if word, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(h.Get("Auto-Submitted"))), ";"); word != "" &&
		strings.TrimSpace(word) != "no" {
		return true
	}
	for _, name := range []string{"X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply-From", "X-Mail-Autoreply", "X-Vacation"} {
		if v := strings.ToLower(strings.TrimSpace(h.Get(name))); v != "" && v != "no" {
			return true
		}
	}
	switch strings.ToLower(strings.TrimSpace(h.Get("Precedence"))) {
	case "auto_reply", "auto-reply", "bulk", "junk", "list":
		return true
	}
	if h.Has("List-Id") || h.Has("X-Ms-Exchange-Inbox-Rules-Loop") {
		return true
	}
	return absenceSubject.MatchString(decoded(h, "Subject"))
}
