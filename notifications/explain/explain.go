// Package explain says in French what the codes of providers, and our own, mean for the person who has to act.
package explain

import (
	"strings"

	"teleconsult/notifications/cause"
	"teleconsult/notifications/enclose"
	"teleconsult/notifications/mssante"
)

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
	"30009": "Une partie du SMS s’est perdue en route.",
	"30010": "Le SMS coûterait plus que le prix maximal fixé : prévenez l’informatique.",
	"30017": "Le réseau de l’opérateur est saturé : le SMS n’a pas été remis.",
	"30019": "Le SMS est trop long pour l’opérateur.",
	"30036": "Le SMS est resté trop longtemps chez le prestataire et n’était plus utile.",
	"30410": "L’opérateur n’a pas répondu au prestataire.",
	"30450": "Le prestataire a bloqué ce numéro, par soupçon de fraude : prévenez l’informatique.",
	"21217": "Le numéro de téléphone n’est pas valable.",
	"21265": "Ce numéro est un numéro court : il ne reçoit pas nos SMS.",
	"21635": "Ce numéro est une ligne fixe : il ne reçoit pas de SMS.",
	"21617": "Le SMS est trop long.",
	"20003": "Le prestataire SMS refuse notre mot de passe : prévenez l’informatique.",
	"20005": "Le compte chez le prestataire SMS n’est pas actif : prévenez l’informatique.",
	"30002": "Le compte chez le prestataire SMS est suspendu : prévenez l’informatique.",
	"30001": "Le service d’envoi est saturé : nouvel essai automatique.",
	"21611": "Le service d’envoi est saturé : nouvel essai automatique.",
	"21212": "L’expéditeur des SMS n’est pas reconnu : prévenez l’informatique.",
	"21606": "L’expéditeur des SMS n’est pas reconnu : prévenez l’informatique.",
	"21659": "L’expéditeur des SMS n’est pas reconnu : prévenez l’informatique.",
	"21703": "L’expéditeur des SMS n’est pas reconnu : prévenez l’informatique.",
	"21609": "L’adresse de retour des accusés de SMS n’est pas acceptée : prévenez l’informatique.",
	"20429": "Le service d’envoi est saturé : nouvel essai automatique.",

	"5.0.0":  "Le serveur du destinataire a refusé le message, sans dire pourquoi.",
	"5.1.0":  "Le serveur du destinataire a refusé l’adresse e-mail.",
	"5.1.1":  "Cette adresse e-mail n’existe pas.",
	"5.1.2":  "Le domaine de l’adresse e-mail n’existe pas.",
	"5.1.3":  "L’adresse e-mail est mal écrite.",
	"5.1.6":  "La personne a quitté cette adresse e-mail.",
	"5.1.10": "Cette adresse e-mail n’existe pas, ou son domaine n’accepte aucun e-mail.",
	"5.2.0":  "La boîte aux lettres n’a pas pu recevoir le message.",
	"5.2.1":  "La boîte aux lettres est fermée.",
	"5.2.2":  "La boîte aux lettres est pleine.",
	"5.2.3":  "Le message est trop grand pour cette boîte aux lettres.",
	"4.2.2":  "La boîte aux lettres est pleine : nouvel essai automatique.",
	"5.3.4":  "Le message est trop grand pour le serveur d’envoi : prévenez l’informatique.",
	"5.4.1":  "Le serveur du destinataire n’accepte pas cette adresse.",
	"5.4.4":  "Le domaine de l’adresse e-mail est introuvable.",
	"5.4.6":  "Le message tourne en boucle : l’adresse e-mail renvoie vers elle-même.",
	"5.4.7":  "Le serveur du destinataire est resté injoignable : le message n’est pas arrivé.",
	"4.4.7":  "Le serveur du destinataire est resté injoignable : le message n’est pas arrivé.",
	"5.6.7":  "L’adresse contient des lettres accentuées avant le @, que le service d’envoi n’accepte pas.",
	"5.7.1":  "Le serveur du destinataire a refusé le message.",
	"5.7.4":  "Le service d’envoi n’accepte aucune connexion sûre : prévenez l’informatique.",
	"5.7.8":  "Le service d’envoi refuse notre mot de passe : prévenez l’informatique.",
	"5.7.23": "Le serveur du destinataire ne reconnaît pas notre expéditeur (SPF) : prévenez l’informatique.",
	"5.7.25": "Le serveur du destinataire ne reconnaît pas notre serveur d’envoi (DNS) : prévenez l’informatique.",
	"5.7.26": "Le serveur du destinataire ne reconnaît pas notre expéditeur (SPF, DKIM) : prévenez l’informatique.",

	"5.6.0":             "Le logiciel du destinataire n’a pas pu intégrer le document.",
	mssante.CodeOutside: "Cette adresse n’est pas dans l’espace de confiance MSSanté : rien n’a été envoyé.",
	enclose.CodeGone:    "Le document n’est plus conservé : envoyez-le de nouveau.",

	cause.Complaint:  "La messagerie de la personne a signalé notre message comme indésirable.",
	cause.Suppressed: "Ce numéro a refusé nos SMS : rien n’a été envoyé.",
	cause.Template:   "Le message n’a pas pu être composé : prévenez l’informatique.",
	cause.Secrets:    "Le lien personnel n’a pas pu être lu : prévenez l’informatique.",
	cause.Connection: "Le service d’envoi ne répond pas : nouvel essai automatique.",
	cause.TLS:        "La connexion chiffrée au service d’envoi est impossible (certificat) : prévenez l’informatique.",
	cause.NoAnswer:   "La connexion s’est coupée avant la réponse : on ne sait pas si le message est parti.",
	cause.NotTaken:   "Le prestataire n’a jamais reçu ce SMS.",
	cause.Abandoned:  "L’envoi a été interrompu par un redémarrage.",
	cause.Internal:   "Erreur interne pendant l’envoi : nouvel essai automatique.",
	cause.Withdrawn:  "Le message a été retiré par le service.",
	cause.Paused:     "Le message est en pause : une personne du service a suspendu l’envoi.",
}

// Code says in French what a code means for a secretary; "" when there is nothing to say.
func Code(code string) string {
	if code == "" {
		return ""
	}
	if text, ok := explanations[code]; ok {
		return text
	}
	if word, status, ok := strings.Cut(code, " "); ok && reports[word] != "" {
		return explainReport(word, status)
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

// reports are what a server's notification about an e-mail means (bounce.Recipient.Code).
var reports = map[string]string{
	"expired":   "Le serveur du destinataire est resté injoignable : le message n’est pas arrivé.",
	"delayed":   "L’e-mail est retardé : le service d’envoi continue d’essayer.",
	"relayed":   "L’e-mail est passé à un serveur qui n’envoie pas d’accusé.",
	"expanded":  "L’e-mail est passé à plusieurs boîtes aux lettres.",
	"delivered": "L’e-mail est arrivé dans la boîte aux lettres.",
}

// explainReport says what was in the way when a server gave up after answers for now: "expired 4.2.2".
func explainReport(word, status string) string {
	if word == "expired" && !strings.HasPrefix(status, "4.4.") && status != "4.0.0" {
		if text, ok := explanations["5"+strings.TrimPrefix(status, "4")]; ok {
			return text
		}
	}
	return reports[word]
}
