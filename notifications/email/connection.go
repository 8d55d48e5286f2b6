package email

import (
	"errors"
	"net"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
)

// connection is one conversation with the relay, signed in and ready for a message. One message at a time.
type connection struct {
	raw    net.Conn // under TLS, when there is TLS
	client *smtp.Client
	sent   int       // messages it has carried
	used   time.Time // when it was put aside
	idle   *time.Timer

	// what the relay offers
	pipelining, dsn, utf8, size bool
}

// learn notes what the relay offers, once it has said all it has to say.
func (c *connection) learn() {
	has := func(name string) bool {
		offered, _ := c.client.Extension(name)
		return offered
	}
	c.pipelining, c.dsn, c.utf8, c.size = has("PIPELINING"), has("DSN"), has("SMTPUTF8"), has("SIZE")
}

// breakOff makes every read and write of the connection fail now.
func (c *connection) breakOff() { _ = c.raw.Close() }

// quit says goodbye. It is courtesy, so it does not take long.
func (c *connection) quit() {
	if c.client.UpdateDeadline(quitTimeout) == nil {
		_ = c.client.Quit()
	}
	c.breakOff()
}

// alive asks a relay that was not spoken to for a while whether it is still there.
func (c *connection) alive() bool {
	return c.client.UpdateDeadline(noopTimeout) == nil && c.client.Noop() == nil
}

// outcome is what became of one message on one connection.
type outcome struct {
	notifications.Result
	// reuse: the connection is in step and may carry another message.
	reuse bool
	// elsewhere: the relay took nothing because of this connection, not of this message; another may do.
	elsewhere bool
}

// reply is one answer of the relay.
type reply struct {
	code int
	text string
}

// deliver carries one message. body is as it goes over the wire, with its final dot.
//
// Until the final dot is written whole, a drop means that nothing was taken: retry. After it, without a
// readable answer, the message may be under way: unknown. With a 2xx it is accepted, whatever comes then.
func (c *connection) deliver(e envelope, body []byte) outcome {
	if e.international && !c.utf8 {
		return outcome{Result: notifications.Result{
			Verdict: notifications.VerdictUndelivered, Code: codeNotASCII,
			Detail: "the relay does not take addresses with letters outside ASCII (SMTPUTF8)",
		}, reuse: true}
	}
	if c.unasked() {
		return lost()
	}
	if o, open := c.begin(e, len(body)); !open {
		return o
	}
	if c.unasked() {
		return lost()
	}
	if err := c.client.UpdateDeadline(timeout); err != nil {
		return lost()
	}
	if err := c.write(body); err != nil {
		// not elsewhere: what made the relay go may be this very message
		return outcome{Result: notifications.Result{Verdict: notifications.VerdictRetry, Code: cause.Connection}}
	}
	c.sent++
	r, err := c.read()
	switch {
	case err != nil || r.code < 200 || r.code/100 == 3:
		return outcome{Result: notifications.Result{Verdict: notifications.VerdictUnknown, Code: cause.NoAnswer}}
	case r.code < 300:
		return outcome{Result: notifications.Result{Verdict: notifications.VerdictAccepted}, reuse: true}
	}
	return outcome{Result: r.refusal(stageDot), reuse: c.reset(r)}
}

// begin opens the transaction; open says that the relay waits for the message. With PIPELINING (RFC 2920)
// the three commands share one round trip.
func (c *connection) begin(e envelope, size int) (o outcome, open bool) {
	if err := c.client.UpdateDeadline(timeout); err != nil {
		return lost(), false
	}
	commands := e.commands(c, size)
	if c.pipelining {
		if err := c.write([]byte(strings.Join(commands[:], ""))); err != nil {
			return lost(), false
		}
	}
	refused := false
	for i, command := range commands {
		if !c.pipelining {
			if refused {
				break
			}
			if err := c.write([]byte(command)); err != nil {
				return lost(), false
			}
		}
		at := stageMail + stage(i)
		r, err := c.read()
		switch {
		case refused && (err != nil || r.code < 400):
			// The relay is gone, or waits for a message although it refused to whom: its first word counts,
			// and no dot will tell it to send nothing to nobody.
			o.reuse = false
			return o, false
		case refused:
		case err != nil, !r.wanted(at) && r.code < 400:
			return lost(), false
		case !r.wanted(at):
			refused = true
			o = outcome{Result: r.refusal(at), reuse: r.code != codeClosing, elsewhere: r.code == codeClosing}
			if at == stageMail && r.code < 500 {
				o.reuse = false // it may have had enough of this connection
			}
		}
	}
	if refused {
		o.reuse = o.reuse && c.reset(reply{})
	}
	return o, !refused
}

