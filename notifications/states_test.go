package notifications

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The diagram in docs/states.md shows the machine as it is, with every arrow.
func TestDiagramShowsTheMachine(t *testing.T) {
	text, err := os.ReadFile("../docs/states.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, ok := strings.Cut(string(text), "\n## Message\n")
	if !ok {
		t.Fatal("docs/states.md has no chapter Message")
	}
	if before, _, more := strings.Cut(after, "\n## "); more {
		after = before
	}
	drawn := map[string]bool{}
	for _, arrow := range regexp.MustCompile(`(?m)^ +([a-z]+) --> ([a-z]+)`).FindAllStringSubmatch(after, -1) {
		drawn[arrow[1]+" → "+arrow[2]] = true
	}
	machine := map[string]bool{}
	for from, all := range transitions {
		for _, to := range all {
			machine[string(from)+" → "+string(to)] = true
		}
	}
	for _, arrow := range slices.Sorted(maps.Keys(machine)) {
		if !drawn[arrow] {
			t.Errorf("not drawn: %s", arrow)
		}
	}
	for _, arrow := range slices.Sorted(maps.Keys(drawn)) {
		if !machine[arrow] {
			t.Errorf("drawn, but not in the machine: %s", arrow)
		}
	}
}
