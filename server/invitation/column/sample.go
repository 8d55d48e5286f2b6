package column

import "slices"

// sampleRows are enough to know a column by.
const sampleRows = 50

// sample is what was seen of a column.
type sample struct {
	filled int
	counts [shapes]int
	// months of the dated cells, sorted.
	months []int
	// late is how many times are later than the longest duration, odd how many counts are no duration.
	late, odd, several int
	// words counts the cells that are a word of a choice, by its field.
	words map[Field]int
	keys  map[string]bool
}

// choices are the words of the columns in which one of few things stands.
var choices = map[string]Field{
	"video": Modality, "visio": Modality, "visioconference": Modality, "telephone": Modality, "tel": Modality, "phone": Modality, "teleconsultation": Modality,
	"ortif": Tool, "zoom": Tool, "teams": Tool, "microsoft teams": Tool, "webex": Tool, "jitsi": Tool, "google meet": Tool, "doctolib": Tool,
	"bbb": Tool, "bigbluebutton": Tool, "doxy me": Tool, "la suite visio": Tool, "jitsi meet": Tool,
	"fr": Language, "en": Language, "francais": Language, "anglais": Language, "french": Language, "english": Language,
	"mere": RepresentativeRelationship, "pere": RepresentativeRelationship, "parent": RepresentativeRelationship,
	"tuteur": RepresentativeRelationship, "tutrice": RepresentativeRelationship, "curateur": RepresentativeRelationship, "curatrice": RepresentativeRelationship,
}

// take looks at every column of some rows, but not at a header that an export repeats on every page.
func take(rows [][]string, header []string, width int) []sample {
	samples := make([]sample, width)
	for _, row := range rows[:min(len(rows), sampleRows)] {
		if slices.Equal(row, header) {
			continue
		}
		for i, cell := range row {
			samples[i].add(cell)
		}
	}
	for i := range samples {
		slices.Sort(samples[i].months)
	}
	return samples
}

func (s *sample) add(cell string) {
	const longestDuration = 3 // hours
	c := look(cell)
	if c.shape == empty {
		return
	}
	s.filled++
	s.counts[c.shape]++
	if c.month > 0 {
		s.months = append(s.months, c.month)
	}
	if c.shape == timed && c.hour > longestDuration {
		s.late++
	}
	if c.shape == counted && (c.number < 5 || c.number > 180 || c.number%5 != 0) {
		s.odd++
	}
	if c.several {
		s.several++
	}
	if len(cell) > longestHeader {
		return
	}
	if s.words == nil {
		s.words, s.keys = map[Field]int{}, map[string]bool{}
	}
	key := Key(cell)
	s.keys[key] = true
	if field, known := choices[key]; known {
		s.words[field]++
	}
}

// percent is how many of the filled cells have one of the shapes.
func (s *sample) percent(of ...shape) int {
	if s.filled == 0 {
		return 0
	}
	n := 0
	for _, c := range of {
		n += s.counts[c]
	}
	return 100 * n / s.filled
}

func (s *sample) mostly(of ...shape) bool { return s.percent(of...) >= 50 }

// days tells whether the column holds dates. Numbers of five digits may be postcodes, so that nearly all must be days.
func (s *sample) days() bool {
	return s.mostly(dated, datedTimed) || s.percent(dated, datedTimed, serialDay) >= 90 && s.filled >= 3
}

// births tells dates of birth from those of appointments without a clock: they lie before there was a
// teleconsultation to plan, or spread over more years than anybody plans.
func (s *sample) births() bool {
	const firstYear, yearsPlanned = 2020, 2
	if !s.days() || len(s.months) == 0 || s.mostly(datedTimed) {
		return false
	}
	// Not the extremes: one slip of the finger is in any list.
	low, high := s.months[len(s.months)/10], s.months[len(s.months)-1-len(s.months)/10]
	return s.months[len(s.months)/2] < firstYear*12 || high-low > yearsPlanned*12
}

// lasts tells whether the times are so small that they are durations.
func (s *sample) lasts() bool {
	return s.mostly(lasting) || s.mostly(timed) && s.late == 0
}

func (s *sample) names() bool {
	return s.percent(nameCapitals, nameMixed, nameSmall) >= 60 && s.chosen() == Ignored
}

// chosen is the choice that nearly all cells are words of.
func (s *sample) chosen() Field {
	for _, field := range Fields() {
		if s.words[field]*100 >= 80*max(s.filled, 1) {
			return field
		}
	}
	return Ignored
}

// fits tells how many cells, in percent, look like what a field wants; -1 for fields that look like anything.
func (s *sample) fits(field Field) int {
	switch field {
	case Email, RepresentativeEmail:
		return s.percent(addressed)
	case Mobile, RepresentativeMobile:
		return s.percent(mobilePhone)
	case IPP:
		return s.percent(patientNumber)
	case Link:
		return s.percent(linked)
	case BirthDate, Date:
		return s.percent(dated, datedTimed, serialDay)
	case Time:
		return s.percent(timed, datedTimed)
	default:
		return -1
	}
}
