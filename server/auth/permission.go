// Package auth knows who is signed in and what they may do: sessions, passwords, limits on guessing, and
// the one table of permissions. What somebody may do depends on the department they do it in.
package auth

import (
	"maps"
	"slices"
)

// Role is what somebody is in a department.
type Role string

// The roles.
const (
	Secretary    Role = "secretary"
	Practitioner Role = "practitioner"
	Manager      Role = "manager"
)

// Permission is one thing that may be allowed, "<noun>.<verb>".
type Permission string

// The permissions, each given per department.
const (
	// EncounterRead sees patients and their encounters, worklists and live events.
	EncounterRead Permission = "encounter.read"
	// EncounterSchedule plans and moves encounters and keeps the patient's contact data.
	EncounterSchedule Permission = "encounter.schedule"
	// EncounterHold starts and finishes an encounter.
	EncounterHold Permission = "encounter.hold"
	// EncounterCancel cancels with a reason.
	EncounterCancel Permission = "encounter.cancel"
	// LinkAttach attaches or removes the meeting link.
	LinkAttach Permission = "link.attach"
	// InformationRecord notes that the notice was given orally, and the portal answer.
	InformationRecord Permission = "information.record"
	// ConsentRecord notes a decision given orally or on paper.
	ConsentRecord Permission = "consent.record"
	// MessageSend sends or resends an invitation.
	MessageSend Permission = "message.send"
	// PrescriptionRecord notes how the prescription was delivered.
	PrescriptionRecord Permission = "prescription.record"
	// NoteWrite puts the note into the record.
	NoteWrite Permission = "note.write"
	// ActCode codes the act, or notes why it is not billed.
	ActCode Permission = "act.code"
	// DepartmentRead sees a department's settings and its practitioners.
	DepartmentRead Permission = "department.read"
	// DepartmentCreate adds a department; only administrators may.
	DepartmentCreate Permission = "department.create"
	// DepartmentManage changes a department's settings.
	DepartmentManage Permission = "department.manage"
	// StaffManage gives and takes roles.
	StaffManage Permission = "staff.manage"
	// TraceRead sees the history of an encounter.
	TraceRead Permission = "trace.read"
	// FiguresRead sees the figures of a department, by week and practitioner.
	FiguresRead Permission = "figures.read"
	// MeetingParse has a pasted invitation read.
	MeetingParse Permission = "meeting.parse"
	// HostAccountManage keeps one's own accounts with meeting tools.
	HostAccountManage Permission = "host-account.manage"
)

// Two marks that an operation may carry instead of a permission.
const (
	// Public needs nobody to be signed in.
	Public Permission = "public"
	// SignedIn needs somebody, whatever their roles.
	SignedIn Permission = "signed-in"
)

// MetadataKey is the key of an operation's metadata that holds its Permission. An operation without one is refused.
const MetadataKey = "permission"

// Metadata is the metadata of an operation that needs p.
func Metadata(p Permission) map[string]any { return map[string]any{MetadataKey: p} }

// permissionsOf is the whole table: what each role may do in its department.
//
//	                      secretary  practitioner  manager  administrator (everywhere)
//	encounter.read            x           x           x
//	encounter.schedule        x           x           x
//	encounter.hold                        x
//	encounter.cancel          x           x
//	link.attach               x           x
//	information.record        x           x
//	consent.record            x           x
//	message.send              x           x
//	prescription.record       x           x
//	note.write                            x
//	act.code                  x           x           x
//	trace.read                x           x           x
//	figures.read                                      x
//	host-account.manage       x           x
//	meeting.parse             x           x           x             x
//	department.read           x           x           x             x
//	department.create                                               x
//	department.manage                                 x             x
//	staff.manage                                      x             x
//
// The administrator sees no patient data: running the product is not caring for a patient.
var permissionsOf = map[Role][]Permission{
	Secretary: {
		EncounterRead, EncounterSchedule, EncounterCancel, LinkAttach, InformationRecord, ConsentRecord, MessageSend,
		PrescriptionRecord, ActCode, TraceRead, HostAccountManage, MeetingParse, DepartmentRead,
	},
	Practitioner: {
		EncounterRead, EncounterSchedule, EncounterHold, EncounterCancel, LinkAttach, InformationRecord, ConsentRecord,
		MessageSend, PrescriptionRecord, NoteWrite, ActCode, TraceRead, HostAccountManage, MeetingParse, DepartmentRead,
	},
	Manager: {
		EncounterRead, EncounterSchedule, ActCode, TraceRead, FiguresRead, MeetingParse, DepartmentRead, DepartmentManage, StaffManage,
	},
}

var permissionsOfAdministrators = []Permission{MeetingParse, DepartmentRead, DepartmentCreate, DepartmentManage, StaffManage}

// permissions returns what these roles allow together, sorted, each once.
func permissions(admin bool, roles ...Role) []Permission {
	set := map[Permission]bool{}
	for _, r := range roles {
		for _, p := range permissionsOf[r] {
			set[p] = true
		}
	}
	if admin {
		for _, p := range permissionsOfAdministrators {
			set[p] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}
