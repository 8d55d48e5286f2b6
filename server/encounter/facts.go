package encounter

import (
	"time"

	"teleconsult/server/consent"
	"teleconsult/server/department"
	"teleconsult/server/patient"
)

// Facts is all that is recorded about one encounter. The chain, the note and every screen follow from it.
type Facts struct {
	ID              string
	Department      department.Department
	Patient         patient.Patient
	Practitioner    Practitioner
	Status          Status
	Modality        Modality
	TelephoneReason string
	Tool            string
	ToolReason      string
	PlannedStart    time.Time
	PlannedEnd      time.Time
	// StartedAt, FinishedAt and CancelledAt are zero when it has not happened.
	StartedAt    time.Time
	FinishedAt   time.Time
	CancelledAt  time.Time
	CancelReason string
	// CancelText is what was added to the reason, in the words of whoever cancelled.
	CancelText string
	Version    int64
	CreatedAt  time.Time
	// MovedAt is when the time was last changed, zero when it never was.
	MovedAt time.Time
	// Stored is the summary as the row has it; only Settle writes it.
	Stored Summary

	// Appointment is nil until it was planned in ORBIS RV.
	Appointment *Tick
	Information *Information
	Decisions   []consent.Decision
	Portal      *PortalAnswer
	Link        *Link
	// OrtifInvited is nil until ORTIF was told to invite the patient.
	OrtifInvited *Tick
	// OnSiteOffered is nil until a visit on site was offered after a refusal.
	OnSiteOffered *Tick
	// DeviceTest is the patient's last word about the device, nil until it was tried with the tool in use.
	DeviceTest *DeviceTest
	// Delay is what the patient was last told about the practitioner's being late, nil when nothing was.
	Delay *Delay
	// Calls are the telephone calls of staff, the last one last.
	Calls []Call
	// ArrivedAt is when the patient first came into the waiting room, zero when they never did.
	ArrivedAt time.Time
	Messages  []MessageFact
	// Warnings are what is known against the patient's address and number; only Command, Read and Schedule ask.
	Warnings     []patient.ContactWarning
	Incidents    []Incident
	Prescription *Prescription
	// NoteChangedAt is when an event that the note tells was last recorded, or its own text changed; see NotedAt.
	NoteChangedAt time.Time
	Transfer      *Transfer
	Coding        *Coding
	Presence      *Presence

	// token is the secret of the personal link once a message of this transaction has needed it.
	token string
}

// Practitioner is who holds the consultation.
type Practitioner struct {
	ID         string `json:"id"`
	Title      string `json:"title"`
	FamilyName string `json:"familyName"`
	GivenName  string `json:"givenName"`
	RPPS       string `json:"-"`
}

// Information says how the patient was informed.
type Information struct {
	At time.Time `json:"at"`
	// Mode is web (the notice was shown after the birth date) or oral.
	Mode consent.Mode `json:"mode"`
	// NoticeVersion is the text that was shown.
	NoticeVersion string `json:"notice_version"`
	By            string `json:"by"`
	Tool          string `json:"tool"`
}

// PortalAnswer is what became of the patient-portal account: open, declined or impossible.
type PortalAnswer struct {
	At     time.Time `json:"at"`
	Answer string    `json:"answer"`
	// By is the staff member's name, "" when the patient answered.
	By string `json:"by"`
}

// DeviceTest is what the patient said on the personal page after trying the device: Outcome is works or problem.
type DeviceTest struct {
	At      time.Time `json:"-"`
	Tool    string    `json:"tool"`
	Outcome string    `json:"outcome"`
	// Problem is image, sound, connection or no-device, "" when the patient did not say.
	Problem string `json:"problem,omitempty"`
}

// Delay is an announcement that the practitioner is late.
type Delay struct {
	At time.Time `json:"-"`
	// Minutes are counted from the planned start.
	Minutes int    `json:"minutes"`
	By      string `json:"-"`
}

// Call is a telephone call of staff to the patient.
type Call struct {
	At time.Time `json:"-"`
	// Outcome is reached, voicemail or no-answer.
	Outcome string `json:"outcome"`
	Text    string `json:"text,omitempty"`
	By      string `json:"-"`
}

