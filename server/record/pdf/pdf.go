// Package pdf prints the note of a teleconsultation: A4, under the head of the department, with the patient on every
// page, the version, its hash and the page's number at the foot, and text that can be searched and copied.
package pdf

import (
	"bytes"
	_ "embed" // the fonts
	"fmt"
	"strconv"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Kind is what a block of the note is.
type Kind int

// The kinds of blocks.
const (
	Heading    Kind = iota // begins a part
	Item                   // a label and its text
	Paragraphs             // typed text, a line each
)

// Block is a part of the note.
type Block struct {
	Kind  Kind
	Label string
	Text  string
}

// Document is a note to be printed.
type Document struct {
	Hospital, Department, Phone string
	// Patient is the line that tells whose note a page is.
	Patient string
	// Number, State and Hash tell which version it is, and whether it stands in the record.
	Number int
	State  string
	Hash   string
	Made   time.Time
	Blocks []Block
}

//go:embed fonts/DejaVuSans.ttf
var regular []byte

//go:embed fonts/DejaVuSans-Bold.ttf
var bold []byte

// Measures in millimetres, letters in points.
const (
	margin, bottom = 20.0, 24.0
	lineHeight     = 5.2
	textSize       = 10.0
	smallSize      = 7.5
	family         = "DejaVu"
)

// Render makes the PDF. It is written twice, since the foot of the first page tells how many there are.
func Render(d Document) ([]byte, error) {
	pages := 1
	for {
		p := d.layOut(pages)
		if p.Err() {
			return nil, fmt.Errorf("print a note: %w", p.Error())
		}
		if n := p.PageCount(); n != pages {
			pages = n
			continue
		}
		var out bytes.Buffer
		if err := p.Output(&out); err != nil {
			return nil, fmt.Errorf("print a note: %w", err)
		}
		return out.Bytes(), nil
	}
}

func (d Document) layOut(pages int) *fpdf.Fpdf {
	p := fpdf.New("P", "mm", "A4", "")
	p.SetCatalogSort(true)
	p.SetCreationDate(d.Made)
	p.SetModificationDate(d.Made)
	p.SetTitle("Compte rendu de téléconsultation", true)
	p.SetAuthor(d.Department+", "+d.Hospital, true)
	p.SetCreator("Téléconsult", true)
	p.SetLang("fr-FR")
	p.AddUTF8FontFromBytes(family, "", regular)
	p.AddUTF8FontFromBytes(family, "B", bold)
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(true, bottom)
	p.SetHeaderFunc(func() { d.head(p) })
	p.SetFooterFunc(func() { d.foot(p, pages) })
	p.AddPage()
	for i, b := range d.Blocks {
		b.print(p, i == 0)
	}
	return p
}

func width(p *fpdf.Fpdf) float64 {
	w, _ := p.GetPageSize()
	return w - 2*margin
}

func (d Document) head(p *fpdf.Fpdf) {
	if p.PageNo() == 1 {
		p.SetFont(family, "B", textSize+2)
		p.MultiCell(0, lineHeight+1, shown(d.Hospital), "", "L", false)
		p.SetFont(family, "", textSize)
		p.MultiCell(0, lineHeight, shown(d.Department), "", "L", false)
		if d.Phone != "" {
			p.MultiCell(0, lineHeight, "Téléphone : "+shown(d.Phone), "", "L", false)
		}
	}
	p.Ln(1)
	p.SetFont(family, "", smallSize+1)
	p.MultiCell(0, lineHeight, shown(d.Patient), "B", "L", false)
	p.Ln(3)
}

func (d Document) foot(p *fpdf.Fpdf, pages int) {
	p.SetY(-bottom + 6)
	p.SetFont(family, "", smallSize)
	p.SetTextColor(70, 70, 70)
	p.CellFormat(0, 5, shown("Version "+strconv.Itoa(d.Number)+" : "+d.State), "T", 2, "L", false, 0, "")
	p.CellFormat(0, 4, "Empreinte SHA-256 du texte : "+d.Hash, "", 2, "L", false, 0, "")
	p.CellFormat(0, 4, "Page "+strconv.Itoa(p.PageNo())+" sur "+strconv.Itoa(pages), "", 0, "R", false, 0, "")
	p.SetTextColor(0, 0, 0)
}

func (b Block) print(p *fpdf.Fpdf, title bool) {
	switch b.Kind {
	case Heading:
		if title {
			p.SetFont(family, "B", textSize+3)
			p.MultiCell(0, lineHeight+2, shown(b.Text), "", "L", false)
			p.Ln(1)
			return
		}
		p.Ln(3)
		room(p, 3*lineHeight) // a heading does not end a page
		p.SetFont(family, "B", textSize)
		p.MultiCell(0, lineHeight, shown(b.Text), "", "L", false)
		p.Ln(0.8)
	case Item:
		p.SetFont(family, "B", textSize-1)
		label := shown(b.Label) + " :"
		p.Write(lineHeight, label+" ")
		p.SetFont(family, "", textSize-1)
		p.Write(lineHeight, shown(b.Text))
		p.Ln(lineHeight + 0.6)
	case Paragraphs:
		p.SetFont(family, "", textSize)
		for line := range strings.SplitSeq(b.Text, "\n") {
			if line == "" {
				p.Ln(lineHeight / 2)
				continue
			}
			p.MultiCell(width(p), lineHeight, shown(line), "", "L", false)
		}
	}
}

// room begins a new page when less than so much is left.
func room(p *fpdf.Fpdf, needed float64) {
	_, height := p.GetPageSize()
	if p.GetY()+needed > height-bottom {
		p.AddPage()
	}
}

// shown keeps to the plane of Unicode that the fonts know; what lies beyond is shown as a question mark.
func shown(text string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xFFFF {
			return '?'
		}
		return r
	}, text)
}
