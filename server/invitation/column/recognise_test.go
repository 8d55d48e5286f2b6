package column

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// grid reads rows of cells that are parted by bars.
func grid(text string) [][]string {
	var rows [][]string
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		var row []string
		for cell := range strings.SplitSeq(line, "|") {
			row = append(row, strings.TrimSpace(cell))
		}
		rows = append(rows, row)
	}
	return rows
}

type tableCase struct {
	name, table string
	header      bool
	want        []Field
}

func checkTables(t *testing.T, cases []tableCase) {
	t.Helper()
	for _, c := range cases {
		header, fields := Recognise(grid(c.table), nil)
		if header != c.header || !slices.Equal(fields, c.want) {
			t.Errorf("%s: header %t, %q\nwant %t, %q", c.name, header, fields, c.header, c.want)
		}
	}
}

func TestTablesWithHeader(t *testing.T) {
	t.Parallel()
	checkTables(t, []tableCase{
		{
			"export of a hospital", `
			IPP|NOM_NAISSANCE|NOM_USUEL|PRENOM|DATENAISS|SEXE|TEL_FIXE|TEL_MOBILE|EMAIL|DATE_RDV|HEURE_RDV|DUREE|NOM_MEDECIN|UF
			8012345678|DUPONT|MARTIN|Jeanne|12/05/1957|F|0140000001|0639980101|jeanne@exemple.fr|12/05/2026|14:30|20|Dr Aubry|123
			8012345679|DURAND|DURAND|Paul|03/02/1948|M|0140000002|0639980102|paul@exemple.fr|12/05/2026|15:00|20|Dr Aubry|123`,
			true,
			[]Field{IPP, Ignored, FamilyName, GivenName, BirthDate, Ignored, Ignored, Mobile, Email, Date, Time, Duration, Practitioner, Ignored},
		},
		{
			"a secretary's list", `
			Patient|Né(e) le|Portable|Mail|Date et heure|Dr|Lien visio|Code|Remarques
			DUPONT Jeanne|12/05/1957|06 39 98 01 01|jeanne@exemple.fr|12/05/2026 14h30|Aubry|https://zoom.us/j/87654321098|123456|rappeler`,
			true,
			[]Field{FullName, BirthDate, Mobile, Email, Date, Practitioner, Link, Passcode, Ignored},
		},
		{
			"English", `
			Last name|First name|DOB|Phone|Email|Appointment date|Time|Duration|Doctor|Meeting link|Passcode
			Dupont|Jeanne|1957-05-12|+33639980101|jeanne@exemple.fr|2026-05-12|14:30|20|Aubry|https://zoom.us/j/87654321098|123456`,
			true,
			[]Field{FamilyName, GivenName, BirthDate, Mobile, Email, Date, Time, Duration, Practitioner, Link, Passcode},
		},
		{
			"children", `
			Nom|Prénom|Date de naissance|Parent|Lien de parenté|Mail du parent|Portable du parent
			DUPONT|Léa|12/05/2018|Jeanne Dupont|mère|jeanne@exemple.fr|06 39 98 01 01`,
			true,
			[]Field{FamilyName, GivenName, BirthDate, RepresentativeName, RepresentativeRelationship, RepresentativeEmail, RepresentativeMobile},
		},
		{"telephone next to mobile", "Nom|Prénom|Téléphone|Portable", true, []Field{FamilyName, GivenName, Ignored, Mobile}},
		{"landline next to telephone", "Nom|Prénom|Tél fixe|Téléphone", true, []Field{FamilyName, GivenName, Ignored, Mobile}},
		{"two mobiles", "Nom|Portable 2|Portable 1", true, []Field{FamilyName, Ignored, Mobile}},
		{
			"two telephones of which one is a landline", `
			Nom|Tél 1|Tél 2
			DUPONT|01 40 00 00 01|06 39 98 01 01
			DURAND|01 40 00 00 02|06 39 98 01 02`,
			true,
			[]Field{FamilyName, Ignored, Mobile},
		},
		{"a telephone column that says yes or no", "Nom|Téléphone|Portable du patient\nDUPONT|oui|06 39 98 01 01", true, []Field{FamilyName, Ignored, Mobile}},
		{"names of birth and in use", "Nom de naissance|Nom d'usage|Prénom", true, []Field{Ignored, FamilyName, GivenName}},
		{"usual name", "Nom usuel|Nom de naissance|Prénom\nMARTIN|DUPONT|Jeanne", true, []Field{FamilyName, Ignored, GivenName}},
		{
			"name in use only of some", `
			Nom de naissance|Nom d'usage|Prénom
			DUPONT|MARTIN|Jeanne
			DURAND||Paul
			PETIT||Luc
			ROUX||Anne
			MOREL||Inès`,
			true,
			[]Field{FamilyName, Ignored, GivenName},
		},
		{"a name that is both", "Nom|Mail\nDUPONT Jeanne|jeanne@exemple.fr\nDURAND Paul|paul@exemple.fr", true, []Field{FullName, Email}},
		{"the column of the patient is a number", "Patient|Nom|Prénom\n8012345678|DUPONT|Jeanne", true, []Field{IPP, FamilyName, GivenName}},
		{"numbers of the rows", "N°|N° patient|Nom|Prénom\n1|17|DUPONT|Jeanne\n2|18|DURAND|Paul", true, []Field{Ignored, Ignored, FamilyName, GivenName}},
		{"date alone is a birth", "Nom|Prénom|Date\nDUPONT|Jeanne|12/05/1957\nDURAND|Paul|01/02/1988", true, []Field{FamilyName, GivenName, BirthDate}},
		{"slot is a time", "Nom|Date|Créneau\nDUPONT|12/05/2026|14h30", true, []Field{FamilyName, Date, Time}},
		{"hours that hold the day", "Nom|Prénom|Horaire\nDUPONT|Jeanne|12/05/2026 14:30", true, []Field{FamilyName, GivenName, Date}},
		{"hours that hold the day beside the day", "Nom|Date|Heure\nDUPONT|2026-05-12|2026-05-12 14:30", true, []Field{FamilyName, Date, Time}},
		{
			"unknown headers over known content", `
			Truc|Machin|Bidule|Chose
			jeanne@exemple.fr|06 39 98 01 01|12/05/1957|https://zoom.us/j/87654321098
			paul@exemple.fr|6.4E+08|01/02/1988|https://zoom.us/j/87654321099`,
			true,
			[]Field{Email, Mobile, BirthDate, Link},
		},
		{"one header is missing", "Nom|Prénom||\nDUPONT|Jeanne|jeanne@exemple.fr|06 39 98 01 01", true, []Field{FamilyName, GivenName, Email, Mobile}},
		{"one column", "Mail\njeanne@exemple.fr", true, []Field{Email}},
		{"rows are wider than the header", "Nom|Prénom\nDUPONT|Jeanne|x|jeanne@exemple.fr", true, []Field{FamilyName, GivenName, Ignored, Email}},
		{"telephone and its reason", "Nom|Prénom|Modalité|Motif du téléphone|Téléphone", true, []Field{FamilyName, GivenName, Modality, TelephoneReason, Mobile}},
		{"kind of visit that is no modality", "Nom|Type de RDV\nDUPONT|suivi\nDURAND|première fois", true, []Field{FamilyName, Ignored}},
		{"doctor by mail", "Nom|Prénom|Mail|Mail du médecin", true, []Field{FamilyName, GivenName, Email, Practitioner}},
		{"doctor by name and mail", "Nom|Médecin|Mail du médecin|Médecin traitant", true, []Field{FamilyName, Practitioner, Ignored, Ignored}},
		{"the header comes again", "Nom|Prénom|DDN\nDUPONT|Jeanne|12 05 1957\nNom|Prénom|DDN\nDURAND|Paul|03 02 1948", true, []Field{FamilyName, GivenName, BirthDate}},
		{"glued headers", "NOMPATIENT|PRENOMPATIENT|DATENAISS|TELPORT|ADRMAIL|DATERDV|HEURERDV", true, []Field{FamilyName, GivenName, BirthDate, Mobile, Email, Date, Time}},
	})
}

