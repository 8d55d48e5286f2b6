package mssante_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"teleconsult/notifications/mssante"
)

func TestProfessionalAddresses(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"parc@pharmacie.mssante.fr":                 "parc@pharmacie.mssante.fr",
		" Jean.DUPONT+rx@75.Medecin.MSSANTE.FR ":    "jean.dupont+rx@75.medecin.mssante.fr",
		"o'neil@officine-1.mssante.fr":              "o'neil@officine-1.mssante.fr",
		"teleconsultation@aphp.mssante.fr":          "teleconsultation@aphp.mssante.fr",
		"parc@mssante.fr":                           "",
		"parc@pharmacie.mssante.fr.evil.example":    "",
		"parc@evilmssante.fr":                       "",
		"parc@.mssante.fr":                          "",
		"parc@pharmacie..mssante.fr":                "",
		"parc@-pharmacie.mssante.fr":                "",
		"parc@pharmacie.mssante.fr@evil.example":    "",
		"parc@evil.example@pharmacie.mssante.fr":    "",
		"<parc@pharmacie.mssante.fr>":               "",
		"\"a b\"@pharmacie.mssante.fr":              "",
		"a b@pharmacie.mssante.fr":                  "",
		"parc@pharmacie.mssante.fr\r\nBcc: a@b.com": "",
		"@pharmacie.mssante.fr":                     "",
		"pharmacie.mssante.fr":                      "",
		"parc@pharmacie.mssante.fr,b@b.com":         "",
		"parc@pharmacié.mssante.fr":                 "",
		"parc@pharmacie.mѕsante.fr":                 "", // a Cyrillic letter
		".parc@pharmacie.mssante.fr":                "",
		strings.Repeat("a", 65) + "@p.mssante.fr":   "",
		"": "",
	} {
		got, err := mssante.Professional(raw)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q %v, want %q", raw, got, err, want)
		}
	}
	for _, patient := range []string{"279035121518989@patient.mssante.fr", "x@sub.patient.mssante.fr"} {
		if _, err := mssante.Professional(patient); !errors.Is(err, mssante.ErrPatient) {
			t.Errorf("%s as a professional: %v", patient, err)
		}
	}
}

func TestPatientAddresses(t *testing.T) {
	t.Parallel()
	if got, err := mssante.Patient("146026322000196"); err != nil || got != "146026322000196@patient.mssante.fr" {
		t.Errorf("%s %v", got, err)
	}
	for _, none := range []string{"", "14602632200019", "1460263220001960", "14602632200019x", "146026322000 96", "146026322000196@patient.mssante.fr"} {
		if got, err := mssante.Patient(none); err == nil {
			t.Errorf("%q: %s", none, got)
		}
	}
}

// Whatever is typed before or after, an address is taken only if it ends in the trust space and nothing else.
func TestOnlyTheTrustSpaceIsTaken(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.OneOf(
			rapid.StringMatching(`[a-zA-Z0-9.@+ -]{0,12}@[a-z.@-]{0,10}\.?mssante\.fr[a-z.@]{0,6}`),
			rapid.Custom(func(t *rapid.T) string {
				return rapid.String().Draw(t, "before") + "@x.mssante.fr" + rapid.SampledFrom([]string{"", " ", ".", "\n", "x", ".fr"}).Draw(t, "after")
			}),
		).Draw(t, "address")
		got, err := mssante.Address(raw)
		if err != nil {
			return
		}
		local, domain, _ := strings.Cut(got, "@")
		if !strings.HasSuffix(domain, ".mssante.fr") || strings.Contains(domain, "@") || local == "" || strings.ContainsAny(got, " \r\n\t<>\",;:()") {
			t.Errorf("%q is taken as %q", raw, got)
		}
		if again, err := mssante.Address(got); err != nil || again != got {
			t.Errorf("%q is taken, but not again: %q %v", got, again, err)
		}
	})
}

func FuzzAddress(f *testing.F) {
	for _, s := range []string{"parc@pharmacie.mssante.fr", "parc@pharmacie.mssante.fr.evil", "a@b@c.mssante.fr", "é@x.mssante.fr"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := mssante.Professional(raw)
		if err == nil && (!strings.HasSuffix(got, ".mssante.fr") || strings.Count(got, "@") != 1 || strings.HasSuffix(got, "@patient.mssante.fr")) {
			t.Errorf("%q is taken as %q", raw, got)
		}
	})
}

func TestSubject(t *testing.T) {
	t.Parallel()
	born := time.Date(1950, time.February, 3, 0, 0, 0, 0, time.UTC)
	if got := mssante.Subject("Document", "d’Été  le\nBon", "Zoé", born); got != "XDM/1.0/DDM+Document D’ÉTÉ LE BON Zoé 03/02/1950" {
		t.Errorf("%q", got)
	}
}
