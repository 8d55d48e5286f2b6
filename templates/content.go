package templates

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Name is the name of a message template.
type Name string

// The message templates; the same words are the purposes of messages.
const (
	NameNotice             Name = "notice"
	NameConsentReminder    Name = "consent-reminder"
	NameInvitation         Name = "invitation"
	NameLinkTest           Name = "link-test"
	NameReminder           Name = "reminder"
	NameDelay              Name = "delay"
	NameCancellation       Name = "cancellation"
	NamePrescriptionNotice Name = "prescription-notice"
	// These go with a document. A department does not word them: they are not of Names.
	nameDocumentLink     Name = "document-link"
	nameDocumentMail     Name = "document-mail"
	nameDocumentPassword Name = "document-password"
	// NameTrial is a department's trial of its words, see Trial; it is not one of Names.
	NameTrial Name = "test"
)

// Names lists every message template, in the order of an appointment.
func Names() []Name {
	return []Name{
		NameNotice, NameConsentReminder, NameInvitation, NameLinkTest, NameReminder, NameDelay, NameCancellation, NamePrescriptionNotice,
		nameDocumentLink, nameDocumentPassword,
	}
}

// Content is the typed parameters of one message template. They are stored as JSON, without the
// link or the password, which is a secret.
type Content interface {
	// Name is the template that renders it.
	Name() Name
	withLink(link string) Content
	facts() facts
}

// Sender is who speaks, in every message.
type Sender struct {
	// Brand begins every SMS, such as "AP-HP". One longer than that costs a second part in some messages.
	Brand string `json:"brand"`
	// Hospital stands at the head of an e-mail, such as "AP-HP, hôpital Saint-Louis". Never a
	// department, whose name tells the speciality.
	Hospital string `json:"hospital"`
	// Phone is the department's telephone, as people write it.
	Phone string `json:"phone"`
	// Representative says that the reader is the patient's legal representative.
	Representative bool `json:"representative,omitempty"`
}

// Appointment is when and how, in every message about one.
type Appointment struct {
	Start time.Time `json:"start"`
	// Zone is the department's IANA zone.
	Zone    string `json:"zone"`
	Minutes int    `json:"minutes"`
	// Telephone: the practitioner calls; otherwise it is a video call.
	Telephone bool `json:"telephone,omitempty"`
	// Moved: another time had been announced before.
	Moved bool `json:"moved,omitempty"`
}

// Notice informs and asks for the agreement on the personal page.
type Notice struct {
	Sender
	Appointment
	Link string `json:"-"` // the personal page
}

// ConsentReminder says that the answer to the notice is still missing.
type ConsentReminder struct {
	Sender
	Appointment
	Link string `json:"-"` // the personal page
}

// Invitation gives the way in, once the link is checked and the patient has agreed.
type Invitation struct {
	Sender
	Appointment
	Link string `json:"-"` // the personal page, never the meeting itself
}

// LinkTest asks to try the device before the day.
type LinkTest struct {
	Sender
	Appointment
	Link string `json:"-"` // the personal page
}

// Reminder comes shortly before.
type Reminder struct {
	Sender
	Appointment
	Link string `json:"-"` // the personal page
}

// Delay says that the practitioner is late.
type Delay struct {
	Sender
	Appointment
	// Late is by how many minutes, about.
	Late int    `json:"late"`
	Link string `json:"-"` // the personal page
}

// Cause is why an appointment is cancelled, as far as it may be written.
type Cause string

// The causes.
const (
	// CauseHospital: the hospital cancels and calls back.
	CauseHospital Cause = ""
	// CausePatient: the patient asked for it.
	CausePatient Cause = "patient"
	// CauseRefused: the patient prefers to come; the department offers a visit.
	CauseRefused Cause = "refused"
)

// Cancellation takes the appointment back.
type Cancellation struct {
	Sender
	Appointment
	Cause Cause `json:"cause,omitempty"`
}

// PrescriptionNotice says that a document waits; never which.
type PrescriptionNotice struct {
	Sender
	// PortalURL is the address of the patient portal.
	PortalURL string `json:"portalUrl"`
}

// DocumentMail brings a document; never which. By ordinary e-mail it is under a password that comes another way.
type DocumentMail struct {
	Sender
	// Document is the id of what is enclosed.
	Document string `json:"document"`
	// Secure: it goes by secure health mail (MSSanté), without a password.
	Secure bool `json:"secure,omitempty"`
	// Professional: a pharmacist reads it, not the patient.
	Professional bool `json:"professional,omitempty"`
}

// DocumentLink leads to a document that is kept encrypted; never says which.
type DocumentLink struct {
	Sender
	// Until is when the document is deleted, shown as a day of Zone (IANA).
	Until time.Time `json:"until"`
	Zone  string    `json:"zone"`
	Link  string    `json:"-"` // the page of the document
}

