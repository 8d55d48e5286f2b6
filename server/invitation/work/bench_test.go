package work

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"teleconsult/server/invitation/column"
	"teleconsult/server/invitation/intake"
	"teleconsult/server/invitation/sheet"
	"teleconsult/server/spreadsheet"
)

// BenchmarkList measures a list from the file to the last message in the queue, at three sizes: until the review can be
// read, for a corrected cell, until it is confirmed, until every message is in the queue; and by how much the memory of the
// process (RSS) grew meanwhile. Run it with -benchtime 1x.
func BenchmarkList(b *testing.B) {
	for _, n := range []int{500, 5_000, 50_000} {
		for _, kind := range []string{"csv", "xlsx"} {
			b.Run(fmt.Sprintf("%s/%d", kind, n), func(b *testing.B) {
				for b.Loop() {
					measureList(b, kind, n)
				}
			})
		}
	}
}

func measureList(b *testing.B, kind string, n int) {
	w := newWard(b)
	w.lists.Limits = sheet.Limits{Bytes: 50 << 20, Rows: n}
	content := []byte(people(n))
	if kind == "xlsx" {
		content = workbook(b, people(n))
	}
	debug.FreeOSMemory()
	growth := watchMemory()
	lap := stopwatch(b)
	id := w.create(intake.Source{File: &intake.File{Name: "liste." + kind, Content: content}})
	lap("ms/upload")
	_ = w.get(id)
	lap("ms/first-page")
	list := w.declared(id)
	lap("ms/settings")
	cells := 20
	for i := range cells {
		w.correct(list, 1+i*(n/cells), map[column.Field]string{column.Mobile: fmt.Sprintf("06 39 98 77 %02d", i)})
	}
	b.ReportMetric(float64(lap("").Microseconds())/1000/float64(cells), "ms/cell")
	list = w.get(id)
	lap("")
	w.send(list, "")
	confirmed := lap("ms/confirm")
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	go w.Run(ctx)
	w.Signal()
	for w.Count(`SELECT count(*) FROM batch_row WHERE state = 'released'`) > 0 {
		time.Sleep(10 * time.Millisecond)
	}
	b.ReportMetric(float64((confirmed + lap("")).Milliseconds()), "ms/queued")
	b.ReportMetric(growth(), "MiB/RSS")
	if got := w.Count(`SELECT count(*) FROM message WHERE purpose = 'notice'`); got != n {
		b.Fatalf("%d messages, want %d", got, n)
	}
}

// workbook is a list as a workbook.
func workbook(b *testing.B, csv string) []byte {
	var rows [][]string
	for line := range strings.Lines(csv) {
		rows = append(rows, strings.Split(strings.TrimSpace(line), ";"))
	}
	var out bytes.Buffer
	if err := spreadsheet.WriteXLSX(&out, "Liste", rows[0], slices.Values(rows[1:])); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

// stopwatch reports the time since it was last asked.
func stopwatch(b *testing.B) func(unit string) time.Duration {
	last := time.Now()
	return func(unit string) time.Duration {
		took := time.Since(last)
		if unit != "" {
			b.ReportMetric(float64(took.Milliseconds()), unit)
		}
		last = time.Now()
		return took
	}
}

// watchMemory tells by how many MiB the resident memory was at most above now, once the returned function is called.
func watchMemory() func() float64 {
	const mebi = 1 << 20
	before, most := resident(), atomic.Int64{}
	stop := make(chan struct{})
	go func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				most.Store(max(most.Load(), resident()))
			}
		}
	}()
	return func() float64 {
		close(stop)
		return float64(most.Load()-before) / mebi
	}
}

// resident is the resident memory of this process in bytes.
func resident() int64 {
	status, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var size, pages int64
	if _, err = fmt.Sscan(string(status), &size, &pages); err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}
