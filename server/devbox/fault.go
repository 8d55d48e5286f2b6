package devbox

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Fault is one way to misbehave.
type Fault string

// The faults. Those of SMTP concern the next mails, those of Twilio the next SMS.
const (
	SMTPTemporary Fault = "smtp-temporary" // 451 4.7.0 to the recipient
	SMTPPermanent Fault = "smtp-permanent" // 550 5.1.1 to the recipient
	SMTPRejected  Fault = "smtp-rejected"  // 554 5.7.1 after the final dot
	SMTPDrop      Fault = "smtp-drop"      // the connection ends before the message
	// SMTPDropAfterDot takes the message and ends the connection instead of answering.
	SMTPDropAfterDot Fault = "smtp-drop-after-dot"
	// SMTPDropAfterAnswer answers 250 and ends the connection.
	SMTPDropAfterAnswer Fault = "smtp-drop-after-answer"
	SMTPSlow            Fault = "smtp-slow"       // the answer takes slowness
	SMTPBounce          Fault = "smtp-bounce"     // taken, and comes back as undelivered (550 5.1.1)
	SMTPAutoReply       Fault = "smtp-auto-reply" // taken, and answered with an absence
	SMTPLie             Fault = "smtp-lie"        // taken, and nothing arrives
	// SMTPDelay takes the message, reports a delay, and delivers late, see Delay.
	SMTPDelay Fault = "smtp-delay"

	TwilioTooMany     Fault = "twilio-429"         // 429, code 20429, Retry-After
	TwilioError       Fault = "twilio-500"         // 500, code 20500
	TwilioGateway     Fault = "twilio-502"         // 502 with a page that is no JSON
	TwilioInvalid     Fault = "twilio-21211"       // 400, invalid number
	TwilioOptOut      Fault = "twilio-21610"       // 400, the recipient said STOP
	TwilioNoCallback  Fault = "twilio-no-callback" // taken, and nothing heard of it again
	TwilioUndelivered Fault = "twilio-undelivered" // callback undelivered, code 30003
	// TwilioLost takes the message, never answers, and reports by callback.
	TwilioLost Fault = "twilio-lost"
	// TwilioBackwards reports delivered first and sent after.
	TwilioBackwards Fault = "twilio-backwards"
	TwilioSlow      Fault = "twilio-slow" // the answer takes slowness
	// TwilioReorder reports queued, sent and delivered in any order.
	TwilioReorder   Fault = "twilio-reorder"
	TwilioDuplicate Fault = "twilio-duplicate" // each callback comes twice
	TwilioDelay     Fault = "twilio-delay"     // the callbacks come late, see Delay
	// TwilioLie says delivered although nothing arrives.
	TwilioLie Fault = "twilio-lie"
	// TwilioTimeout takes the message, never answers, and is not heard of again: only its list knows.
	TwilioTimeout Fault = "twilio-timeout"
	// TwilioRefusedTimeout never answers, and has not taken the message.
	TwilioRefusedTimeout Fault = "twilio-refused-timeout"
	TwilioNotMobile      Fault = "twilio-21614" // 400, not a mobile
	TwilioSender         Fault = "twilio-21606" // 400, our own sender is refused
)

// Faults lists all of them.
func Faults() []Fault {
	return []Fault{
		SMTPTemporary, SMTPPermanent, SMTPRejected, SMTPDrop, SMTPDropAfterDot, SMTPDropAfterAnswer, SMTPSlow,
		SMTPBounce, SMTPAutoReply, SMTPLie, SMTPDelay,
		TwilioTooMany, TwilioError, TwilioGateway, TwilioInvalid, TwilioOptOut, TwilioNoCallback,
		TwilioUndelivered, TwilioLost, TwilioBackwards, TwilioSlow, TwilioReorder, TwilioDuplicate, TwilioDelay,
		TwilioLie, TwilioTimeout, TwilioRefusedTimeout, TwilioNotMobile, TwilioSender,
	}
}

const slowness = 3 * time.Second

// maxFaults bounds what can be planned.
const maxFaults = 10_000

// defaultDelay and longestDelay are how late something delayed comes when nothing else is said, and at most.
const defaultDelay, longestDelay = 20 * time.Second, time.Hour