// DocumentPassword is the password of that document. It goes by another way than the link.
type DocumentPassword struct {
	Sender
	Password string `json:"-"` // a secret like a link
}

// Name implements Content.
func (Notice) Name() Name { return NameNotice }

// Name implements Content.
func (ConsentReminder) Name() Name { return NameConsentReminder }

// Name implements Content.
func (Invitation) Name() Name { return NameInvitation }

// Name implements Content.
func (LinkTest) Name() Name { return NameLinkTest }

// Name implements Content.
func (Reminder) Name() Name { return NameReminder }

// Name implements Content.
func (Delay) Name() Name { return NameDelay }

// Name implements Content.
func (Cancellation) Name() Name { return NameCancellation }

// Name implements Content.
func (PrescriptionNotice) Name() Name { return NamePrescriptionNotice }

// Name implements Content.
func (DocumentLink) Name() Name { return nameDocumentLink }

// Name implements Content.
func (DocumentMail) Name() Name { return nameDocumentMail }

// Name implements Content.
func (DocumentPassword) Name() Name { return nameDocumentPassword }

func (c Notice) withLink(link string) Content          { c.Link = link; return c }
func (c ConsentReminder) withLink(link string) Content { c.Link = link; return c }
func (c Invitation) withLink(link string) Content      { c.Link = link; return c }
func (c LinkTest) withLink(link string) Content        { c.Link = link; return c }
func (c Reminder) withLink(link string) Content        { c.Link = link; return c }
func (c Delay) withLink(link string) Content           { c.Link = link; return c }
func (c Cancellation) withLink(string) Content         { return c }
func (c PrescriptionNotice) withLink(string) Content   { return c }
func (c DocumentLink) withLink(link string) Content    { c.Link = link; return c }
func (c DocumentMail) withLink(string) Content         { return c }

// withLink puts in the password, which is the secret of this message.
func (c DocumentPassword) withLink(password string) Content { c.Password = password; return c }

func (c Notice) facts() facts {
	return facts{sender: c.Sender, appointment: &c.Appointment, link: c.Link}
}

func (c ConsentReminder) facts() facts {
	return facts{sender: c.Sender, appointment: &c.Appointment, link: c.Link}
}

func (c Invitation) facts() facts {
	return facts{sender: c.Sender, appointment: &c.Appointment, link: c.Link}
}

func (c LinkTest) facts() facts {
	return facts{sender: c.Sender, appointment: &c.Appointment, link: c.Link}
}

func (c Reminder) facts() facts {
	return facts{sender: c.Sender, appointment: &c.Appointment, link: c.Link}
}

func (c Delay) facts() facts {
	return facts{sender: c.Sender, appointment: &c.Appointment, link: c.Link, late: c.Late}
}

func (c Cancellation) facts() facts {
	return facts{sender: c.Sender, appointment: &c.Appointment, cause: c.Cause}
}

func (c PrescriptionNotice) facts() facts { return facts{sender: c.Sender, portal: c.PortalURL} }

func (c DocumentMail) facts() facts {
	return facts{sender: c.Sender, document: true, secure: c.Secure, professional: c.Professional}
}

func (c DocumentLink) facts() facts {
	return facts{sender: c.Sender, link: c.Link, until: c.Until, zone: c.Zone}
}

func (c DocumentPassword) facts() facts { return facts{sender: c.Sender, password: c.Password} }

// Decode reads the stored parameters of a template and puts their secret into them: the personal link, or
// the password of a document.
func Decode(name Name, params []byte, link string) (Content, error) {
	switch name {
	case NameNotice:
		return decode[Notice](params, link)
	case NameConsentReminder:
		return decode[ConsentReminder](params, link)
	case NameInvitation:
		return decode[Invitation](params, link)
	case NameLinkTest:
		return decode[LinkTest](params, link)
	case NameReminder:
		return decode[Reminder](params, link)
	case NameDelay:
		return decode[Delay](params, link)
	case NameCancellation:
		return decode[Cancellation](params, link)
	case NamePrescriptionNotice:
		return decode[PrescriptionNotice](params, link)
	case NameDigest:
		return decodeDigest(params)
	case nameDocumentLink:
		return decode[DocumentLink](params, link)
	case nameDocumentMail:
		return decode[DocumentMail](params, link)
	case nameDocumentPassword:
		return decode[DocumentPassword](params, link)
	case NameTrial:
		return decode[Trial](params, link)
	}
	return nil, fmt.Errorf("no template %q", name)
}

func decode[T Content](params []byte, link string) (Content, error) {
	var c T
	d := json.NewDecoder(bytes.NewReader(params))
	if err := d.Decode(&c); err != nil && err != io.EOF {
		return nil, fmt.Errorf("parameters of %s: %w", c.Name(), err)
	}
	return c.withLink(link), nil
}
