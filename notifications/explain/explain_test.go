package explain_test

import (
	"strings"
	"testing"

	"teleconsult/notifications/cause"
	"teleconsult/notifications/explain"
)

func TestCode(t *testing.T) {
	for code, want := range map[string]string{
		"":             "",
		"21610":        "STOP",
		"30003":        "éteint",
		"550 5.1.1":    "n’existe pas",
		"552 5.2.2":    "pleine",
		"550":          "refusé",
		"554 5.9.9":    "refusé",
		"451 4.7.0":    "nouvel essai",
		"63038":        "63038",
		"30036":        "plus utile",
		"20003":        "mot de passe",
		"21606":        "expéditeur",
		cause.NotTaken: "jamais reçu",
		cause.NoAnswer: "on ne sait pas",
	} {
		if got := explain.Code(code); !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%q: = %q", code, got)
		}
	}
}
