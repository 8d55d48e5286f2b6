package notifications

import "strings"

// explanations are what a code means for the person who has to act, without any personal data.
// Twilio: error dictionary; SMTP: RFC 3463 enhanced status codes; the rest is our own.
var explanations = map[string]string{
	"21610": "La personne a répondu STOP : ce numéro n’accepte plus nos SMS.",
	"21211": "Le numéro de téléphone n’est pas valable.",
	"21614": "Ce numéro n’est pas un mobile : il ne reçoit pas de SMS.",
	"21612": "L’opérateur ne permet pas d’envoyer un SMS à ce numéro.",
	"21408": "L’envoi de SMS vers ce pays n’est pas ouvert.",
	"30003": "Le téléphone est éteint ou hors réseau.",
	"30004": "L’opérateur a bloqué le message.",
	"30005": "Le numéro n’est pas attribué.",
	"30006": "Ce numéro est une ligne fixe ou n’est pas joignable par SMS.",
	"30007": "L’opérateur a filtré le message.",
	"30008": "L’opérateur n’a pas remis le message, sans dire pourquoi.",
	"20429": "Le service d’envoi est saturé : nouvel essai automatique.",

	"5.1.1":  "Cette adresse e-mail n’existe pas.",
	"5.1.2":  "Le domaine de l’adresse e-mail n’existe pas.",
	"5.1.3":  "L’adresse e-mail est mal écrite.",
	"5.1.10": "Ce domaine n’accepte aucun e-mail.",
	"5.2.1":  "La boîte aux lettres est fermée.",
	"5.2.2":  "La boîte aux lettres est pleine.",
	"4.2.2":  "La boîte aux lettres est pleine : nouvel essai automatique.",
	"5.7.1":  "Le serveur du destinataire a refusé le message.",

	CodeSuppressed: "Ce numéro a refusé nos SMS : rien n’a été envoyé.",
	CodeTemplate:   "Le message n’a pas pu être composé : prévenez l’informatique.",
	CodeSecrets:    "Le lien personnel n’a pas pu être lu : prévenez l’informatique.",
	CodeConnection: "Le service d’envoi ne répond pas : nouvel essai automatique.",
	CodeNoAnswer:   "La connexion s’est coupée avant la réponse : on ne sait pas si le message est parti.",
	CodeAbandoned:  "L’envoi a été interrompu par un redémarrage.",
	CodeInternal:   "Erreur interne pendant l’envoi : nouvel essai automatique.",
}

// Codes of our own, beside those of the providers.
const (
	CodeSuppressed = "suppressed" // the recipient refused this channel for good
	CodeTemplate   = "template"   // the message cannot be rendered
	CodeSecrets    = "secrets"    // the sealed part cannot be opened
	CodeConnection = "connection" // nothing was sent: no connection, or it died in time
	CodeNoAnswer   = "no-answer"  // the connection died when the message may have been taken
	CodeAbandoned  = "abandoned"  // a dispatcher died while it held the message
	CodeInternal   = "internal"   // a defect of ours
)

// Explain says in French what a code means for a secretary; "" when there is nothing to say.
func Explain(code string) string {
	if code == "" {
		return ""
	}
	if text, ok := explanations[code]; ok {
		return text
	}
	// SMTP: "550 5.1.1", "450"
	reply, enhanced, _ := strings.Cut(code, " ")
	if text, ok := explanations[enhanced]; ok {
		return text
	}
	switch {
	case len(reply) == 3 && reply[0] == '4':
		return "Le serveur du destinataire n’est pas disponible : nouvel essai automatique."
	case len(reply) == 3 && reply[0] == '5':
		return "Le serveur du destinataire a refusé le message."
	}
	return "Le prestataire a signalé l’erreur " + code + "."
}
