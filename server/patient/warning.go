package patient

import (
	"context"
	"strings"

	"teleconsult/notifications"
	"teleconsult/notifications/explain"
	"teleconsult/server/db"
)

// ContactWarning is what is known against an address or a number before anything is sent to it.
type ContactWarning struct {
	Field      string `json:"field" enum:"email,mobile"`
	Code       string `json:"code" enum:"typo,failed-before,refused"`
	Message    string `json:"message" doc:"In French."`
	Suggestion string `json:"suggestion,omitempty" doc:"The address as it was probably meant."`
}

// Channel is how messages reach what the warning is about.
func (w ContactWarning) Channel() notifications.Channel {
	if w.Field == "mobile" {
		return notifications.ChannelSMS
	}
	return notifications.ChannelEmail
}

// Warnings says what is known against a normalised address and number, "" for none: a typo, a last message that did
// not arrive, a refusal of all messages. It tells nothing else about them, such as whose they are.
func Warnings(ctx context.Context, tx db.Tx, v notifications.Vault, email, mobile string) ([]ContactWarning, error) {
	warnings := []ContactWarning{}
	if suggestion := Suggest(email); suggestion != "" {
		_, domain, _ := strings.Cut(suggestion, "@")
		warnings = append(warnings, ContactWarning{Field: "email", Code: "typo", Message: "Vouliez-vous dire @" + domain + " ?", Suggestion: suggestion})
	}
	var contacts []notifications.Recipient
	if email != "" {
		contacts = append(contacts, notifications.Recipient{Channel: notifications.ChannelEmail, Address: email})
	}
	if mobile != "" {
		contacts = append(contacts, notifications.Recipient{Channel: notifications.ChannelSMS, Address: mobile})
	}
	failures, err := notifications.Failures(ctx, tx, v, contacts)
	if err != nil {
		return nil, err
	}
	for _, r := range contacts {
		refused, err := notifications.Refused(ctx, tx, v, r.Channel, []string{r.Address})
		if err != nil {
			return nil, err
		}
		if w, found := troubled(r.Channel, refused[r.Address], failures[r]); found {
			warnings = append(warnings, w)
		}
	}
	return warnings, nil
}

// troubled says what became of the last message. A refusal stands for the failure that it was learned by.
func troubled(channel notifications.Channel, refused bool, last notifications.Failure) (ContactWarning, bool) {
	w := ContactWarning{Field: "email", Code: "failed-before", Message: "Le dernier message à cette adresse n’est pas arrivé."}
	no := "Cette adresse a refusé nos e-mails : rien n’y est envoyé."
	if channel == notifications.ChannelSMS {
		w.Field, w.Message = "mobile", "Le dernier SMS à ce numéro n’est pas arrivé."
		no = "Ce numéro a refusé nos SMS : rien n’y est envoyé."
	}
	switch {
	case refused:
		w.Code, w.Message = "refused", no
	case last.At.IsZero():
		return ContactWarning{}, false
	default:
		w.Message = strings.TrimSpace(w.Message + " " + explain.Code(last.Code))
	}
	return w, true
}
