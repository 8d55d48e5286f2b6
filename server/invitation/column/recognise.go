package column

import (
	"cmp"
	"slices"
	"strings"
)

// candidate is a field that a column may hold.
type candidate struct {
	column int
	field  Field
	score  int
}

// Scores of what is known otherwise than by a header, which has 50 to 100. They are all taken times ten, so
// that the content can decide between headers that say the same.
const (
	scoreRemembered = 1000
	scoreContent    = 40
	scoreGuess      = 30
	fine            = 10
)

// table is what is known about the columns.
type table struct {
	headings []heading
	// blank: the column has no header at all.
	blank   []bool
	samples []sample
	found   []candidate
}

// Recognise tells whether the first row is a header, and what each column holds. remembered maps Key(header) to
// what this department said last time, and wins. No field is given twice: the column that fits best has it, and
// the others are ignored.
func Recognise(rows [][]string, remembered map[string]Field) (header bool, fields []Field) {
	width := 0
	for _, row := range rows {
		width = max(width, len(row))
	}
	fields = make([]Field, width)
	if width == 0 {
		return false, fields
	}
	t := table{headings: make([]heading, width), blank: make([]bool, width)}
	t.samples = take(rows[1:], rows[0], width)
	for i := range width {
		title := ""
		if i < len(rows[0]) {
			title = strings.TrimSpace(rows[0][i])
		}
		t.blank[i] = title == ""
		t.headings[i] = remember(title, remembered)
	}
	if header = t.hasHeader(rows[0]); !header {
		t.headings = make([]heading, width)
		for i := range t.blank {
			t.blank[i] = true
		}
		t.samples = take(rows, nil, width)
	}
	t.propose()
	t.assign(fields)
	t.reconsider(fields)
	return header, fields
}

// remember reads a header, as the department understands it where it said so.
func remember(title string, remembered map[string]Field) heading {
	h := read(title)
	key := Key(title)
	field, said := remembered[key]
	switch {
	case key == "" || !said || field != Ignored && field.place() < 0:
		return h
	case field == Ignored:
		return heading{ignored: true, sure: true}
	}
	return heading{field: field, score: scoreRemembered, sure: true}
}

// hasHeader tells whether the first row is one: nothing in it looks like data, and it says what columns hold, or
// is unlike everything below.
func (t *table) hasHeader(row []string) bool {
	filled, known, unlike := 0, 0, false
	for i, cell := range row {
		if t.blank[i] {
			continue
		}
		filled++
		// A header stands in its column once.
		if t.headings[i].sure && !t.samples[i].keys[Key(cell)] {
			known++
			continue
		}
		if slices.Contains(data, look(cell).shape) {
			return false
		}
		unlike = unlike || t.samples[i].mostly(data...)
	}
	// Two surnames may be words of headers; a whole row is not.
	return known >= 2 || known > 0 && known == filled || unlike
}

func (t *table) add(column int, field Field, score int) {
	t.found = append(t.found, candidate{column, field, score})
}

// propose collects what each column may hold.
func (t *table) propose() {
	var dates, names []int
	for i := range t.samples {
		s, h := &t.samples[i], t.headings[i]
		switch {
		case h.ignored:
		case h.field != Ignored:
			t.proposeHeading(i, h, s)
		case s.days():
			dates = append(dates, i)
		case t.blank[i] && s.names() && !s.mostly(titled):
			names = append(names, i)
		default:
			t.proposeContent(i, s)
		}
	}
	t.proposeDates(dates)
	t.proposeNames(names)
}

// proposeHeading takes what the header says, and asks the content where the header may mean several things.
func (t *table) proposeHeading(i int, h heading, s *sample) {
	score := h.score
	if h.generic && s.filled > 0 {
		switch {
		case h.field == Mobile:
			if s.percent(mobilePhone, otherPhone) == 0 {
				return
			}
			score = 30 + 30*s.percent(mobilePhone)/100
		case h.field == Date && s.births():
			t.add(i, BirthDate, scoreContent*fine)
			return
		case h.field == Date && s.mostly(timed):
			t.add(i, Time, score*fine)
			return
		case h.field == IPP && !s.mostly(patientNumber),
			h.field == Modality && s.words[Modality]*2 < s.filled,
			h.field == FullName && !s.mostly(nameCapitals, nameMixed, nameSmall) && !s.mostly(patientNumber):
			return
		case h.field == FullName && s.mostly(patientNumber):
			t.add(i, IPP, score*fine)
			return
		}
	}
	// A name in use is often filled in for the married only; then the name of birth is the one that everybody has.
	if h.field == FamilyName && h.score >= 100 && h.score < scoreRemembered && s.filled*2 < t.mostFilled() {
		score = 65
	}
	score *= fine
	if fit := s.fits(h.field); fit > 0 {
		score += fit * (fine - 1) / 100
	}
	t.add(i, h.field, score)
}

