package fault_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"teleconsult/server/fault"
)

func TestInvalid(t *testing.T) {
	t.Parallel()
	if err := fault.Invalid(); err != nil {
		t.Errorf("no violation is an error: %v", err)
	}
	err := fault.Invalid(
		fault.Violation{Field: "email", Code: "email_invalid", Message: "secret@exemple.fr n'est pas une adresse."},
		fault.Violation{Field: "mobile", Code: "mobile_invalid", Message: "Indiquez un mobile."},
	)
	if fault.KindOf(err) != fault.KindInvalid || fault.CodeOf(err) != "invalid_input" {
		t.Errorf("kind %d code %s", fault.KindOf(err), fault.CodeOf(err))
	}
	// For logs: every code, no sentence.
	if got := err.Error(); got != "invalid_input email:email_invalid mobile:mobile_invalid" {
		t.Errorf("%q", got)
	}
}

func TestKindAndCodeAreFoundInTheChain(t *testing.T) {
	t.Parallel()
	inner := fault.New(fault.KindGone, "link_expired", "Ce lien n'est plus valable.")
	outer := fault.New(fault.KindUnavailable, "unavailable", "Réessayez.").Because(inner)
	for name, test := range map[string]struct {
		err  error
		kind fault.Kind
		code string
	}{
		"nothing":           {nil, 0, ""},
		"another error":     {errors.New("disk full"), 0, ""},
		"a fault":           {inner, fault.KindGone, "link_expired"},
		"a wrapped fault":   {fmt.Errorf("open: %w", inner), fault.KindGone, "link_expired"},
		"a fault in two":    {errors.Join(errors.New("disk full"), inner), fault.KindGone, "link_expired"},
		"the outermost one": {fmt.Errorf("open: %w", outer), fault.KindUnavailable, "unavailable"},
	} {
		if kind, code := fault.KindOf(test.err), fault.CodeOf(test.err); kind != test.kind || code != test.code {
			t.Errorf("%s: kind %d code %q, want %d %q", name, kind, code, test.kind, test.code)
		}
	}
}

// The cause is for the logs; a fault that is kept in a variable never gets one.
func TestBecauseCopies(t *testing.T) {
	t.Parallel()
	kept := fault.New(fault.KindConflict, "already_ended", "La consultation est terminée.")
	cause := errors.New("row was gone")
	wrapped := kept.Because(cause)
	if !errors.Is(wrapped, cause) || errors.Is(kept, cause) || kept.Unwrap() != nil {
		t.Error("the cause is missing, or went into the original")
	}
	if got := wrapped.Error(); got != "already_ended: row was gone" || strings.Contains(got, kept.Detail) {
		t.Errorf("%q", got)
	}
	if wrapped.Detail != kept.Detail || wrapped.Kind != kept.Kind {
		t.Errorf("%+v", wrapped)
	}
}
