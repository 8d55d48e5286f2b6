package mailing

import (
	"context"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/patient/ins"
	"teleconsult/server/trace"
)

// Mailing is a document on its way, for a screen.
type Mailing struct {
	ID            string    `json:"id" format:"uuid"`
	Channel       Channel   `json:"channel" enum:"mssante,email"`
	Addressee     Addressee `json:"addressee" enum:"pharmacist,patient"`
	AddresseeName string    `json:"addresseeName,omitempty"`
	// Address is masked when it is the patient's.
	Address string    `json:"address"`
	State   State     `json:"state" enum:"sent,delivered,failed"`
	Proof   string    `json:"proof" doc:"What shows the state, one line in French."`
	At      time.Time `json:"at" doc:"Since when the state holds."`
	SentAt  time.Time `json:"sentAt"`
	SentBy  string    `json:"sentBy"`
	// ReadAt is when the recipient opened it, where the software says so.
	ReadAt *time.Time `json:"readAt,omitempty"`
	// Leaving: the message is still in the queue; Explanation says what keeps it there.
	Leaving     bool   `json:"leaving"`
	Explanation string `json:"explanation,omitempty"`

	PasswordBy      string     `json:"passwordBy,omitempty" enum:"sms,telephone" doc:"E-mail only."`
	PasswordToldAt  *time.Time `json:"passwordToldAt,omitempty"`
	RiskAcceptedBy  string     `json:"riskAcceptedBy,omitempty"`
	RiskAcceptedHow string     `json:"riskAcceptedHow,omitempty" enum:"oral,telephone,written"`
	RiskAcceptedAt  *time.Time `json:"riskAcceptedAt,omitempty"`
}

// PatientINS is what a screen may know of a patient's INS.
type PatientINS struct {
	Status    ins.Status `json:"status,omitempty" enum:"PROV,RECUP,VALI,QUAL" doc:"Nothing when no INS is known."`
	Qualified bool       `json:"qualified"`
	Masked    string     `json:"masked,omitempty" example:"•••••••••• 189 89"`
	// BirthDiffers warns that the matricule tells another year or month of birth.
	BirthDiffers bool `json:"birthDiffers"`
}

// Mailings is what was mailed after an encounter, and what can be.
type Mailings struct {
	Items []Mailing `json:"items" doc:"Newest first."`
	// MSSante and Directory tell whether there is an operator, and a directory of pharmacies.
	MSSante   bool       `json:"mssante"`
	Directory bool       `json:"directory"`
	INS       PatientINS `json:"ins"`
	// Email is masked, "" when there is none.
	Email      string `json:"email"`
	PasswordBy string `json:"passwordBy" enum:"sms,telephone" doc:"How the password of a protected document would go."`
}

// Read returns what was mailed after an encounter, and traces that it was seen.
func (s *Service) Read(ctx context.Context, caller auth.Caller, encounterID string) (Mailings, error) {
	out := Mailings{Items: []Mailing{}, MSSante: s.MSSante, Directory: s.Directory}
	departments := caller.Departments(auth.PrescriptionRecord)
	err := s.Encounters.DB.InTx(ctx, db.Departments(departments...), func(ctx context.Context, tx db.Tx) error {
		f, err := encounter.Load(ctx, tx, encounterID, departments...)
		if err != nil {
			return err
		}
		if err = trace.Append(ctx, tx, s.Encounters.Now(), caller.Actor(), f.Traced("documents.read", nil)); err != nil {
			return err
		}
		all, err := ofEncounter(ctx, tx, f.Department.ID, f.ID)
		if err != nil {
			return err
		}
		for _, m := range all {
			out.Items = append(out.Items, m.view())
		}
		known, err := ins.Load(ctx, tx, s.Encounters.Secrets, f.Department.ID, f.Patient.ID)
		if err != nil {
			return err
		}
		out.INS = insView(known, f)
		email, mobile := f.Patient.Contact()
		if email != "" {
			out.Email = notifications.Mask(notifications.ChannelEmail, email)
		}
		out.PasswordBy = byTelephone
		refused, err := notifications.Refused(ctx, tx, s.Encounters.Outbox.Vault, notifications.ChannelSMS, []string{mobile})
		if mobile != "" && !refused[mobile] {
			out.PasswordBy = bySMS
		}
		return err
	})
	return out, err
}

// one is a mailing that the caller has just changed.
func (s *Service) one(ctx context.Context, caller auth.Caller, encounterID, id string) (view Mailing, err error) {
	departments := caller.Departments(auth.PrescriptionRecord)
	err = s.Encounters.DB.InTx(ctx, db.Departments(departments...), func(ctx context.Context, tx db.Tx) error {
		f, err := encounter.Load(ctx, tx, encounterID, departments...)
		if err != nil {
			return err
		}
		m, err := find(ctx, tx, f, id)
		if err == nil {
			view = m.view()
		}
		return err
	})
	return view, err
}

// SetINS keeps what the hospital's identity desk knows of the patient's INS. It is never made here: a video call
// qualifies nobody.
func (s *Service) SetINS(ctx context.Context, caller auth.Caller, encounterID string, i ins.Identity) (view PatientINS, err error) {
	i.Matricule = ins.Normalise(i.Matricule)
	_, err = s.Encounters.Command(ctx, caller, auth.PrescriptionRecord, encounterID, "patient.ins",
		func(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
			if err := fault.Invalid(i.Check()...); err != nil {
				return err
			}
			view = insView(i, f)
			return ins.Store(ctx, tx, s.Encounters.Secrets, s.Encounters.Now(), f.Department.ID, f.Patient.ID, caller.StaffID, i)
		})
	return view, err
}

func insView(i ins.Identity, f *encounter.Facts) PatientINS {
	return PatientINS{
		Status: i.Status, Qualified: i.Qualified(), Masked: i.Masked(), BirthDiffers: i.Matricule != "" && !i.Born(f.Patient.BirthDate),
	}
}

func (m *mail) view() Mailing {
	v := Mailing{
		ID: m.ID, Channel: m.Channel, Addressee: m.Addressee, AddresseeName: m.AddresseeName, Address: m.Recipient, SentAt: m.SentAt.UTC(),
		SentBy: m.SentByName, PasswordBy: m.PasswordBy, RiskAcceptedBy: m.RiskBy, RiskAcceptedHow: m.RiskHow,
		Leaving: notifications.Status(m.Status).Sendable(),
	}
	if m.Addressee == Patient {
		v.Address = notifications.Mask(notifications.ChannelEmail, m.Recipient)
	}
	if v.Leaving {
		v.Explanation = why(m.Status, m.Code)
		if m.Code == "" {
			v.Explanation = ""
		}
	}
	if e := m.last(string(Sent), string(Delivered), string(Failed)); e != nil {
		v.State, v.Proof, v.At = State(e.Kind), e.Proof, e.At.UTC()
	}
	at := func(kind string) *time.Time {
		if e := m.last(kind); e != nil {
			t := e.At.UTC()
			return &t
		}
		return nil
	}
	v.ReadAt, v.PasswordToldAt = at(kindRead), at(kindTold)
	if m.RiskAt != nil {
		t := m.RiskAt.UTC()
		v.RiskAcceptedAt = &t
	}
	return v
}
