package figures

import (
	"cmp"
	"maps"
	"slices"

	"teleconsult/server/encounter"
)

// column is one column of the exported table: its heading and what stands in it, an int, a text, or nil for nothing.
type column struct {
	heading string
	value   func(c FigureCounts) any
}

func count(heading string, value func(c FigureCounts) int) column {
	return column{heading, func(c FigureCounts) any { return value(c) }}
}

// channelNames are the channels of messages as people know them.
var channelNames = map[string]string{"email": "e-mail", "sms": "SMS", "mssante": "MSSanté"}

// columns are those of a table with these cells: what can be counted of every consultation always, what is counted by
// reason, criterion, channel or tool as far as there is any.
func columns(cells []FigureCounts) []column {
	all := []column{
		count("Prévues", func(c FigureCounts) int { return c.Planned }),
		count("Tenues", func(c FigureCounts) int { return c.Held }),
		count("Ni tenues ni annulées", func(c FigureCounts) int { return c.Open }),
		count("Patient absent", func(c FigureCounts) int { return c.NoShow }),
	}
	for _, reason := range keys(cells, func(c FigureCounts) map[string]int { return c.Cancelled }) {
		if reason == "no-show" {
			continue
		}
		all = append(all, count("Annulées : "+name(encounter.CancelReasons, reason), func(c FigureCounts) int { return c.Cancelled[reason] }))
	}
	all = append(
		all, count("Accord refusé ou retiré", func(c FigureCounts) int { return c.Refused }),
		count("Tenues par téléphone", func(c FigureCounts) int { return c.ByPhone }),
	)
	for _, criterion := range keys(cells, func(c FigureCounts) map[string]int { return c.Telephone }) {
		all = append(all, count("Téléphone : "+name(encounter.TelephoneReasons, criterion), func(c FigureCounts) int { return c.Telephone[criterion] }))
	}
	for _, channel := range keys(cells, func(c FigureCounts) map[string]int { return c.Messages }) {
		all = append(
			all, count("Messages par "+name(channelNames, channel), func(c FigureCounts) int { return c.Messages[channel] }),
			count("Échecs par "+name(channelNames, channel), func(c FigureCounts) int { return c.Failed[channel] }),
		)
	}
	all = append(
		all, column{"Retard médian (min)", func(c FigureCounts) any { return lateness(c, func(l FigureLateness) int { return l.Median }) }},
		column{"Retard, 9e décile (min)", func(c FigureCounts) any { return lateness(c, func(l FigureLateness) int { return l.P90 }) }},
		count("Tenues depuis plus de 24 h", func(c FigureCounts) int { return c.Ripe }),
		count("Ordonnance en 24 h", func(c FigureCounts) int { return c.InTime.Prescription }),
		count("Compte rendu en 24 h", func(c FigureCounts) int { return c.InTime.Record }),
		count("Codage en 24 h", func(c FigureCounts) int { return c.InTime.Coding }),
		count("Codées", func(c FigureCounts) int { return c.Coded }),
		count("Non facturables", func(c FigureCounts) int { return c.NotBillable }),
	)
	return append(all, incidentColumns(cells)...)
}

func incidentColumns(cells []FigureCounts) []column {
	kinds := map[string]map[string]int{}
	for _, c := range cells {
		for tool, byKind := range c.Incidents {
			if kinds[tool] == nil {
				kinds[tool] = map[string]int{}
			}
			maps.Copy(kinds[tool], byKind)
		}
	}
	var all []column
	for _, tool := range slices.Sorted(maps.Keys(kinds)) {
		for _, kind := range slices.Sorted(maps.Keys(kinds[tool])) {
			heading := "Incidents " + name(encounter.ToolNames, tool) + " : " + name(encounter.IncidentKinds, kind)
			all = append(all, count(heading, func(c FigureCounts) int { return c.Incidents[tool][kind] }))
		}
	}
	return all
}

func lateness(c FigureCounts, of func(FigureLateness) int) any {
	if c.Late == nil {
		return nil
	}
	return of(*c.Late)
}

// keys are those that occur in a part of the cells, sorted.
func keys(cells []FigureCounts, of func(c FigureCounts) map[string]int) []string {
	seen := map[string]int{}
	for _, c := range cells {
		maps.Copy(seen, of(c))
	}
	return slices.Sorted(maps.Keys(seen))
}

func name(words map[string]string, code string) string {
	if word := words[code]; word != "" {
		return word
	}
	return code
}

// wholeDepartment stands where a practitioner's name does.
const wholeDepartment = "Tout le service"

// table is the exported table: one line per week for the department and one for each practitioner, or those of one
// practitioner alone. Its cells are texts, ints, or nil.
func table(s sheetOf, only string) ([][]any, error) {
	type line struct {
		week   week
		name   string
		counts FigureCounts
	}
	var lines []line
	for _, w := range s.weeks {
		unit := counts{}
		var own []line
		for _, c := range s.cells {
			if c.week != w {
				continue
			}
			one := counts{}
			if err := addText(c.text, one, unit); err != nil {
				return nil, err
			}
			if only == "" || only == c.practitioner {
				own = append(own, line{w, s.names[c.practitioner], one.view()})
			}
		}
		slices.SortFunc(own, func(a, b line) int { return cmp.Compare(a.name, b.name) })
		if only == "" {
			lines = append(lines, line{w, wholeDepartment, unit.view()})
		}
		lines = append(lines, own...)
	}
	cells := make([]FigureCounts, 0, len(lines))
	for _, l := range lines {
		cells = append(cells, l.counts)
	}
	all := columns(cells)
	header := []any{"Semaine", "Du lundi", "Praticien"}
	for _, c := range all {
		header = append(header, c.heading)
	}
	rows := [][]any{header}
	for _, l := range lines {
		row := []any{l.week.name(), l.week.monday(), l.name}
		for _, c := range all {
			row = append(row, c.value(l.counts))
		}
		rows = append(rows, row)
	}
	return rows, nil
}
