package cell

import "testing"

type textCase struct{ text, want, note string }

func checkTexts(t *testing.T, name string, read func(string) (string, *Note), cases []textCase) {
	t.Helper()
	for _, c := range cases {
		got, note := read(c.text)
		if got != c.want {
			t.Errorf("%s(%q) = %q, want %q", name, c.text, got, c.want)
		}
		checkNote(t, c.text, note, c.note)
	}
}

func TestMobile(t *testing.T) {
	t.Parallel()
	checkTexts(t, "Mobile", Mobile, []textCase{
		{"", "", ""},
		{"néant", "", ""},
		{"-", "", ""},
		{"0639980112", "+33639980112", ""},
		{"06 39 98 01 12", "+33639980112", ""},
		{"06.39.98.01.12", "+33639980112", ""},
		{"06-39-98-01-12", "+33639980112", ""},
		{"06 - 39 - 98 - 01 - 12", "+33639980112", ""},
		{"06/39/98/01/12", "+33639980112", ""},
		{"06,39,98,01,12", "+33639980112", ""},
		{"06\u00a039\u202f98\u00a001\u00a012", "+33639980112", ""},
		{"\u202a06 39 98 01 12\u202c", "+33639980112", ""},
		{"０６３９９８０１１２", "+33639980112", ""},
		{"'0639980112", "+33639980112", ""},
		{"=\"0639980112\"", "+33639980112", ""},
		{"tel:+33639980112", "+33639980112", ""},
		{"+33639980112", "+33639980112", ""},
		{"+33 6 39 98 01 12", "+33639980112", ""},
		{"+33 (0)6 39 98 01 12", "+33639980112", ""},
		{"+33 0639980112", "+33639980112", ""},
		{"0033639980112", "+33639980112", ""},
		{"0033 (0) 6 39 98 01 12", "+33639980112", ""},
		{"33639980112", "+33639980112", "w:mobile_plus_restored"},
		{"33 6 39 98 01 12", "+33639980112", "w:mobile_plus_restored"},
		{"639980112", "+33639980112", "w:mobile_zero_restored"},
		{"6 39 98 01 12", "+33639980112", "w:mobile_zero_restored"},
		{"639980112.0", "+33639980112", "w:mobile_zero_restored"},
		{"739980112", "+33739980112", "w:mobile_zero_restored"},
		{"6.4E+08", "", "e:mobile_mangled"},
		{"6,4E+08", "", "e:mobile_mangled"},
		{"6.3998E+08", "", "e:mobile_mangled"},
		{"3,36399E+10", "", "e:mobile_mangled"},
		{"6E+08", "", "e:mobile_mangled"},
		{"6.39980112E+08", "+33639980112", "w:mobile_zero_restored"},
		{"6,39980112E8", "+33639980112", "w:mobile_zero_restored"},
		{"3.3639980112E+10", "+33639980112", "w:mobile_plus_restored"},
		{"06 39 98 01 12 / 01 40 00 00 00", "+33639980112", "w:several_numbers"},
		{"01 40 00 00 00 ou 06 39 98 01 12", "+33639980112", "w:several_numbers"},
		{"01 40 00 00 00 - 06 39 98 01 12", "+33639980112", "w:several_numbers"},
		{"01 40 00 00 00\n06 39 98 01 12", "+33639980112", "w:several_numbers"},
		{"06 39 98 01 12 +33 1 40 00 00 00", "+33639980112", "w:several_numbers"},
		{"06 39 98 01 12 / 06 39 98 01 13", "", "e:several_numbers"},
		{"0639980112 0639980113", "", "e:several_numbers"},
		{"01 40 00 00 00 / 01 40 00 00 01", "", "e:several_numbers"},
		{"06 39 98 01 12 ; 0639980112", "+33639980112", ""},
		{"+33639980112+33639980113", "", "e:several_numbers"},
		{"06 39 98 01 12 / 13", "", "e:mobile_unreadable"},
		{"06 39 98 01 12 (mère)", "", "e:mobile_unreadable"},
		{"O6 39 98 01 12", "", "e:mobile_unreadable"},
		{"voir dossier", "", "e:mobile_unreadable"},
		{"06 39 98 01 12 *", "", "e:mobile_unreadable"},
		{"01 40 00 00 00", "0140000000", ""},
		{"06 39 98 01", "06399801", ""},
		{"+44 7700 900123", "+447700900123", ""},
		{"+44 (0)7700 900123", "+447700900123", ""},
		{"00 32 470 00 00 00", "0032470000000", ""},
	})
}