// lost is what a connection leaves that died or fell out of step before the message.
func lost() outcome {
	return outcome{
		Result:    notifications.Result{Verdict: notifications.VerdictRetry, Code: cause.Connection},
		elsewhere: true,
	}
}

// unasked tells whether the relay says something that nobody asked for. Taking it for the answer to what
// comes next would be to believe a lie.
func (c *connection) unasked() bool { return c.client.Text.R.Buffered() > 0 }

// reset makes sure that the next message begins anew, after the relay refused one with r.
func (c *connection) reset(r reply) bool {
	if r.code == codeClosing || c.client.UpdateDeadline(timeout) != nil {
		return false
	}
	return c.client.Reset() == nil
}

func (c *connection) write(b []byte) error {
	if _, err := c.client.Text.W.Write(b); err != nil {
		return err
	}
	return c.client.Text.W.Flush()
}

func (c *connection) read() (reply, error) {
	code, text, err := c.client.Text.ReadResponse(0)
	return reply{code, text}, err
}

// codeClosing is the reply of a relay that ends the connection.
const codeClosing = 421

// wanted tells whether the reply lets the conversation go on.
func (r reply) wanted(at stage) bool {
	if at == stageData {
		return r.code == 354
	}
	return r.code/100 == 2
}

// enhanced is the code of RFC 3463 at the beginning of a reply's text.
var enhanced = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

// refusal reads a 4xx or 5xx: 4xx for now, 5xx for good (RFC 5321, 4.2.1). What the relay has against us
// rather than against the message or its recipient is a mistake that people mend, so it is tried again.
func (r reply) refusal(at stage) notifications.Result {
	more := enhanced.FindString(r.text)
	result := notifications.Result{
		Verdict: notifications.VerdictUndelivered,
		Code:    strings.TrimSpace(strconv.Itoa(r.code) + " " + more), Detail: r.text,
	}
	tooBig := r.code == 552 || strings.HasSuffix(more, ".3.4") || strings.HasSuffix(more, ".2.3")
	switch {
	case r.code < 500:
		result.Verdict = notifications.VerdictRetry
	case r.code == 530, r.code == 535, r.code == 538, r.code == 503:
		// we are not signed in, or out of step
		result.Verdict = notifications.VerdictRetry
	case at < stageMail, at == stageMail && !tooBig:
		// the sender is refused: that says nothing of the patient's address
		result.Verdict = notifications.VerdictRetry
	}
	return result
}

// notConnected reads why there is no connection. Nothing can have been taken, and a wrong password or
// certificate is a mistake that people mend, so it is always tried again.
func notConnected(err error) notifications.Result {
	r := notifications.Result{Verdict: notifications.VerdictRetry, Code: cause.Connection}
	var said *textproto.Error
	var at *dialError
	switch {
	case errors.As(err, &said):
		return reply{said.Code, said.Msg}.refusal(stageGreeting)
	case errors.As(err, &at) && at.stage == stageTLS:
		var timeout net.Error
		if !errors.As(err, &timeout) || !timeout.Timeout() {
			r.Code, r.Detail = cause.TLS, err.Error()
		}
	case errors.Is(err, errNoMechanism):
		r.Code, r.Detail = codeNoMechanism, err.Error()
	}
	return r
}
