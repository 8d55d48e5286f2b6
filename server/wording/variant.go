package wording

import (
	"encoding/json"
	"maps"
	"time"

	"teleconsult/server/department"
	"teleconsult/templates"
)

// Variant is one of the cases that a message is written for.
type Variant struct {
	Telephone, Moved, Representative bool
	// Cause is a cancellation's.
	Cause templates.Cause
}

// variants are all cases of a template.
func variants(name templates.Name) []Variant {
	causes := []templates.Cause{templates.CauseHospital}
	if name == templates.NameCancellation {
		causes = append(causes, templates.CausePatient, templates.CauseRefused)
	}
	var all []Variant
	for bits := range 8 {
		for _, cause := range causes {
			all = append(all, Variant{Telephone: bits&1 != 0, Moved: bits&2 != 0, Representative: bits&4 != 0, Cause: cause})
		}
	}
	return all
}

// exampleLink has the length of a real one.
const exampleLink = "https://teleconsult.aphp.fr/p/xxxxxxxxxxxxxxxx"

// content is the example in this case, with what is known of the department or the encounter in its place.
func (v Variant) content(k Key, known map[string]any, link string) (templates.Content, error) {
	params, err := v.params(k, known)
	if err != nil {
		return nil, err
	}
	return templates.Decode(k.Template, params, link)
}

// params are the parameters of the content, as a message keeps them.
func (v Variant) params(k Key, known map[string]any) ([]byte, error) {
	raw, err := json.Marshal(templates.Example(k.Template, k.Language, ""))
	if err != nil {
		return nil, err
	}
	fields := map[string]any{}
	if err = json.Unmarshal(raw, &fields); err != nil {
		return nil, err
	}
	fields["telephone"], fields["moved"], fields["representative"], fields["cause"] = v.Telephone, v.Moved, v.Representative, v.Cause
	maps.Copy(fields, known)
	return json.Marshal(fields)
}

// knownOf is what every message of a department says, about an example in a week, at half past two.
func knownOf(d department.Department, now time.Time) map[string]any {
	today := now.In(d.Zone)
	start := time.Date(today.Year(), today.Month(), today.Day()+7, 14, 30, 0, 0, d.Zone)
	return map[string]any{"hospital": d.Hospital, "phone": d.Phone, "zone": d.Zone.String(), "portalUrl": d.PortalURL, "start": start.UTC()}
}
