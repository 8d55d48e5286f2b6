package invitation

import (
	"encoding/json"
	"slices"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/encounter/view"
	"teleconsult/server/invitation/batch"
	"teleconsult/server/invitation/column"
	"teleconsult/server/invitation/review"
	"teleconsult/server/meeting"
)

// BatchHead is a list without its rows.
type BatchHead struct {
	ID           string               `json:"id" format:"uuid"`
	DepartmentID string               `json:"departmentId" format:"uuid"`
	Source       string               `json:"source" enum:"file,text,encounters"`
	FileName     string               `json:"fileName,omitempty"`
	Sheet        string               `json:"sheet,omitempty"`
	OtherSheets  []string             `json:"otherSheets,omitempty" doc:"Sheets of the workbook that were not read."`
	CreatedAt    time.Time            `json:"createdAt"`
	CreatedBy    string               `json:"createdBy"`
	State        batch.State          `json:"state" enum:"draft,sending,scheduled,paused,sent,cancelled"`
	Revision     int64                `json:"revision"`
	SendAt       *time.Time           `json:"sendAt,omitempty"`
	ConfirmedAt  *time.Time           `json:"confirmedAt,omitempty"`
	ConfirmedBy  string               `json:"confirmedBy,omitempty"`
	Defaults     review.BatchDefaults `json:"defaults"`
	Columns      []batch.SheetColumn  `json:"columns"`
	Checklist    []BatchChecklist     `json:"checklist" doc:"Settings to declare for the tools of the links."`
	Summary      BatchSummary         `json:"summary"`
}

// BatchChecklist are the settings that somebody has to vouch for in a tool's meetings.
type BatchChecklist struct {
	Tool  string   `json:"tool"`
	Codes []string `json:"codes"`
}

// BatchSummary counts the rows of a list.
type BatchSummary struct {
	Rows     int `json:"rows"`
	Ready    int `json:"ready"`
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	LeftOut  int `json:"leftOut"`
	// People and what follows are what sending now would do.
	People   int           `json:"people" doc:"Who would be told by sending now."`
	Emails   int           `json:"emails"`
	SMS      int           `json:"sms"`
	Segments int           `json:"segments"`
	Cents    float64       `json:"cents"`
	Progress BatchProgress `json:"progress"`
	Answers  BatchAnswers  `json:"answers"`
}

// BatchProgress counts the rows that were sent, each in one state.
type BatchProgress struct {
	Working   int `json:"working" doc:"Confirmed, not in the queue yet."`
	Queued    int `json:"queued"`
	Sent      int `json:"sent"`
	Delivered int `json:"delivered"`
	Read      int `json:"read"`
	Failed    int `json:"failed"`
	Refused   int `json:"refused" doc:"Confirmed, and then found not to be possible."`
	Cancelled int `json:"cancelled"`
	Held      int `json:"held"`
}

// BatchAnswers counts the answers of those who were told.
type BatchAnswers struct {
	Agreed   int `json:"agreed"`
	Declined int `json:"declined"`
	None     int `json:"none"`
}

// BatchRow is a row on the screen.
type BatchRow struct {
	ID          int                     `json:"id"`
	Line        int                     `json:"line" doc:"As the spreadsheet shows it; a header is 1."`
	Hidden      bool                    `json:"hidden,omitempty"`
	Fixed       bool                    `json:"fixed,omitempty" doc:"About a planned encounter: only contact and link may change."`
	Values      map[column.Field]string `json:"values"`
	Problems    []review.RowProblem     `json:"problems"`
	Accepted    []string                `json:"accepted"`
	LeftOut     bool                    `json:"leftOut"`
	State       batch.RowState          `json:"state" enum:"open,released,done,withdrawing,cancelled"`
	EncounterID string                  `json:"encounterId,omitempty" format:"uuid"`
	Outcome     *review.RowOutcome      `json:"outcome,omitempty"`
	Delivery    *RowDelivery            `json:"delivery,omitempty"`
}

// RowDelivery is what became of a row's messages.
type RowDelivery struct {
	State    string               `json:"state" enum:"queued,sent,delivered,read,failed,held,cancelled"`
	Channels []RowDeliveryChannel `json:"channels"`
	Answer   string               `json:"answer" enum:"agreed,declined,none"`
	Task     *view.TaskView       `json:"task,omitempty"`
}

// RowDeliveryChannel is one message of a row.
type RowDeliveryChannel struct {
	Channel notifications.Channel `json:"channel" enum:"email,sms"`
	Word    string                `json:"word" doc:"en file, envoyé, remis, lu, non remis"`
}