// Link is the standing meeting link, or ORTIF's session.
type Link struct {
	ID          string    `json:"id"`
	Tool        string    `json:"tool"`
	URL         string    `json:"url"`
	MeetingID   string    `json:"meeting_number"`
	Passcode    string    `json:"passcode"`
	Topic       string    `json:"topic"`
	Reference   string    `json:"reference"`
	Declared    []string  `json:"declared"`
	Settled     []string  `json:"settled"`
	HostAccount string    `json:"host_account"`
	AttachedAt  time.Time `json:"attached_at"`
	AttachedBy  string    `json:"attached_by"`
}

// MessageFact is what the chain needs to know of one message.
type MessageFact struct {
	ID        string `json:"id"`
	Purpose   string `json:"purpose"`
	Channel   string `json:"channel"`
	Recipient string `json:"recipient"`
	Status    string `json:"status"`
	Code      string `json:"code"`
	Attempts  int    `json:"attempts"`
	// Slot is what the message is for within the encounter, "" for one that may be repeated.
	Slot string `json:"slot"`
	// Follows is the id of the message whose place it takes, "" for none.
	Follows   string    `json:"follows"`
	CreatedAt time.Time `json:"created_at"`
	NotBefore time.Time `json:"not_before"`
	// Due is when it was first to go; tries that fail move NotBefore.
	Due time.Time `json:"due"`
	// At is when the present state was reached.
	At time.Time `json:"at"`
	// ReadAt is when the patient proved the birth date on the page after it was sent.
	ReadAt *time.Time `json:"read_at"`
}

// Prescription is the standing row of what became of the prescription.
type Prescription struct {
	Channel string `json:"channel"`
	// State is announced, sent, delivered or failed.
	State       string `json:"state"`
	WantedToday bool   `json:"wanted_today"`
	// Proof is what shows that it arrived, or why it did not.
	Proof          string `json:"proof"`
	RiskAcceptedBy string `json:"risk_accepted_by"`
	// DeliveryID is the drop or the message that it is about, "" for what was only told in words.
	DeliveryID string `json:"delivery_id"`
	// DecidedAt is when this channel was decided on, DecidedBy by whom; At is when its present state was recorded.
	DecidedAt time.Time `json:"decided_at"`
	DecidedBy string    `json:"decided_by"`
	At        time.Time `json:"at"`
	// By is "" when nobody of the staff recorded it, but a receipt.
	By string `json:"by"`
}

// Transfer is the last time the note was put into the record.
type Transfer struct {
	NoteVersion string    `json:"note_version"`
	At          time.Time `json:"at"`
	By          string    `json:"by"`
}

// Coding is the standing entry of the activity's coding.
type Coding struct {
	// State is coded, not-billable, refused or reopened.
	State  string `json:"state"`
	Code   string `json:"code"`
	Label  string `json:"label"`
	Reason string `json:"reason"`
	// ReasonCode is a word of the coding room's lists.
	ReasonCode string    `json:"reason_code"`
	At         time.Time `json:"at"`
	By         string    `json:"by"`
}

// Consent is the standing decision for the tool in use.
func (f *Facts) Consent() consent.Decision { return consent.Standing(f.Decisions, f.Tool) }

// Informed tells whether the patient was informed about the tool in use.
func (f *Facts) Informed() bool { return f.Information != nil && f.Information.Tool == f.Tool }

// InvitesItself tells whether the tool sends its own invitation and gives no link that we pass on.
func (f *Facts) InvitesItself() bool { return f.Tool == ToolORTIF }

// NotedAt is when anything that the note tells was last recorded, zero for never.
func (f *Facts) NotedAt() time.Time {
	last := f.NoteChangedAt
	for _, d := range f.Decisions {
		last = later(last, d.RecordedAt)
	}
	if p := f.Prescription; p != nil {
		last = later(last, p.DecidedAt) // what becomes of the delivery is proof beside the note
	}
	return last
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