func TestEmail(t *testing.T) {
	t.Parallel()
	checkTexts(t, "Email", Email, []textCase{
		{"", "", ""},
		{"-", "", ""},
		{"aucune", "", ""},
		{"pas de mail", "", ""},
		{"jeanne.dupont@exemple.fr", "jeanne.dupont@exemple.fr", ""},
		{"Jeanne.Dupont@Exemple.FR", "Jeanne.Dupont@exemple.fr", ""},
		{" jeanne@exemple.fr ", "jeanne@exemple.fr", ""},
		{"jeanne @ exemple.fr", "jeanne@exemple.fr", ""},
		{"jeanne@@exemple.fr", "jeanne@exemple.fr", ""},
		{"jeanne＠exemple.fr", "jeanne@exemple.fr", ""},
		{"jeanne@exemple.fr.", "jeanne@exemple.fr", ""},
		{"jeanne@exemple.fr;", "jeanne@exemple.fr", ""},
		{"mailto:jeanne@exemple.fr", "jeanne@exemple.fr", ""},
		{"mailto:jeanne@exemple.fr?subject=rdv", "jeanne@exemple.fr", ""},
		{"<jeanne@exemple.fr>", "jeanne@exemple.fr", ""},
		{"Jeanne Dupont <jeanne@exemple.fr>", "jeanne@exemple.fr", ""},
		{"\"Dupont, Jeanne\" <jeanne@exemple.fr>", "jeanne@exemple.fr", ""},
		{"'jeanne@exemple.fr'", "jeanne@exemple.fr", ""},
		{"jeanne@exemple.fr<mailto:jeanne@exemple.fr>", "jeanne@exemple.fr", ""},
		{"Mail : jeanne@exemple.fr", "jeanne@exemple.fr", ""},
		{"jeanne@exemple.fr (mère)", "jeanne@exemple.fr", ""},
		{"jeanne+rdv@exemple.fr", "jeanne+rdv@exemple.fr", ""},
		{"jeanne@gmial.com", "jeanne@gmial.com", ""},
		{"jeanne@gmail", "jeanne@gmail", ""},
		{"jeanne@exemple,fr", "jeanne@exemple.fr", "w:email_corrected"},
		{"jeanne@exemple;fr", "jeanne@exemple.fr", "w:email_corrected"},
		{"jeanne@exemple..fr", "jeanne@exemple.fr", "w:email_corrected"},
		{"jeanne@exemple .fr", "jeanne@exemple.fr", "w:email_corrected"},
		{"jeanne(at)exemple.fr", "jeanne@exemple.fr", "w:email_corrected"},
		{"jeanne@exemple.fr,0639980112", "", "e:email_unreadable"},
		{"jeanne@exemple.fr; paul@exemple.fr", "", "e:several_addresses"},
		{"jeanne@exemple.fr / paul@exemple.fr", "", "e:several_addresses"},
		{"jeanne@exemple.fr/paul@exemple.fr", "", "e:several_addresses"},
		{"jeanne@exemple.fr paul@exemple.fr", "", "e:several_addresses"},
		{"jeanne@exemple.fr, Jeanne@exemple.fr", "jeanne@exemple.fr", ""},
		{"jérôme@exemple.fr", "", "e:email_unreadable"},
		{"jeanne@hôpital.fr", "", "e:email_unreadable"},
		{"jeanne dupont@exemple.fr", "", "e:email_unreadable"},
		{"jeanne,dupont@exemple.fr", "", "e:email_unreadable"},
		{"jeanne..dupont@exemple.fr", "", "e:email_unreadable"},
		{"jeanne@exemple fr", "", "e:email_unreadable"},
		{"jeanne.exemple.fr", "", "e:email_unreadable"},
		{"@exemple.fr", "", "e:email_unreadable"},
		{"jeanne@", "", "e:email_unreadable"},
		{"06 39 98 01 12", "", "e:email_unreadable"},
	})
}

func TestIPP(t *testing.T) {
	t.Parallel()
	checkTexts(t, "IPP", IPP, []textCase{
		{"", "", ""},
		{"8012345678", "8012345678", ""},
		{"80 1234 5678", "8012345678", ""},
		{"80\u00a01234\u202f5678", "8012345678", ""},
		{"'8012345678", "8012345678", ""},
		{"8012345678.0", "8012345678", ""},
		{"IPP : 8012345678", "8012345678", ""},
		{"N° 8012345678", "8012345678", ""},
		{"8.01E+09", "", "e:ipp_mangled"},
		{"8,01235E+09", "", "e:ipp_mangled"},
		{"8.012345678E+09", "8012345678", "w:ipp_restored"},
		{"12345", "12345", ""},
		{"AB123", "AB123", ""},
		{"inconnu", "", ""},
	})
}
