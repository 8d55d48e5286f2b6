// Package figures counts the teleconsultations of a department by week and practitioner, for its head: planned, held,
// cancelled, late, done in time, coded. It reads facts and writes none: what it keeps are the counts of whole weeks,
// counted again when a fact in them changed. No figure names a patient, and none is left out for being small: who may
// read them may read each consultation behind them.
package figures

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
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

// counts are numbers of encounters (or messages, or incidents) by what was counted; they can be added. The keys are
//
//	planned, held, refused, coded, not-billable
//	ripe                      held, and over for 24 hours or longer; the others cannot be judged yet
//	in-time/<step>            ripe ones where a step was done within these 24 hours
//	cancelled/<reason>
//	telephone/<criterion>     held ones without video
//	messages/<channel>        those that were not taken back
//	failed/<channel>          those of them that reached nobody
//	late/<minutes>            held ones by whole minutes from the planned to the real start, below zero when it was early
//	incidents/<tool>/<kind>
type counts map[string]int

// addText adds counts as they are stored, a key, a space and a number in each line, to each of some counts.
func addText(text string, to ...counts) error {
	for line := range strings.SplitSeq(text, "\n") {
		space := strings.LastIndexByte(line, ' ')
		if space < 0 {
			return fmt.Errorf("read figures: no number in %q", line)
		}
		n, err := strconv.Atoi(line[space+1:])
		if err != nil {
			return fmt.Errorf("read figures: %w", err)
		}
		for _, c := range to {
			c[line[:space]] += n
		}
	}
	return nil
}

func (c counts) add(o counts) {
	for key, n := range o {
		c[key] += n
	}
}

// under are the counts whose keys begin with a word, by the rest of their keys.
func (c counts) under(word string) map[string]int {
	found := map[string]int{}
	for key, n := range c {
		if rest, ok := strings.CutPrefix(key, word+"/"); ok {
			found[rest] = n
		}
	}
	return found
}

// late are the held encounters by minutes.
func (c counts) late() map[int]int {
	found := map[int]int{}
	for text, n := range c.under("late") {
		if minutes, err := strconv.Atoi(text); err == nil {
			found[minutes] = n
		}
	}
	return found
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
