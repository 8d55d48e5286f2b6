package encounter

import (
	"time"

	"teleconsult/notifications"
)

// calendar is the calendar file that goes with an e-mail; method is REQUEST or CANCEL.
func (s *Service) calendar(f *Facts, token, method string, now time.Time) (notifications.Calendar, error) {
	_, _, _, _ = f, token, method, now
	return notifications.Calendar{}, nil
}
