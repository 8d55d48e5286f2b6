package cell

import (
	"regexp"
	"slices"
	"strings"
)

var (
	languageUnknown     = doubtful("language_unknown", "Les messages existent en français et en anglais. Sans choix de votre part, ils sont envoyés en français.")
	modalityUnknown     = refused("modality_unknown", "Écrivez « vidéo » ou « téléphone ».")
	onSite              = refused("modality_on_site", "Ce rendez-vous a lieu sur place. Retirez cette ligne, ou écrivez « vidéo » ou « téléphone ».")
	reasonUnknown       = refused("telephone_reason_unknown", "Ce motif n’est pas connu. Choisissez le critère qui permet le téléphone.")
	toolUnknown         = refused("tool_unknown", "Cet outil n’est pas connu. Choisissez un outil de la liste.")
	toolUnclear         = doubtful("tool_unclear", "L’outil n’est pas précisé. Choisissez un outil de la liste.")
	toolIsTelephone     = refused("tool_is_telephone", "Le téléphone n’est pas un outil de vidéo. Écrivez « téléphone » dans la colonne de la modalité.")
	relationshipUnknown = refused("relationship_unknown", "Choisissez le lien avec le patient : parent, tuteur, curateur ou autre.")
)

// choice is a code and the beginnings of the words that mean it; a beginning that ends with a space is a whole word.
type choice struct {
	code       string
	beginnings []string
}

// means gives the codes of all choices that a text means, in the order of the list.
func means(list []choice, text string) []string {
	plain := " " + strings.Join(words(text), " ") + " "
	var codes []string
	for _, c := range list {
		if slices.ContainsFunc(c.beginnings, func(b string) bool { return strings.Contains(plain, " "+b) }) && !slices.Contains(codes, c.code) {
			codes = append(codes, c.code)
		}
	}
	return codes
}

// chosen gives the first choice that a text means, unknown when it means none.
func chosen(list []choice, text string, unknown *Note) (string, *Note) {
	if reading(text) == "" {
		return "", nil
	}
	if codes := means(list, text); len(codes) > 0 {
		return codes[0], nil
	}
	return "", unknown
}

var languages = []choice{
	{"fr", []string{"fr ", "fra ", "fre ", "francais", "french", "francophone"}},
	{"en", []string{"en ", "eng ", "ang ", "anglais", "english", "anglophone", "gb ", "uk "}},
}

// Language reads the language of the messages to a patient.
func Language(text string) (string, *Note) { return chosen(languages, text, languageUnknown) }

var modalities = []choice{
	{"video", []string{"video", "visio", "teleconsult", "tlc ", "tc ", "webcam", "camera", "en ligne", "online", "remote", "v "}},
	{"telephone", []string{"tel ", "telephon", "phone", "appel", "audio", "call ", "t "}},
}

var places = []choice{{"here", []string{"presentiel", "presence", "sur place", "physique", "cabinet", "on site", "in person"}}}

// Modality reads how practitioner and patient meet. What means both, or a meeting on the spot, is refused.
func Modality(text string) (string, *Note) {
	if reading(text) == "" {
		return "", nil
	}
	codes := means(modalities, text)
	switch {
	case len(codes) == 1:
		return codes[0], nil
	case len(codes) == 0 && len(means(tools, text)) > 0:
		return "video", nil
	case len(codes) == 0 && len(means(places, text)) > 0:
		return "", onSite
	}
	return "", modalityUnknown
}

// telephoneReasons has a fault of the equipment before the lack of it: "panne d'internet".
var telephoneReasons = []choice{
	{"covid", []string{"covid", "corona", "sars "}},
	{"technical-fallback", []string{"panne", "technique", "technical", "bug", "fallback", "echec", "coupure"}},
	{"age-70", []string{"70", "age ", "agee", "plus de 70", "septuag", "octog", "nonag"}},
	{"ald", []string{"ald ", "affection", "longue duree", "chronique"}},
	{"pregnancy", []string{"grossesse", "enceinte", "pregnan"}},
	{"no-broadband", []string{"internet", "haut debit", "debit", "broadband", "reseau", "connexion", "wifi", "adsl", "fibre", "zone blanche"}},
	{"no-terminal", []string{"appareil", "ordinateur", "smartphone", "tablette", "camera", "webcam", "terminal", "equip", "materiel", "device", "computer"}},
	{"other", []string{"autre", "other", "divers"}},
}

// inYears is an age of 70 or more.
var inYears = regexp.MustCompile(`(?:^|\D)(?:[789]\d|10\d) ?ans`)

// TelephoneReason reads the criterion that allows the telephone.
func TelephoneReason(text string) (string, *Note) {
	code, note := chosen(telephoneReasons, text, reasonUnknown)
	if note != nil && inYears.MatchString(reading(text)) {
		return "age-70", nil
	}
	return code, note
}

var tools = []choice{
	{"ortif", []string{"ortif"}},
	{"zoom", []string{"zoom"}},
	{"teams", []string{"teams", "msteams", "ms teams"}},
	{"webex", []string{"webex", "cisco"}},
	{"jitsi", []string{"jitsi", "meet jit si", "webconf"}},
	{"google_meet", []string{"google", "gmeet", "meet google", "hangout", "meet "}},
	{"bigbluebutton", []string{"bigbluebutton", "big blue", "bbb"}},
	{"doctolib", []string{"doctolib"}},
	{"doxy_me", []string{"doxy"}},
	{"lasuite_visio", []string{"lasuite", "la suite", "suite visio", "suite numerique", "visio numerique"}},
	{"other", []string{"autre", "other", "skype", "whatsapp", "facetime", "livestorm", "starleaf", "qare", "maiia", "lifesize", "signal ", "messenger"}},
}

// unnamed are words for a video tool that name none; La Suite's is called Visio, too.
var unnamed = []choice{{"video", []string{"visio", "video", "teleconsult", "lien", "en ligne"}}}

// Tool reads which tool the consultation uses, by its name or its link.
func Tool(text string) (string, *Note) {
	code, note := chosen(tools, text, toolUnknown)
	switch {
	case note == nil:
		return code, nil
	case len(means(unnamed, text)) > 0:
		return "", toolUnclear
	case slices.Equal(means(modalities, text), []string{"telephone"}):
		return "", toolIsTelephone
	}
	return "", note
}

// relationships has the grandparents and in-laws before the parents in their names.
var relationships = []choice{
	{"other", []string{
		"autre", "other", "grand", "beau", "belle", "famille", "family", "tante", "oncle", "frere", "soeur", "conjoint", "epou", "mari ", "femme ",
		"fils", "fille ", "ase ", "habilit", "mandataire", "mjpm", "aidant", "accueil",
	}},
	{"parent", []string{"parent", "mere", "pere", "maman", "papa", "mother", "father", "mum ", "mom ", "dad "}},
	{"guardian", []string{"tuteur", "tutrice", "tutelle", "guardian"}},
	{"curator", []string{"curat"}},
}

// Relationship reads what the legal representative is to the patient.
func Relationship(text string) (string, *Note) {
	return chosen(relationships, text, relationshipUnknown)
}