// faults is what is planned, in order.
type faults struct {
	mu      sync.Mutex
	planned []Fault
	late    time.Duration // 0: defaultDelay
}

// Delay sets how late comes what the faults ending in -delay delay, from now on.
func (b *Box) Delay(d time.Duration) {
	b.faults.mu.Lock()
	defer b.faults.mu.Unlock()
	b.faults.late = max(0, min(d, longestDelay))
}

func (b *Box) delay() time.Duration {
	b.faults.mu.Lock()
	defer b.faults.mu.Unlock()
	if b.faults.late == 0 {
		return defaultDelay
	}
	return b.faults.late
}

// Behave forgets all faults that are planned.
func (b *Box) Behave() {
	b.faults.mu.Lock()
	defer b.faults.mu.Unlock()
	b.faults.planned = nil
}

// Planned lists the faults to come, in order.
func (b *Box) Planned() []Fault {
	b.faults.mu.Lock()
	defer b.faults.mu.Unlock()
	return slices.Clone(b.faults.planned)
}

// Fail makes the next n messages of the fault's protocol go wrong that way, after what was planned before.
func (b *Box) Fail(n int, kind Fault) error {
	if !slices.Contains(Faults(), kind) {
		return fmt.Errorf("devbox: unknown fault %q", kind)
	}
	b.faults.mu.Lock()
	defer b.faults.mu.Unlock()
	if n < 1 || len(b.faults.planned)+n > maxFaults {
		return fmt.Errorf("devbox: %d faults cannot be planned", n)
	}
	for range n {
		b.faults.planned = append(b.faults.planned, kind)
	}
	return nil
}

// next takes the first planned fault of a protocol; "" when all goes well.
func (f *faults) next(protocol string) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, kind := range f.planned {
		if strings.HasPrefix(string(kind), protocol) {
			f.planned = slices.Delete(f.planned, i, i+1)
			return kind
		}
	}
	return ""
}

// labels say in French what a fault does, for the page.
var labels = map[Fault]string{
	SMTPTemporary:        "E-mail : refus passager (451)",
	SMTPPermanent:        "E-mail : adresse inconnue (550)",
	SMTPRejected:         "E-mail : refusé après envoi (554)",
	SMTPDrop:             "E-mail : coupure avant le message",
	SMTPDropAfterDot:     "E-mail : coupure avant la réponse",
	SMTPDropAfterAnswer:  "E-mail : coupure après la réponse",
	SMTPSlow:             "E-mail : serveur lent",
	SMTPBounce:           "E-mail : pris, puis retourné (550)",
	SMTPAutoReply:        "E-mail : réponse d’absence",
	SMTPLie:              "E-mail : pris, rien n’arrive",
	SMTPDelay:            "E-mail : en retard",
	TwilioTooMany:        "SMS : trop de demandes (429)",
	TwilioError:          "SMS : panne du prestataire (500)",
	TwilioGateway:        "SMS : passerelle en panne (502)",
	TwilioInvalid:        "SMS : numéro non valable (21211)",
	TwilioNotMobile:      "SMS : pas un mobile (21614)",
	TwilioSender:         "SMS : expéditeur refusé (21606)",
	TwilioOptOut:         "SMS : la personne a répondu STOP (21610)",
	TwilioUndelivered:    "SMS : non remis (30003)",
	TwilioNoCallback:     "SMS : pris, aucun accusé",
	TwilioLost:           "SMS : pris, sans réponse, accusé ensuite",
	TwilioTimeout:        "SMS : pris, sans réponse ni accusé",
	TwilioRefusedTimeout: "SMS : non pris, sans réponse",
	TwilioBackwards:      "SMS : accusés à l’envers",
	TwilioReorder:        "SMS : accusés dans le désordre",
	TwilioDuplicate:      "SMS : accusés en double",
	TwilioDelay:          "SMS : accusés en retard",
	TwilioLie:            "SMS : dit remis, rien n’arrive",
	TwilioSlow:           "SMS : prestataire lent",
}

// Label is what the page calls the fault.
func (f Fault) Label() string {
	if label, ok := labels[f]; ok {
		return label
	}
	return string(f)
}
