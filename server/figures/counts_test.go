package figures

import (
	"maps"
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

const everyCount = `planned 10
held 6
cancelled/no-show 1
cancelled/patient 2
refused 1
telephone/ald 2
messages/sms 20
failed/sms 3
late/-2 1
late/4 5
ripe 5
in-time/record 4
coded 3
not-billable 1
incidents/zoom/sound 2`

func counted(t *testing.T, texts ...string) counts {
	t.Helper()
	c := counts{}
	for _, text := range texts {
		if err := addText(text, c); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func TestAdd(t *testing.T) {
	once, twice := counted(t, everyCount), counted(t, everyCount, everyCount)
	for key, n := range once {
		if twice[key] != 2*n {
			t.Errorf("%s: %d and twice %d", key, n, twice[key])
		}
	}
	once.add(once)
	if !maps.Equal(once, twice) {
		t.Errorf("%v\n%v", once, twice)
	}
	for _, text := range []string{"", "planned", "planned x", "planned 1\n"} {
		if err := addText(text, counts{}); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

func TestView(t *testing.T) {
	v := counted(t, everyCount).view()
	want := FigureCounts{
		Planned: 10, Held: 6, Open: 1, NoShow: 1, Cancelled: map[string]int{"no-show": 1, "patient": 2}, Refused: 1, ByPhone: 2,
		Telephone: map[string]int{"ald": 2}, Messages: map[string]int{"sms": 20}, Failed: map[string]int{"sms": 3}, Late: &FigureLateness{Median: 4, P90: 4},
		Ripe: 5, InTime: FigureInTime{Record: 4}, Coded: 3, NotBillable: 1, Incidents: map[string]map[string]int{"zoom": {"sound": 2}},
	}
	if !reflect.DeepEqual(v, want) {
		t.Errorf("%+v\nwant %+v", v, want)
	}
	if empty := (counts{}).view(); empty.Late != nil || empty.Cancelled == nil || empty.Incidents == nil {
		t.Errorf("%+v", empty)
	}
}

func TestArrange(t *testing.T) {
	weeks, err := weeksOf("2026-12-24", "2027-01-05")
	if err != nil {
		t.Fatal(err)
	}
	cells := []cell{
		{weeks[0], "b", "planned 2\nheld 1\nlate/3 1"},
		{weeks[0], "a", "planned 1"},
		{weeks[2], "a", "planned 4\ncancelled/patient 1"},
	}
	called := map[string]string{"a": "Dr Claire Martin", "b": "Dr Ali Benali"}
	f, err := arrange(weeks, cells, called, "")
	if err != nil {
		t.Fatal(err)
	}
	if f.From != "2026-12-21" || f.To != "2027-01-10" || f.Total.Planned != 7 || f.Total.Open != 5 {
		t.Errorf("%+v", f)
	}
	if len(f.Weeks) != 3 || f.Weeks[0].Week != "2026-W52" || f.Weeks[0].Counts.Planned != 3 || f.Weeks[1].Counts.Planned != 0 || f.Weeks[2].Counts.Planned != 4 {
		t.Errorf("weeks %+v", f.Weeks)
	}
	if len(f.Practitioners) != 2 || f.Practitioners[0].Name != "Dr Ali Benali" || f.Practitioners[1].Counts.Planned != 5 {
		t.Errorf("practitioners %+v", f.Practitioners)
	}
	only, err := arrange(weeks, cells, called, "b")
	if err != nil {
		t.Fatal(err)
	}
	if only.Total.Planned != 2 || only.Weeks[0].Counts.Planned != 2 || only.Weeks[2].Counts.Planned != 0 || len(only.Practitioners) != 2 {
		t.Errorf("of one alone %+v", only)
	}
}
