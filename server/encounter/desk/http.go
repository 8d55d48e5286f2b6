// Package desk is the HTTP of encounters: planning them, everything that is recorded about one, and looking
// patients up. The use cases are those of the room above.
package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/encounter/view"
	"teleconsult/server/patient"
	"teleconsult/server/problem"
	"teleconsult/server/staff"
)

// service has the operations as methods.
type service struct{ *encounter.Service }

// PlanBody is the plan as the API takes it; huma flattens it, for which it must be exported.
type PlanBody struct {
	Date            string             `json:"date" format:"date" doc:"Local to the department."`
	Time            string             `json:"time" pattern:"^[0-2][0-9]:[0-5][0-9]$" patternDescription:"HH:MM"`
	RepeatedHour    string             `json:"repeatedHour,omitempty" enum:"first,second" doc:"Settles an hour that occurs twice."`
	DurationMinutes int                `json:"durationMinutes"`
	PractitionerID  string             `json:"practitionerId" format:"uuid"`
	Modality        encounter.Modality `json:"modality" enum:"video,telephone"`
	TelephoneReason string             `json:"telephoneReason,omitempty"`
	Tool            string             `json:"tool,omitempty"`
	ToolReason      string             `json:"toolReason,omitempty" maxLength:"2000"`
}

func (b PlanBody) plan() encounter.Plan {
	return encounter.Plan{
		PractitionerID: b.PractitionerID, Date: b.Date, Clock: b.Time, RepeatedHour: b.RepeatedHour, DurationMinutes: b.DurationMinutes,
		Modality: b.Modality, TelephoneReason: b.TelephoneReason, Tool: b.Tool, ToolReason: b.ToolReason,
	}
}

type patientBody struct {
	ID             string                   `json:"id,omitempty" format:"uuid" doc:"A known patient; filled contact fields replace the stored ones."`
	IPP            string                   `json:"ipp,omitempty" maxLength:"40"`
	FamilyName     string                   `json:"familyName,omitempty" maxLength:"400"`
	GivenName      string                   `json:"givenName,omitempty" maxLength:"400"`
	BirthDate      string                   `json:"birthDate,omitempty" maxLength:"20"`
	Email          string                   `json:"email,omitempty" maxLength:"400"`
	EmailConfirmed bool                     `json:"emailConfirmed,omitempty" doc:"Insists on an address that looks mistyped."`
	Mobile         string                   `json:"mobile,omitempty" maxLength:"40"`
	Language       string                   `json:"language,omitempty" enum:"fr,en"`
	Protection     patient.Protection       `json:"protection,omitempty" enum:"none,minor,protected-adult"`
	Representative *view.RepresentativeView `json:"representative,omitempty"`
}

func (b patientBody) patient() patient.Patient {
	p := patient.Patient{
		ID: b.ID, IPP: b.IPP, FamilyName: b.FamilyName, GivenName: b.GivenName, Email: b.Email, Mobile: b.Mobile,
		Language: b.Language, Protection: b.Protection,
	}
	if day, err := time.Parse(time.DateOnly, b.BirthDate); err == nil {
		p.BirthDate = day
	}
	if r := b.Representative; r != nil {
		p.Representative = &patient.Representative{Name: r.Name, Relationship: r.Relationship, Email: r.Email, Mobile: r.Mobile}
	}
	return p
}

type scheduleInput struct {
	Body struct {
		DepartmentID string      `json:"departmentId" format:"uuid"`
		Patient      patientBody `json:"patient"`
		PlanBody
	}
}

type rescheduleInput struct {
	ID      string `path:"id" format:"uuid"`
	IfMatch string `header:"If-Match" doc:"The version that was looked at."`
	Body    PlanBody
}

type searchInput struct {
	Body struct {
		DepartmentID string `json:"departmentId" format:"uuid"`
		Query        string `json:"q" minLength:"2" maxLength:"100" doc:"Beginning of a name, birth date, or IPP."`
	}
}

type searchOutput struct {
	Body struct {
		Items []view.PatientDetail `json:"items"`
	}
}

func operation(id, method, path, summary string, p auth.Permission, status int) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"encounters"}, Metadata: auth.Metadata(p),
		DefaultStatus: status,
	}
}

