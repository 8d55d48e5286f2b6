package sms_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"teleconsult/notifications/sms"
	"teleconsult/templates"
)

var update = flag.Bool("update", false, "write the table of texts anew")

// TestTableOfTexts holds every SMS of the product, with its septets, against a table that people read when the
// words change. The numbers are those of the real host and of a telephone number as its readers dial it.
func TestTableOfTexts(t *testing.T) {
	const file = "testdata/texts.txt"
	var table strings.Builder
	for _, language := range templates.Languages {
		phone := map[string]string{"fr": "01 23 45 67 89", "en": "+33 1 23 45 67 89"}[language]
		said := map[string]bool{}
		for variant := range 8 {
			for _, c := range contents("https://teleconsult.aphp.fr/p/7Kd3Qx9mB2LfT0pZ", phone, variant) {
				text, err := templates.RenderSMSWorded(language, c, "")
				if err != nil {
					t.Fatal(err)
				}
				if text = sms.Transliterate(text); said[text] {
					continue
				}
				said[text] = true
				size := sms.Measure(text)
				if size.Segments != 1 || size.Encoding != sms.GSM7 {
					t.Errorf("%+v: %s", size, text)
				}
				fmt.Fprintf(&table, "%s %-19s %3d  %s\n", language, c.Name(), size.Units, text)
			}
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(table.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := table.String(); got != string(want) {
		t.Errorf("the texts changed; look at them and run go test ./notifications/sms -run Table -update\n%s", got)
	}
}
