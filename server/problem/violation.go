package problem

import (
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2/validation"

	"teleconsult/server/fault"
)

// rule is one of huma's validation rules: its code and the sentence for the person. %s stands for the
// rule's own bound, never for anything submitted.
type rule struct {
	code     string
	sentence string
}

var rules = map[string]rule{
	"required":        {"required", "Cette information est nécessaire."},
	"unknown_field":   {"unknown_field", "Ce champ n’est pas connu."},
	"invalid_date":    {"invalid_date", "La date doit être de la forme AAAA-MM-JJ."},
	"invalid_time":    {"invalid_time", "La date et l’heure doivent être complètes, avec le fuseau."},
	"invalid_email":   {"invalid_email", "L’adresse e-mail n’est pas valable."},
	"invalid_id":      {"invalid_id", "Cet identifiant n’est pas valable."},
	"invalid_url":     {"invalid_url", "Cette adresse web n’est pas valable."},
	"invalid_format":  {"invalid_format", "Cette information n’a pas la forme attendue."},
	"invalid_type":    {"invalid_type", "Cette information n’est pas du type attendu."},
	"not_allowed":     {"not_allowed", "Cette valeur n’est pas dans la liste des choix possibles."},
	"too_small":       {"too_small", "La plus petite valeur possible est %s."},
	"too_big":         {"too_big", "La plus grande valeur possible est %s."},
	"too_short":       {"too_short", "Il faut au moins %s caractères."},
	"too_long":        {"too_long", "Il faut au plus %s caractères."},
	"too_few":         {"too_few", "Il faut au moins %s éléments."},
	"too_many":        {"too_many", "Il faut au plus %s éléments."},
	"duplicate":       {"duplicate", "Chaque élément ne doit figurer qu’une fois."},
	"malformed_json":  {"malformed_json", "Le corps de la requête n’est pas du JSON lisible."},
	"invalid_content": {"invalid_content", "Cette information n’est pas acceptée."},
}

// mark begins every message that nameRules sets, so that they cannot be mistaken for huma's own words.
const mark = "rule:"

// nameRules makes huma's validation speak in codes instead of English sentences, some of which repeat the
// value submitted. The verbs stay those of the originals because huma formats them itself.
func nameRules() {
	for target, code := range map[*string]string{
		&validation.MsgUnexpectedProperty:            "unknown_field",
		&validation.MsgExpectedRFC3339DateTime:       "invalid_time",
		&validation.MsgExpectedRFC1123DateTime:       "invalid_time",
		&validation.MsgExpectedRFC3339Date:           "invalid_date",
		&validation.MsgExpectedRFC3339Time:           "invalid_time",
		&validation.MsgExpectedRFC5322Email:          "invalid_email %.0v",
		&validation.MsgExpectedRFC5890Hostname:       "invalid_url",
		&validation.MsgExpectedRFC3986URI:            "invalid_url %.0v",
		&validation.MsgExpectedRFC4122UUID:           "invalid_id %.0v",
		&validation.MsgExpectedRegexp:                "invalid_format %.0v",
		&validation.MsgExpectedDuration:              "invalid_format %.0v",
		&validation.MsgExpectedBoolean:               "invalid_type",
		&validation.MsgExpectedNumber:                "invalid_type",
		&validation.MsgExpectedInteger:               "invalid_type",
		&validation.MsgExpectedString:                "invalid_type",
		&validation.MsgExpectedArray:                 "invalid_type",
		&validation.MsgExpectedObject:                "invalid_type",
		&validation.MsgExpectedBase64String:          "invalid_format",
		&validation.MsgExpectedArrayItemsUnique:      "duplicate",
		&validation.MsgExpectedOneOf:                 "not_allowed %.0s",
		&validation.MsgExpectedMinimumNumber:         "too_small %v",
		&validation.MsgExpectedMaximumNumber:         "too_big %v",
		&validation.MsgExpectedMinLength:             "too_short %d",
		&validation.MsgExpectedMaxLength:             "too_long %d",
		&validation.MsgExpectedBePattern:             "invalid_format %.0s",
		&validation.MsgExpectedMatchPattern:          "invalid_format %.0s",
		&validation.MsgExpectedMinItems:              "too_few %d",
		&validation.MsgExpectedMaxItems:              "too_many %d",
		&validation.MsgExpectedRequiredProperty:      "required %s",
		&validation.MsgExpectedMatchAtLeastOneSchema: "invalid_content",
		&validation.MsgExpectedMatchExactlyOneSchema: "invalid_content",
	} {
		*target = mark + code
	}
}

var requiredParameter = regexp.MustCompile(`^required \w+ parameter is missing$`)

// violation translates one of huma's error details: location is like "body.patient.birthDate".
func violation(location, message string) fault.Violation {
	field := fieldOf(location)
	said, marked := strings.CutPrefix(message, mark)
	code, argument, _ := strings.Cut(strings.TrimSpace(said), " ")
	switch {
	case marked && code == "required":
		field = join(field, argument)
	case marked:
	case requiredParameter.MatchString(message):
		code = "required"
	case location == "body":
		code = "malformed_json"
	case strings.HasPrefix(message, "invalid "): // huma's parsing of parameters
		code = "invalid_format"
	default:
		code = "invalid_content"
	}
	r, ok := rules[code]
	if !ok {
		r = rules["invalid_content"]
	}
	return fault.Violation{Field: field, Code: r.code, Message: strings.Replace(r.sentence, "%s", argument, 1)}
}

// fieldOf is the path inside the input: where it was (body, query, path, header) goes without saying.
func fieldOf(location string) string {
	for _, where := range []string{"body", "query", "path", "header", "form"} {
		if location == where {
			return ""
		}
		if rest, ok := strings.CutPrefix(location, where+"."); ok {
			location = rest
			break
		}
	}
	if !isPath.MatchString(location) { // an unknown field's name is the sender's text
		return ""
	}
	return location
}

var isPath = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.\[\]-]{0,79}$`)

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