func TestTablesWithoutHeader(t *testing.T) {
	t.Parallel()
	checkTables(t, []tableCase{
		{
			"usual", `
			DUPONT|Jeanne|12/05/1957|06 39 98 01 01|jeanne@exemple.fr|12/05/2026|14h30
			DURAND|Paul|03/02/1948|06 39 98 01 02|paul@exemple.fr|12/05/2026|15h00
			PETIT|Luc|30/11/1990|06 39 98 01 03||13/05/2026|9h`,
			false,
			[]Field{FamilyName, GivenName, BirthDate, Mobile, Email, Date, Time},
		},
		{
			"appointment first", `
			12/05/2026|14:30|Jeanne|DUPONT|12/05/1957|0639980101
			12/05/2026|15:00|Paul|DURAND|03/02/1948|0639980102`,
			false,
			[]Field{Date, Time, GivenName, FamilyName, BirthDate, Mobile},
		},
		{
			"whole names", `
			DUPONT Jeanne|639980101|46154.6041666667|https://zoom.us/j/87654321098
			DURAND Paul|639980102|46154.625|https://zoom.us/j/87654321099`,
			false,
			[]Field{FullName, Mobile, Date, Link},
		},
		{
			"serial days", `
			8012345678|DUPONT|JEANNE|20952|46154
			8012345679|DURAND|PAUL|17566|46154
			8012345680|PETIT|LUC|33207|46155`,
			false,
			[]Field{IPP, FamilyName, GivenName, BirthDate, Date},
		},
		{
			"postcodes are no days", `
			DUPONT|Jeanne|33000|jeanne@exemple.fr
			DURAND|Paul|75013|paul@exemple.fr
			PETIT|Luc|94270|luc@exemple.fr`,
			false,
			[]Field{FamilyName, GivenName, Ignored, Email},
		},
		{
			"titles, landlines and durations", `
			Mme|DUPONT|Jeanne|01 40 00 00 01|06 39 98 01 01|20 min|Dr Aubry|Vidéo
			M.|DURAND|Paul|01 40 00 00 02|06 39 98 01 02|30 min|Dr Aubry|Téléphone`,
			false,
			[]Field{Ignored, FamilyName, GivenName, Ignored, Mobile, Duration, Practitioner, Modality},
		},
		{"durations in numbers and as times", "DUPONT|Jeanne|20|14:30\nDURAND|Paul|30|15:00", false, []Field{FamilyName, GivenName, Duration, Time}},
		{"duration as time", "DUPONT|Jeanne|0:20|14:30\nDURAND|Paul|0:30|15:00", false, []Field{FamilyName, GivenName, Duration, Time}},
		{"mangled", "DUPONT|Jeanne|6,4E+08|8,01E+09\nDURAND|Paul|6,4E+08|8,01E+09", false, []Field{FamilyName, GivenName, Mobile, IPP}},
		{"surnames that are words of headers", "Parent|Lucie|06 39 98 01 01\nPort|Marie|06 39 98 01 02", false, []Field{FamilyName, GivenName, Mobile}},
		{"names alone", "Dupont|Jeanne\nDurand|Paul", false, []Field{FamilyName, GivenName}},
		{"names in one", "Jeanne Dupont|jeanne@exemple.fr\nPaul Durand|paul@exemple.fr", false, []Field{FullName, Email}},
		{"newborns", "DUPONT|Léa|02/03/2026|12/05/2026\nDURAND|Zoé|05/01/2026|13/05/2026", false, []Field{FamilyName, GivenName, BirthDate, Date}},
		{"one row", "DUPONT|Jeanne|12/05/1957|06 39 98 01 01|12/05/2026|14:30", false, []Field{FamilyName, GivenName, BirthDate, Mobile, Date, Time}},
		{
			"words of choices repeat", "DUPONT|Jeanne|Mère|Vidéo|Zoom|fr\nDURAND|Paul|Mère|Vidéo|Zoom|fr", false,
			[]Field{FamilyName, GivenName, RepresentativeRelationship, Modality, Tool, Language},
		},
		{"pasted invitations", "DUPONT|Jeanne|" + strings.Repeat("Vous êtes invité. ", 40) + "https://zoom.us/j/87654321098", false, []Field{FamilyName, GivenName, Link}},
		{"two mails", "a@exemple.fr|b@exemple.fr\nc@exemple.fr|", false, []Field{Email, Ignored}},
		{"nothing", "|", false, []Field{Ignored, Ignored}},
	})
	if header, fields := Recognise(nil, nil); header || len(fields) != 0 {
		t.Errorf("no rows: %t, %q", header, fields)
	}
}

