// Package problem turns errors into RFC 9457 problem documents. It is the one place where a kind of fault
// meets an HTTP status, and where an error without a meaning becomes a bare "internal": a problem shows
// nothing of what was submitted and nothing of the inside.
package problem

import (
	"errors"
	"net/http"

	"teleconsult/server/fault"
)

// ContentType is the media type of a problem.
const ContentType = "application/problem+json"

// Problem is the answer to a request that failed (RFC 9457), with a stable code and all violations at once.
type Problem struct {
	// Type is always "about:blank": the code says what the type would.
	Type string `json:"type" doc:"Toujours about:blank ; voir code." example:"about:blank"`
	// Title is the HTTP status in words.
	Title string `json:"title" example:"Unprocessable Entity"`
	// Status is the HTTP status.
	Status int `json:"status" example:"422"`
	// Code is stable and meant for programs.
	Code string `json:"code" example:"invalid_input"`
	// Detail is meant for the person, in French.
	Detail string `json:"detail" example:"Certaines informations sont à corriger."`
	// Violations are all broken rules of the input.
	Violations []fault.Violation `json:"violations,omitempty"`
	// RetryAfter is in seconds, as in the Retry-After header.
	RetryAfter int `json:"retryAfter,omitempty"`
}

// Error is the code; it makes a Problem an error for huma.
func (p *Problem) Error() string { return p.Code }

// GetStatus is the HTTP status; huma asks for it.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType turns JSON into problem JSON; huma asks for it.
func (p *Problem) ContentType(string) string { return ContentType }

// From gives the HTTP status and the problem of an error. An error without a fault in its chain is a 500
// that shows nothing; the caller logs it.
func From(err error) (int, Problem) {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		if p, ok := errors.AsType[*Problem](err); ok {
			return p.Status, *p
		}
		return http.StatusInternalServerError, plain(http.StatusInternalServerError)
	}
	status := statusOf(f.Kind)
	if status == http.StatusInternalServerError {
		return status, plain(status)
	}
	return status, Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status,
		Code: f.Code, Detail: f.Detail, Violations: f.Violations, RetryAfter: f.RetryAfter,
	}
}

func statusOf(k fault.Kind) int {
	switch k {
	case fault.KindInvalid, fault.KindUnprocessable:
		return http.StatusUnprocessableEntity
	case fault.KindTooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.KindUnauthenticated:
		return http.StatusUnauthorized
	case fault.KindForbidden:
		return http.StatusForbidden
	case fault.KindNotFound:
		return http.StatusNotFound
	case fault.KindConflict:
		return http.StatusConflict
	case fault.KindStale:
		return http.StatusPreconditionFailed
	case fault.KindPrecondition:
		return http.StatusPreconditionRequired
	case fault.KindRateLimited:
		return http.StatusTooManyRequests
	case fault.KindGone:
		return http.StatusGone
	case fault.KindUnavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// plain is the problem of a status that the HTTP layer itself gives, without a fault behind it.
func plain(status int) Problem {
	p := Problem{Type: "about:blank", Title: http.StatusText(status), Status: status}
	switch status {
	case http.StatusBadRequest:
		p.Code, p.Detail = "malformed_request", "La requête n’est pas lisible."
	case http.StatusUnauthorized:
		p.Code, p.Detail = "unauthenticated", "Connectez-vous pour continuer."
	case http.StatusForbidden:
		p.Code, p.Detail = "forbidden", "Vous n’avez pas le droit de faire cela."
	case http.StatusNotFound:
		p.Code, p.Detail = "not_found", "Cet élément n’existe pas ou n’est pas accessible."
	case http.StatusMethodNotAllowed:
		p.Code, p.Detail = "method_not_allowed", "Cette adresse n’accepte pas cette action."
	case http.StatusNotAcceptable:
		p.Code, p.Detail = "not_acceptable", "La réponse ne peut pas être donnée sous cette forme."
	case http.StatusRequestTimeout:
		p.Code, p.Detail = "request_timeout", "La requête a mis trop de temps à arriver."
	case http.StatusRequestEntityTooLarge:
		p.Code, p.Detail = "too_large", "L’envoi est trop volumineux."
	case http.StatusUnsupportedMediaType:
		p.Code, p.Detail = "unsupported_media_type", "Le corps de la requête doit être du JSON (application/json)."
	case http.StatusUnprocessableEntity:
		p.Code, p.Detail = "invalid_input", "Certaines informations sont à corriger."
	case http.StatusRequestHeaderFieldsTooLarge:
		p.Code, p.Detail = "headers_too_large", "Les en-têtes de la requête sont trop volumineux."
	default:
		if status < http.StatusInternalServerError {
			p.Code, p.Detail = "malformed_request", "La requête n’est pas acceptée."
			break
		}
		p.Code, p.Detail = "internal", "Une erreur inattendue s’est produite. L’équipe technique peut la retrouver par le numéro de la requête."
	}
	return p
}
