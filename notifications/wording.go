package notifications

import (
	"context"
	"errors"
	"strings"

	"teleconsult/templates"
)

// Wording is a department's own text for a template, as message_wording keeps it.
type Wording struct {
	ID      string `db:"id"`      // "" for the product's own words
	Subject string `db:"subject"` // e-mail only
	Body    string `db:"body"`
}

// standingWording is what the department says at present in place of the product's own words. A trial of
// words brings its own.
func standingWording(ctx context.Context, ex Executor, m NewMessage) (Wording, error) {
	if m.Content.Name() == templates.NameTrial {
		return Wording{}, nil
	}
	found, err := loadWording(ctx, ex, m.DepartmentID, string(m.Content.Name()), string(m.Channel), m.Language)
	if err != nil || len(found) == 0 || found[0].Body == "" {
		return Wording{}, err
	}
	return found[0], nil
}

// errWording tells that a department's words could not be rendered and the product's own were.
var errWording = errors.New("the department's words cannot be read")

// PersonalLink is the link to the personal page in what goes out by a channel. In an e-mail, also in the calendar
// file that goes with it, it says so, so that only what was really opened is called read (MarkRead). An SMS has no
// room for that: some are one character short of a second part.
func PersonalLink(publicURL, token string, via Channel) string {
	if strings.HasPrefix(token, "https://") { // of another server: the hospital's own file drop
		return token
	}
	link := publicURL + "/p/" + token
	if via == ChannelEmail {
		link += "?m=e"
	}
	return link
}

// LinkVia is the channel that a link to the personal page came by, from the value of its parameter m; "" when
// it does not say so, see MarkRead.
func LinkVia(m string) Channel {
	if m == "e" {
		return ChannelEmail
	}
	return ""
}

// render makes the outgoing form of a message out of what is stored; MessageID, To and the like are
// filled in by the dispatcher. A department's words that cannot be read any more (a placeholder that went with
// a new version of the product) lose nobody a message: it goes out in the product's own words, with errWording.
func render(publicURL, id string, channel Channel, language string, name templates.Name, params []byte, s secrets, w Wording) (Outgoing, error) {
	return renderAs(Outgoing.say, publicURL, id, channel, language, name, params, s, w)
}

// renderText is render without the HTML part of an e-mail, to see what it says.
func renderText(publicURL, id string, channel Channel, language string, name templates.Name, params []byte, s secrets, w Wording) (Outgoing, error) {
	return renderAs(Outgoing.sayPlainly, publicURL, id, channel, language, name, params, s, w)
}

func renderAs(
	say func(o Outgoing, channel Channel, content templates.Content, w Wording) (Outgoing, error),
	publicURL, id string, channel Channel, language string, name templates.Name, params []byte, s secrets, w Wording,
) (Outgoing, error) {
	link := s.Password
	if s.LinkToken != "" {
		link = PersonalLink(publicURL, s.LinkToken, channel)
	}
	if s.Password != "" {
		link = s.Password
	}
	content, err := templates.Decode(name, params, link)
	if err != nil {
		return Outgoing{}, err
	}
	mailed, _ := content.(templates.DocumentMail)
	out, err := say(Outgoing{MessageID: id, Language: language, Calendar: s.Calendar, Document: mailed.Document}, channel, content, w)
	if err != nil && w.ID != "" {
		own, ownErr := say(out, channel, content, Wording{})
		if ownErr != nil {
			return own, ownErr
		}
		return own, errors.Join(errWording, err)
	}
	return out, err
}

// say fills in the words.
func (o Outgoing) say(channel Channel, content templates.Content, w Wording) (Outgoing, error) {
	if channel == ChannelSMS {
		return o.sayPlainly(channel, content, w)
	}
	mail, err := templates.RenderEmailWorded(o.Language, content, templates.Wording{Subject: w.Subject, Body: w.Body})
	o.Subject, o.Text, o.HTML = mail.Subject, mail.Text, mail.HTML
	return o, err
}

func (o Outgoing) sayPlainly(channel Channel, content templates.Content, w Wording) (_ Outgoing, err error) {
	if channel == ChannelSMS {
		o.Text, err = templates.RenderSMSWorded(o.Language, content, w.Body)
		return o, err
	}
	o.Subject, o.Text, err = templates.RenderEmailText(o.Language, content, templates.Wording{Subject: w.Subject, Body: w.Body})
	return o, err
}
