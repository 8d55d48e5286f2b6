package encounter_test

import (
	"context"
	"strings"
	"testing"

	"teleconsult/migrations"
	"teleconsult/server/db"
)

// Who was to be reminded two hours before by the release before this one is reminded once.
func TestAReminderOfTheReleaseBeforeIsNotDoubled(t *testing.T) {
	text, err := migrations.Files.ReadFile("0012_require_message_rules.sql")
	if err != nil {
		t.Fatal(err)
	}
	_, statement, found := strings.Cut(string(text), "\nUPDATE message AS m SET slot")
	statement, _, _ = strings.Cut("UPDATE message AS m SET slot"+statement, ";")
	if !found {
		t.Fatal("the migration has no statement about reminders")
	}
	h := newHospital(t)
	f := h.makeReady(h.schedule(nextMonth))
	h.inTx(func(ctx context.Context, tx db.Tx) error {
		const before = `UPDATE message SET slot = '', status = CASE WHEN slot LIKE 'reminder/120/%' THEN 'queued' ELSE 'cancelled' END
			WHERE encounter_id = $1 AND purpose = 'reminder'`
		if _, err := tx.ExecContext(ctx, before, f.ID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
		after, err := h.Settle(ctx, tx, f.Department.ID, f.ID, "encounter.follow-up")
		f = after
		return err
	})
	h.wantAhead(f, "invitation sms 06-08 14:30", "link-test email 06-07 14:30", "reminder sms 06-02 14:30", "reminder sms 06-09 12:30")
}
