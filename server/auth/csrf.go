package auth

import (
	"net/url"

	"teleconsult/server/fault"
)

// CSRFHeader must be on every request to the API that changes something, with the value CSRFValue: a page
// of another site cannot send it without asking first (CORS), and nobody answers that question.
const (
	CSRFHeader = "X-Requested-With"
	CSRFValue  = "teleconsult"
)

var (
	errHeader    = fault.New(fault.KindForbidden, "csrf_header_missing", "La requête doit porter l’en-tête X-Requested-With: teleconsult.")
	errCrossSite = fault.New(fault.KindForbidden, "cross_site_request", "Cette action ne peut pas être demandée depuis un autre site.")
)

// Site is what a request's headers say about the page it was made from.
type Site struct {
	// Fetch is the Sec-Fetch-Site header: same-origin, same-site, cross-site, none.
	Fetch string
	// Origin is the Origin header.
	Origin string
	// Host is the host that the request itself names.
	Host string
}

// CheckSite refuses a changing request that a browser says comes from a page of another site. Requests
// without these headers come from programs or old browsers and pass.
//
// A form on a page with Referrer-Policy no-referrer sends "Origin: null" even to its own site (Fetch
// standard, "append a request Origin header"); Sec-Fetch-Site still tells the truth there.
func CheckSite(from Site, publicURL string) error {
	switch from.Fetch {
	case "same-origin", "none":
		return nil
	case "":
	default:
		return errCrossSite
	}
	if from.Origin == "" || from.Origin == publicURL {
		return nil
	}
	u, err := url.Parse(from.Origin)
	if err != nil || u.Host == "" || u.Host != from.Host {
		return errCrossSite
	}
	return nil
}

// CheckHeader refuses a changing request to the API whose CSRFHeader does not hold CSRFValue.
func CheckHeader(value string) error {
	if value != CSRFValue {
		return errHeader
	}
	return nil
}
