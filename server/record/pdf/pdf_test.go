package pdf_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"teleconsult/server/record/pdf"
)

// run starts one of Debian's programs on the file.
func run(t *testing.T, content []byte, name string, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "note.pdf")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for i, arg := range args {
		if arg == "FILE" {
			args[i] = file
		}
	}
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

func someNote(paragraphs int) pdf.Document {
	d := pdf.Document{
		Hospital: "Hôpital Exemple", Department: "Dermatologie", Phone: "01 00 00 00 00", Patient: "DURAND-ŁĘCKI Zoë, date de naissance 03/02/2014",
		Number: 2, State: "versée au dossier le 12/05/2026 à 15:10 par Dr Claire Martin", Hash: strings.Repeat("ab", 32),
		Made: time.Date(2026, time.May, 12, 13, 0, 0, 0, time.UTC),
		Blocks: []pdf.Block{
			{Kind: pdf.Heading, Text: "COMPTE RENDU DE TRAÇABILITÉ - TÉLÉCONSULTATION"},
			{Kind: pdf.Item, Label: "Contrôle de l'identité", Text: "pièce d'identité présentée à la caméra, où que çà soit : cœur, Ÿ, naïveté, fenêtre"},
			{Kind: pdf.Heading, Text: "CONSTATATIONS"},
		},
	}
	for range paragraphs {
		d.Blocks = append(d.Blocks, pdf.Block{Kind: pdf.Paragraphs, Text: "Première ligne à garder.\n\nDeuxième paragraphe, « éclairé » — 37,5 °C, ½ comprimé, ≤ 3 €, Ελληνικά, Кириллица."})
	}
	return d
}

func TestThePDFIsSoundAndItsTextCanBeExtracted(t *testing.T) {
	content, err := pdf.Render(someNote(1))
	if err != nil {
		t.Fatal(err)
	}
	if out := run(t, content, "qpdf", "--check", "FILE"); !strings.Contains(out, "No syntax or stream encoding errors found") || strings.Contains(out, "WARNING") {
		t.Errorf("qpdf: %s", out)
	}
	text := strings.Join(strings.Fields(run(t, content, "pdftotext", "-layout", "FILE", "-")), " ")
	for _, want := range []string{
		"Hôpital Exemple", "Dermatologie", "Téléphone : 01 00 00 00 00", "DURAND-ŁĘCKI Zoë", "COMPTE RENDU DE TRAÇABILITÉ",
		"Contrôle de l'identité : pièce d'identité présentée à la caméra, où que çà soit : cœur, Ÿ, naïveté, fenêtre", "Première ligne à garder.",
		"« éclairé » — 37,5 °C, ½ comprimé, ≤ 3 €, Ελληνικά, Кириллица.", "Version 2 : versée au dossier le 12/05/2026", strings.Repeat("ab", 32), "Page 1 sur 1",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	info := run(t, content, "pdfinfo", "FILE")
	for _, want := range []string{"Compte rendu de téléconsultation", "Dermatologie, Hôpital Exemple", "A4"} {
		if !strings.Contains(info, want) {
			t.Errorf("%q is not in\n%s", want, info)
		}
	}
	if strings.Contains(info, "DURAND") || !bytes.Contains(content, []byte("/Lang (fr-FR)")) {
		t.Errorf("the patient is in the document's properties, or its language is not:\n%s", info)
	}
	if len(content) > 60_000 {
		t.Errorf("%d bytes for a page", len(content))
	}
}

func TestEveryPageTellsWhoseItIsAndHowManyThereAre(t *testing.T) {
	content, err := pdf.Render(someNote(60))
	if err != nil {
		t.Fatal(err)
	}
	pages := strings.Split(strings.TrimSuffix(run(t, content, "pdftotext", "-layout", "FILE", "-"), "\f"), "\f")
	if len(pages) < 3 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, page := range pages {
		for _, want := range []string{"DURAND-ŁĘCKI Zoë", "Version 2", "Page " + string(rune('1'+i)) + " sur " + string(rune('0'+len(pages)))} {
			if !strings.Contains(page, want) {
				t.Errorf("page %d lacks %q:\n%s", i+1, want, page)
			}
		}
	}
	run(t, content, "qpdf", "--check", "FILE")
}

func TestWhatTheFontsLackBreaksNothing(t *testing.T) {
	d := someNote(0)
	d.Patient = "王 😀 DURAND \u202e"
	d.Blocks = append(d.Blocks, pdf.Block{Kind: pdf.Item, Label: "", Text: strings.Repeat("x", 500)}, pdf.Block{Kind: pdf.Paragraphs, Text: ""})
	content, err := pdf.Render(d)
	if err != nil {
		t.Fatal(err)
	}
	run(t, content, "qpdf", "--check", "FILE")
	if out := run(t, content, "pdftotext", "FILE", "-"); !strings.Contains(out, "DURAND") {
		t.Errorf("text:\n%s", out)
	}
}

func TestTheSameNoteIsTheSameFile(t *testing.T) {
	one, err := pdf.Render(someNote(3))
	if err != nil {
		t.Fatal(err)
	}
	two, err := pdf.Render(someNote(3))
	if err != nil || !bytes.Equal(one, two) {
		t.Errorf("two prints of one note differ (%v)", err)
	}
}

func BenchmarkRender(b *testing.B) {
	d := someNote(20)
	for b.Loop() {
		if _, err := pdf.Render(d); err != nil {
			b.Fatal(err)
		}
	}
}
