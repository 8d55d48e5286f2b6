// Package encounter is the heart of the product: a planned teleconsultation, the facts about it, and the
// chain of ten steps that is computed from them. Nothing stores progress.
package encounter

import "time"

// Status is FHIR R4 Encounter.status, the part that applies to a planned teleconsultation.
type Status string

// Statuses.
const (
	Planned    Status = "planned"
	Arrived    Status = "arrived"
	InProgress Status = "in-progress"
	Finished   Status = "finished"
	Cancelled  Status = "cancelled"
)

// transitions is the one map of what may follow what.
var transitions = map[Status][]Status{
	Planned:    {Arrived, InProgress, Cancelled},
	Arrived:    {InProgress, Cancelled},
	InProgress: {Finished, Cancelled},
	Finished:   {},
	Cancelled:  {},
}

// MayBecome tells whether a status may follow another.
func (s Status) MayBecome(next Status) bool {
	for _, allowed := range transitions[s] {
		if allowed == next {
			return true
		}
	}
	return false
}

// Ended tells whether nothing more will happen in the consultation itself.
func (s Status) Ended() bool { return s == Finished || s == Cancelled }

// Modality is how practitioner and patient meet.
type Modality string

// Modalities. The telephone is the exception and has a reason.
const (
	Video     Modality = "video"
	Telephone Modality = "telephone"
)

// ToolTelephone is the tool of an encounter by telephone; consent is asked for it like for any other tool.
const ToolTelephone = "telephone"

// ToolORTIF is the regional tool, which invites the patient itself.
const ToolORTIF = "ortif"

// TelephoneReasons are the criteria that allow the telephone, with their words on screens and in the note
// (decree 2020-459 of 21 April 2020, and the tutorial of the hospital). The dates of that exception limit
// what may be coded, not what may be done.
var TelephoneReasons = map[string]string{
	"covid":              "symptômes ou diagnostic de Covid-19",
	"age-70":             "patient de plus de 70 ans",
	"ald":                "affection de longue durée",
	"pregnancy":          "grossesse",
	"no-broadband":       "pas d’accès à internet haut débit",
	"no-terminal":        "pas d’appareil pour la vidéo",
	"technical-fallback": "panne de la vidéo",
	"other":              "autre raison",
}

// CancelReasons are the reasons for which a consultation does not take place, with their words.
var CancelReasons = map[string]string{
	"patient":         "annulée à la demande du patient",
	"practitioner":    "annulée par le praticien",
	"no-show":         "patient absent",
	"technical":       "impossible pour une raison technique",
	"consent-refused": "refusée par le patient",
	"other":           "annulée pour une autre raison",
}

// IncidentKinds are the technical incidents that the record must mention (CSP R6316-4, 5°).
var IncidentKinds = map[string]string{
	"no-connection": "connexion impossible",
	"sound":         "problème de son",
	"image":         "problème d’image",
	"cut":           "coupure",
	"tool-outage":   "panne de l’outil",
	"wrong-person":  "mauvaise personne en ligne",
	"delay":         "retard",
	"other":         "autre incident",
}

// IncidentConsequences are what became of the consultation after an incident.
var IncidentConsequences = map[string]string{
	"none":                   "sans conséquence",
	"continued-by-telephone": "poursuivie par téléphone",
	"rescheduled":            "reportée",
	"stopped":                "interrompue",
}

// ToolNames are the tools as people know them.
var ToolNames = map[string]string{
	"ortif": "ORTIF", "zoom": "Zoom", "lasuite_visio": "La Suite Visio", "teams": "Microsoft Teams", "webex": "Webex",
	"jitsi": "Jitsi Meet", "google_meet": "Google Meet", "bigbluebutton": "BigBlueButton", "doctolib": "Doctolib",
	"doxy_me": "doxy.me", "other": "un autre outil", "telephone": "téléphone",
}

// bounds of a planned duration, in minutes
const (
	minDuration = 5
	maxDuration = 180
)

// Incident is one technical incident of a consultation.
type Incident struct {
	Kind        string `json:"kind"`
	Consequence string `json:"consequence"`
	Text        string `json:"text,omitempty"`
}

// Tick is a staff member's word that something was done.
type Tick struct {
	At time.Time `json:"at"`
	By string    `json:"by"`
}
