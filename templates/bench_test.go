package templates_test

import (
	"testing"

	"teleconsult/templates"
)

func BenchmarkRenderEmail(b *testing.B) {
	c := templates.Example(templates.NameNotice, "fr", link)
	for b.Loop() {
		if _, err := templates.RenderEmailWorded("fr", c, templates.Wording{}); err != nil {
			b.Fatal(err)
		}
	}
}