func TestRemembered(t *testing.T) {
	t.Parallel()
	remembered := map[string]Field{"ref interne": IPP, "portable": Ignored, "tel": Mobile, "truc": Field("unheard of"), "": Email, "medecin": RepresentativeName}
	_, fields := Recognise(grid("Réf. interne|Nom|Portable|Tél|Truc||Médecin|Tuteur"), remembered)
	want := []Field{IPP, FamilyName, Ignored, Mobile, Ignored, Ignored, RepresentativeName, Ignored}
	if !slices.Equal(fields, want) {
		t.Errorf("%q, want %q", fields, want)
	}
	// What was said makes a header of words that say nothing, and is believed against the content.
	header, fields := Recognise(grid("Machin|Bidule\nDUPONT Jeanne|0639980101"), map[string]Field{"machin": FamilyName, "bidule": Passcode})
	if !header || !slices.Equal(fields, []Field{FamilyName, Passcode}) {
		t.Errorf("%t, %q", header, fields)
	}
}

// TestOrder holds that the same table is always understood alike, wherever its columns stand.
func TestOrder(t *testing.T) {
	t.Parallel()
	titles := strings.Split("Remarques|Mail|Date RDV|Nom de naissance|Portable|Heure|Nom d'usage|DDN|Tél|Prénom|Lien", "|")
	want := []Field{Ignored, Email, Date, Ignored, Mobile, Time, FamilyName, BirthDate, Ignored, GivenName, Link}
	for turn := range titles {
		rows := [][]string{append(slices.Clone(titles[turn:]), titles[:turn]...)}
		_, fields := Recognise(rows, nil)
		if expected := append(slices.Clone(want[turn:]), want[:turn]...); !slices.Equal(fields, expected) {
			t.Errorf("%q: %q, want %q", rows[0], fields, expected)
		}
	}
}

