package sms

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"

	twilio "github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"teleconsult/notifications"
	"teleconsult/notifications/cause"
)

// codeOptOut: the recipient answered STOP.
const codeOptOut = 21610

// ours are codes of Twilio's error dictionary that say that something is wrong or busy on our side of it, not
// with the message: a person mends it or it passes, and the message is still good.
var ours = map[int]bool{
	20003: true, // the credentials are wrong
	20005: true, // the account is not active
	20008: true, // test credentials
	20403: true, // forbidden
	20404: true, // the account is not there
	20429: true, // too many requests
	20503: true, // the service is away
	14107: true, // rate limit
	21212: true, // the sender is not valid
	21266: true, // the sender is the recipient
	21267: true, // a trial account has no sender of letters
	21603: true, // no sender
	21606: true, // the sender is not usable
	21608: true, // a trial account reaches only its owner
	21609: true, // the callback address is not valid
	21611: true, // the sender's queue is full
	21659: true, // the sender is no number of Twilio
	21660: true, // the sender is another account's
	21661: true, // the sender cannot send SMS
	21701: true, // no such Messaging Service
	21703: true, // the Messaging Service has no sender
	21704: true, // … none that is usable
	21705: true, // the Messaging Service is not valid
	30001: true, // queue overflow
	30002: true, // the account is suspended
	63038: true, // the account's daily limit is reached
	90007: true, // the validity period is not valid
	90010: true, // the account is not active
}

func classify(t *trip, answer *api.ApiV2010Message, err error) notifications.Result {
	if err == nil {
		return accepted(answer)
	}
	var refused *twilio.TwilioRestError
	r := notifications.Result{RetryAfter: t.retryAfter}
	if errors.As(err, &refused) && refused.Code != 0 {
		r.Code, r.Detail = strconv.Itoa(refused.Code), refused.Message
	} else if t.status != 0 {
		r.Code = strconv.Itoa(t.status)
	}
	switch {
	case t.status == 0 && !t.wrote.Load():
		r.Verdict, r.Code = notifications.VerdictRetry, cause.Connection
	case t.status == 0, t.status < http.StatusBadRequest: // the answer broke off or made no sense: it may have been taken
		r.Verdict, r.Code = notifications.VerdictUnknown, cause.NoAnswer
	case refused != nil && ours[refused.Code]:
		r.Verdict = notifications.VerdictRetry
	default:
		r.Verdict = byStatus(t.status)
		r.Suppress = refused != nil && refused.Code == codeOptOut
	}
	return r
}

// byStatus judges an HTTP status of 400 and up.
func byStatus(status int) notifications.Verdict {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusProxyAuthRequired,
		http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return notifications.VerdictRetry
	}
	if status >= http.StatusInternalServerError {
		// It broke while it was being worked on, or something between us and Twilio says so: it may have been
		// taken, and a second copy is worse than the minutes until the list tells.
		return notifications.VerdictUnknown
	}
	return notifications.VerdictUndelivered
}

func accepted(answer *api.ApiV2010Message) notifications.Result {
	r := notifications.Result{Verdict: notifications.VerdictAccepted}
	if answer == nil || text(answer.Sid) == "" {
		// 2xx without a message in it: not Twilio's word
		return notifications.Result{Verdict: notifications.VerdictUnknown, Code: cause.NoAnswer}
	}
	r.ProviderID = *answer.Sid
	r.Segments = segments(answer)
	r.PriceMicros, r.PriceCurrency = price(answer)
	if answer.ErrorCode != nil && *answer.ErrorCode != 0 {
		r.Verdict, r.Code = notifications.VerdictUndelivered, strconv.Itoa(*answer.ErrorCode)
		r.Suppress = *answer.ErrorCode == codeOptOut
	}
	return r
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// segments is what Twilio counts; 0 as long as a Messaging Service has not chosen a sender.
func segments(m *api.ApiV2010Message) int {
	n, err := strconv.Atoi(text(m.NumSegments))
	if err != nil || n < 0 || n > 100 {
		return 0
	}
	return n
}

// price is what Twilio charged, in millionths; Twilio writes it as a debit ("-0.0760"), some time after the
// message was sent, and null until then. An amount without a currency is none.
func price(m *api.ApiV2010Message) (micros int64, currency string) {
	amount, err := strconv.ParseFloat(text(m.Price), 64)
	currency = strings.ToUpper(text(m.PriceUnit))
	if err != nil || math.IsNaN(amount) || math.Abs(amount) > 1000 || len(currency) != 3 {
		return 0, ""
	}
	return int64(math.Round(math.Abs(amount) * 1e6)), currency
}
