package reconcile

import (
	"slices"
	"testing"
	"time"
)

func TestJudge(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 5, 11, 9, 0, 0, 0, time.UTC)
	same := Listed{ProviderID: "SM1", Same: true, At: at}
	hidden := Listed{ProviderID: "SM2", Hidden: true, At: at}
	other := Listed{ProviderID: "SM3", At: at}
	when := func(l Listed, at time.Time, id string) Listed {
		l.At, l.ProviderID = at, id
		return l
	}
	for name, c := range map[string]struct {
		listed []Listed
		others []string
		found  string
		want   string
	}{
		"nothing":                              {nil, nil, "", resultAbsent},
		"its text":                             {[]Listed{same}, nil, "SM1", resultFound},
		"its text twice, the first counts":     {[]Listed{same, when(same, at.Add(time.Second), "SM9")}, nil, "SM1", resultFound},
		"its text, much later":                 {[]Listed{when(same, at.Add(time.Hour), "SM1")}, nil, "SM1", resultFound},
		"its text, but before the attempt":     {[]Listed{when(same, at.Add(-time.Hour), "SM1")}, nil, "", resultDoubtful}, // clocks may differ
		"its text, but another message's":      {[]Listed{same}, []string{"SM1"}, "", resultAbsent},
		"its text after another message's":     {[]Listed{same, when(same, at, "SM9")}, []string{"SM1"}, "SM9", resultFound},
		"another text":                         {[]Listed{other}, nil, "", resultDoubtful},
		"another message's text":               {[]Listed{other}, []string{"SM3"}, "", resultAbsent},
		"another text long after":              {[]Listed{when(other, at.Add(time.Hour), "SM3")}, nil, "", resultAbsent},
		"another text before":                  {[]Listed{when(other, at.Add(-time.Hour), "SM3")}, nil, "", resultAbsent},
		"the only text of the time is hidden":  {[]Listed{hidden}, nil, "SM2", resultFound},
		"two hidden texts":                     {[]Listed{hidden, when(hidden, at, "SM9")}, nil, "", resultDoubtful},
		"two hidden texts, one of them known":  {[]Listed{hidden, when(hidden, at, "SM9")}, []string{"SM2"}, "SM9", resultFound},
		"a hidden text and another":            {[]Listed{hidden, other}, nil, "", resultDoubtful},
		"a hidden text and its own":            {[]Listed{hidden, same}, nil, "SM1", resultFound},
		"a hidden text long after":             {[]Listed{when(hidden, at.Add(time.Hour), "SM2")}, nil, "", resultAbsent},
		"a hidden text before, and it is shut": {[]Listed{when(hidden, at.Add(-time.Hour), "SM2"), other}, []string{"SM3"}, "", resultAbsent},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			others := map[string]bool{}
			for _, id := range c.others {
				others[id] = true
			}
			found, result := judge(c.listed, others, at.Add(-around), at.Add(around))
			id := ""
			if found != nil {
				id = found.ProviderID
			}
			if id != c.found || result != c.want {
				t.Errorf("%q %s, want %q %s", id, result, c.found, c.want)
			}
			if !slices.Contains(Results(), result) {
				t.Errorf("%s is not among the results", result)
			}
		})
	}
}
