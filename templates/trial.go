package templates

import "encoding/json"

// Trial is one of the other messages as somebody of a department wants to see it on their own screen, in
// words that may not be kept yet.
type Trial struct {
	// Of is the template, Params its parameters, from Example or a real encounter.
	Of     Name            `json:"of"`
	Params json.RawMessage `json:"params"`
	// Link stands for the personal link and opens nothing.
	Link    string  `json:"link"`
	Wording Wording `json:"wording"`
}

// Name implements Content.
func (Trial) Name() Name { return NameTrial }

func (c Trial) withLink(string) Content { return c }

func (c Trial) facts() facts { return facts{} }

// What tells a trial from a message.
const (
	trialSubject = "[Essai] "
	trialSMS     = "Essai. "
)

func (c Trial) email(language string) (Mail, error) {
	content, err := Decode(c.Of, c.Params, c.Link)
	if err != nil {
		return Mail{}, err
	}
	mail, err := RenderEmailWorded(language, content, c.Wording)
	mail.Subject = trialSubject + mail.Subject
	return mail, err
}

func (c Trial) sms(language string) (string, error) {
	content, err := Decode(c.Of, c.Params, c.Link)
	if err != nil {
		return "", err
	}
	text, err := RenderSMSWorded(language, content, c.Wording.Body)
	return trialSMS + text, err
}