func FuzzRecognise(f *testing.F) {
	f.Add("Nom|Prénom|DDN\nDUPONT|Jeanne|12/05/1957", "nom", "familyName")
	f.Add("DUPONT|6.12E+08|46154.6|x@exemple.fr|https://zoom.us/j/1\n||||\nDURAND|0639980101", "", "")
	f.Add("Tél|Portable|Tél fixe|Date|Heure|Mail du parent|Lien|\n1|2|3", "tel", "")
	f.Add("12 mai 14:30|0,5|\xff|＠|ǅ\n\n|", "x", "date")
	f.Fuzz(func(t *testing.T, text, key, field string) {
		var rows [][]string
		width := 0
		for line := range strings.SplitSeq(text, "\n") {
			row := strings.Split(line, "|")
			rows, width = append(rows, row), max(width, len(row))
		}
		remembered := map[string]Field{key: Field(field)}
		header, fields := Recognise(rows, remembered)
		if len(fields) != width {
			t.Fatalf("%d fields for %d columns", len(fields), width)
		}
		seen := map[Field]bool{}
		for _, found := range fields {
			if found != Ignored && (seen[found] || found.Header() == "") {
				t.Fatalf("%q is there twice or unknown", found)
			}
			seen[found] = true
		}
		if again, same := Recognise(rows, remembered); again != header || !slices.Equal(same, fields) {
			t.Fatalf("%q, then %q", fields, same)
		}
		for _, title := range rows[0] {
			if k := Key(title); Key(k) != k || k != strings.Join(strings.Fields(k), " ") {
				t.Fatalf("Key(%q) = %q, whose key is %q", title, k, Key(k))
			}
		}
	})
}

func BenchmarkRecognise(b *testing.B) {
	rows := [][]string{strings.Split("Nom|Prénom|DDN|Portable|Mail|Date RDV|Heure|Médecin|Lien|Remarques", "|")}
	for i := range 500 {
		rows = append(rows, []string{
			"DUPONT", "Jeanne", "12/05/1957", fmt.Sprintf("06 39 98 %02d %02d", i/100, i%100), "jeanne@exemple.fr", "12/05/2026", "14h30", "Aubry",
			"https://zoom.us/j/87654321098", "rappeler la veille",
		})
	}
	for b.Loop() {
		Recognise(rows, nil)
	}
}
