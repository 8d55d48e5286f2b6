package work

import (
	"fmt"
	"testing"
	"time"

	"teleconsult/server/invitation/column"
	"teleconsult/server/invitation/intake"
)

// BenchmarkList measures a list from the file to the last message in the queue.
func BenchmarkList(b *testing.B) {
	for _, n := range []int{500, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := newWard(b)
			w.lists.Limits.Rows = n
			content := people(n)
			start := time.Now()
			id := w.create(intake.Source{File: &intake.File{Name: "liste.csv", Content: []byte(content)}})
			b.ReportMetric(float64(time.Since(start).Milliseconds()), "ms/upload")
			start = time.Now()
			_ = w.get(id)
			b.ReportMetric(float64(time.Since(start).Milliseconds()), "ms/first-page")
			start = time.Now()
			list := w.declared(id)
			b.ReportMetric(float64(time.Since(start).Milliseconds()), "ms/adjust")
			start = time.Now()
			w.correct(list, 7, map[column.Field]string{column.Mobile: "0639980000"})
			b.ReportMetric(float64(time.Since(start).Milliseconds()), "ms/cell")
			list = w.get(id)
			start = time.Now()
			w.send(list, "")
			b.ReportMetric(float64(time.Since(start).Milliseconds()), "ms/confirm")
			w.workAll()
			b.ReportMetric(float64(time.Since(start).Milliseconds()), "ms/queued")
		})
	}
}
