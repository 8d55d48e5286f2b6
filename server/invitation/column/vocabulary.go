package column

import "strings"

// meaning is a set of what the words of a header say.
type meaning uint64

const (
	filler meaning = 1 << iota // says nothing
	numbered
	person
	name
	given
	whole
	used
	born
	date
	clock
	appointment
	start
	end
	length
	mail
	address
	mobile
	phone
	landline
	work
	ipp
	identifier
	tongue
	practitioner
	register
	mode
	kind
	reason
	tool
	link
	online
	access
	password
	code
	reference
	ortif
	represents
	relation
	other // makes the column something that is not needed, whatever else the header says
)

// vocabulary is what every known word means, folded.
var vocabulary = learn(map[meaning]string{
	filler: `d de du des la le les l un une et ou a au aux s e es en pour par sur si connu connue votre son sa the of for your and or
		obligatoire facultatif facultative optionnel jj mm aaaa aa dd yyyy ex exemple format fr h hh prevu prevue planifie prochain prochaine
		parlee sante legal legale legaux contact champ donnees courrier personne`,
	numbered: `n no nr num numero number nos`,
	person:   `patient patiente patients usager usagers client malade beneficiaire pat`,
	name:     `nom noms name names surname lastname familyname famille patronyme`,
	given:    `prenom prenoms pren firstname givenname forename first`,
	whole:    `identite fullname nomcomplet complet complete`,
	used:     `usage usuel usuelle usuels marital marie mariee epouse conjugal utilise preferred used`,
	born:     `naissance naiss nais ddn dn dob ne nee nes nees birth birthday birthdate born anniversaire patronymique maiden dnaiss`,
	date:     `date dates dt dat jour jours day`,
	clock:    `heure heures hre horaire horaires hour hours time`,
	appointment: `rdv rendezvous rv consultation consultations consult cs teleconsultation teleconsult tlc tc appointment appt visite visit
		seance entretien creneau creneaux slot plage quand when convocation`,
	start:  `debut start begin commence`,
	end:    `fin end`,
	length: `duree durees duration minutes minute min mins mn length temps`,
	mail:   `mail mails email emails mel courriel courriels couriel electronique messagerie`,
	// an address is a postal one, unless another word says otherwise
	address:      `adresse adresses adr address`,
	mobile:       `mobile mobiles portable portables port gsm cell cellphone cellulaire cellular smartphone sms texto 06 07`,
	phone:        `tel tels telephone telephones telephonique phone phones telefon tph telph appel call`,
	landline:     `fixe fixes domicile dom maison home landline bureau standard fax telecopie`,
	work:         `pro professionnel professionnelle travail work`,
	ipp:          `ipp nip mrn`,
	identifier:   `id ident identifiant identifier`,
	tongue:       `langue langues language lang`,
	practitioner: `medecin medecins praticien praticienne praticiens docteur dr doctor consultant consultante physician practitioner clinician provider psychologue specialiste ph intervenant soignant`,
	register:     `rpps`,
	mode:         `modalite modalites modality mode canal moyen`,
	kind:         `type nature forme`,
	reason:       `motif motifs raison reason justification justificatif pourquoi`,
	// the criterion is always that of the telephone
	reason | phone: `critere criteres criteria criterion`,
	tool:           `outil outils plateforme logiciel tool platform application appli app software solution`,
	link:           `lien liens url urls link links invitation hyperlien hyperlink`,
	online: `visio video visioconference videoconference visioconf zoom teams webex jitsi meet doctolib reunion meeting connexion connection
		conference conf virtuelle salle room join`,
	access:    `acces access secret securite confidentiel`,
	password:  `passcode password mdp pin pwd pass passe motdepasse`,
	code:      `code codes`,
	reference: `reference references ref session sessions`,
	ortif:     `ortif`,
	represents: `representant representante representants representative tuteur tutrice tuteurs tutelle curateur curatrice curatelle parent parents
		mere pere maman papa responsable guardian mother father parental`,
	relation: `parente relation relationship filiation qualite avec with`,
	other: `creation creee cree modification modif maj saisie inscription demande sortie deces admission entree arrivee annulation envoi envoye relance
		prescription hospitalisation hospi paiement facture facturation tarif ville commune cp postal postale rue pays nationalite lieu place
		departement region sexe genre civilite civ titre title gender sex secu sociale nir ins insee ss assure assuree assurance mutuelle amo amc
		commentaire commentaires comment comments remarque remarques observation observations note notes info infos information informations
		statut status etat service uf unite site hopital age poids taille profession traitant adresseur correspondant prescripteur
		urgence urgences confiance prevenir contacter accompagnant accompagnateur secretaire secretariat interprete pathologie diagnostic specialite
		acte nda iep venue dossier sejour chambre lit consentement accord rgpd presence present autre autres secondaire ancien ancienne precedent
		precedente dernier derniere horodatage timestamp emergency city zip country`,
})

