package templates

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"teleconsult/templates/markup"
)

// The placeholders. Their names are French in every language: those who write wordings read French.
const (
	phDate        = "date"
	phTime        = "heure"
	phDuration    = "durée"
	phModality    = "modalité"
	phCard        = "encadré"
	phAppointment = "votre rendez-vous"
	phLate        = "retard"
	phLink        = "lien"
	phPortal      = "portail"
	phUntil       = "échéance"
	phPassword    = "mot de passe"
	phPhone       = "téléphone"
	phHospital    = "hôpital"
)

// The marks of a line.
const (
	markVideo          = "vidéo"
	markTelephone      = "téléphone"
	markNew            = "nouveau"
	markMoved          = "déplacé"
	markPatient        = "patient"
	markRepresentative = "représentant"
	markHospital       = "hôpital"
	markAsked          = "demande"
	markRefused        = "refus"
	markSecure         = "sécurisé"
	markProtected      = "protégé"
)

// facts are the parameters of any template.
type facts struct {
	sender      Sender
	appointment *Appointment
	// link or portal is an address, "" where the template has none.
	link, portal string
	late         int
	// until and zone are the last day of a document.
	until    time.Time
	zone     string
	password string
	// document: one goes with it, secure without a password. professional: the reader is nobody whose care is being arranged.
	document, secure, professional bool
	cause                          Cause
}

// filled are the values of a message's placeholders, and the marks that hold.
type filled struct {
	kind   Kind
	brand  string
	values map[string]markup.Value
	marks  []string
	moved  bool
}

func fill(k Kind, f facts) (filled, error) {
	phone, whose := markup.Line(f.sender.Phone), speechOf(k.Language).yours
	if f.sender.Representative {
		whose = speechOf(k.Language).theirs
	}
	out := filled{kind: k, brand: markup.Line(f.sender.Brand), marks: []string{markPatient}, values: map[string]markup.Value{
		phPhone: {Text: phone, Tel: phoneLink(phone)}, phHospital: {Text: markup.Line(f.sender.Hospital)},
		phLink: address(f.link), phPortal: address(f.portal), phAppointment: {Text: whose},
		phPassword: {Text: f.password},
	}}
	if f.sender.Representative {
		out.marks[0] = markRepresentative
	}
	if f.professional {
		out.marks = nil
	}
	if f.document {
		out.marks = append(out.marks, map[bool]string{true: markSecure, false: markProtected}[f.secure])
	}
	if f.appointment != nil {
		if err := out.addAppointment(*f.appointment); err != nil {
			return out, err
		}
		out.moved = f.appointment.Moved
	}
	if err := out.addDocument(f); err != nil {
		return out, err
	}
	if f.late > 0 {
		out.values[phLate] = markup.Value{Text: speechOf(k.Language).duration(f.late)}
	}
	if k.Name == NameCancellation {
		out.marks = append(out.marks, map[Cause]string{CauseHospital: markHospital, CausePatient: markAsked, CauseRefused: markRefused}[f.cause])
	}
	return out, nil
}

// address is a link that shows where it leads.
func address(url string) markup.Value {
	url = strings.ReplaceAll(markup.Line(url), " ", "%20")
	return markup.Value{Text: url, URL: url}
}

// addDocument fills in what is said of a document that is kept for a while.
func (f *filled) addDocument(about facts) (err error) {
	if about.password != "" {
		f.values[phPassword] = markup.Value{Text: markup.Line(about.password)}
	}
	if about.until.IsZero() {
		return nil
	}
	words := speechOf(f.kind.Language)
	day := words.day
	if f.kind.SMS {
		day = words.shortDay
	}
	text, err := day(about.until, about.zone)
	f.values[phUntil] = markup.Value{Text: text}
	return err
}

func (f *filled) addAppointment(a Appointment) error {
	words := speechOf(f.kind.Language)
	day, err := words.day(a.Start, a.Zone)
	if err != nil {
		return err
	}
	clock, err := words.clock(a.Start, a.Zone)
	if err != nil {
		return err
	}
	if f.kind.SMS {
		if day, err = words.shortDay(a.Start, a.Zone); err != nil {
			return err
		}
		if clock, err = words.shortClock(a.Start, a.Zone); err != nil {
			return err
		}
	}
	by, how := words.video, words.byVideo
	f.marks = append(f.marks, markVideo)
	if a.Telephone {
		by, how = words.telephone, words.byTelephone
		f.marks[len(f.marks)-1] = markTelephone
	}
	if a.Moved {
		f.marks = append(f.marks, markMoved)
	} else {
		f.marks = append(f.marks, markNew)
	}
	length := words.duration(a.Minutes)
	f.values[phDate], f.values[phTime] = markup.Value{Text: day}, markup.Value{Text: clock}
	f.values[phDuration], f.values[phModality] = markup.Value{Text: length}, markup.Value{Text: by}
	f.values[phCard] = markup.Value{Text: day + words.at + clock, Card: [][]markup.Span{
		{{Text: day, Strong: true}},
		{{Text: clock, Strong: true}, {Text: " (" + words.zone(a.Zone) + ")"}},
		{{Text: how + words.planned + length}},
	}}
	return nil
}

// label says what stands on a button whose line does not say it.
func (f filled) label(text string) {
	for _, name := range []string{phLink, phPortal} {
		v := f.values[name]
		v.Label = text
		f.values[name] = v
	}
}

func (f filled) oneLine(t markup.Text) string { return t.OneLine(f.values, f.marks...) }

func (f filled) blocks(t markup.Text) []markup.Block { return t.Fill(f.values, f.marks...) }

// announces tells whether the message is the one that tells a new time.
func (f filled) announces() bool {
	return f.moved && (f.kind.Name == NameNotice || f.kind.Name == NameInvitation)
}

// unsaidMove tells whether a new time must be told because the words do not speak of it.
func (f filled) unsaidMove(t markup.Text) bool { return f.announces() && !t.Marked(markMoved) }

func (f filled) movedBody(t markup.Text) []markup.Block {
	blocks := f.blocks(t)
	if !f.unsaidMove(t) {
		return blocks
	}
	said, _ := f.kind.parse(frames[f.kind.Language].movedBody)
	after := 0
	if len(blocks) > 1 && blocks[0].Greets() {
		after = 1
	}
	return slices.Concat(blocks[:after], f.blocks(said), blocks[after:])
}

func (f filled) movedSubject(subject string) string {
	if !f.announces() {
		return subject
	}
	first, size := utf8.DecodeRuneInString(subject)
	if second, _ := utf8.DecodeRuneInString(subject[size:]); unicode.IsUpper(first) && unicode.IsLower(second) {
		subject = string(unicode.ToLower(first)) + subject[size:]
	}
	return frames[f.kind.Language].movedSubject + subject
}
