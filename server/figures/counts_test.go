package figures

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestPercentile(t *testing.T) {
	for _, c := range []struct {
		name        string
		counted     map[int]int
		median, p90 int
	}{
		{"one", map[int]int{7: 1}, 7, 7},
		{"two", map[int]int{1: 1, 9: 1}, 1, 9},
		{"early", map[int]int{-5: 3, 10: 1}, -5, 10},
		{"nine of ten", map[int]int{0: 9, 60: 1}, 0, 0},
		{"ten of eleven", map[int]int{0: 9, 60: 2}, 0, 60},
	} {
		t.Run(c.name, func(t *testing.T) {
			median, _ := percentile(c.counted, 50)
			p90, ok := percentile(c.counted, 90)
			if median != c.median || p90 != c.p90 || !ok {
				t.Errorf("median %d, p90 %d, want %d and %d", median, p90, c.median, c.p90)
			}
		})
	}
	if _, ok := percentile(nil, 50); ok {
		t.Error("a median of nothing")
	}
}

// The percentile of counted values is that of the values one by one.
func TestPercentileIsThatOfTheSortedValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.IntRange(-30, 90), 1, 60).Draw(t, "values")
		hundredths := rapid.IntRange(1, 100).Draw(t, "hundredths")
		counted := map[int]int{}
		for _, v := range values {
			counted[v]++
		}
		slices.Sort(values)
		want := values[int(math.Ceil(float64(len(values)*hundredths)/100))-1]
		if got, _ := percentile(counted, hundredths); got != want {
			t.Errorf("%d hundredths of %v: %d, want %d", hundredths, values, got, want)
		}
	})
}

var everyLine = []tally{
	{Practitioner: "a", Measure: "planned", N: 10},
	{Practitioner: "a", Measure: "held", N: 6},
	{Practitioner: "a", Measure: "cancelled", Key: "no-show", N: 1},
	{Practitioner: "a", Measure: "cancelled", Key: "patient", N: 2},
	{Practitioner: "a", Measure: "refused", N: 1},
	{Practitioner: "a", Measure: "telephone", Key: "ald", N: 2},
	{Practitioner: "a", Measure: "messages", Key: "sms", N: 20},
	{Practitioner: "a", Measure: "failed", Key: "sms", N: 3},
	{Practitioner: "a", Measure: "late", Minutes: -2, N: 1},
	{Practitioner: "a", Measure: "late", Minutes: 4, N: 5},
	{Practitioner: "a", Measure: "ripe", N: 5},
	{Practitioner: "a", Measure: "in-time", Key: "record", N: 4},
	{Practitioner: "a", Measure: "coded", N: 3},
	{Practitioner: "a", Measure: "not-billable", N: 1},
	{Practitioner: "a", Measure: "incident", Key: "zoom", Detail: "sound", N: 2},
	{Practitioner: "b", Measure: "planned", N: 1},
}

func TestFold(t *testing.T) {
	all := fold(everyLine)
	want := Counts{
		Planned: 10, Held: 6, Cancelled: map[string]int{"no-show": 1, "patient": 2}, Refused: 1, Telephone: map[string]int{"ald": 2},
		Messages: map[string]int{"sms": 20}, Failed: map[string]int{"sms": 3}, Late: map[int]int{-2: 1, 4: 5}, Ripe: 5,
		InTime: map[string]int{"record": 4}, Coded: 3, NotBillable: 1, Incidents: map[string]map[string]int{"zoom": {"sound": 2}},
	}
	if !reflect.DeepEqual(*all["a"], want) || !reflect.DeepEqual(*all["b"], Counts{Planned: 1}) || len(all) != 2 {
		t.Errorf("%+v\n%+v", all["a"], all["b"])
	}
}

// Every count that can be kept is added: doubling counts doubles each of their numbers.
func TestAdd(t *testing.T) {
	once, twice := *fold(everyLine)["a"], Counts{}
	twice.add(once)
	twice.add(once)
	var double []tally
	for _, l := range everyLine {
		l.N *= 2
		double = append(double, l)
	}
	if want := fold(double)["a"]; !reflect.DeepEqual(&twice, want) {
		t.Errorf("%+v\nwant %+v", twice, *want)
	}
	if fields := reflect.ValueOf(once); true {
		for i := range fields.NumField() {
			if fields.Field(i).IsZero() {
				t.Errorf("this test does not look at %s", fields.Type().Field(i).Name)
			}
		}
	}
}

func TestView(t *testing.T) {
	v := fold(everyLine)["a"].view()
	want := FigureCounts{
		Planned: 10, Held: 6, Open: 1, NoShow: 1, Cancelled: map[string]int{"no-show": 1, "patient": 2}, Refused: 1, ByPhone: 2,
		Telephone: map[string]int{"ald": 2}, Messages: map[string]int{"sms": 20}, Failed: map[string]int{"sms": 3}, Late: &FigureLateness{Median: 4, P90: 4},
		Ripe: 5, InTime: FigureInTime{Record: 4}, Coded: 3, NotBillable: 1, Incidents: map[string]map[string]int{"zoom": {"sound": 2}},
	}
	if !reflect.DeepEqual(v, want) {
		t.Errorf("%+v\nwant %+v", v, want)
	}
	if empty := (Counts{}).view(); empty.Late != nil || empty.Cancelled == nil || empty.Incidents == nil {
		t.Errorf("%+v", empty)
	}
}

func TestArrange(t *testing.T) {
	weeks, err := weeksOf("2026-12-24", "2027-01-05")
	if err != nil {
		t.Fatal(err)
	}
	cells := []cell{
		{weeks[0], "b", Counts{Planned: 2, Held: 1, Late: map[int]int{3: 1}}},
		{weeks[0], "a", Counts{Planned: 1}},
		{weeks[2], "a", Counts{Planned: 4, Cancelled: map[string]int{"patient": 1}}},
	}
	called := map[string]string{"a": "Dr Claire Martin", "b": "Dr Ali Benali"}
	f := arrange(weeks, cells, called, "")
	if f.From != "2026-12-21" || f.To != "2027-01-10" || f.Total.Planned != 7 || f.Total.Open != 5 {
		t.Errorf("%+v", f)
	}
	if len(f.Weeks) != 3 || f.Weeks[0].Week != "2026-W52" || f.Weeks[0].Counts.Planned != 3 || f.Weeks[1].Counts.Planned != 0 || f.Weeks[2].Counts.Planned != 4 {
		t.Errorf("weeks %+v", f.Weeks)
	}
	if len(f.Practitioners) != 2 || f.Practitioners[0].Name != "Dr Ali Benali" || f.Practitioners[1].Counts.Planned != 5 {
		t.Errorf("practitioners %+v", f.Practitioners)
	}
	only := arrange(weeks, cells, called, "b")
	if only.Total.Planned != 2 || only.Weeks[0].Counts.Planned != 2 || only.Weeks[2].Counts.Planned != 0 || len(only.Practitioners) != 2 {
		t.Errorf("of one alone %+v", only)
	}
}
