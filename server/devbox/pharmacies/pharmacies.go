// Package pharmacies is a small directory that speaks the FHIR API of the Annuaire Santé, and insists on what its
// documentation asks for. It exists for the embedded default and for tests, and knows three pharmacies of nowhere.
//
// Source: domain.md §5.
package pharmacies

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Key opens the directory.
const Key = "devbox-directory-key"

// Entry is an organisation of the directory.
type Entry struct {
	Name, Sector, Street, PostalCode, City, FINESS string
	// Mailboxes are its e-mail addresses, secure or not.
	Mailboxes []string
	Inactive  bool
}

// Demo are the pharmacies that the embedded default shows; their addresses are those of the simulated operator.
func Demo() []Entry {
	return []Entry{
		{
			Name: "PHARMACIE DU PARC", Sector: "SA33", Street: "3 RUE DE L'EXEMPLE", PostalCode: "75013", City: "PARIS", FINESS: "750000010",
			Mailboxes: []string{"parc@pharmacie.mssante.fr", "contact@pharmacie-du-parc.example"},
		},
		{
			Name: "PHARMACIE DE LA GARE", Sector: "SA33", Street: "12 PLACE DE LA GARE", PostalCode: "75013", City: "PARIS", FINESS: "750000028",
			Mailboxes: []string{"gare@pharmacie.mssante.fr"},
		},
		{
			Name: "PHARMACIE MUTUALISTE (logiciel en panne)", Sector: "SA38", Street: "1 BOULEVARD DU TEST", PostalCode: "75014", City: "PARIS", FINESS: "750000036",
			Mailboxes: []string{"ko@pharmacie.mssante.fr"},
		},
	}
}

// Directory answers as the Annuaire Santé does. Its zero value is empty.
type Directory struct {
	Entries []Entry
	// Now is the clock.
	Now func() time.Time

	mu    sync.Mutex
	calls []time.Time
}

const (
	perSecond   = 17
	mostPerPage = 50
	sectors     = "https://mos.esante.gouv.fr/NOS/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite"
	finess      = "https://finess.esante.gouv.fr"
	prefix      = "/fhir/v2"
)

// known are the parameters of a search among organisations.
var known = []string{
	"_id", "_lastUpdated", "_count", "_page", "active", "address", "address-city", "address-postalcode", "data-information-system", "identifier",
	"identifier-type", "mailbox-mss", "mailbox-mss:contains", "name", "name:contains", "partof", "pharmacy-licence", "type",
}

// ServeHTTP implements http.Handler.
func (d *Directory) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var q url.Values
	switch {
	case r.Header.Get("ESANTE-API-KEY") != Key:
		refuse(w, http.StatusUnauthorized, "the key is missing or wrong")
		return
	case d.tooMany():
		w.Header().Set("Retry-After", "1")
		refuse(w, http.StatusTooManyRequests, "more than 17 calls a second")
		return
	case r.Method == http.MethodGet && r.URL.Path == prefix+"/Organization":
		q = r.URL.Query()
	case r.Method == http.MethodPost && r.URL.Path == prefix+"/Organization/_search":
		if r.ParseForm() != nil {
			refuse(w, http.StatusBadRequest, "the form cannot be read")
			return
		}
		q = r.PostForm
	default:
		refuse(w, http.StatusNotFound, "no such resource")
		return
	}
	if wrong := check(q); wrong != "" {
		refuse(w, http.StatusBadRequest, wrong)
		return
	}
	d.answer(w, r, q)
}

// tooMany counts the calls of the last second.
func (d *Directory) tooMany() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.Now()
	d.calls = slices.DeleteFunc(d.calls, func(at time.Time) bool { return now.Sub(at) >= time.Second })
	if len(d.calls) >= perSecond {
		return true
	}
	d.calls = append(d.calls, now)
	return false
}

func check(q url.Values) string {
	for name, values := range q {
		if !slices.Contains(known, name) {
			return "unknown parameter " + name
		}
		if len(values) != 1 || values[0] == "" {
			return "empty or repeated parameter " + name
		}
	}
	for one := range strings.SplitSeq(q.Get("type"), ",") {
		if system, code, ok := strings.Cut(one, "|"); one != "" && (!ok || system != sectors || code == "") {
			return "type is no token of TRE_R02"
		}
	}
	if n, err := strconv.Atoi(q.Get("_count")); q.Has("_count") && (err != nil || n < 1 || n > mostPerPage) {
		return "_count is 1 to 50"
	}
	return ""
}

func (e Entry) matches(q url.Values) bool {
	types := strings.Split(q.Get("type"), ",")
	name, part := strings.ToLower(e.Name), strings.ToLower(strings.NewReplacer(`\,`, ",", `\|`, "|", `\$`, "$", `\\`, `\`).Replace(q.Get("name:contains")))
	boxes := strings.Join(e.Mailboxes, " ")
	return (!q.Has("type") || slices.Contains(types, sectors+"|"+e.Sector)) &&
		strings.HasPrefix(e.PostalCode, q.Get("address-postalcode")) && strings.Contains(name, part) &&
		strings.Contains(boxes, q.Get("mailbox-mss:contains")) && (q.Get("active") != "true" || !e.Inactive)
}

type coded map[string]any

func (d *Directory) answer(w http.ResponseWriter, r *http.Request, q url.Values) {
	count, err := strconv.Atoi(q.Get("_count"))
	if err != nil {
		count = mostPerPage
	}
	page, err := strconv.Atoi(q.Get("_page"))
	if err != nil {
		page = 0
	}
	var found []any
	for _, e := range d.Entries {
		if e.matches(q) {
			found = append(found, coded{"resource": e.resource()})
		}
	}
	from, to := min(page*count, len(found)), min((page+1)*count, len(found))
	bundle := coded{"resourceType": "Bundle", "type": "searchset", "total": len(found), "entry": found[from:to]}
	if to < len(found) {
		next := url.Values{}
		for name, values := range q {
			next[name] = values
		}
		next.Set("_page", strconv.Itoa(page+1))
		bundle["link"] = []any{coded{"relation": "next", "url": "http://" + r.Host + prefix + "/Organization?" + next.Encode()}}
	}
	w.Header().Set("Content-Type", "application/fhir+json")
	_ = json.NewEncoder(w).Encode(bundle) // a client that left is told nothing
}

func (e Entry) resource() coded {
	telecom := []any{coded{"system": "phone", "value": "0100000000"}}
	for _, box := range e.Mailboxes {
		telecom = append(telecom, coded{"system": "email", "value": box})
	}
	return coded{
		"resourceType": "Organization", "active": !e.Inactive, "name": e.Name, "telecom": telecom,
		"identifier": []any{coded{"system": finess, "value": e.FINESS}},
		"type":       []any{coded{"coding": []any{coded{"system": sectors, "code": e.Sector}}}},
		"address":    []any{coded{"line": []string{e.Street}, "postalCode": e.PostalCode, "city": e.City}},
	}
}

func refuse(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Content-Type", "application/fhir+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(coded{ // a client that left is told nothing
		"resourceType": "OperationOutcome", "issue": []any{coded{"severity": "error", "code": "invalid", "diagnostics": why}},
	})
}
