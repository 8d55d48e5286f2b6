package mailing

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"teleconsult/notifications"
	"teleconsult/notifications/enclose"
	"teleconsult/notifications/explain"
	"teleconsult/notifications/mssante"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/prescription"
	"teleconsult/server/prescription/document"
)

// Outcomes takes the news of messages, in the transaction that wrote them and that holds their encounters. A document
// is wiped as soon as its message cannot be sent again.
func (s *Service) Outcomes(ctx context.Context, tx db.Tx, all []notifications.Outcome) error {
	var ids []string
	over := map[string]bool{}
	for _, o := range all {
		if o.Purpose == notifications.PurposeDocumentMail || o.Purpose == notifications.PurposeDocumentPassword {
			ids = append(ids, o.MessageID)
			over[o.MessageID] = !o.Status.Sendable()
		}
	}
	if len(ids) == 0 {
		return nil
	}
	mails, err := byMessages(ctx, tx, ids...)
	if err != nil {
		return err
	}
	for _, m := range mails {
		if over[m.MessageID] {
			if err = document.Wipe(ctx, tx, s.Encounters.Now(), m.DocumentID); err != nil {
				return err
			}
		}
		if err = s.review(ctx, tx, m, ""); err != nil {
			return err
		}
	}
	return nil
}

// review records the state that follows from the facts, if it is another than the one that stands.
func (s *Service) review(ctx context.Context, tx db.Tx, m *mail, staffID string) error {
	state := m.state()
	if state == m.stands() || state == Sent {
		return nil
	}
	return s.record(ctx, tx, m, state, m.proof(state), staffID)
}

// Disposed takes what the recipient's software said about a document. known is false when it is about none of ours, or
// comes from another address than the one that was written to.
func (s *Service) Disposed(ctx context.Context, d mssante.Disposition) (known bool, err error) {
	err = s.Encounters.DB.InTx(ctx, db.System("mssante"), func(ctx context.Context, tx db.Tx) error {
		mails, err := byMessages(ctx, tx, d.MessageID)
		if err != nil || len(mails) == 0 {
			return err
		}
		departmentID, encounterID := mails[0].DepartmentID, mails[0].EncounterID
		if err = encounter.Lock(ctx, tx, encounterID, departmentID); err != nil {
			return err
		}
		if mails, err = byMessages(ctx, tx, d.MessageID); err != nil { // as it is under the lock
			return err
		}
		m := mails[0]
		if known = m.MessageID == d.MessageID && (d.Recipient == m.Recipient || d.Original == m.Recipient); !known {
			return nil
		}
		if err = s.note(ctx, tx, m, d); err != nil {
			return err
		}
		if err = s.review(ctx, tx, m, ""); err != nil {
			return err
		}
		_, err = s.Encounters.Settle(ctx, tx, departmentID, encounterID, "document.receipt")
		return err
	})
	return known, err
}

// note records, once, that a document was seen or refused.
func (s *Service) note(ctx context.Context, tx db.Tx, m *mail, d mssante.Disposition) error {
	e := event{At: s.Encounters.Now()}
	switch d.Kind {
	case mssante.Displayed:
		e.Kind, e.Proof = kindRead, "Ouvert par le destinataire (accusé de lecture MSSanté)."
	case mssante.Refused:
		e.Kind, e.Proof = kindRefused, strings.TrimSpace(d.Code+" "+d.Label)
	case mssante.Processed, mssante.Deleted:
		return nil
	}
	if m.last(e.Kind) != nil {
		return nil
	}
	return insertEvent(ctx, tx, m, e, "")
}

// PasswordTold records that the password was told by telephone.
func (s *Service) PasswordTold(ctx context.Context, caller auth.Caller, encounterID, mailID string) (Mailing, error) {
	_, err := s.Encounters.Command(ctx, caller, auth.PrescriptionRecord, encounterID, "document.password-told",
		func(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
			if err := prescription.Held(f.Status); err != nil {
				return err
			}
			m, err := find(ctx, tx, f, mailID)
			if err != nil {
				return err
			}
			if m.PasswordBy != byTelephone {
				return fault.New(fault.KindConflict, "password_by_sms", "Le mot de passe est parti par SMS.")
			}
			if m.last(kindTold) != nil {
				return nil
			}
			e := event{At: s.Encounters.Now(), Kind: kindTold, Proof: "Mot de passe donné par téléphone."}
			if err = insertEvent(ctx, tx, m, e, caller.StaffID); err != nil {
				return err
			}
			return s.review(ctx, tx, m, caller.StaffID)
		})
	if err != nil {
		return Mailing{}, err
	}
	return s.one(ctx, caller, encounterID, mailID)
}

