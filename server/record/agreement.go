package record

import (
	"teleconsult/server/consent"
	"teleconsult/server/encounter"
)

// agreement says how the patient was informed and what was decided: how, when, by whom, on which text.
func (w *writer) agreement() {
	f := w.facts
	w.item("Information", w.information())
	standing := f.Consent()
	w.item("Accord", w.decision(standing))
	if standing.Verdict == consent.Refused || standing.Verdict == consent.Withdrawn {
		w.refusal(standing)
	} else if f.OnSiteOffered != nil {
		w.item("Consultation sur place", "proposée "+w.moment(f.OnSiteOffered.At)+by(f.OnSiteOffered.By))
	}
	for _, d := range f.Decisions {
		if d != standing {
			w.item("Décision antérieure", w.decision(d)+" (outil : "+encounter.ToolNames[d.Tool]+")")
		}
	}
	w.item("Espace patient", w.portal())
}

func (w *writer) information() string {
	i := w.facts.Information
	if i == nil {
		return "aucune information enregistrée"
	}
	text := "donnée de vive voix " + w.moment(i.At) + by(i.By)
	if i.Mode == consent.Web {
		text = "notice affichée sur la page personnelle " + w.moment(i.At)
	}
	if i.NoticeVersion != "" {
		text += ", notice version " + short(i.NoticeVersion)
	}
	if i.Tool != w.facts.Tool {
		text += " ; donnée pour un autre outil : " + encounter.ToolNames[i.Tool]
	}
	return text
}

var verdicts = map[consent.Verdict]string{
	consent.Unknown: "aucune décision enregistrée pour cet outil", consent.Agreed: "accord donné", consent.Refused: "refus exprimé",
	consent.Withdrawn: "accord retiré",
}

var modes = map[consent.Mode]string{
	consent.Web: "sur la page personnelle", consent.Oral: "de vive voix", consent.Paper: "sur papier",
}

func (w *writer) decision(d consent.Decision) string {
	text := verdicts[d.Verdict]
	if d.Verdict == consent.Unknown {
		return text
	}
	text += " " + modes[d.Mode] + " " + w.moment(d.DecidedAt)
	if d.Giver == consent.ByRepresentative {
		text += " par le représentant légal"
		if d.GiverName != "" {
			text += ", " + d.GiverName
		}
	} else {
		text += " par le patient"
	}
	if d.RecorderName != "" {
		text += ", recueilli par " + d.RecorderName
	}
	if d.NoticeVersion != "" {
		text += ", notice version " + short(d.NoticeVersion)
	}
	return text
}

// refusal says what was explained and which other way was offered (CSP L1111-4, HAS 2019).
func (w *writer) refusal(d consent.Decision) {
	explained := d.Explanation
	if explained == "" {
		explained = "aucune explication enregistrée"
	}
	w.item("Explications sur le refus", explained)
	offered := "pas encore proposée"
	if tick := w.facts.OnSiteOffered; tick != nil {
		offered = "proposée " + w.moment(tick.At) + by(tick.By)
	}
	w.item("Consultation sur place", offered)
}

var portalAnswers = map[string]string{
	"open": "compte ouvert", "declined": "le patient ne souhaite pas de compte", "impossible": "compte impossible",
}

func (w *writer) portal() string {
	p := w.facts.Portal
	if p == nil {
		return "pas de réponse enregistrée"
	}
	text := portalAnswers[p.Answer] + ", "
	if p.By == "" {
		return text + "réponse donnée sur la page personnelle " + w.moment(p.At)
	}
	return text + "noté " + w.moment(p.At) + by(p.By)
}
