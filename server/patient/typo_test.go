package patient_test

import (
	"strings"
	"testing"

	"teleconsult/server/patient"
)

// typos are ways in which people write the domains of their mailboxes.
var typos = map[string]string{
	"gmail.com": `gmail.co gmail.con gmail.cm gmail.cim gmail.cpm gmail.vom gmail.comm gmail.fr gmail.fe gmail.net gmail.om gmail.com.com
		gmail,com gmail..com gmail gmailcom www.gmail.com gmial.com gamil.com gmali.com gmil.com gmai.com gmal.com gmaill.com gmaiil.com
		ggmail.com gmeil.com gnail.com gmqil.com fmail.com gmial.con gimail.com`,
	"orange.fr":      `orange.fe orange.ft orange.f orange.rf orange.frr orang.fr ornage.fr oragne.fr oange.fr orrange.fr orenge.fr orangefr`,
	"hotmail.fr":     `hotmial.fr hotmail.fe hotmail.f hotmai.fr hotmal.fr homail.fr hotmaill.fr hotmeil.fr hotmailfr`,
	"hotmail.com":    `hotmial.com hotmail.con hotmail.co hotmal.com hotmil.com hitmail.com htomail.com hotnail.com`,
	"yahoo.fr":       `yahooo.fr yaho.fr yhaoo.fr yahoo.fe yahho.fr yaoo.fr`,
	"yahoo.com":      `yahoo.con yahooo.com yaho.com`,
	"free.fr":        `free.f free.fe fre.fr freee.fr fere.fr free.ft`,
	"wanadoo.fr":     `wanadoo.f wanadoo.fe wanado.fr wandoo.fr wannadoo.fr wanadou.fr wanaddo.fr`,
	"outlook.fr":     `outlok.fr outloook.fr outlook.fe outllok.fr outloo.fr`,
	"outlook.com":    `outlook.con outlok.com outlook.co`,
	"sfr.fr":         `sfr.fe sfr.f sfr.frr srf.fr sffr.fr`,
	"laposte.net":    `laposte.fr laposte.com laposte.ne lapost.net la-poste.net lapsote.net laposte.bet`,
	"icloud.com":     `icloud.co icloud.fr icloud.con iclou.com icoud.com icluod.com`,
	"live.fr":        `live.fe live.f`,
	"bbox.fr":        `bbox.com box.fr`,
	"neuf.fr":        `neuf.fe`,
	"aphp.fr":        `aphp.com`,
	"msn.com":        `msn.con msn.co`,
	"numericable.fr": `numericabl.fr`,
}

func TestSuggestDomainMendsTypos(t *testing.T) {
	for want, written := range typos {
		for _, domain := range strings.Fields(written) {
			if got := patient.SuggestDomain("Jeanne.Dupont@" + domain); got != want {
				t.Errorf("%s: %q, want %q", domain, got, want)
			}
		}
	}
}

// rights are domains that somebody's mailbox really is at.
const rights = `gmail.com googlemail.com orange.fr orange.com orange.be orange.es wanadoo.fr hotmail.fr hotmail.com hotmail.de hotmail.it
	hotmail.es hotmail.be hotmail.co.uk outlook.fr outlook.com outlook.de outlook.es outlook.be yahoo.fr yahoo.com yahoo.co.uk yahoo.de
	yahoo.ca yahoo.com.br free.fr sfr.fr sfr.com laposte.net icloud.com me.com mac.com live.fr live.com live.be live.ca bbox.fr neuf.fr
	numericable.fr club-internet.fr aliceadsl.fr noos.fr aol.com aol.fr msn.com protonmail.com protonmail.ch proton.me pm.me gmx.fr
	gmx.com gmx.de gmx.net mail.com mail.fr mail.ru email.com ymail.com aphp.fr hopital.fr exemple.fr inserm.fr ens.fr grange.fr
	sfa.fr frey.fr life.fr live.nl tele2.fr cegetel.net bouyguestelecom.fr sorbonne-universite.fr ap-hm.fr chu-lyon.fr`

func TestSuggestDomainLeavesWhatIsRight(t *testing.T) {
	for domain := range strings.FieldsSeq(rights) {
		if got := patient.SuggestDomain("jeanne@" + domain); got != "" {
			t.Errorf("%s: %q", domain, got)
		}
	}
	for _, address := range []string{"", "@", "jeanne", "jeanne@", "jeanne@."} {
		if got := patient.SuggestDomain(address); got != "" {
			t.Errorf("%q: %q", address, got)
		}
	}
}

func TestEverySuggestionIsRight(t *testing.T) {
	for want := range typos {
		if again := patient.SuggestDomain("a@" + want); again != "" {
			t.Errorf("%s is suggested, and called a typo of %s", want, again)
		}
	}
}

func FuzzSuggestDomain(f *testing.F) {
	for want, written := range typos {
		f.Add("a@" + want)
		f.Add("a@" + strings.Fields(written)[0])
	}
	f.Add("é@ü.fr,,")
	f.Fuzz(func(t *testing.T, address string) {
		if len(address) > 300 {
			return
		}
		if s := patient.SuggestDomain(address); s != "" && patient.SuggestDomain("a@"+s) != "" {
			t.Errorf("%q: the suggestion %q is a typo itself", address, s)
		}
	})
}
