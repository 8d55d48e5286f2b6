package figures

import (
	"cmp"
	"slices"
	"time"
)

// FigureLateness is how late consultations began, in whole minutes; below zero they were early.
type FigureLateness struct {
	Median int `json:"median"`
	P90    int `json:"p90" doc:"Nine of ten began no later than this."`
}

// FigureCounts are the figures of some weeks and practitioners together.
type FigureCounts struct {
	Planned   int             `json:"planned" doc:"All encounters, whatever became of them."`
	Held      int             `json:"held"`
	Open      int             `json:"open" doc:"Neither held nor cancelled."`
	NoShow    int             `json:"noShow" doc:"Also among cancelled."`
	Cancelled map[string]int  `json:"cancelled" doc:"By reason."`
	Refused   int             `json:"refused" doc:"The standing decision is a refusal, or the agreement was withdrawn."`
	ByPhone   int             `json:"byPhone" doc:"Held by telephone."`
	Telephone map[string]int  `json:"telephone" doc:"Held by telephone, by criterion."`
	Messages  map[string]int  `json:"messages" doc:"Messages that were not taken back, by channel."`
	Failed    map[string]int  `json:"failed" doc:"Those of them that reached nobody, by channel."`
	Late      *FigureLateness `json:"late,omitempty" doc:"Absent when nothing was held."`
	Ripe      int             `json:"ripe" doc:"Held, and over for 24 hours or longer."`
	InTime    FigureInTime    `json:"inTime"`
	Coded     int             `json:"coded"`
	// NotBillable is told apart, so that the share of coded acts can be read either way.
	NotBillable int                       `json:"notBillable"`
	Incidents   map[string]map[string]int `json:"incidents" doc:"By tool and kind."`
}

// FigureInTime says how many of the ripe encounters had each of these done within 24 hours of their end.
type FigureInTime struct {
	Prescription int `json:"prescription"`
	Record       int `json:"record"`
	Coding       int `json:"coding"`
}

// FigureWeek is one week.
type FigureWeek struct {
	Week   string       `json:"week" doc:"ISO 8601." example:"2026-W20"`
	Monday string       `json:"monday" format:"date"`
	Counts FigureCounts `json:"counts"`
}

// FigurePractitioner is one practitioner over the whole period.
type FigurePractitioner struct {
	ID     string       `json:"id" format:"uuid"`
	Name   string       `json:"name"`
	Counts FigureCounts `json:"counts"`
}

// Figures are those of a department over some whole weeks.
type Figures struct {
	From string `json:"from" format:"date" doc:"A Monday."`
	To   string `json:"to" format:"date" doc:"A Sunday."`
	// PendingSince is when the oldest change came that is not counted yet.
	PendingSince  *time.Time           `json:"pendingSince,omitempty" doc:"Absent when everything is counted."`
	Total         FigureCounts         `json:"total" doc:"Of the practitioner who was asked for, else of the department."`
	Weeks         []FigureWeek         `json:"weeks" doc:"Every week of the period, of the practitioner who was asked for, else of the department."`
	Practitioners []FigurePractitioner `json:"practitioners" doc:"All who had an encounter planned in the period, by name."`
}

// view shows counts.
func (c Counts) view() FigureCounts {
	v := FigureCounts{
		Planned: c.Planned, Held: c.Held, Open: c.Planned - c.Held - sum(c.Cancelled), NoShow: c.Cancelled["no-show"],
		Cancelled: shown(c.Cancelled), Refused: c.Refused, ByPhone: sum(c.Telephone), Telephone: shown(c.Telephone),
		Messages: shown(c.Messages), Failed: shown(c.Failed), Ripe: c.Ripe,
		InTime: FigureInTime{Prescription: c.InTime["prescription"], Record: c.InTime["record"], Coding: c.InTime["coding"]},
		Coded:  c.Coded, NotBillable: c.NotBillable, Incidents: shown(c.Incidents),
	}
	if median, ok := percentile(c.Late, 50); ok {
		p90, _ := percentile(c.Late, 90)
		v.Late = &FigureLateness{Median: median, P90: p90}
	}
	return v
}

// shown is a map that JSON does not call null.
func shown[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return m
}

// cell is what was counted of one practitioner in one week.
type cell struct {
	week         week
	practitioner string
	counts       Counts
}

// arrange adds the cells up by week and by practitioner; only the weeks and the total are narrowed to one practitioner.
func arrange(weeks []week, cells []cell, names map[string]string, only string) Figures {
	f := Figures{
		From: weeks[0].monday(), To: weeks[len(weeks)-1].sunday(),
		Weeks: make([]FigureWeek, 0, len(weeks)), Practitioners: make([]FigurePractitioner, 0, len(names)),
	}
	var total Counts
	byWeek, byPractitioner := map[week]*Counts{}, map[string]*Counts{}
	for _, c := range cells {
		addCell(byPractitioner, c.practitioner, c.counts)
		if only == "" || only == c.practitioner {
			addCell(byWeek, c.week, c.counts)
			total.add(c.counts)
		}
	}
	f.Total = total.view()
	for _, w := range weeks {
		var c Counts
		if found := byWeek[w]; found != nil {
			c = *found
		}
		f.Weeks = append(f.Weeks, FigureWeek{Week: w.name(), Monday: w.monday(), Counts: c.view()})
	}
	for id, c := range byPractitioner {
		f.Practitioners = append(f.Practitioners, FigurePractitioner{ID: id, Name: names[id], Counts: c.view()})
	}
	slices.SortFunc(f.Practitioners, func(a, b FigurePractitioner) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return f
}

func addCell[K comparable](to map[K]*Counts, key K, c Counts) {
	if to[key] == nil {
		to[key] = &Counts{}
	}
	to[key].add(c)
}
