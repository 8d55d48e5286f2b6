package encounter

import (
	"context"
	"slices"
	"strings"

	"teleconsult/server/auth"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/meeting"
)

// LinkInput is a pasted invitation, or an ORTIF session.
type LinkInput struct {
	// Text is the invitation as the tool produced it.
	Text string
	// Declared are codes of the tool's checklist that the practitioner vouches for.
	Declared []string
	// Settled are codes of findings and differences that a person looked at and accepts.
	Settled []string
	// HostAccount is the e-mail of the account that hosts; "" keeps it unknown.
	HostAccount string
	// Reference is ORTIF's reference of the session.
	Reference string
	// Read is what Text says when it was read already, nil when it is to be read.
	Read *meeting.Result
}

// Attach gives the encounter its meeting link. The link must pass the checks of the tool and the department,
// must never have served another encounter, and what the invitation says must agree with the plan or be
// settled by a person. The invitation to the patient then goes out by itself once the agreement is there.
func (s *Service) Attach(ctx context.Context, caller auth.Caller, id string, in LinkInput) (*Facts, error) {
	return s.Command(ctx, caller, auth.LinkAttach, id, "link.attach",
		func(ctx context.Context, tx db.Tx, f *Facts) error { return s.AttachTo(ctx, tx, caller, f, in) })
}

// AttachTo is Attach within a transaction that holds the encounter, and settles it afterwards.
func (s *Service) AttachTo(ctx context.Context, tx db.Tx, caller auth.Caller, f *Facts, in LinkInput) error {
	if err := f.mayHaveLink(); err != nil {
		return err
	}
	link, keys, err := s.CheckLink(f, in)
	if err != nil {
		return err
	}
	return s.attachLink(ctx, tx, caller, f, link, keys)
}

// Detach revokes the link; the meeting stays used up.
func (s *Service) Detach(ctx context.Context, caller auth.Caller, id string) (*Facts, error) {
	return s.Command(ctx, caller, auth.LinkAttach, id, "link.detach",
		func(ctx context.Context, tx db.Tx, f *Facts) error {
			if f.Status.Ended() {
				return notNow("already_ended", "La consultation est terminée.")
			}
			now := s.Now()
			if err := revokeLink(ctx, tx, f, now); err != nil {
				return err
			}
			return s.callBackInvitation(ctx, tx, f, now)
		})
}

func (f *Facts) mayHaveLink() error {
	switch {
	case f.Modality == Telephone:
		return notNow("telephone_has_no_link", "Cette consultation se fait par téléphone : elle n’a pas de lien.")
	case f.Status.Ended():
		return notNow("already_ended", "La consultation est terminée.")
	case f.declined():
		return notNow("consent_refused", "Le patient a refusé la téléconsultation : aucun lien ne peut être préparé.")
	}
	return nil
}

// CheckLink reads what was pasted and holds it against the rules and the encounter. It returns the link as it would be
// attached, and what the meeting is recognised by. The fault says which finding or difference stands in the way.
func (s *Service) CheckLink(f *Facts, in LinkInput) (Link, [][]byte, error) {
	if f.InvitesItself() {
		return s.checkSession(f, in)
	}
	result, err := s.readInvitation(f, in)
	if err != nil {
		return Link{}, nil, err
	}
	return Link{
		ID: newID(), Tool: string(result.Tool), URL: result.URL, MeetingID: result.MeetingID, Passcode: result.Passcode,
		Topic: result.Topic, Declared: in.Declared, Settled: in.Settled, HostAccount: strings.TrimSpace(in.HostAccount), AttachedAt: s.Now(),
	}, s.LinkKeys(result), nil
}

// LinkKeys are what a meeting is recognised by, whichever way it is written: it serves one encounter.
func (s *Service) LinkKeys(result meeting.Result) [][]byte {
	keys := [][]byte{s.linkKey(result.URL)}
	if key := meeting.Key(result.Tool, result.MeetingID); key != "" {
		keys = append(keys, s.Secrets.MAC("meeting-number", key))
	}
	return keys
}

