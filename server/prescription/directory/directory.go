// Package directory looks pharmacies up in the national directory of health professionals (Annuaire Santé), by its
// FHIR API. Nothing it answers is kept.
//
// Sources: domain.md §5; ANS, "API FHIR Annuaire Santé", version 2 (resource Organization, parameters, limits).
package directory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"teleconsult/notifications/mssante"
	"teleconsult/server/fault"
)

// Search is what a pharmacy is looked up by.
type Search struct {
	// PostalCode has five digits.
	PostalCode string
	// Name is a part of it, "" for all.
	Name string
}

// Pharmacy is an entry that has a mailbox in the MSSanté trust space.
type Pharmacy struct {
	Name       string `json:"name"`
	Street     string `json:"street,omitempty"`
	PostalCode string `json:"postalCode,omitempty"`
	City       string `json:"city,omitempty"`
	FINESS     string `json:"finess,omitempty"`
	// Addresses all end in .mssante.fr.
	Addresses []string `json:"addresses"`
}

// Client asks the directory. It is safe for concurrent use.
type Client struct {
	base *url.URL
	key  string
	http *http.Client
	turn *rate.Limiter
}

// The directory's limits: 17 calls a second from one application, 30 seconds for an answer, 50 entries a page.
const (
	perSecond = 16 // evenly spaced, so that no second sees 18
	timeout   = 30 * time.Second
	pageSize  = 50
	mostPages = 4
	maxAnswer = 4 << 20
	retries   = 2
	mostPause = 5 * time.Second
)

// New makes a client of the directory at an address such as https://gateway.api.esante.gouv.fr/fhir/v2. Without a key
// there is none: look-ups then say so.
func New(base, key string) (*Client, error) {
	if key == "" {
		return &Client{}, nil
	}
	u, err := url.Parse(strings.TrimRight(base, "/"))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("DIRECTORY_URL must be an https address")
	}
	return &Client{
		base: u, key: key, turn: rate.NewLimiter(perSecond, 1),
		http: &http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}, nil
}

// Configured tells whether there is a directory to ask.
func (c *Client) Configured() bool { return c.key != "" }

// Faults that people are told.
var (
	errNotConfigured = fault.New(fault.KindConflict, "directory_not_configured",
		"L’annuaire des pharmacies n’est pas configuré : saisissez l’adresse MSSanté que la pharmacie vous donne.")
	errUnreachable = fault.New(fault.KindUnavailable, "directory_unreachable",
		"L’annuaire des pharmacies ne répond pas : réessayez, ou saisissez l’adresse MSSanté que la pharmacie vous donne.")
	errRefused = fault.New(fault.KindUnavailable, "directory_refused",
		"L’annuaire des pharmacies refuse notre clé : prévenez l’informatique. En attendant, saisissez l’adresse MSSanté de la pharmacie.")
)

// sectors are the codes of pharmacies: their own, of a mutual society, of the miners' scheme, of home care.
var sectors = []string{"SA33", "SA38", "SA39", "SA65"}

const (
	sectorSystem = "https://mos.esante.gouv.fr/NOS/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite"
	finessSystem = "https://finess.esante.gouv.fr"
)

// Pharmacies returns the pharmacies that have a secure mailbox.
func (c *Client) Pharmacies(ctx context.Context, s Search) ([]Pharmacy, error) {
	if !c.Configured() {
		return nil, errNotConfigured
	}
	found := []Pharmacy{}
	next := c.base.String() + "/Organization?" + query(s)
	for range mostPages {
		page, err := c.page(ctx, next)
		if err != nil {
			return nil, err
		}
		for _, e := range page.Entry {
			if p, ok := e.Resource.pharmacy(); ok {
				found = append(found, p)
			}
		}
		if next = c.following(page); next == "" {
			break
		}
	}
	return found, nil
}

// query writes the parameters as the directory documents them.
func query(s Search) string {
	types := make([]string, 0, len(sectors))
	for _, code := range sectors {
		types = append(types, sectorSystem+"|"+code)
	}
	parts := []string{
		"type=" + url.QueryEscape(strings.Join(types, ",")), "address-postalcode=" + url.QueryEscape(s.PostalCode),
		"mailbox-mss:contains=" + url.QueryEscape("@"), "active=true", "_count=" + strconv.Itoa(pageSize),
	}
	if s.Name != "" {
		parts = append(parts, "name:contains="+url.QueryEscape(escaped(s.Name)))
	}
	return strings.Join(parts, "&")
}

