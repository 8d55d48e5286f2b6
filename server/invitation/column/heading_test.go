package column

import (
	"strings"
	"testing"
)

func TestKey(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"": "", "  ": "", "Nom": "nom", "PRÉNOM": "prenom", "Prénom(s)": "prenom s", "Né(e) le": "ne e le", "N° IPP": "n ipp", "NOM_PATIENT": "nom patient",
		"E-mail": "e mail", " Date\u00a0de  naissance : ": "date de naissance", "Cœur": "coeur", "\ufeffNom": "nom", "Pre\u0301nom": "prenom", "DateNaiss": "datenaiss",
	} {
		if got := Key(header); got != want {
			t.Errorf("Key(%q) = %q, want %q", header, got, want)
		}
	}
}

// headers are those that hospitals' exports and secretaries write, each alone.
var headers = map[Field]string{
	FamilyName: `Nom|NOM|Noms|Nom de famille|Nom de naissance|Nom usuel|Nom d'usage|Nom d’usage|NOM_PATIENT|Nom du patient|Nom patient|NomPatient|NOMPATIENT|
		Nom marital|Nom d'épouse|Nom de jeune fille|NOM_NAISSANCE|NOMUSUEL|Patronyme|Last name|LastName|Surname|Family name|Patient last name|Name`,
	GivenName: `Prénom|PRENOM|Prénoms|Prenom(s)|Prénom du patient|PRENOM_PATIENT|PrenomPatient|Prénom usuel|Prénom de naissance|First name|FirstName|Given name|Forename`,
	FullName: `Patient|Patients|Patiente|Nom et prénom|Nom, prénom|NOM Prénom|Nom / Prénom|Prénom et nom|NOMPRENOM|Nom et prénom du patient|Patient (nom et prénom)|Identité|
		Identité du patient|Full name|Nom complet|Usager`,
	BirthDate: `Date de naissance|DDN|D.D.N.|Né(e) le|Née le|Né le|DateNaiss|DATENAISS|DATE_NAISSANCE|Date naiss.|Date Nais|DtNaiss|Naissance|DOB|Date of birth|Birth date|
		Birthday|Date de naissance du patient|DDN patient|Date de naissance (JJ/MM/AAAA)|DATEDENAISSANCE`,
	IPP: `IPP|N° IPP|NIP|Numéro IPP|IPP patient|IPP_PATIENT|N°IPP|Identifiant patient|ID patient|N° patient|Patient ID|MRN|IDPATIENT`,
	Email: `Mail|E-mail|Email|EMAIL|E-Mails|Courriel|Mel|Mél|Adresse mail|Adresse e-mail|Adresse électronique|Courrier électronique|Mail du patient|ADRESSE_MAIL|ADRMAIL|
		Email patient|EMAILPATIENT|Adresse mail du patient|eMail|Email address|Mail 1|Adresse email (si connue)`,
	Mobile: `Portable|Mobile|GSM|Téléphone portable|Tél portable|Tel. portable|N° portable|Téléphone mobile|TEL_MOBILE|TELPORT|TelMobile|N° de tél. portable|Numéro de portable|
		Portable patient|Mobile du patient|SMS|06|Cell|Cell phone|Mobile phone|Tél|Tel|Téléphone|TELEPHONE|Phone|Phone number|Numéro de téléphone|N° tel|NUMTEL|Tél. patient|
		Téléphone 1|Tél (portable)`,
	Language: `Langue|Langue parlée|Language|Langue du patient|Langue (fr/en)`,
	Date: `Date|Date RDV|Date du RDV|DATE_RDV|DATERDV|DateRdv|Date de rendez-vous|Date rendez vous|Date de la consultation|Date consultation|Date téléconsultation|Date et heure|
		Date/heure|DATEHEURE|Date et heure du RDV|RDV|Rendez-vous|Jour|Jour du RDV|Appointment date|Date of visit|Appointment|Date de début|Prochain RDV|Créneau|Date prévue`,
	Time:     `Heure|Heures|Heure RDV|HEURE_RDV|HEURERDV|Heure du rendez-vous|Horaire|Horaires|Horaire RDV|Heure de début|Time|Start time|Heure (hh:mm)|Appointment time|Heure d'appel`,
	Duration: `Durée|Durée (min)|Durée en minutes|Durée RDV|Durée de la consultation|DUREE|Duration|Minutes|Durée (h)|Duration (min)`,
	Practitioner: `Médecin|Praticien|Dr|Docteur|Consultant|Médecin consultant|Nom du médecin|Nom du praticien|Doctor|Physician|Practitioner|Consultation avec|RDV avec|
		Médecin / Praticien|NOM_MEDECIN|RPPS|Mail du médecin|Professionnel|Spécialiste`,
	Modality:                   `Modalité|Modalités|Mode|Mode de consultation|Type de consultation|Type de RDV|Visio / téléphone|Vidéo ou téléphone|Modality`,
	TelephoneReason:            `Motif du téléphone|Motif téléphone|Raison du téléphone|Critère|Critère téléphone|Pourquoi par téléphone`,
	Tool:                       `Outil|Outil visio|Plateforme|Plate-forme|Logiciel|Tool|Application|Outil de téléconsultation`,
	Link:                       `Lien|Lien visio|URL|Lien Zoom|Lien de connexion|Lien de la visio|Lien de téléconsultation|Meeting link|Link|Lien patient|Lien Teams|Invitation|LIEN_VISIO|Join URL|Adresse de connexion`,
	Passcode:                   `Code|Mot de passe|MDP|Passcode|Password|Code d'accès|Code secret|Code réunion|PIN|Code Zoom|CODEACCES`,
	Reference:                  `Référence|Réf.|Référence ORTIF|N° ORTIF|Session|Session ORTIF|ORTIF|Référence de la session|N° session`,
	RepresentativeName:         `Tuteur|Représentant légal|Représentant|Parent|Parents|Nom du parent|Nom du tuteur|Nom et prénom du représentant légal|Responsable légal|Mère|Tuteur légal|Parent 1|Guardian|Curateur`,
	RepresentativeRelationship: `Lien de parenté|Lien avec le patient|Parenté|Relationship|Lien du représentant|Qualité du représentant|Type de représentant|Relation|Filiation`,
	RepresentativeEmail:        `Mail du parent|Mail parent|E-mail du tuteur|Mail représentant légal|MAIL_PARENT|Courriel du responsable légal|Guardian email|Email mère`,
	RepresentativeMobile:       `Portable du parent|Mobile parent|Tél parent|Téléphone du tuteur|Portable mère|N° du tuteur|Tel représentant légal|Parent phone`,
	Ignored: `Tél fixe|Téléphone fixe|Téléphone domicile|Fixe|Domicile|Tél bureau|Tél. travail|Fax|Adresse|Adresse postale|Ville|CP|Code postal|Lieu de naissance|Ville de naissance|
		Heure de naissance|Sexe|Civilité|M/Mme|Commentaire|Remarques|Observations|Date de création|Date d'entrée|Date de décès|Date de fin|Heure de fin|Fin|Motif|Motif de consultation|
		Médecin traitant|Tél médecin|Lien médecin|N°|Numéro|N° dossier|NDA|Statut|Service|UF|Âge|Code UF|Code acte|Personne à contacter|Personne de confiance|Tél urgence|
		Date de naissance du parent|Consentement|N° sécu|NIR|ID réunion|Meeting ID|Horodatage|Diagnostic|Autre mail|Autres téléphones||???`,
}

