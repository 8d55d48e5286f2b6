package personalpage

import (
	"context"
	"strings"
	"time"

	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/trace"
)

// readPage opens the personal page. On a device that gave the birth date this is the evidence that the patient
// was informed (the notice is on the page) and that the messages so far were read. Where the department does
// not ask for it, opening proves nothing, because mail scanners open links too: then the answer is the evidence.
func (s *Service) readPage(ctx context.Context, v visit) (*encounter.Facts, error) {
	return s.visited(ctx, v, func(ctx context.Context, tx db.Tx, f *encounter.Facts) (string, error) {
		now := s.Encounters.Now()
		if err := trace.Append(ctx, tx, now, v.by, f.Traced("patient.read", nil)); err != nil {
			return "", err
		}
		if !f.Department.BirthDateAsked {
			return "", nil
		}
		return s.markRead(ctx, tx, v, f, now)
	})
}

// markRead records what the patient has verifiably seen now, once.
func (s *Service) markRead(ctx context.Context, tx db.Tx, v visit, f *encounter.Facts, now time.Time) (string, error) {
	happened := ""
	if hasUnread(f) {
		n, err := s.Encounters.Outbox.MarkRead(ctx, tx, now, f.ID, v.via)
		if err != nil {
			return "", err
		}
		if n > 0 {
			if err = s.Encounters.Record(ctx, tx, f, v.by, "page-read", now, nil); err != nil {
				return "", err
			}
			happened = "patient.read"
		}
	}
	if f.Status.Ended() || f.Informed() {
		return happened, nil
	}
	notice, err := noticeFor(f, v.languageOf(f))
	if err != nil {
		return "", err
	}
	return "patient.read", s.inform(ctx, tx, v, f, notice, now)
}

// inform records that the notice was shown, and keeps its text.
func (s *Service) inform(ctx context.Context, tx db.Tx, v visit, f *encounter.Facts, notice consent.Notice, now time.Time) error {
	if err := consent.StoreNotice(ctx, tx, now, notice); err != nil {
		return err
	}
	shown := encounter.Information{At: now, Mode: consent.Web, NoticeVersion: notice.Version}
	return s.Encounters.RecordInformation(ctx, tx, f, v.by, shown)
}

// hasUnread tells whether a message with the personal link has left that is not known to have been read, so that
// this visit may tell.
func hasUnread(f *encounter.Facts) bool {
	for _, m := range f.Messages {
		if m.ReadAt != nil || m.Purpose == "cancellation" || m.Purpose == "prescription-notice" || strings.HasPrefix(m.Purpose, "document-") {
			continue
		}
		switch m.Status {
		case "accepted", "delivered", "unknown":
			return true
		}
	}
	return false
}
