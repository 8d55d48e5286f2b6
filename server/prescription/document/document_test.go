package document_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/encountertest"
	"teleconsult/server/fault"
	"teleconsult/server/prescription/document"
	"teleconsult/server/secret"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// pdf is a file of so many bytes that passes for a PDF, in which a word stands again and again.
func pdf(size int, word string) []byte {
	const end = "\nstartxref\n1\n%%EOF\n"
	return append(append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte(word), size/len(word)+1)[:size-len(end)-9]...), end...)
}

func TestCheckLooksAtTheContent(t *testing.T) {
	t.Parallel()
	good := string(pdf(2000, "Ordonnance "))
	for name, c := range map[string]struct{ content, want string }{
		"a PDF":                    {good, ""},
		"nothing":                  {"", "file_empty"},
		"too much":                 {strings.Repeat("x", 5001), "file_too_large"},
		"a page of the web":        {"<html>" + good, "file_not_pdf"},
		"a picture":                {"\x89PNG\r\n\x1a\n", "file_not_pdf"},
		"a PDF that breaks off":    {good[:1500], "file_not_pdf"},
		"a program before the PDF": {"MZ" + good, "file_not_pdf"},
		"a name alone":             {"%PDF-", "file_not_pdf"},
	} {
		err := document.Check([]byte(c.content), 5000)
		got := ""
		if e, ok := errors.AsType[*fault.Error](err); ok {
			got = e.Violations[0].Code
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// world keeps documents of one department.
type world struct {
	*encountertest.World
	t   *testing.T
	box *secret.Box
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return &world{World: encountertest.New(t), t: t, box: secret.New([32]byte{7})}
}

func (w *world) put(content []byte) (id string) {
	w.t.Helper()
	w.In(func(ctx context.Context, tx db.Tx) (err error) {
		id, err = document.Put(ctx, tx, w.box, w.Now, w.Department, content)
		return err
	})
	return id
}

func (w *world) read(box *secret.Box, id string) (content []byte, err error) {
	w.t.Helper()
	w.In(func(ctx context.Context, tx db.Tx) error {
		content, err = document.Read(ctx, tx, box, id)
		return nil
	})
	return content, err
}

func TestADocumentComesBackByteForByte(t *testing.T) {
	w := newWorld(t)
	for _, size := range []int{100, 512 << 10, 512<<10 + 1, 3 << 20} {
		content := pdf(size, fmt.Sprintf("page of %d ", size))
		got, err := w.read(w.box, w.put(content))
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes: %d came back, %v", size, len(got), err)
		}
	}
}

func TestOnlyTheServersKeyOpensIt(t *testing.T) {
	w := newWorld(t)
	id := w.put(pdf(2000, "x"))
	if _, err := w.read(secret.New([32]byte{8}), id); !errors.Is(err, secret.ErrSealed) {
		t.Errorf("another key: %v", err)
	}
	if _, err := w.read(w.box, "no-id"); !errors.Is(err, document.ErrGone) {
		t.Errorf("no id: %v", err)
	}
}

// Chunks that are exchanged, left out or moved to another document are found out.
func TestChunksStayInTheirPlaces(t *testing.T) {
	w := newWorld(t)
	for name, tamper := range map[string]string{
		"exchanged": `UPDATE document_chunk SET number = number + 10 WHERE document_id = $1;
			UPDATE document_chunk SET number = 11 - number WHERE document_id = $1 AND number >= 10`,
		"left out": `DELETE FROM document_chunk WHERE document_id = $1 AND number = 1; UPDATE document SET chunks = 1 WHERE id = $1`,
		"exchanged with another document's": `UPDATE document_chunk AS a SET content = b.content FROM document_chunk AS b
			WHERE a.document_id = $1 AND a.number = 0 AND b.document_id <> $1 AND b.number = 0`,
	} {
		id, _ := w.put(pdf(600<<10, "a")), w.put(pdf(600<<10, "b"))
		owner(t, w, strings.ReplaceAll(tamper, "$1", "'"+id+"'"))
		if _, err := w.read(w.box, id); err == nil {
			t.Errorf("%s: it is read", name)
		}
	}
}

// owner does what the server's own role may not.
func owner(t *testing.T, w *world, statements string) {
	t.Helper()
	for one := range strings.SplitSeq(statements, ";") {
		if strings.HasPrefix(strings.TrimSpace(one), "UPDATE document_chunk") {
			// The server may not change a chunk: an attacker who owns the database replaces it.
			one = strings.Replace(one, "UPDATE document_chunk", "UPDATE stolen_chunk", 1)
			one = strings.ReplaceAll(one, "FROM document_chunk", "FROM stolen_chunk")
			w.In(func(ctx context.Context, tx db.Tx) error {
				for _, s := range []string{
					`CREATE TEMP TABLE IF NOT EXISTS stolen_chunk (LIKE document_chunk) ON COMMIT DROP`,
					`INSERT INTO stolen_chunk SELECT * FROM document_chunk`, one, `DELETE FROM document_chunk`,
					`INSERT INTO document_chunk SELECT * FROM stolen_chunk`,
				} {
					if _, err := tx.ExecContext(ctx, s); err != nil {
						return fmt.Errorf("%s: %w", s, err)
					}
				}
				return nil
			})
			continue
		}
		w.Exec(one)
	}
}

// A stolen database shows neither a word of the document nor its kind.
func TestAStolenDatabaseShowsNothing(t *testing.T) {
	w := newWorld(t)
	w.put(pdf(2<<20, "Amoxicilline 500 mg pour Durand "))
	w.In(func(ctx context.Context, tx db.Tx) error {
		tables := []string{}
		if err := tx.SelectContext(ctx, &tables, `SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public'`); err != nil {
			return err
		}
		for _, table := range tables {
			rows := []string{}
			if err := tx.SelectContext(ctx, &rows, `SELECT t::text FROM `+table+` AS t`); err != nil {
				return err
			}
			all := strings.ToLower(strings.Join(rows, "\n"))
			for _, word := range []string{"Amoxicilline", "%PDF-", "%%EOF"} {
				if strings.Contains(all, strings.ToLower(word)) || strings.Contains(all, hex.EncodeToString([]byte(word))) {
					t.Errorf("table %s shows %q", table, word)
				}
			}
		}
		return nil
	})
}

func TestWhatIsWipedIsGone(t *testing.T) {
	w := newWorld(t)
	one, two := w.put(pdf(2000, "x")), w.put(pdf(2000, "y"))
	w.In(func(ctx context.Context, tx db.Tx) error { return document.Wipe(ctx, tx, w.Now, one) })
	if _, err := w.read(w.box, one); !errors.Is(err, document.ErrGone) {
		t.Errorf("after wiping: %v", err)
	}
	for _, c := range []struct {
		later time.Duration
		gone  bool
	}{{document.KeptFor - time.Second, false}, {document.KeptFor, true}} {
		if err := document.Sweep(context.Background(), w.DB, w.Now.Add(c.later)); err != nil {
			t.Fatal(err)
		}
		if _, err := w.read(w.box, two); errors.Is(err, document.ErrGone) != c.gone {
			t.Errorf("after %s: %v", c.later, err)
		}
	}
	if n := w.Count(`SELECT count(*) FROM document_chunk`); n != 0 {
		t.Errorf("%d chunks are left", n)
	}
	if n := w.Count(`SELECT count(*) FROM document WHERE wiped_at IS NOT NULL`); n != 2 {
		t.Errorf("%d documents are known to have been, want 2", n)
	}
}
