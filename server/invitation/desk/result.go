package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"teleconsult/notifications"
	"teleconsult/notifications/explain"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/invitation"
	"teleconsult/server/invitation/batch"
	"teleconsult/server/invitation/column"
	"teleconsult/server/spreadsheet"
)

// model is an empty list with the headers that are recognised.
func model(format string) ([]byte, error) {
	var headers []string
	for _, f := range column.Fields() {
		if f != column.FullName {
			headers = append(headers, f.Header())
		}
	}
	return spreadsheet.Write(format, "Modèle", headers, func(func([]string) bool) {})
}

var resultHeaders = []string{
	"Ligne", "Nom", "Prénom", "Date de naissance", "Date du rendez-vous", "Heure du rendez-vous", "Praticien", "E-mail", "Mobile",
	"État", "Canaux", "Réponse du patient", "Ce qui s’est passé",
}

// Result is what became of every row, as a file.
func (s service) Result(ctx context.Context, caller auth.Caller, id, format string) ([]byte, error) {
	var rows []batch.ListedRow
	departments := invitation.MayInvite(caller)
	err := s.Encounters.DB.InTx(ctx, db.Departments(departments...), func(ctx context.Context, tx db.Tx) error {
		b, err := batch.Load(ctx, tx, id, departments)
		if err != nil {
			return err
		}
		if rows, err = batch.AllRows(ctx, tx, b.ID); err != nil {
			return err
		}
		seen := []string{}
		for _, r := range rows {
			if r.EncounterID != "" {
				seen = append(seen, r.EncounterID)
			}
		}
		return s.Traced(ctx, tx, caller, b, "batch.download", map[string]any{"rows": len(rows), "encounters": seen})
	})
	if err != nil {
		return nil, err
	}
	lines := make([][]string, 0, len(rows))
	for _, r := range rows {
		line, err := resultOf(r)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return spreadsheet.Write(format, "Résultat", resultHeaders, slices.Values(lines))
}

// stateWords say what became of a row.
var stateWords = map[string]string{
	"queued": "en file", "sent": "envoyé", "delivered": "remis", "read": "lu", "failed": "non remis", "held": "en pause", "cancelled": "annulé",
}

func resultOf(r batch.ListedRow) ([]string, error) {
	one, err := r.Row()
	if err != nil {
		return nil, err
	}
	var messages []struct {
		Channel notifications.Channel `json:"channel"`
		Status  notifications.Status  `json:"status"`
		Read    bool                  `json:"read"`
		Code    string                `json:"code"`
	}
	if r.Channels != nil {
		if err = json.Unmarshal(r.Channels, &messages); err != nil {
			return nil, fmt.Errorf("read the messages of a row: %w", err)
		}
	}
	var channels, happened []string
	for _, m := range messages {
		word := map[notifications.Channel]string{notifications.ChannelEmail: "e-mail", notifications.ChannelSMS: "SMS"}[m.Channel]
		channels = append(channels, word+" "+m.Status.Word(m.Read))
		if m.Code != "" && !m.Read {
			happened = append(happened, explain.Code(m.Code))
		}
	}
	state := stateWords[r.Delivery.String]
	switch {
	case one.State == batch.RowOpen && one.LeftOut:
		state = "laissé de côté"
	case one.State == batch.RowOpen && one.Severity == batch.SeverityError:
		state = "à corriger"
		for _, p := range one.Review.Problems {
			happened = append(happened, p.Message)
		}
	case one.State == batch.RowOpen:
		state = "prêt"
	case one.State == batch.RowReleased:
		state = "en cours"
	case one.State == batch.RowCancelled:
		state = "annulé"
	}
	answer := map[string]string{"agreed": "accord", "declined": "refus", "none": ""}[invitation.AnswerOf(r.Consent)]
	v := one.Review.Values
	return []string{
		fmt.Sprint(one.Line), v[column.FamilyName], v[column.GivenName], french(v[column.BirthDate]), french(v[column.Date]), v[column.Time],
		v[column.Practitioner], v[column.Email], national(v[column.Mobile]), state, strings.Join(channels, ", "), answer, strings.Join(happened, " "),
	}, nil
}

// french is a day as a French spreadsheet reads it.
func french(date string) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return day.Format("02/01/2006")
}

// national is a French number as it is dialled; a leading + would have to be made harmless, and looks odd.
func national(number string) string {
	rest, ok := strings.CutPrefix(number, "+33")
	if !ok || len(rest) != 9 {
		return number
	}
	return "0" + rest[:1] + " " + rest[1:3] + " " + rest[3:5] + " " + rest[5:7] + " " + rest[7:]
}