func (t *table) mostFilled() int {
	most := 0
	for i := range t.samples {
		most = max(most, t.samples[i].filled)
	}
	return most
}

// proposeContent knows a column by what stands in it.
func (t *table) proposeContent(i int, s *sample) {
	const score = scoreContent * fine
	switch {
	case s.mostly(addressed):
		t.add(i, Email, score+s.percent(addressed))
	case s.mostly(linked):
		t.add(i, Link, score+s.percent(linked))
	case s.mostly(patientNumber):
		t.add(i, IPP, score+s.percent(patientNumber))
	case s.mostly(mobilePhone, otherPhone) && s.counts[mobilePhone] > 0:
		t.add(i, Mobile, score+s.percent(mobilePhone))
	case s.lasts():
		t.add(i, Duration, score)
	case s.mostly(timed):
		t.add(i, Time, score)
	case s.chosen() != Ignored:
		t.add(i, s.chosen(), score)
	case s.mostly(titled):
		t.add(i, Practitioner, score)
	case t.blank[i] && s.percent(counted) >= 90 && s.odd == 0:
		t.add(i, Duration, scoreGuess*fine)
	}
}

// proposeDates tells births from appointments, each column by itself, and two that are alike by which is older.
func (t *table) proposeDates(columns []int) {
	const score = scoreContent * fine
	var plans []int
	for _, i := range columns {
		if t.samples[i].births() {
			t.add(i, BirthDate, score)
		} else {
			plans = append(plans, i)
		}
	}
	if len(plans) == 2 && len(plans) == len(columns) {
		a, b := t.samples[plans[0]].months, t.samples[plans[1]].months
		switch {
		case len(a) == 0 || len(b) == 0:
		case a[len(a)-1] < b[0]:
			t.add(plans[0], BirthDate, score)
			plans = plans[1:]
		case b[len(b)-1] < a[0]:
			t.add(plans[1], BirthDate, score)
			plans = plans[:1]
		}
	}
	for _, i := range plans {
		t.add(i, Date, score)
	}
}

// proposeNames knows the names by their capitals, else by their order, which is the family name first.
func (t *table) proposeNames(columns []int) {
	const score = scoreGuess * fine
	if i := slices.IndexFunc(columns, func(i int) bool { return t.samples[i].mostly(nameMixed) }); i >= 0 {
		t.add(columns[i], FullName, score)
		return
	}
	switch len(columns) {
	case 0:
	case 1:
		field := FamilyName
		if s := t.samples[columns[0]]; s.several*2 >= s.filled {
			field = FullName
		}
		t.add(columns[0], field, score)
	default:
		family, given := columns[0], columns[1]
		if t.samples[given].mostly(nameCapitals) && !t.samples[family].mostly(nameCapitals) {
			family, given = given, family
		}
		t.add(family, FamilyName, score)
		t.add(given, GivenName, score)
	}
}

// assign gives every field to the column that fits it best.
func (t *table) assign(fields []Field) {
	slices.SortStableFunc(t.found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.column, b.column), cmp.Compare(a.field.place(), b.field.place()))
	})
	for _, c := range t.found {
		if fields[c.column] == Ignored && !slices.Contains(fields, c.field) {
			fields[c.column] = c.field
		}
	}
}

// reconsider looks at the columns together: a name alone may be both names, a time alone may be the date, too.
func (t *table) reconsider(fields []Field) {
	turn := func(from, missing, to Field, proof func(s *sample) bool) {
		i := slices.Index(fields, from)
		if i < 0 || slices.Contains(fields, missing) || slices.Contains(fields, to) || t.headings[i].score == scoreRemembered {
			return
		}
		if s := &t.samples[i]; s.filled > 0 && proof(s) {
			fields[i] = to
		}
	}
	turn(FamilyName, GivenName, FullName, func(s *sample) bool { return s.several*2 >= s.filled })
	turn(Time, Date, Date, func(s *sample) bool { return s.mostly(datedTimed) })
}
