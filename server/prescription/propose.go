package prescription

// Situation is what the proposal of a channel follows from.
type Situation struct {
	// WantedToday: the patient needs the document on the day itself.
	WantedToday bool
	// Portal is the patient's answer about the portal account: open, declined, impossible, or "" for none.
	Portal string
	// QualifiedINS: the patient's health identity was checked against the national service and a document, which the
	// secure mailbox of Mon espace santé asks for.
	QualifiedINS bool
	// PharmacistAddress: a secure address of the patient's pharmacist is known.
	PharmacistAddress bool
	// SecureMail: the hospital has an account of its own in the trust space.
	SecureMail bool
	// Email and Mobile: there is such an address of the patient or of the legal representative.
	Email, Mobile bool
	// Failed are the channels that did not work for this prescription.
	Failed []Channel
}

// Option is a channel with what speaks for or against it.
type Option struct {
	Channel Channel
	// Allowed is false for a channel that the rules forbid now.
	Allowed bool
	// Why is one line, in French.
	Why string
}

// Proposal is the channel to take first, and all of them in the order in which they are to be preferred.
type Proposal struct {
	// Channel is always allowed; OnSite when nothing else is left.
	Channel Channel
	// Why explains it in one line, in French.
	Why     string
	Options []Option
}

// order is the one of design rule 3.7: the portal, secure mail, the drop, the hospital's own drop, ordinary e-mail once the
// risk was accepted, and paper for whoever nothing else reaches.
var order = []Channel{Portal, MSSante, Drop, Dispose, Email, OnSite}

// Propose says which channel to take, and why. It never proposes ordinary e-mail: somebody has to want that.
func Propose(s Situation) Proposal {
	p := Proposal{Channel: OnSite, Why: "Aucun autre canal ne convient : remise en main propre."}
	found := false
	for _, c := range order {
		o := s.option(c)
		p.Options = append(p.Options, o)
		if !found && o.Allowed && c != Email && !s.failed(c) && s.suits(c) {
			p.Channel, p.Why, found = c, s.because(c, o), true
		}
	}
	return p
}

// Allows tells why a channel is forbidden in the situation, "" when it is not.
func (s Situation) Allows(c Channel) (why string) {
	switch c {
	case Portal:
		switch {
		case s.WantedToday:
			return "Le portail n’affiche le document que le lendemain."
		case s.Portal == "declined" || s.Portal == "impossible":
			return "Le patient n’a pas de compte sur le portail."
		}
	case Drop, Dispose:
		if !s.Email && !s.Mobile {
			return "Ni adresse e-mail ni mobile pour envoyer le lien."
		}
	case Email:
		if !s.Email {
			return "Pas d’adresse e-mail."
		}
	case MSSante, OnSite, None:
	}
	return ""
}

func (s Situation) option(c Channel) Option {
	if why := s.Allows(c); why != "" {
		return Option{Channel: c, Why: why}
	}
	o := Option{Channel: c, Allowed: true, Why: s.remark(c)}
	if s.failed(c) {
		o.Why = "N’est pas arrivée par ce canal."
	}
	return o
}

// suits tells whether a channel that is allowed is worth being proposed.
func (s Situation) suits(c Channel) bool {
	switch c {
	case Portal:
		return s.Portal == "open"
	case MSSante:
		return s.PharmacistAddress || (s.SecureMail && s.QualifiedINS)
	case Drop, Dispose: // the link goes by one way and the password by another, the telephone if need be
		return true
	case None, Email, OnSite:
	}
	return true
}

func (s Situation) remark(c Channel) string {
	switch c {
	case Portal:
		if s.Portal == "open" {
			return "Compte ouvert ; le document y est demain."
		}
		return "Compte non confirmé : demandez au patient s’il est ouvert."
	case MSSante:
		switch {
		case s.PharmacistAddress:
			return "L’adresse sécurisée du pharmacien est connue."
		case s.QualifiedINS:
			return "Identité nationale qualifiée : Mon espace santé peut recevoir."
		}
		return "Cherchez la pharmacie du patient."
	case Drop, Dispose:
		if s.Email && s.Mobile {
			return "Lien par e-mail, mot de passe par SMS."
		}
		return "Lien par message, mot de passe au téléphone."
	case Email:
		return "Non sécurisé : seulement si le patient accepte le risque."
	case None:
		return "Aucune ordonnance."
	case OnSite:
	}
	return "Remise en main propre."
}

// because is the line under a proposal: what is wanted, and what makes this channel the one.
func (s Situation) because(c Channel, o Option) string {
	switch {
	case len(s.Failed) > 0:
		return "Le canal précédent n’a pas abouti. " + o.Why
	case c == Portal:
		return "Rien ne presse et le compte du portail est ouvert : le patient la trouve demain."
	case s.WantedToday:
		return "Voulue aujourd’hui. " + o.Why
	case s.Portal != "open":
		return "Le compte du portail n’est pas ouvert. " + o.Why
	}
	return o.Why
}

func (s Situation) failed(c Channel) bool {
	for _, f := range s.Failed {
		if f == c {
			return true
		}
	}
	return false
}
