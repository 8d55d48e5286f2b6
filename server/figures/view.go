package figures

import (
	"cmp"
	"slices"
	"strings"
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
func (c counts) view() FigureCounts {
	v := FigureCounts{
		Planned: c["planned"], Held: c["held"], Cancelled: c.under("cancelled"), NoShow: c["cancelled/no-show"], Refused: c["refused"],
		Telephone: c.under("telephone"), Messages: c.under("messages"), Failed: c.under("failed"), Ripe: c["ripe"],
		InTime: FigureInTime{Prescription: c["in-time/prescription"], Record: c["in-time/record"], Coding: c["in-time/coding"]},
		Coded:  c["coded"], NotBillable: c["not-billable"], Incidents: map[string]map[string]int{},
	}
	v.Open, v.ByPhone = v.Planned-v.Held-sum(v.Cancelled), sum(v.Telephone)
	for key, n := range c.under("incidents") {
		tool, kind, _ := strings.Cut(key, "/")
		if v.Incidents[tool] == nil {
			v.Incidents[tool] = map[string]int{}
		}
		v.Incidents[tool][kind] = n
	}
	late := c.late()
	if median, ok := percentile(late, 50); ok {
		p90, _ := percentile(late, 90)
		v.Late = &FigureLateness{Median: median, P90: p90}
	}
	return v
}

// cell is what was counted of one practitioner in one week, as it is stored.
type cell struct {
	week         week
	practitioner string
	text         string
}

// arrange adds the cells up by week and by practitioner; only the weeks and the total are narrowed to one practitioner.
func arrange(weeks []week, cells []cell, names map[string]string, only string) (Figures, error) {
	f := Figures{
		From: weeks[0].monday(), To: weeks[len(weeks)-1].sunday(),
		Weeks: make([]FigureWeek, 0, len(weeks)), Practitioners: make([]FigurePractitioner, 0, len(names)),
	}
	total, byWeek, byPractitioner := counts{}, map[week]counts{}, map[string]counts{}
	for _, c := range cells {
		to := []counts{of(byPractitioner, c.practitioner)}
		if only == "" || only == c.practitioner {
			to = append(to, of(byWeek, c.week))
		}
		if err := addText(c.text, to...); err != nil {
			return Figures{}, err
		}
	}
	for _, w := range weeks {
		total.add(byWeek[w])
		f.Weeks = append(f.Weeks, FigureWeek{Week: w.name(), Monday: w.monday(), Counts: byWeek[w].view()})
	}
	f.Total = total.view()
	for id, c := range byPractitioner {
		f.Practitioners = append(f.Practitioners, FigurePractitioner{ID: id, Name: names[id], Counts: c.view()})
	}
	slices.SortFunc(f.Practitioners, func(a, b FigurePractitioner) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return f, nil
}

// of are the counts of a key, which begin at nothing.
func of[K comparable](all map[K]counts, key K) counts {
	if all[key] == nil {
		all[key] = counts{}
	}
	return all[key]
}