// escaped keeps a name from being read as several, or as a code (FHIR R4, 3.1.1.4.14).
func escaped(name string) string {
	return strings.NewReplacer(`\`, `\\`, `,`, `\,`, `$`, `\$`, `|`, `\|`).Replace(name)
}

// bundle is the part of a FHIR Bundle of Organizations that counts here.
type bundle struct {
	Type  string `json:"resourceType"`
	Entry []struct {
		Resource organization `json:"resource"`
	} `json:"entry"`
	Link []struct {
		Relation string `json:"relation"`
		URL      string `json:"url"`
	} `json:"link"`
}

type organization struct {
	Type       string `json:"resourceType"`
	Active     *bool  `json:"active"`
	Name       string `json:"name"`
	Identifier []struct {
		System string `json:"system"`
		Value  string `json:"value"`
	} `json:"identifier"`
	Address []struct {
		Line       []string `json:"line"`
		PostalCode string   `json:"postalCode"`
		City       string   `json:"city"`
	} `json:"address"`
	Telecom []struct {
		System string `json:"system"`
		Value  string `json:"value"`
	} `json:"telecom"`
}

// pharmacy keeps an entry that can be written to securely: an address outside the trust space is a plain contact.
func (o organization) pharmacy() (Pharmacy, bool) {
	p := Pharmacy{Name: o.Name, Addresses: []string{}}
	for _, t := range o.Telecom {
		if address, err := mssante.Professional(t.Value); err == nil && t.System == "email" {
			p.Addresses = append(p.Addresses, address)
		}
	}
	for _, i := range o.Identifier {
		if i.System == finessSystem {
			p.FINESS = i.Value
		}
	}
	if len(o.Address) > 0 {
		a := o.Address[0]
		p.Street, p.PostalCode, p.City = strings.Join(a.Line, ", "), a.PostalCode, a.City
	}
	return p, o.Type == "Organization" && o.Name != "" && len(p.Addresses) > 0 && (o.Active == nil || *o.Active)
}

// following is the address of the next page; one that leads elsewhere would be handed our key.
func (c *Client) following(page bundle) string {
	for _, l := range page.Link {
		u, err := c.base.Parse(l.URL)
		if l.Relation == "next" && err == nil && u.Scheme == c.base.Scheme && u.Host == c.base.Host {
			return u.String()
		}
	}
	return ""
}

// page asks for one page, again where the directory asks to wait.
func (c *Client) page(ctx context.Context, address string) (bundle, error) {
	for try := 0; ; try++ {
		if err := c.turn.Wait(ctx); err != nil {
			return bundle{}, errUnreachable.Because(err)
		}
		page, pause, err := c.ask(ctx, address)
		if pause == 0 || try == retries {
			return page, err
		}
		select {
		case <-ctx.Done():
			return bundle{}, errUnreachable.Because(ctx.Err())
		case <-time.After(pause):
		}
	}
}

// ask makes one call; pause says that another, after it, may do better.
func (c *Client) ask(ctx context.Context, address string) (page bundle, pause time.Duration, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return page, 0, errUnreachable.Because(err)
	}
	request.Header.Set("ESANTE-API-KEY", c.key)
	request.Header.Set("Accept", "application/fhir+json")
	answer, err := c.http.Do(request)
	if err != nil {
		return page, 0, errUnreachable.Because(err)
	}
	defer func() { _ = answer.Body.Close() }()
	switch answer.StatusCode {
	case http.StatusOK:
	case http.StatusUnauthorized, http.StatusForbidden:
		return page, 0, errRefused.Because(fmt.Errorf("status %d", answer.StatusCode))
	case http.StatusTooManyRequests:
		return page, pauseOf(answer.Header.Get("Retry-After")), errUnreachable.Because(errors.New("too many requests"))
	default:
		return page, 0, errUnreachable.Because(fmt.Errorf("status %d", answer.StatusCode))
	}
	if err = json.NewDecoder(io.LimitReader(answer.Body, maxAnswer)).Decode(&page); err != nil {
		return page, 0, errUnreachable.Because(err)
	}
	if page.Type != "Bundle" {
		return page, 0, errUnreachable.Because(errors.New("the answer is no Bundle"))
	}
	return page, 0, nil
}

// pauseOf is how long the directory asks to wait, in whole seconds; one when it does not say.
func pauseOf(header string) time.Duration {
	seconds, err := strconv.Atoi(header)
	if err != nil || seconds < 1 {
		return time.Second
	}
	return min(time.Duration(seconds)*time.Second, mostPause)
}