func learn(lists map[meaning]string) map[string]meaning {
	known := map[string]meaning{}
	for m, words := range lists {
		for _, word := range strings.Fields(words) {
			known[word] |= m
		}
	}
	return known
}

// rule gives the field of a header that has all of some words, at least one of others, and none of others again.
type rule struct {
	all, some, none meaning
	field           Field
	score           int
	// weak: only a header without unknown words is enough, and its content has a say.
	weak bool
}

// rules are asked in their order; the first that fits decides.
var rules = []rule{
	// Whose it is comes first.
	{all: represents, some: relation | link | kind, none: mail | phone | mobile | online, field: RepresentativeRelationship, score: 90},
	{all: represents, some: born | landline | clock | date | tongue | online},
	{all: represents | mail, field: RepresentativeEmail, score: 90},
	{all: represents | mobile, field: RepresentativeMobile, score: 95},
	{all: represents | phone, none: work, field: RepresentativeMobile, score: 80},
	{all: represents | numbered, field: RepresentativeMobile, score: 60},
	{all: represents, some: address | work},
	{all: represents | given, none: name, field: RepresentativeName, score: 60},
	{all: represents, field: RepresentativeName, score: 90},
	{all: appointment | relation, none: person, field: Practitioner, score: 60},
	{all: relation, some: person | link, none: appointment, field: RepresentativeRelationship, score: 85},
	{all: relation, none: name | given | date | clock | mail | phone | mobile, field: RepresentativeRelationship, score: 60},
	{all: register, field: Practitioner, score: 60},
	{all: practitioner, some: phone | mobile | landline | link | born | tongue | address, none: mail},
	{all: practitioner, some: mail | identifier, field: Practitioner, score: 60},
	{all: practitioner | given, none: name, field: Practitioner, score: 55},
	{all: practitioner, none: date | clock, field: Practitioner, score: 90},

	{all: reason | phone, field: TelephoneReason, score: 95},
	{all: reason},

	{all: born | name | given, none: date, field: FullName, score: 70},
	{all: born | name, none: given | date, field: FamilyName, score: 70},
	{all: born | given, none: name | date, field: GivenName, score: 70},
	{all: born, none: clock | name | given, field: BirthDate, score: 100},
	{all: born},

	{all: mail, field: Email, score: 100},
	{all: mobile, none: work, field: Mobile, score: 100},
	{all: mobile, field: Mobile, score: 70},
	{some: online | mode, all: phone, none: name | numbered, field: Modality, score: 80},
	{all: phone, some: landline | work | date},
	{all: phone | clock, field: Time, score: 60},
	{all: phone, field: Mobile, score: 60, weak: true},
	{all: landline},

	{all: tool, field: Tool, score: 100},
	{all: link, field: Link, score: 100},
	{all: address | online, field: Link, score: 80},
	{all: password, field: Passcode, score: 100},
	{all: code, some: access | online, field: Passcode, score: 90},
	{all: code, none: person | appointment | kind, field: Passcode, score: 70, weak: true},
	{all: ortif, some: numbered | identifier | reference, field: Reference, score: 100},
	{all: reference, some: appointment | online, none: person, field: Reference, score: 80},
	{all: reference, none: person, field: Reference, score: 70, weak: true},
	{all: ortif, field: Reference, score: 65, weak: true},
	{all: identifier | online},
	{all: address},

	{all: ipp, field: IPP, score: 100},
	{all: person, some: identifier | numbered, none: name | given, field: IPP, score: 60, weak: true},

	{all: end},
	{all: length, none: date, field: Duration, score: 100},
	{all: date | clock, field: Date, score: 100},
	{all: clock, field: Time, score: 100, weak: true},
	{all: date, some: appointment | start, field: Date, score: 100},
	{all: date, none: name | given, field: Date, score: 85, weak: true},

	{all: mode, field: Modality, score: 100},
	{all: kind, some: appointment | online, field: Modality, score: 75, weak: true},
	{all: tongue, field: Language, score: 100},

	{all: whole, field: FullName, score: 100},
	{all: name | given, field: FullName, score: 100},
	{all: name | used, field: FamilyName, score: 100},
	{all: name, field: FamilyName, score: 95},
	{all: given, field: GivenName, score: 100},
	{all: person, none: appointment | code | reference, field: FullName, score: 80, weak: true},

	{some: appointment | start, none: online | person | code | kind, field: Date, score: 60, weak: true},
	{all: work, field: Practitioner, score: 55, weak: true},
}