func find(ctx context.Context, tx db.Tx, f *encounter.Facts, mailID string) (*mail, error) {
	all, err := ofEncounter(ctx, tx, f.Department.ID, f.ID)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		if m.ID == mailID {
			return m, nil
		}
	}
	return nil, fault.New(fault.KindNotFound, "not_found", "Cet envoi n’existe pas.")
}

// fileName says nothing of what the document is, nor whose.
const fileName = "document.pdf"

// Open fetches a document for its message, at the moment it is sent (enclose.New).
func (s *Service) Open(ctx context.Context, documentID string) (e enclose.Enclosed, err error) {
	err = s.Encounters.DB.InTx(ctx, db.System("documents"), func(ctx context.Context, tx db.Tx) error {
		whose, err := enclosedOf(ctx, tx, documentID)
		if err != nil {
			if fault.KindOf(err) == fault.KindNotFound {
				return enclose.ErrGone
			}
			return err
		}
		content, err := document.Read(ctx, tx, s.Encounters.Secrets, documentID)
		if errors.Is(err, document.ErrGone) {
			return enclose.ErrGone
		}
		if err != nil {
			return err
		}
		e.File = notifications.Attachment{Name: fileName, Type: "application/pdf", Content: content}
		if whose.Channel == MSSante { // inside the trust space, software finds the patient by it
			e.Subject = mssante.Subject("Document", whose.FamilyName, whose.GivenName, whose.BirthDate)
		}
		return nil
	})
	return e, err
}

// Sweep wipes documents that were kept for too long.
func (s *Service) Sweep(ctx context.Context) error {
	return document.Sweep(ctx, s.Encounters.DB, s.Encounters.Now())
}

func sentProof(m *mail, to string) string {
	switch {
	case m.Channel == Email:
		return "PDF protégé envoyé par e-mail à " + notifications.Mask(notifications.ChannelEmail, to) + "."
	case m.Addressee == Patient:
		return "Envoyé par MSSanté dans Mon espace santé."
	case m.AddresseeName != "":
		return fmt.Sprintf("Envoyé par MSSanté à %s (%s).", m.AddresseeName, to)
	}
	return "Envoyé par MSSanté à " + to + "."
}

// proof says in one line what shows the state.
func (m *mail) proof(state State) string {
	if state == Delivered {
		return m.arrival()
	}
	refused := m.last(kindRefused)
	switch {
	case refused != nil && refused.Proof != "":
		return "Le logiciel du destinataire n’a pas pu intégrer le document : " + refused.Proof + "."
	case refused != nil:
		return "Le logiciel du destinataire n’a pas pu intégrer le document."
	case lost(m.Status):
		return "Non remis. " + why(m.Status, m.Code)
	}
	return "Le mot de passe n’est pas arrivé par SMS. " + why(m.PasswordStatus, m.PasswordCode)
}

func (m *mail) arrival() string {
	what := "Accusé de remise dans la boîte aux lettres du destinataire"
	switch m.Receipt {
	case "MDN " + string(mssante.Processed):
		what = "Accusé MSSanté : reçu et traité par le logiciel du destinataire"
	case "MDN " + string(mssante.Displayed):
		what = "Accusé MSSanté : ouvert par le destinataire"
	}
	if m.PasswordBy == byTelephone {
		what += " ; mot de passe donné par téléphone"
	}
	return what + "."
}

func why(status, code string) string {
	if text := explain.Code(code); text != "" {
		return text
	}
	if status == string(notifications.StatusExpired) {
		return "Le message n’a pas pu partir à temps."
	}
	return "Aucune raison n’a été donnée."
}
