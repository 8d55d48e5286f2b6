// Package fault holds the only error that carries a meaning from one package to another.
// A fault names what went wrong with a stable code; how it is shown (an RFC 9457 problem,
// a patient page) is decided where the request is answered.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what sort of failure this is, independent of any protocol.
type Kind int

// The kinds, from which one HTTP status follows each (package problem).
const (
	KindInvalid         Kind = iota + 1 // the input breaks a rule; Violations say which fields
	KindUnprocessable                   // the input is not of a readable form at all
	KindTooLarge                        // the input is over a size limit
	KindUnauthenticated                 // nobody is signed in
	KindForbidden                       // signed in, but not allowed
	KindNotFound                        // absent, or outside the caller's departments
	KindConflict                        // the state does not allow this now
	KindStale                           // somebody else changed it first
	KindPrecondition                    // a required precondition (If-Match, consent) is missing
	KindRateLimited                     // too many tries
	KindGone                            // expired or revoked
	KindUnavailable                     // a part we need does not answer; trying again may help
)

// Violation is one broken rule of one input field.
type Violation struct {
	// Field is the JSON path of the input, such as "patient.birthDate".
	Field string `json:"field"`
	// Code is stable and meant for programs.
	Code string `json:"code"`
	// Message is meant for the person who typed, in French.
	Message string `json:"message"`
}

// Error is a failure with a meaning. Detail is shown to users and never contains submitted values.
type Error struct {
	Kind       Kind
	Code       string
	Detail     string
	Violations []Violation
	// RetryAfter, in seconds, is set for KindRateLimited and KindUnavailable when it is known.
	RetryAfter int
	cause      error
}

// Error gives the code and the cause; it is meant for logs, so it leaves the detail out.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Code)
	for _, v := range e.Violations {
		fmt.Fprintf(&b, " %s:%s", v.Field, v.Code)
	}
	if e.cause != nil {
		b.WriteString(": ")
		b.WriteString(e.cause.Error())
	}
	return b.String()
}

// Unwrap gives the cause, if there is one.
func (e *Error) Unwrap() error { return e.cause }

// New makes a fault.
func New(kind Kind, code, detail string) *Error {
	return &Error{Kind: kind, Code: code, Detail: detail}
}

// Invalid makes a KindInvalid fault out of all violations found, or nil when there is none.
// It returns the error interface so that "no violation" is a true nil.
func Invalid(violations ...Violation) error {
	if len(violations) == 0 {
		return nil
	}
	return &Error{
		Kind: KindInvalid, Code: "invalid_input",
		Detail:     "Certaines informations sont à corriger.",
		Violations: violations,
	}
}

// Because returns a copy of e that wraps cause, for the logs.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// KindOf returns the kind of the first fault in err's chain, or 0 when there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return 0
}

// CodeOf returns the code of the first fault in err's chain, or "" when there is none.
func CodeOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}
