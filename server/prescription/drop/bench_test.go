package drop

import (
	"bytes"
	"io"
	"testing"
)

// BenchmarkDrop measures a document of 20 MB on its way into the database and out of it, without HTTP: encrypted and
// written in parts, read in parts and decrypted, the work on the password included.
func BenchmarkDrop(b *testing.B) {
	content := pdfOf(MaxBytes)
	b.Run("encrypt", func(b *testing.B) {
		w := newWard(b)
		w.s.work = workFactor
		b.SetBytes(MaxBytes)
		b.ReportAllocs()
		for b.Loop() {
			w.leave(content)
			b.StopTimer()
			w.Exec(`UPDATE document_drop SET state = 'revoked'`)
			w.Exec(`UPDATE message SET status = 'cancelled', secrets = NULL`)
			w.Exec(`DELETE FROM document_drop_chunk`)
			b.StartTimer()
		}
	})
	b.Run("decrypt", func(b *testing.B) {
		w := newWard(b)
		w.s.work = workFactor
		w.leave(content)
		token, password := w.keys()
		b.SetBytes(MaxBytes)
		b.ReportAllocs()
		for b.Loop() {
			o, err := w.try(token, password, born)
			if err != nil || o.content == nil {
				b.Fatal(err)
			}
			n, err := io.Copy(io.Discard, o.content)
			if err != nil || n != MaxBytes {
				b.Fatal(n, err)
			}
			b.StopTimer()
			w.Exec(`UPDATE document_drop SET downloads = 0, state = 'standing'`)
			b.StartTimer()
		}
	})
	b.Run("password", func(b *testing.B) { // the part of it that is scrypt
		w := newWard(b)
		w.s.work = workFactor
		for b.Loop() {
			if err := w.s.encrypt(b.Context(), Drop{ID: w.id, DepartmentID: w.Department}, NewPassword(), bytes.NewReader(nil)); err == nil {
				b.Fatal("nothing is arriving")
			}
		}
	})
}