// readInvitation parses and checks the pasted text; the fault says which finding or difference stands in the way.
func (s *Service) readInvitation(f *Facts, in LinkInput) (meeting.Result, error) {
	result, err := s.read(f, in)
	if err != nil {
		return result, err
	}
	policy := meeting.Policy{AllowedHosts: f.Department.MeetingHosts, DoxyMeAllowed: f.Department.DoxyMeAllowed}
	findings := slices.Concat(result.Findings, meeting.Check(result, policy, in.Declared...))
	var refused, open []fault.Violation
	for _, finding := range findings {
		v := fault.Violation{Field: "text", Code: string(finding.Code), Message: finding.Message}
		switch {
		case finding.Severity != meeting.SeverityError || slices.Contains(in.Settled, string(finding.Code)) && settleable(finding.Code):
		case settleable(finding.Code):
			open = append(open, v)
		default:
			refused = append(refused, v)
		}
	}
	if len(refused) > 0 {
		refusal := fault.New(fault.KindInvalid, "link_refused", "Ce lien ne peut pas être envoyé au patient.")
		refusal.Violations = refused
		return result, refusal
	}
	planned := meeting.Planned{Start: f.PlannedStart.In(f.zone()), Tool: meeting.Tool(f.Tool)}
	for _, d := range meeting.Compare(result, planned) {
		if !slices.Contains(in.Settled, string(d.Code)) {
			open = append(open, fault.Violation{Field: "settled", Code: string(d.Code), Message: d.Message})
		}
	}
	if len(open) > 0 {
		conflict := fault.New(fault.KindConflict, "link_needs_settling", "L’invitation demande une décision de votre part.")
		conflict.Violations = open
		return result, conflict
	}
	return result, nil
}

func (s *Service) read(f *Facts, in LinkInput) (meeting.Result, error) {
	if in.Read != nil {
		return *in.Read, nil
	}
	return meeting.ParseIn(in.Text, s.Now(), f.zone())
}

// settleable findings are errors about which a person, and only a person, can know better.
func settleable(code meeting.Code) bool {
	return code == meeting.CodeIDMismatch || code == meeting.CodeRecurring
}

func (s *Service) attachLink(ctx context.Context, tx db.Tx, caller auth.Caller, f *Facts, link Link, keys [][]byte) error {
	now := link.AttachedAt
	if f.Tool != link.Tool {
		if err := s.takeTool(ctx, tx, f, link.Tool); err != nil {
			return err
		}
	}
	if err := useMeetings(ctx, tx, keys, f.ID, now); err != nil {
		return err
	}
	if err := revokeLink(ctx, tx, f, now); err != nil {
		return err
	}
	if f.InvitesItself() {
		if err := insertLink(ctx, tx, f, caller.StaffID, link); err != nil {
			return err
		}
		return s.Record(ctx, tx, f, caller.Actor(), "ortif-invited", now, nil)
	}
	if err := s.callBackInvitation(ctx, tx, f, now); err != nil {
		return err
	}
	err := insertLink(ctx, tx, f, caller.StaffID, link)
	if err != nil || len(f.Decisions) == 0 || f.Consent().Verdict != consent.Unknown || f.OnItsWay() {
		return err
	}
	return s.sendNotice(ctx, tx, f, now) // what was answered was about another tool
}

// linkKey is what a link is recognised by, whichever tool and encounter it comes with.
func (s *Service) linkKey(url string) []byte {
	return s.Secrets.MAC("meeting-link", meeting.NormalisedURL(url))
}

// takeTool makes the tool of the pasted invitation the encounter's tool, after a person settled the difference.
// The agreement is then asked for again, because it was given for another tool.
func (s *Service) takeTool(ctx context.Context, tx db.Tx, f *Facts, tool string) error {
	if !f.Department.Lists(tool) {
		refusal := fault.New(fault.KindInvalid, "link_refused", "Ce lien ne peut pas être envoyé au patient.")
		refusal.Violations = []fault.Violation{{
			Field: "text", Code: "tool_not_listed", Message: "Le service n’utilise pas cet outil. Choisissez un outil de sa liste.",
		}}
		return refusal
	}
	f.Tool = tool
	if f.Department.IsFirst(tool) {
		f.ToolReason = ""
	} else if f.ToolReason == "" {
		f.ToolReason = "Invitation reçue de " + ToolNames[tool]
	}
	return updatePlan(ctx, tx, f, s.Now())
}

// checkSession reads a session created in ORTIF, which is asked to invite the patient itself.
func (s *Service) checkSession(f *Facts, in LinkInput) (Link, [][]byte, error) {
	reference := strings.TrimSpace(in.Reference)
	if reference == "" || len([]rune(reference)) > 100 {
		return Link{}, nil, fault.Invalid(fault.Violation{
			Field: "reference", Code: "reference_missing", Message: "Indiquez la référence de la session ORTIF (100 caractères au plus).",
		})
	}
	link := Link{ID: newID(), Tool: ToolORTIF, Reference: reference, Declared: in.Declared, HostAccount: in.HostAccount, AttachedAt: s.Now()}
	keys := [][]byte{s.Secrets.MAC("ortif-session", reference)}
	if in.Text != "" {
		result, err := s.read(f, in)
		if err != nil {
			return Link{}, nil, err
		}
		if result.Tool != meeting.ToolORTIF || result.URL == "" {
			return Link{}, nil, fault.Invalid(fault.Violation{
				Field: "text", Code: "not_an_ortif_link", Message: "Aucun lien ORTIF n’a été reconnu dans ce texte. La référence seule suffit.",
			})
		}
		link.URL = result.URL
		keys = append(keys, s.linkKey(link.URL))
	}
	return link, keys, nil
}