// headOf is a list as the screen shows it now.
func headOf(b *batch.List, counts []batch.Count, tools []string, now time.Time) BatchHead {
	h := BatchHead{
		ID: b.ID, DepartmentID: b.DepartmentID, Source: b.Source, FileName: b.FileName, Sheet: b.Sheet, OtherSheets: b.OtherSheets,
		CreatedAt: b.CreatedAt, CreatedBy: b.CreatedBy, State: b.State, Revision: b.Revision, SendAt: some(b.SendAt),
		ConfirmedAt: some(b.ConfirmedAt), ConfirmedBy: b.ConfirmedBy, Defaults: b.Defaults, Columns: b.Columns, Checklist: []BatchChecklist{},
	}
	if h.Defaults.Declared == nil {
		h.Defaults.Declared = []string{}
	}
	for _, c := range counts {
		h.Summary.add(c, b.State != batch.Draft)
	}
	if b.State == batch.Sending {
		h.State = h.Summary.Progress.stage(b.SendAt.After(now))
	}
	for _, tool := range tools {
		if codes := meeting.ChecklistOf(meeting.Tool(tool)); len(codes) > 0 {
			h.Checklist = append(h.Checklist, BatchChecklist{Tool: tool, Codes: codes})
		}
	}
	return h
}

// stage is what a confirmed list is at.
func (p BatchProgress) stage(later bool) batch.State {
	switch {
	case p.Working > 0:
		return batch.Sending
	case p.Queued > 0 && later:
		return batch.Scheduled
	case p.Queued > 0:
		return batch.Sending
	}
	return batch.Sent
}

func (s *BatchSummary) add(c batch.Count, confirmed bool) {
	s.Rows += c.Rows
	state := batch.RowState(c.State)
	if state == batch.RowOpen {
		s.addOpen(c, confirmed)
		return
	}
	p := &s.Progress
	switch state {
	case batch.RowReleased:
		p.Working += c.Rows
	case batch.RowCancelled:
		p.Cancelled += c.Rows
	default:
		*p.of(c.Delivery.String) += c.Rows
		switch AnswerOf(c.Consent) {
		case "agreed":
			s.Answers.Agreed += c.Rows
		case "declined":
			s.Answers.Declined += c.Rows
		default:
			s.Answers.None += c.Rows
		}
	}
}

func (s *BatchSummary) addOpen(c batch.Count, confirmed bool) {
	switch {
	case c.LeftOut:
		s.LeftOut += c.Rows
		return
	case c.Severity == batch.SeverityError:
		s.Errors += c.Rows
		if confirmed {
			s.Progress.Refused += c.Rows
		}
		return
	case c.Severity == batch.SeverityWarning:
		s.Warnings += c.Rows
	default:
		s.Ready += c.Rows
	}
	s.People += c.Rows
	s.Emails, s.SMS, s.Segments, s.Cents = s.Emails+c.Emails, s.SMS+c.SMS, s.Segments+c.Segments, s.Cents+c.Cents
}

func (p *BatchProgress) of(delivery string) *int {
	switch delivery {
	case "queued":
		return &p.Queued
	case "sent":
		return &p.Sent
	case "delivered":
		return &p.Delivered
	case "read":
		return &p.Read
	case "held":
		return &p.Held
	case "cancelled":
		return &p.Cancelled
	}
	return &p.Failed
}

// AnswerOf is a standing decision in one word of the screen.
func AnswerOf(consent string) string {
	switch consent {
	case "agreed":
		return "agreed"
	case "refused", "withdrawn":
		return "declined"
	}
	return "none"
}

// ViewOf is a row on the screen; the task, for one that nobody could be reached by, is added by who has the facts.
func ViewOf(r batch.Row, delivery, consent string, channels []byte) (BatchRow, error) {
	v := BatchRow{
		ID: r.Number, Line: r.Line, Hidden: r.Hidden, Fixed: r.EncounterID != "", Values: r.Review.Values, Problems: r.Review.Problems,
		Accepted: append([]string{}, r.Accepted...), LeftOut: r.LeftOut, State: r.State, EncounterID: r.EncounterID, Outcome: r.Review.Outcome,
	}
	if v.Problems == nil {
		v.Problems = []review.RowProblem{}
	}
	if r.State != batch.RowOpen {
		v.Problems = slices.DeleteFunc(v.Problems, func(p review.RowProblem) bool { return p.Severity == "error" })
	}
	if r.ToldAt.IsZero() || delivery == "" || channels == nil {
		return v, nil
	}
	var messages []struct {
		Channel notifications.Channel `json:"channel"`
		Status  notifications.Status  `json:"status"`
		Read    bool                  `json:"read"`
	}
	if err := json.Unmarshal(channels, &messages); err != nil {
		return v, err
	}
	v.Delivery = &RowDelivery{State: delivery, Channels: []RowDeliveryChannel{}, Answer: AnswerOf(consent)}
	for _, m := range messages {
		v.Delivery.Channels = append(v.Delivery.Channels, RowDeliveryChannel{Channel: m.Channel, Word: m.Status.Word(m.Read)})
	}
	return v, nil
}

func some(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
