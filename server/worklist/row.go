package worklist

import (
	"time"

	"teleconsult/server/consent"
	"teleconsult/server/encounter"
	"teleconsult/server/encounter/view"
)

// Row is an encounter in a list.
type Row struct {
	ID           string                 `json:"id" format:"uuid"`
	DepartmentID string                 `json:"departmentId" format:"uuid"`
	Patient      PatientName            `json:"patient"`
	Practitioner encounter.Practitioner `json:"practitioner"`
	Status       encounter.Status       `json:"status" enum:"planned,arrived,in-progress,finished,cancelled"`
	Modality     encounter.Modality     `json:"modality" enum:"video,telephone"`
	Tool         string                 `json:"tool"`
	PlannedStart time.Time              `json:"plannedStart"`
	PlannedEnd   time.Time              `json:"plannedEnd"`
	StartedAt    *time.Time             `json:"startedAt,omitempty"`
	FinishedAt   *time.Time             `json:"finishedAt,omitempty"`
	Presence     *view.PresenceView     `json:"presence,omitempty"`
	Consent      consent.Verdict        `json:"consent" enum:"unknown,agreed,refused,withdrawn"`
	NextStep     encounter.StepCode     `json:"nextStep,omitempty" enum:"appointment,information,consent,portal,link,invitation,held,prescription,record,coding"`
	Weight       Weight                 `json:"weight,omitempty" enum:"law,care,billing,organisation" doc:"What asks for the next step."`
	ActsNext     encounter.Acts         `json:"actsNext" enum:"patient,secretary,practitioner,system,nobody"`
	DueAt        *time.Time             `json:"dueAt,omitempty"`
	Late         bool                   `json:"late"`
}

// PatientName is who a row is about.
type PatientName struct {
	FamilyName string `json:"familyName"`
	GivenName  string `json:"givenName"`
	BirthDate  string `json:"birthDate" format:"date"`
}
