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
	SMTPSlow            Fault = "smtp-slow" // the answer takes slowness

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
)

// Faults lists all of them.
func Faults() []Fault {
	return []Fault{
		SMTPTemporary, SMTPPermanent, SMTPRejected, SMTPDrop, SMTPDropAfterDot, SMTPDropAfterAnswer, SMTPSlow,
		TwilioTooMany, TwilioError, TwilioGateway, TwilioInvalid, TwilioOptOut, TwilioNoCallback,
		TwilioUndelivered, TwilioLost, TwilioBackwards, TwilioSlow,
	}
}

const slowness = 3 * time.Second

// maxFaults bounds what can be planned.
const maxFaults = 10_000

// faults is what is planned, in order.
type faults struct {
	mu      sync.Mutex
	planned []Fault
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
