package demo

import (
	"time"

	"teleconsult/server/encounter"
	"teleconsult/server/patient"
	"teleconsult/server/prescription"
)

const days = 24 * time.Hour

// scenes are a day in every state of the chain. All people are made up.
var scenes = []scene{
	{patient: somebody("Moreau", "Hélène", "1958-04-12"), start: -170 * time.Minute, ahead: 5 * days, tool: "ortif", play: complete},
	{
		patient: somebody("Petit", "Lucas", "1987-09-30"), start: -140 * time.Minute, ahead: 4 * days, tool: "zoom",
		play: held(encounter.Incident{Kind: "sound", Consequence: "none", Text: "Écho pendant deux minutes."}),
	},
	{
		patient: somebody("Roux", "Fatima", "1949-02-03"), start: -110 * time.Minute, ahead: 6 * days, tool: "zoom",
		play: cancelled("no-show", 16*time.Minute),
	},
	{
		patient: somebody("Garnier", "Thomas", "1992-12-24"), start: -80 * time.Minute, ahead: 3 * days, tool: "lasuite_visio",
		play: prescribed(prescription.Input{Channel: prescription.MSSante, State: prescription.Announced, WantedToday: true}),
	},
	{patient: somebody("Faure", "Inès", "1975-07-07"), start: -50 * time.Minute, ahead: 3 * days, tool: "zoom", play: held()},
	{patient: somebody("Chevalier", "Bruno", "1963-05-18"), start: -15 * time.Minute, ahead: 2 * days, tool: "zoom", play: inProgress},
	{patient: somebody("Dubois", "Aminata", "1980-01-02"), start: 10 * time.Minute, ahead: 7 * days, tool: "zoom", play: Ready},
	{patient: somebody("Lefèvre", "Noël", "1936-12-25"), start: 35 * time.Minute, ahead: 7 * days, tool: "ortif", play: Ready},
	{patient: somebody("Marchand", "Zoé", "1999-03-21"), start: 60 * time.Minute, ahead: 4 * days, tool: "zoom", play: prepared},
	{patient: somebody("Noël", "Gérard", "1951-08-15"), start: 85 * time.Minute, ahead: 4 * days, tool: "zoom", play: Linked},
	{patient: child("Renard", "Léa", "2017-06-01", "Sophie Renard"), start: 110 * time.Minute, ahead: 3 * days, tool: "lasuite_visio", play: Ready},
	{patient: somebody("Blanc", "Simone", "1941-11-11"), start: 130 * time.Minute, ahead: 3 * days, telephone: "no-terminal", play: prepared},
	{patient: somebody("Henry", "Marc", "1970-10-10"), start: 150 * time.Minute, ahead: 5 * days, tool: "zoom", play: refused},
	{patient: somebody("Masson", "Élodie", "1984-02-29"), start: 170 * time.Minute, ahead: 5 * days, tool: "zoom", undelivered: true},
	{
		patient: somebody("Robin", "Paul", "1966-06-06"), start: 190 * time.Minute, ahead: 6 * days, tool: "zoom",
		play: cancelled("patient", -2*days),
	},
	{patient: somebody("Dupont", "Jeanne", "1980-01-02"), start: 26 * time.Hour, tool: "zoom"},
}

// otherScenes are of the second department, which the people of the first must never see.
var otherScenes = []scene{
	{patient: somebody("Vidal", "Georges", "1938-01-20"), start: 30 * time.Minute, ahead: 3 * days, tool: "lasuite_visio", play: Ready},
	{patient: somebody("Colin", "Rose", "1944-04-04"), start: 90 * time.Minute, ahead: 3 * days, tool: "lasuite_visio"},
}

func somebody(family, given, born string) patient.Patient {
	birth, err := time.Parse(time.DateOnly, born)
	if err != nil { // a date of this file
		panic(err)
	}
	return patient.Patient{
		FamilyName: family, GivenName: given, BirthDate: birth, Mobile: "06 39 98 0" + born[1:2] + " " + born[8:],
		Email: patient.SearchName(given) + "." + patient.SearchName(family) + "@demo.test", Language: "fr",
	}
}

func child(family, given, born, parent string) patient.Patient {
	p := somebody(family, given, born)
	p.Protection = patient.Minor
	p.Representative = &patient.Representative{
		Name: parent, Relationship: "parent", Email: "sophie.renard@demo.test", Mobile: "06 39 98 00 77",
	}
	p.Email, p.Mobile = "", ""
	return p
}
