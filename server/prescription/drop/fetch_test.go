package drop

import (
	"bytes"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/fault"
)

const anotherPassword = "0000 1111 2222 3333 4444"

func TestFiveWrongTriesLock(t *testing.T) {
	w := newWard(t)
	c := w.leave(pdfOf(1000))
	token, password := w.keys()
	for i := 1; i <= 5; i++ {
		p, date := anotherPassword, born
		if i%2 == 0 { // a wrong birth date counts alike
			p, date = password, born.AddDate(0, 0, 1)
		}
		o, err := w.try(token, p, date)
		if err != nil || o.content != nil || o.drop.Tries != i {
			t.Fatalf("try %d: %+v, %v", i, o.drop, err)
		}
	}
	o, err := w.try(token, password, born)
	if err != nil || o.content != nil || !o.drop.Locked() {
		t.Errorf("the right ones open a locked document: %+v, %v", o.drop, err)
	}
	d := w.shown()
	if !d.Locked || d.TriesLeft != 0 || w.states() != "sent failed" || w.kinds() != "created tried tried tried tried tried locked" ||
		w.Traced(w.id, "patient.drop-try") != 5 || w.Traced(w.id, "patient.drop-lock") != 1 {
		t.Errorf("%s, %s, %+v", w.states(), w.kinds(), d)
	}
	for range 2 { // the second tap does nothing
		if err = w.s.Unlock(t.Context(), w.Secretary, w.id, c.ID); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := w.download(token, password); err != nil || len(got) != 1000 {
		t.Errorf("unlocked: %v", err)
	}
	if w.states() != "sent failed sent delivered" || !strings.HasSuffix(w.kinds(), "locked unlocked tried opened fetched") {
		t.Errorf("%s, %s", w.states(), w.kinds())
	}
	if p := w.told[3]; p.Proof != "Téléchargé par le patient le 12/05/2026 à 15:00." || p.StaffID != "" {
		t.Errorf("%+v", p)
	}
}

func TestARightTryForgetsTheWrongOnes(t *testing.T) {
	w := newWard(t)
	w.leave(pdfOf(1000))
	token, password := w.keys()
	for range 3 {
		for range 4 {
			if o, err := w.try(token, anotherPassword, born); err != nil || o.content != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.download(token, password); err != nil {
			t.Fatal(err)
		}
	}
	if w.states() != "sent delivered" {
		t.Errorf("%s: the first time is what counts", w.states())
	}
}

// However many try at once: five are looked at.
func TestManyAtOnceGetFiveTries(t *testing.T) {
	w := newWard(t)
	w.leave(pdfOf(1000))
	token, _ := w.keys()
	var group sync.WaitGroup
	for range 12 {
		group.Go(func() {
			if o, err := w.try(token, anotherPassword, born); err != nil || o.content != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := w.Count(`SELECT count(*) FROM document_drop_event WHERE kind = 'tried'`); n != 5 {
		t.Errorf("%d tries", n)
	}
	if n := w.Count(`SELECT count(*) FROM document_drop_event WHERE kind = 'locked'`); n != 1 || w.states() != "sent failed" {
		t.Errorf("locked %d times, %s", n, w.states())
	}
}

// However many open it at once: five begin.
func TestFiveDownloadsBegin(t *testing.T) {
	w := newWard(t)
	content := pdfOf(3 * chunkBytes)
	w.leave(content)
	token, password := w.keys()
	var mu sync.Mutex
	var group sync.WaitGroup
	whole := 0
	for range 4 {
		group.Go(func() {
			got, err := w.download(token, password)
			if err != nil || !bytes.Equal(got, content) {
				t.Error(err)
			}
			mu.Lock()
			whole++
			mu.Unlock()
		})
	}
	group.Wait()
	if d := w.shown(); whole != 4 || d.DownloadsLeft != 1 || d.State != Standing {
		t.Errorf("%d, %+v", whole, d)
	}
	last, err := w.try(token, password, born)
	if err != nil || last.content == nil {
		t.Fatal(err)
	}
	if _, err = w.try(token, password, born); fault.CodeOf(err) != "link_expired" {
		t.Errorf("a sixth time: %v", err)
	}
	// The last one may end; then the document is deleted, and its receipt stays.
	w.Now = w.Now.Add(time.Minute)
	w.sweep()
	if got, err := io.ReadAll(last.content); err != nil || !bytes.Equal(got, content) {
		t.Errorf("the fifth: %v", err)
	}
	if err = last.content.CloseWithError(nil); err != nil {
		t.Fatal(err)
	}
	w.Now = w.Now.Add(lastDownload)
	w.sweep()
	if d := w.shown(); w.chunks() != 0 || d.State != UsedUp || d.FetchedAt == nil || !strings.HasSuffix(w.kinds(), "fetched erased") {
		t.Errorf("%d parts, %+v", w.chunks(), d)
	}
	if w.states() != "sent delivered" {
		t.Error(w.states())
	}
}

func (w *ward) sweep() {
	w.t.Helper()
	for range 2 { // the second finds nothing
		if err := w.s.Sweep(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
	}
}

func TestABrokenDownloadIsNoReceipt(t *testing.T) {
	w := newWard(t)
	w.leave(pdfOf(3 * chunkBytes))
	token, password := w.keys()
	o, err := w.try(token, password, born)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = io.CopyN(io.Discard, o.content, chunkBytes); err != nil {
		t.Fatal(err)
	}
	if err = o.content.CloseWithError(io.ErrClosedPipe); err != nil {
		t.Fatal(err)
	}
	if d := w.shown(); d.FetchedAt != nil || d.DownloadsLeft != 4 || w.states() != "sent" || w.kinds() != "created tried opened broken-off" {
		t.Errorf("%s, %s, %+v", w.states(), w.kinds(), d)
	}
	// A reader that is closed without having read it all is none either, whatever its error.
	if o, err = w.try(token, password, born); err != nil {
		t.Fatal(err)
	}
	if err = o.content.CloseWithError(nil); err != nil || w.shown().FetchedAt != nil {
		t.Errorf("%v, %+v", err, w.shown())
	}
}

func TestFiveBrokenDownloadsAreAFailure(t *testing.T) {
	w := newWard(t)
	w.leave(pdfOf(1000))
	token, password := w.keys()
	for range MaxDownloads {
		o, err := w.try(token, password, born)
		if err != nil || o.content == nil {
			t.Fatal(err)
		}
		if err = o.content.CloseWithError(io.ErrClosedPipe); err != nil {
			t.Fatal(err)
		}
	}
	w.sweep()
	if w.states() != "sent" {
		t.Errorf("%s: the last one may be under way", w.states())
	}
	w.Now = w.Now.Add(lastDownload + time.Second)
	w.sweep()
	if w.states() != "sent failed" || w.chunks() != 0 {
		t.Errorf("%s, %d parts", w.states(), w.chunks())
	}
}

func TestItExpires(t *testing.T) {
	w := newWard(t)
	c := w.leave(pdfOf(1000))
	token, password := w.keys()
	w.Now = w.Now.Add(Life - time.Second)
	w.sweep()
	if _, _, err := w.s.look(t.Context(), visitor(token)); err != nil || w.chunks() != 1 {
		t.Errorf("before its time: %v", err)
	}
	w.Now = w.Now.Add(time.Second)
	if _, err := w.try(token, password, born); fault.CodeOf(err) != "link_expired" { // at once, without a sweep
		t.Errorf("after its time: %v", err)
	}
	if d := w.shown(); d.State != Expired {
		t.Errorf("%+v", d)
	}
	if err := w.s.Unlock(t.Context(), w.Practitioner, w.id, c.ID); fault.CodeOf(err) != "drop_over" {
		t.Errorf("unlocking what is over: %v", err)
	}
	w.sweep()
	if w.chunks() != 0 || w.states() != "sent failed" || w.kinds() != "created expired erased" || w.Traced(w.id, "drop.expire") != 1 {
		t.Errorf("%d parts, %s, %s", w.chunks(), w.states(), w.kinds())
	}
}

func TestItIsTakenBack(t *testing.T) {
	w := newWard(t)
	content := pdfOf(3 * chunkBytes)
	c := w.leave(content)
	token, password := w.keys()
	o, err := w.try(token, password, born)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = io.CopyN(io.Discard, o.content, 100); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err = w.s.Revoke(t.Context(), w.Practitioner, w.id, c.ID); err != nil {
			t.Fatal(err)
		}
	}
	if rest, err := io.ReadAll(o.content); err == nil || len(rest) > 2*chunkBytes {
		t.Errorf("a download under way reads on: %d bytes, %v", len(rest), err)
	}
	if err = o.content.CloseWithError(io.ErrUnexpectedEOF); err != nil {
		t.Fatal(err)
	}
	if _, err = w.try(token, password, born); fault.CodeOf(err) != "link_expired" {
		t.Errorf("%v", err)
	}
	if w.chunks() != 0 || len(w.queue()) != 0 || w.states() != "sent failed" || w.kinds() != "created tried opened revoked erased broken-off" {
		t.Errorf("%d parts, %+v, %s, %s", w.chunks(), w.queue(), w.states(), w.kinds())
	}
	w.sweep()
	w.leave(content) // and there is room for another one
}

func TestASweepFindsWhatAnInstanceLeftBehind(t *testing.T) {
	w := newWard(t)
	w.leave(pdfOf(1000))
	w.Exec(`UPDATE document_drop SET tries = 5, tried_at = $1`, w.Now) // it died before it noted the lock
	w.sweep()
	if w.states() != "sent" {
		t.Errorf("%s: the try may be under way", w.states())
	}
	w.Now = w.Now.Add(2 * lostTry)
	w.sweep()
	if w.states() != "sent failed" || w.kinds() != "created locked" || w.chunks() != 1 {
		t.Errorf("%s, %s", w.states(), w.kinds())
	}
	w.Exec(`UPDATE document_drop SET state = 'arriving', expires_at = $1, size = 0`, w.Now.Add(arrival))
	w.sweep()
	if w.chunks() != 1 {
		t.Error("what is arriving is let arrive")
	}
	w.Now = w.Now.Add(arrival)
	w.sweep()
	if w.chunks() != 0 {
		t.Error("what never came whole is kept")
	}
}

func TestLinksThatLeadNowhere(t *testing.T) {
	w := newWard(t)
	w.leave(pdfOf(1000))
	for token, want := range map[string]string{"": "link_unknown", "AAAAAAAAAAAAAAAA": "link_unknown", "' OR 1=1 --": "link_unknown"} {
		if _, err := w.try(token, anotherPassword, born); fault.CodeOf(err) != want {
			t.Errorf("%q: %v", token, err)
		}
	}
	token, password := w.keys()
	w.Exec(`UPDATE document_drop SET state = 'arriving', size = 0`)
	if _, err := w.try(token, password, born); fault.CodeOf(err) != "link_unknown" {
		t.Errorf("what has not come whole can be reached: %v", err)
	}
}

// Somebody who collects links is slowed down over all of them.
func TestOneAddressHasSoManyTries(t *testing.T) {
	w := newWard(t)
	w.leave(pdfOf(1000))
	token, _ := w.keys()
	v := visitor(token)
	v.by.ClientAddress = "203.0.113.7"
	key, _ := ReadPassword(anotherPassword)
	limited := false
	for range 2 * clientTries {
		w.Exec(`UPDATE document_drop SET tries = 0, locked_at = NULL`)
		if _, err := w.s.fetch(t.Context(), v, attempt{birthDate: born, password: key}); err != nil {
			limited = fault.KindOf(err) == fault.KindRateLimited
			break
		}
	}
	if !limited {
		t.Error("one address tries without end")
	}
}

func TestCommandsRefuse(t *testing.T) {
	w := newWard(t)
	c := w.leave(pdfOf(1000))
	planned := w.Plan()
	for name, do := range map[string]func(caller auth.Caller, id, drop string) error{
		"tell":   func(caller auth.Caller, id, drop string) error { return w.s.Tell(t.Context(), caller, id, drop) },
		"unlock": func(caller auth.Caller, id, drop string) error { return w.s.Unlock(t.Context(), caller, id, drop) },
		"revoke": func(caller auth.Caller, id, drop string) error { return w.s.Revoke(t.Context(), caller, id, drop) },
	} {
		for want, err := range map[string]error{
			"not_finished": do(w.Practitioner, planned, c.ID), "forbidden": do(w.Manager, w.id, c.ID),
		} {
			if fault.CodeOf(err) != want {
				t.Errorf("%s: %v, want %s", name, err, want)
			}
		}
		for _, err := range []error{do(w.Stranger, w.id, c.ID), do(w.Practitioner, w.id, w.id), do(w.Practitioner, w.Held(), c.ID)} {
			if fault.CodeOf(err) != "not_found" {
				t.Errorf("%s: %v, want not_found", name, err)
			}
		}
	}
	if err := w.s.Tell(t.Context(), w.Practitioner, w.id, c.ID); fault.CodeOf(err) != "password_sent" {
		t.Errorf("telling what was sent: %v", err)
	}
	if _, err := w.s.Show(t.Context(), w.Stranger, w.id); fault.CodeOf(err) != "not_found" {
		t.Errorf("a stranger looks: %v", err)
	}
	if _, err := w.s.Show(t.Context(), w.Manager, w.id); fault.CodeOf(err) != "forbidden" {
		t.Errorf("a manager looks: %v", err)
	}
	if w.shown().State != Standing || w.states() != "sent" {
		t.Error("a refusal changed something")
	}
}
