package templates

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"teleconsult/templates/markup"
)

// NameDigest is what a member of staff is told at the end of the day, see Digest; it is not one of Names.
const NameDigest Name = "day-digest"

// Digest says how many steps wait for a member of staff, never of whom.
type Digest struct {
	// Hospital stands at the head, Department is the code of the department, which says no speciality.
	Hospital   string `json:"hospital"`
	Department string `json:"department"`
	// Overdue says that the reader is told of what others left undone for more than Days.
	Overdue bool `json:"overdue,omitempty"`
	Days    int  `json:"days,omitempty"`
	// Steps are in the order of the chain.
	Steps []DigestStep `json:"steps"`
	// Link is the address of the worklist; it opens nothing without signing in.
	Link string `json:"link"`
}

// DigestStep is how many consultations wait for one step of the chain, named by its code.
type DigestStep struct {
	Step  string `json:"step"`
	Count int    `json:"count"`
}

// Name implements Content.
func (Digest) Name() Name { return NameDigest }

func (c Digest) withLink(string) Content { return c }

func (c Digest) facts() facts { return facts{} }

// digestSteps are the steps in words, one and many.
var digestSteps = map[string]map[string][2]string{
	"fr": {
		"appointment": {"rendez-vous à planifier", "rendez-vous à planifier"}, "information": {"information à donner", "informations à donner"},
		"consent": {"accord à recueillir", "accords à recueillir"}, "portal": {"compte du portail à demander", "comptes du portail à demander"},
		"link": {"lien à préparer", "liens à préparer"}, "invitation": {"invitation à faire parvenir", "invitations à faire parvenir"},
		"held": {"rendez-vous à terminer ou à annuler", "rendez-vous à terminer ou à annuler"}, "prescription": {"document à remettre", "documents à remettre"},
		"record": {"compte rendu à verser", "comptes rendus à verser"}, "coding": {"acte à coder", "actes à coder"},
	},
	"en": {
		"appointment": {"appointment to plan", "appointments to plan"}, "information": {"person to inform", "people to inform"},
		"consent": {"agreement to ask for", "agreements to ask for"}, "portal": {"portal account to ask for", "portal accounts to ask for"},
		"link": {"link to prepare", "links to prepare"}, "invitation": {"invitation to get through", "invitations to get through"},
		"held": {"appointment to finish or to cancel", "appointments to finish or to cancel"}, "prescription": {"document to deliver", "documents to deliver"},
		"record": {"note to put into the record", "notes to put into the record"}, "coding": {"act to code", "acts to code"},
	},
}

func (c Digest) total() int {
	n := 0
	for _, s := range c.Steps {
		n += s.Count
	}
	return n
}

// title is "3 actes à compléter", in the reader's language.
func (c Digest) title(language string) string {
	n := c.total()
	one := n == 1
	switch {
	case language == "en" && c.Overdue:
		return strconv.Itoa(n) + pick(one, " step is ", " steps are ") + "overdue in " + c.Department
	case language == "en":
		return strconv.Itoa(n) + pick(one, " act", " acts") + " to complete"
	case c.Overdue:
		return strconv.Itoa(n) + pick(one, " étape en retard", " étapes en retard") + " dans " + c.Department
	}
	return strconv.Itoa(n) + pick(one, " acte à compléter", " actes à compléter")
}

func (c Digest) intro(language string) string {
	switch {
	case language == "en" && c.Overdue:
		return fmt.Sprintf("In %s these have been waiting for more than %d days:", c.Department, c.Days)
	case language == "en":
		return fmt.Sprintf("At the end of this day, in %s:", c.Department)
	case c.Overdue:
		return fmt.Sprintf("Dans %s, ceci attend depuis plus de %d jours :", c.Department, c.Days)
	}
	return fmt.Sprintf("À la fin de cette journée, dans %s :", c.Department)
}

func (c Digest) blocks(language string) ([]markup.Block, error) {
	var items [][]markup.Span
	for _, s := range c.Steps {
		words, known := digestSteps[language][s.Step]
		if !known || s.Count < 1 {
			return nil, fmt.Errorf("no words for %d of step %q", s.Count, s.Step)
		}
		items = append(items, []markup.Span{{Text: strconv.Itoa(s.Count) + " " + pick(s.Count == 1, words[0], words[1])}})
	}
	if len(items) == 0 {
		return nil, fmt.Errorf("%s without a step", c.Name())
	}
	return []markup.Block{
		{Kind: markup.Paragraph, Lines: [][]markup.Span{{{Text: c.intro(language)}}}},
		{Kind: markup.List, Lines: items},
		{Kind: markup.Button, Label: pick(language == "en", "See what is missing", "Voir ce qui manque"), URL: c.Link},
	}, nil
}

func (c Digest) email(language string) (Mail, error) {
	body, err := c.blocks(language)
	if err != nil {
		return Mail{}, err
	}
	why := pick(language == "en",
		"The hospital's teleconsultation software sends this at the end of the day while something waits for you. It never names a patient.",
		"Le logiciel de téléconsultation de l’hôpital envoie ce message en fin de journée tant que quelque chose vous attend. Il ne nomme jamais un patient.")
	foot := []markup.Block{{Kind: markup.Paragraph, Lines: [][]markup.Span{{{Text: why}}}}}
	page := mailPage{Subject: c.title(language), Title: c.title(language), Preheader: c.intro(language), Hospital: markup.Line(c.Hospital)}
	page.Body, page.Foot = bodyHTML(body, frames[language].copyThis), footHTML(foot)
	var html bytes.Buffer
	if err = layouts[language].Execute(&html, page); err != nil {
		return Mail{}, fmt.Errorf("html of %s.%s: %w", c.Name(), language, err)
	}
	colon := frames[language].colon
	text := page.Title + "\n\n" + markup.Plain(body, colon) + "\n\n--\n" + markup.Plain(foot, colon) + "\n"
	return Mail{Subject: page.Subject, Text: text, HTML: html.String()}, nil
}

// sms is refused: what waits is read on a screen.
func (c Digest) sms(language string) (string, error) {
	return "", fmt.Errorf("no template %s.%s", c.Name(), language)
}

// decodeDigest is decode without a link to put in: the address is no secret.
func decodeDigest(params []byte) (Digest, error) {
	var c Digest
	if err := json.Unmarshal(params, &c); err != nil {
		return Digest{}, fmt.Errorf("parameters of %s: %w", NameDigest, err)
	}
	return c, nil
}

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}
