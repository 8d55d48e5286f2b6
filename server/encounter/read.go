package encounter

import (
	"context"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/trace"
)

// readPage opens the personal page. On a device that gave the birth date this is the evidence that the patient
// was informed (the notice is on the page) and that the messages so far were read. Where the department does
// not ask for it, opening proves nothing, because mail scanners open links too: then the answer is the evidence.
func (s *Service) readPage(ctx context.Context, v visit) (*Facts, error) {
	return s.visited(ctx, v, func(ctx context.Context, tx db.Tx, f *Facts) (string, error) {
		now := s.Now()
		if err := trace.Append(ctx, tx, now, v.by, f.traced("patient.read", nil)); err != nil {
			return "", err
		}
		if !f.Department.BirthDateAsked {
			return "", nil
		}
		return s.markRead(ctx, tx, v, f, now)
	})
}

// markRead records what the patient has verifiably seen now, once.
func (s *Service) markRead(ctx context.Context, tx db.Tx, v visit, f *Facts, now time.Time) (string, error) {
	happened := ""
	if f.hasUnread() {
		if err := notifications.MarkRead(ctx, tx, now, f.ID); err != nil {
			return "", err
		}
		if err := s.Record(ctx, tx, f, v.by, "page-read", now, nil); err != nil {
			return "", err
		}
		happened = "patient.read"
	}
	if f.Status.Ended() || f.informed() {
		return happened, nil
	}
	notice, err := f.notice(v.languageOf(f))
	if err != nil {
		return "", err
	}
	return "patient.read", s.inform(ctx, tx, v, f, notice, now)
}

// inform records that the notice was shown, and keeps its text.
func (s *Service) inform(ctx context.Context, tx db.Tx, v visit, f *Facts, notice consent.Notice, now time.Time) error {
	if err := consent.StoreNotice(ctx, tx, now, notice); err != nil {
		return err
	}
	data := informationData{Mode: consent.Web, NoticeVersion: notice.Version, Tool: f.Tool}
	return s.Record(ctx, tx, f, v.by, "information-given", now, data)
}

// informed tells whether the patient was informed about the tool in use.
func (f *Facts) informed() bool { return f.Information != nil && f.Information.Tool == f.Tool }

// hasUnread tells whether a message has left that is not known to have been read.
func (f *Facts) hasUnread() bool {
	for _, m := range f.Messages {
		switch m.Status {
		case "accepted", "delivered", "unknown":
			if m.ReadAt == nil && (m.Purpose == "notice" || m.Purpose == "invitation") {
				return true
			}
		}
	}
	return false
}
