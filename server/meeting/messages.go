package meeting

type message struct {
	severity Severity
	text     string
}

// messages explain each finding to the person who pasted the text. They quote nothing of it.
var messages = map[Code]message{
	CodeSuspiciousHost: {SeverityError, "Un lien imite l’adresse d’un outil de visioconférence ou cache sa vraie destination. " +
		"Ne l’ouvrez pas et ne l’envoyez pas : créez une nouvelle réunion dans l’outil et collez son invitation."},
	CodeNoLink: {SeverityError, "Aucun lien que le patient puisse utiliser n’a été trouvé. " +
		"Dans l’outil, choisissez « Copier l’invitation » et collez le texte entier."},
	CodeAccountPage: {SeverityError, "Ce lien ouvre une page de compte de l’outil, pas une réunion. " +
		"Ouvrez la réunion planifiée, choisissez « Copier l’invitation » et collez le texte entier."},
	CodePersonalRoom: {SeverityError, "Ce lien est celui d’une salle personnelle : d’autres patients pourraient y entrer. " +
		"Planifiez une réunion avec un ID généré automatiquement et collez son invitation."},
	CodeSeveralLinks: {SeverityError, "Le texte contient des liens vers plusieurs réunions et rien ne dit laquelle est la bonne. " +
		"Collez seulement l’invitation de cette consultation."},
	CodeIDMismatch: {SeverityError, "L’ID de réunion écrit n’est pas celui du lien. " +
		"Vérifiez dans l’outil quelle est la bonne réunion, puis collez de nouveau son invitation."},
	CodeRecurring: {SeverityError, "Cette réunion se répète : le même lien servirait à plusieurs patients. " +
		"Planifiez une réunion unique pour cette consultation, ou confirmez que ce lien ne sert qu’à elle."},
	CodeHostLink: {SeverityWarning, "Un lien d’animateur a été retiré : il donne le contrôle de la réunion et ne doit jamais être envoyé au patient."},
	CodeUnknownHost: {SeverityWarning, "L’adresse de ce lien n’est pas celle d’un outil connu. " +
		"Vérifiez que c’est bien le serveur de votre établissement avant de l’envoyer."},
	CodePasscodeMissing: {SeverityWarning, "Aucun mot de passe n’est écrit ni contenu dans le lien. " +
		"Exigez un code secret dans les réglages de la réunion, puis collez de nouveau l’invitation."},
	CodePasscodeMasked: {SeverityWarning, "Le code secret est masqué par l’outil. " +
		"Affichez-le dans l’outil et recopiez-le, ou collez l’invitation complète."},
	CodeZoneAssumed: {SeverityWarning, "Le texte ne dit pas de fuseau horaire : l’heure a été lue dans celui du service. Vérifiez-la."},
	CodeYearAssumed: {SeverityWarning, "Le texte ne dit pas l’année : la prochaine date possible a été retenue. Vérifiez-la."},
	CodeTimeAmbiguous: {SeverityWarning, "Cette heure existe deux fois, à cause du passage à l’heure d’hiver : la première a été retenue. " +
		"Vérifiez-la ou choisissez une autre heure."},
	CodeTimeDoesNotExist: {SeverityWarning, "Cette heure n’existe pas, à cause du passage à l’heure d’été. Choisissez une autre heure."},
	CodeHostNotAllowed: {SeverityError, "L’adresse de ce lien n’est ni celle de l’outil ni sur la liste du service. " +
		"Créez la réunion dans un outil du service, ou demandez au cadre d’ajouter ce serveur à la liste."},
	CodeDoxyNotAllowed: {SeverityError, "Le service n’autorise pas doxy.me, dont les salles sont permanentes. Choisissez un autre outil."},
	CodeLobbyNotDeclared: {SeverityError, "La salle d’attente n’est pas déclarée active. " +
		"Activez-la dans les réglages de la réunion, puis cochez-la dans la liste."},
	CodeChecklistNotTaken: {SeverityWarning, "Des réglages de la réunion restent à déclarer. Vérifiez-les dans l’outil, puis cochez la liste."},
}

// Variants where one code is met in two situations.
const (
	severalDecided = "Le texte contient des liens vers plusieurs réunions : celui qui correspond à l’ID de réunion écrit a été retenu. " +
		"Vérifiez que c’est le bon."
	doxyRoom = "doxy.me utilise une salle permanente, la même pour tous les patients, avec sa propre salle d’attente. " +
		"Vérifiez que le service l’autorise et faites entrer un seul patient à la fois."
	opaqueWrapper = "Le lien passe par un service de protection ou de suivi qui cache sa destination. " +
		"Ouvrez la réunion dans l’outil, choisissez « Copier l’invitation » et collez ce texte."
	registration = "Ce lien ouvre une page d’inscription, pas une réunion : le patient devrait encore donner son nom et son adresse. " +
		"Désactivez l’inscription dans les réglages de la réunion, puis collez de nouveau l’invitation."
)

// finding makes a finding with the code's usual severity and message.
func finding(code Code) Finding {
	m := messages[code]
	return Finding{Code: code, Severity: m.severity, Message: m.text}
}
