package personalpage

import (
	"context"
	"slices"
	"time"

	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/trace"
)

// pageAnswer is the patient's answer on the personal page.
type pageAnswer struct {
	// answer is agree or refuse.
	answer      string
	explanation string
	// notice is the version of the notice that was on the page, "" when the form did not say.
	notice string
}

var errNoticeChanged = fault.New(fault.KindStale, "notice_changed", "L’information a changé depuis l’ouverture de la page.")

// answerOnPage records that the patient agrees or prefers to come. Until the consultation begins the patient
// can change their mind; the same answer twice is one decision. A refusal takes back the link and the messages.
func (s *Service) answerOnPage(ctx context.Context, v visit, in pageAnswer) (*encounter.Facts, error) {
	return s.visited(ctx, v, func(ctx context.Context, tx db.Tx, f *encounter.Facts) (string, error) {
		if !mayAnswer(f) {
			return "", notNow("already_started", "La consultation a commencé ou est terminée : la réponse ne change plus.")
		}
		notice, err := noticeShown(f, v.languageOf(f), in.notice)
		if err != nil {
			return "", err
		}
		standing := f.Consent().Verdict
		verdict, err := in.verdict(standing)
		if err != nil || verdict == standing {
			return "", err
		}
		return "patient.answer", s.decideOnPage(ctx, tx, v, f, notice, verdict, in.explanation)
	})
}

func (s *Service) decideOnPage(
	ctx context.Context, tx db.Tx, v visit, f *encounter.Facts, notice consent.Notice, verdict consent.Verdict, explanation string,
) error {
	now := s.Encounters.Now()
	d := consent.Decision{
		Verdict: verdict, Tool: f.Tool, Mode: consent.Web, Giver: consent.ByPatient, NoticeVersion: notice.Version,
		DecidedAt: now, RecordedAt: now,
	}
	if r := f.Patient.Representative; r != nil {
		d.Giver, d.GiverName = consent.ByRepresentative, r.Name
	}
	if verdict != consent.Agreed {
		d.Explanation = explanation
	}
	if err := consent.Check(d, f.Patient.Representative != nil, f.Consent().Verdict); err != nil {
		return err
	}
	if err := s.evidence(ctx, tx, v, f, notice, now); err != nil {
		return err
	}
	if err := consent.Record(ctx, tx, f.ID, f.Department.ID, d); err != nil {
		return err
	}
	if err := trace.Append(ctx, tx, now, v.by, f.Traced("patient.answer", map[string]any{"decision": string(verdict)})); err != nil {
		return err
	}
	if verdict == consent.Agreed {
		return nil
	}
	if f.Presence != nil { // somebody who takes the agreement back waits no more
		if err := encounter.SetPresence(ctx, tx, f, encounter.Away, now); err != nil {
			return err
		}
	}
	return s.Encounters.AfterRefusal(ctx, tx, f, now)
}

// evidence keeps the notice that was answered, and makes the answer the proof of the information where
// opening the page was none.
func (s *Service) evidence(ctx context.Context, tx db.Tx, v visit, f *encounter.Facts, notice consent.Notice, now time.Time) error {
	if _, err := s.markRead(ctx, tx, v, f, now); err != nil {
		return err
	}
	return consent.StoreNotice(ctx, tx, now, notice)
}

// verdict is what an answer means after the standing one. A repeated answer stays the standing one.
func (in pageAnswer) verdict(standing consent.Verdict) (consent.Verdict, error) {
	switch {
	case in.answer == "agree":
		return consent.Agreed, nil
	case in.answer != "refuse":
		return "", fault.Invalid(fault.Violation{Field: "answer", Code: "answer_unknown", Message: "Choisissez l’une des réponses."})
	case standing == consent.Agreed:
		return consent.Withdrawn, nil
	case standing == consent.Withdrawn:
		return consent.Withdrawn, nil
	}
	return consent.Refused, nil
}

// mayAnswer tells whether the patient's decision still counts.
func mayAnswer(f *encounter.Facts) bool {
	return f.Status == encounter.Planned || f.Status == encounter.Arrived
}

// noticeShown is the notice that was on the reader's page: the one of the given version, in whichever
// language. A decision about a text, or a tool, that is not the present one is not taken.
func noticeShown(f *encounter.Facts, language, version string) (consent.Notice, error) {
	for _, l := range []string{language, "fr", "en"} {
		notice, err := noticeFor(f, l)
		if err != nil {
			return notice, err
		}
		if version == "" || version == notice.Version {
			return notice, nil
		}
	}
	return consent.Notice{}, errNoticeChanged
}

// answerPortalOnPage records what the patient says about the patient-portal account. "created" is an account
// that was opened just now.
func (s *Service) answerPortalOnPage(ctx context.Context, v visit, answer string) (*encounter.Facts, error) {
	return s.visited(ctx, v, func(ctx context.Context, tx db.Tx, f *encounter.Facts) (string, error) {
		if f.Status.Ended() {
			return "", notNow("already_ended", "La consultation est terminée.")
		}
		if answer == "created" {
			answer = "open"
		}
		if !slices.Contains(encounter.PortalAnswers, answer) {
			return "", fault.Invalid(fault.Violation{Field: "portal", Code: "answer_unknown", Message: "Choisissez l’une des réponses."})
		}
		if f.Portal != nil && f.Portal.Answer == answer {
			return "", nil
		}
		now := s.Encounters.Now()
		if err := s.Encounters.RecordPortal(ctx, tx, f, v.by, answer); err != nil {
			return "", err
		}
		return "patient.portal", trace.Append(ctx, tx, now, v.by, f.Traced("patient.portal", nil))
	})
}
