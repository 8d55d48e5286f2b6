package mailing

import (
	"context"
	"errors"
	"time"

	"teleconsult/notifications"
	"teleconsult/notifications/mssante"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/patient/ins"
	"teleconsult/server/prescription"
	"teleconsult/server/prescription/document"
	"teleconsult/server/prescription/protect"
	"teleconsult/templates"
)

// Handed is what the person who sent a document is told.
type Handed struct {
	Mailing Mailing
	// Password is shown once, and only when it has to be told by telephone.
	Password string
}

// errRepeated ends a transaction in which there is nothing to do.
var errRepeated = errors.New("the order was carried out before")

// May tells whether the caller may send a document after this encounter at all, before its document is taken.
func (s *Service) May(ctx context.Context, caller auth.Caller, encounterID string) error {
	departments := caller.Departments(auth.PrescriptionRecord)
	return s.Encounters.DB.InTx(ctx, db.Departments(departments...), func(ctx context.Context, tx db.Tx) error {
		f, err := encounter.Load(ctx, tx, encounterID, departments...)
		if err != nil {
			return err
		}
		return prescription.Held(f.Status)
	})
}

// Send mails a document. It refuses before the consultation has finished (409), what breaks a rule of the channel
// (422, all violations at once), and where the patient cannot be written to (409). The same order again is answered like
// the first one, without the password.
func (s *Service) Send(ctx context.Context, caller auth.Caller, encounterID string, o Order) (Handed, error) {
	if err := s.May(ctx, caller, encounterID); err != nil {
		return Handed{}, err
	}
	o = o.Normalise(s.Encounters.Now())
	if err := o.Check(s.Encounters.Now()); err != nil {
		return Handed{}, err
	}
	password := ""
	if o.Channel == Email {
		var err error
		password = protect.NewPassword()
		if o.Content, err = s.Protector.Protect(ctx, o.Content, password); err != nil {
			return Handed{}, err
		}
	}
	told := ""
	_, err := s.Encounters.Command(ctx, caller, auth.PrescriptionRecord, encounterID, "document.mail",
		func(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
			if err := prescription.Held(f.Status); err != nil {
				return err
			}
			if used, here, err := taken(ctx, tx, f.ID, o.ID); err != nil || used {
				if used && !here {
					err = fault.New(fault.KindConflict, "id_taken", "Cet envoi existe déjà pour une autre consultation.")
				} else if used {
					err = errRepeated
				}
				return err
			}
			m, err := s.mail(ctx, tx, caller, f, o, password)
			if err == nil && m.PasswordBy == byTelephone {
				told = password
			}
			return err
		})
	if err != nil && !errors.Is(err, errRepeated) {
		return Handed{}, err
	}
	view, err := s.one(ctx, caller, encounterID, o.ID)
	return Handed{Mailing: view, Password: told}, err
}

// mail keeps the document and writes its message, and that of its password, into the queue.
func (s *Service) mail(ctx context.Context, tx db.Tx, caller auth.Caller, f *encounter.Facts, o Order, password string) (*mail, error) {
	now := s.Encounters.Now()
	m := &mail{
		ID: o.ID, EncounterID: f.ID, DepartmentID: f.Department.ID, Channel: o.Channel, Addressee: o.Addressee, AddresseeName: o.Name,
		SentBy: caller.StaffID, SentAt: now, RiskBy: o.Risk.AcceptedBy, RiskHow: o.Risk.How,
	}
	to, err := s.recipient(ctx, tx, f, o)
	if err != nil {
		return nil, err
	}
	if m.DocumentID, err = document.Put(ctx, tx, s.Encounters.Secrets, now, f.Department.ID, o.Content); err != nil {
		return nil, err
	}
	message := notifications.NewMessage{
		DepartmentID: f.Department.ID, EncounterID: f.ID, Purpose: notifications.PurposeDocumentMail, Recipient: to, Language: f.Patient.Language,
	}
	if o.Channel == MSSante {
		message.Channel = notifications.ChannelMSSante
		message.Content = templates.DocumentMail{Sender: f.Sender(), Document: m.DocumentID, Secure: true, Professional: o.Addressee == Pharmacist}
		if o.Addressee == Pharmacist {
			message.Language = "fr"
		}
	} else {
		message.Channel, message.ReplyTo = notifications.ChannelEmail, f.Department.Email
		message.Content = templates.DocumentMail{Sender: f.Sender(), Document: m.DocumentID}
		m.RiskAt = &o.Risk.At
		if err = s.sendPassword(ctx, tx, f, m, password, now); err != nil {
			return nil, err
		}
	}
	if m.MessageID, err = s.Encounters.Outbox.Enqueue(ctx, tx, now, message); err != nil {
		return nil, err
	}
	if err = insert(ctx, tx, m); err != nil {
		return nil, err
	}
	return m, s.record(ctx, tx, m, Sent, sentProof(m, to), caller.StaffID)
}

// recipient is the address that a document goes to.
func (s *Service) recipient(ctx context.Context, tx db.Tx, f *encounter.Facts, o Order) (string, error) {
	switch {
	case o.Channel == Email:
		address, _ := f.Patient.Contact()
		if address == "" {
			return "", fault.New(fault.KindConflict, "email_missing", "Aucune adresse e-mail n’est connue : complétez-la, ou choisissez un autre canal.")
		}
		return address, nil
	case !s.MSSante:
		return "", fault.New(fault.KindConflict, "mssante_not_configured",
			"La messagerie MSSanté n’est pas configurée : choisissez un autre canal, et prévenez l’informatique.")
	case o.Addressee == Pharmacist:
		return mssante.Professional(o.Address)
	}
	known, err := ins.Load(ctx, tx, s.Encounters.Secrets, f.Department.ID, f.Patient.ID)
	if err != nil {
		return "", err
	}
	if !known.Qualified() {
		return "", fault.New(fault.KindConflict, "ins_not_qualified",
			"L’INS de ce patient n’est pas qualifiée : son adresse MSSanté ne peut pas être utilisée. Choisissez le pharmacien ou un autre canal.")
	}
	return mssante.Patient(known.Matricule)
}

// sendPassword has the password go by SMS, the other channel; where there is no mobile it is told by telephone.
func (s *Service) sendPassword(ctx context.Context, tx db.Tx, f *encounter.Facts, m *mail, password string, now time.Time) error {
	_, mobile := f.Patient.Contact()
	refused, err := notifications.Refused(ctx, tx, s.Encounters.Outbox.Vault, notifications.ChannelSMS, []string{mobile})
	if err != nil {
		return err
	}
	if mobile == "" || refused[mobile] {
		m.PasswordBy = byTelephone
		return nil
	}
	m.PasswordBy = bySMS
	second := prescription.Envelope(f, notifications.ChannelSMS, now)
	second.Content, second.Password = templates.DocumentPassword{Sender: f.Sender()}, password
	m.PasswordID, err = s.Encounters.Outbox.Enqueue(ctx, tx, now, second)
	return err
}

// record appends a state, and tells of it.
func (s *Service) record(ctx context.Context, tx db.Tx, m *mail, state State, proof, staffID string) error {
	now := s.Encounters.Now()
	if err := insertEvent(ctx, tx, m, event{At: now, Kind: string(state), Proof: proof}, staffID); err != nil || s.Progress == nil {
		return err
	}
	return s.Progress(ctx, tx, Progress{
		EncounterID: m.EncounterID, DepartmentID: m.DepartmentID, DeliveryID: m.ID, Channel: string(m.Channel), State: string(state),
		Proof: proof, StaffID: staffID, RiskAcceptedBy: m.RiskBy, At: now,
	})
}