func listed(list string) []string {
	var found []string
	for header := range strings.SplitSeq(list, "|") {
		found = append(found, strings.TrimSpace(header))
	}
	return found
}

func TestHeadersAlone(t *testing.T) {
	t.Parallel()
	for field, list := range headers {
		for _, title := range listed(list) {
			header, fields := Recognise([][]string{{title}}, nil)
			if fields[0] != field {
				t.Errorf("%q is %q, want %q", title, fields[0], field)
			}
			if !header && field != Ignored {
				t.Errorf("%q is no header", title)
			}
		}
	}
}

func TestModelHeaders(t *testing.T) {
	t.Parallel()
	var all []string
	for _, field := range Fields() {
		all = append(all, field.Header())
		header, fields := Recognise([][]string{{field.Header()}}, nil)
		if !header || fields[0] != field {
			t.Errorf("the model's %q is %q (header: %t), want %q", field.Header(), fields[0], header, field)
		}
	}
	header, fields := Recognise([][]string{all}, nil)
	if !header {
		t.Error("the model's first row is no header")
	}
	for i, field := range Fields() {
		if fields[i] != field {
			t.Errorf("among all, %q is %q, want %q", all[i], fields[i], field)
		}
	}
	if Ignored.Header() != "" || Field("unheard").Header() != "" {
		t.Error("a field that is not in the model has a header")
	}
}