// Register adds the operations on encounters and patients.
func Register(api huma.API, s *encounter.Service) {
	o := service{s}
	huma.Register(api, operation("schedule-encounter", http.MethodPost, "/encounters", "Plan a teleconsultation",
		auth.EncounterSchedule, http.StatusCreated), o.postEncounter)
	huma.Register(api, operation("get-encounter", http.MethodGet, "/encounters/{id}", "One encounter with its chain",
		auth.EncounterRead, http.StatusOK), o.getEncounter)
	huma.Register(api, operation("reschedule-encounter", http.MethodPatch, "/encounters/{id}", "Change planned fields",
		auth.EncounterSchedule, http.StatusOK), o.patchEncounter)
	huma.Register(api, operation("search-patients", http.MethodPost, "/patients/search", "Look patients up; a name never stands in an address",
		auth.EncounterRead, http.StatusOK), o.getPatients)
	huma.Register(api, operation("list-practitioners", http.MethodGet, "/departments/{departmentId}/practitioners",
		"Who may be planned in a department", auth.DepartmentRead, http.StatusOK), o.getPractitioners)
	registerCommands(api, o)
}

func (s service) postEncounter(ctx context.Context, in *scheduleInput) (*view.Output, error) {
	caller, err := auth.RequireIn(ctx, in.Body.DepartmentID, auth.EncounterSchedule)
	if err != nil {
		return nil, err
	}
	f, err := s.Schedule(ctx, caller, encounter.ScheduleInput{
		DepartmentID: in.Body.DepartmentID, Patient: in.Body.Patient.patient(), EmailConfirmed: in.Body.Patient.EmailConfirmed,
		Plan: in.Body.plan(),
	})
	out, err := view.Answer(s.Service, f, caller, err)
	if err == nil {
		out.Location = "/api/v1/encounters/" + f.ID
	}
	return out, err
}

func (s service) getEncounter(ctx context.Context, in *view.ByID) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.EncounterRead)
	if err != nil {
		return nil, err
	}
	f, err := s.Read(ctx, caller, auth.EncounterRead, in.ID, "encounter.read")
	return view.Answer(s.Service, f, caller, err)
}

func (s service) patchEncounter(ctx context.Context, in *rescheduleInput) (*view.Output, error) {
	caller, err := auth.Require(ctx, auth.EncounterSchedule)
	if err != nil {
		return nil, err
	}
	version, err := problem.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	f, err := s.Reschedule(ctx, caller, in.ID, version, in.Body.plan())
	return view.Answer(s.Service, f, caller, err)
}

func (s service) getPatients(ctx context.Context, in *searchInput) (*searchOutput, error) {
	caller, err := auth.RequireIn(ctx, in.Body.DepartmentID, auth.EncounterRead)
	if err != nil {
		return nil, err
	}
	found, err := s.seen(ctx, caller, in.Body.DepartmentID, in.Body.Query)
	if err != nil {
		return nil, err
	}
	out := &searchOutput{}
	out.Body.Items = make([]view.PatientDetail, 0, len(found))
	for _, p := range found {
		out.Body.Items = append(out.Body.Items, view.Patient(p))
	}
	return out, nil
}

type practitionersInput struct {
	DepartmentID string `path:"departmentId" format:"uuid"`
}

// colleague is a practitioner who may be planned.
type colleague struct {
	ID         string `json:"id" format:"uuid"`
	Title      string `json:"title"`
	FamilyName string `json:"familyName"`
	GivenName  string `json:"givenName"`
	IsMe       bool   `json:"isMe"`
}

type practitionersOutput struct {
	Body struct {
		Items []colleague `json:"items"`
	}
}

func (s service) getPractitioners(ctx context.Context, in *practitionersInput) (*practitionersOutput, error) {
	caller, err := auth.RequireIn(ctx, in.DepartmentID, auth.DepartmentRead)
	if err != nil {
		return nil, err
	}
	out := &practitionersOutput{}
	out.Body.Items = []colleague{}
	err = s.DB.InTx(ctx, caller.Scope(auth.DepartmentRead), func(ctx context.Context, tx db.Tx) error {
		members, err := staff.Practitioners(ctx, tx, in.DepartmentID)
		for _, m := range members {
			out.Body.Items = append(out.Body.Items, colleague{
				ID: m.ID, Title: m.Title, FamilyName: m.FamilyName, GivenName: m.GivenName, IsMe: m.ID == caller.StaffID,
			})
		}
		return err
	})
	return out, err
}
