// Package figures counts the teleconsultations of a department by week and practitioner, for its head: planned, held,
// cancelled, late, done in time, coded. It reads facts and writes none: what it keeps are the counts of whole weeks,
// counted again when a fact in them changed. No figure names a patient, and none is left out for being small: who may
// read them may read each consultation behind them.
package figures

import (
	"maps"
	"slices"
	"time"

	"teleconsult/server/encounter"
)

// Service is what the figures need.
type Service struct {
	// Encounters has the database and the clock.
	Encounters *encounter.Service
}

// inTime is how long after its end what follows a consultation is done in time.
const inTime = 24 * time.Hour

// Counts are those of the encounters planned in one week with one practitioner. They can be added.
type Counts struct {
	// Planned counts every encounter, whatever became of it.
	Planned int `json:"planned"`
	Held    int `json:"held"`
	// Cancelled counts by reason, absent patients among them.
	Cancelled map[string]int `json:"cancelled,omitempty"`
	// Refused counts encounters whose standing decision is a refusal or a withdrawn agreement.
	Refused int `json:"refused,omitempty"`
	// Telephone counts held encounters without video, by criterion.
	Telephone map[string]int `json:"telephone,omitempty"`
	// Messages counts by channel those that were not taken back, Failed those of them that reached nobody.
	Messages map[string]int `json:"messages,omitempty"`
	Failed   map[string]int `json:"failed,omitempty"`
	// Late counts held encounters by whole minutes from the planned to the real start, below zero when it was early.
	Late map[int]int `json:"late,omitempty"`
	// Ripe counts held encounters that ended 24 hours ago or longer; the others cannot be judged yet.
	Ripe int `json:"ripe,omitempty"`
	// InTime counts ripe encounters by what was done within these 24 hours: prescription, record, coding.
	InTime map[string]int `json:"inTime,omitempty"`
	// Coded and NotBillable count held encounters by their standing coding.
	Coded       int `json:"coded,omitempty"`
	NotBillable int `json:"notBillable,omitempty"`
	// Incidents counts technical incidents by tool and kind.
	Incidents map[string]map[string]int `json:"incidents,omitempty"`
}

// add adds the counts of o.
func (c *Counts) add(o Counts) {
	c.Planned += o.Planned
	c.Held += o.Held
	c.Refused += o.Refused
	c.Ripe += o.Ripe
	c.Coded += o.Coded
	c.NotBillable += o.NotBillable
	addAll(&c.Cancelled, o.Cancelled)
	addAll(&c.Telephone, o.Telephone)
	addAll(&c.Messages, o.Messages)
	addAll(&c.Failed, o.Failed)
	addAll(&c.Late, o.Late)
	addAll(&c.InTime, o.InTime)
	for tool, kinds := range o.Incidents {
		for kind, n := range kinds {
			c.incident(tool, kind, n)
		}
	}
}

func (c *Counts) incident(tool, kind string, n int) {
	if c.Incidents == nil {
		c.Incidents = map[string]map[string]int{}
	}
	if c.Incidents[tool] == nil {
		c.Incidents[tool] = map[string]int{}
	}
	c.Incidents[tool][kind] += n
}

func addAll[K comparable](into *map[K]int, from map[K]int) {
	for key, n := range from {
		addTo(into, key, n)
	}
}

func addTo[K comparable](into *map[K]int, key K, n int) {
	if *into == nil {
		*into = map[K]int{}
	}
	(*into)[key] += n
}

func sum[K comparable](of map[K]int) (n int) {
	for _, one := range of {
		n += one
	}
	return n
}

// percentile is the least value that so many hundredths of all counted ones do not exceed (Postgres calls it
// percentile_disc), and false when nothing was counted.
func percentile(counted map[int]int, hundredths int) (value int, ok bool) {
	all := sum(counted)
	if all == 0 {
		return 0, false
	}
	seen := 0
	for _, value = range slices.Sorted(maps.Keys(counted)) {
		if seen += counted[value]; seen*100 >= all*hundredths {
			break
		}
	}
	return value, true
}

// tally is one line of what the database counted.
type tally struct {
	Practitioner string `db:"practitioner_id"`
	Measure      string `db:"measure"`
	Key          string `db:"key"`
	Detail       string `db:"detail"`
	Minutes      int    `db:"minutes"`
	N            int    `db:"n"`
}

// fold makes the counts of each practitioner out of what the database counted.
func fold(lines []tally) map[string]*Counts {
	all := map[string]*Counts{}
	for _, l := range lines {
		c := all[l.Practitioner]
		if c == nil {
			c = &Counts{}
			all[l.Practitioner] = c
		}
		switch l.Measure {
		case "planned":
			c.Planned += l.N
		case "held":
			c.Held += l.N
		case "cancelled":
			addTo(&c.Cancelled, l.Key, l.N)
		case "refused":
			c.Refused += l.N
		case "telephone":
			addTo(&c.Telephone, l.Key, l.N)
		case "messages":
			addTo(&c.Messages, l.Key, l.N)
		case "failed":
			addTo(&c.Failed, l.Key, l.N)
		case "late":
			addTo(&c.Late, l.Minutes, l.N)
		case "ripe":
			c.Ripe += l.N
		case "in-time":
			addTo(&c.InTime, l.Key, l.N)
		case "coded":
			c.Coded += l.N
		case "not-billable":
			c.NotBillable += l.N
		case "incident":
			c.incident(l.Key, l.Detail, l.N)
		}
	}
	return all
}
